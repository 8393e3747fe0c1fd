/// \file
/// Tests of the call graph: what is called, and how a coroutine comes to block.

#include "ModelTestSupport.h"

#include "checks/model/CallGraph.h"

namespace corolint {
namespace {

/// `5 > 3 > 2` for each call of the coroutine `f` that blocks: the lines of the
/// chain's calls.
std::string blocking(llvm::StringRef Code) {
  const ModelCode M(
      ("void nap() { std::this_thread::sleep_for(1); }\n" + Code).str());
  const CallChains Calls =
      blockingChains(M.model(), M.roles(), CallChains::From::Coroutines,
                     [](const Role &) { return false; });
  std::string Text;
  const Function &F = M.function("f");
  for (const CallSite &Site : Calls.calls(F)) {
    const auto Chain = Calls.chain(F, Site);
    if (!Chain)
      continue;
    Text += Text.empty() ? "" : "; ";
    for (size_t I = 0; I < Chain->Links.size(); ++I)
      Text += (I ? " > " : "") +
              std::to_string(M.line(Chain->Links[I].Site->Where));
    EXPECT_NE(Chain->End, nullptr);
  }
  return Text;
}

TEST(CallGraphTest, DirectAndThroughHelpers) {
  EXPECT_EQ(blocking("task<> f() {\nstd::this_thread::sleep_for(1);\n"
                     "co_return; }"),
            "3");
  EXPECT_EQ(blocking("void g() {\nnap(); }\ntask<> f() {\ng(); co_return; }"),
            "5 > 3 > 1");
}

TEST(CallGraphTest, ShortestChain) {
  EXPECT_EQ(blocking("void a() {\nnap(); }\n"
                     "void b() {\na();\nnap(); }\n"
                     "task<> f() {\nb(); co_return; }"),
            "8 > 6 > 1");
}

TEST(CallGraphTest, RecursionTerminates) {
  EXPECT_EQ(blocking("void b(); void a() {\nb(); }\n"
                     "void b() {\na(); nap(); }\n"
                     "task<> f() {\na(); co_return; }"),
            "7 > 3 > 5 > 1");
  EXPECT_EQ(blocking("void a() { a(); } task<> f() { a(); co_return; }"), "");
}

TEST(CallGraphTest, DefaultArgumentsAndDestructors) {
  EXPECT_EQ(blocking("int slow() { nap(); return 1; }\n"
                     "void g(int = slow());\n"
                     "task<> f() {\ng();\ng(2); co_return; }"),
            "5 > 2 > 1");
  EXPECT_EQ(blocking("struct S { ~S() { nap(); } };\n"
                     "task<> f() {\nS s; co_return; }"),
            "4 > 2 > 1");
}

TEST(CallGraphTest, VirtualCallsAreSkippedUnlessTheClassIsKnown) {
  const std::string Class = "struct S { virtual void m() { nap(); } };\n";
  EXPECT_EQ(blocking(Class + "task<> f(S &s) { s.m(); co_return; }"), "");
  EXPECT_EQ(blocking(Class + "task<> f() { S s;\ns.m(); co_return; }"),
            "4 > 2 > 1");
}

TEST(CallGraphTest, LambdasCountOnlyWhereTheyAreCalled) {
  EXPECT_EQ(blocking("task<> f() { auto g = [] { nap(); }; co_return; }"), "");
  EXPECT_EQ(blocking("task<> f() { auto g = [] { nap(); };\n"
                     "g(); co_return; }"),
            "3 > 2 > 1");
  EXPECT_EQ(blocking("task<> f(int *p) {\n"
                     "std::for_each(p, p, [](int) {\nnap(); });\n"
                     "co_return; }"),
            "3 > 4 > 1");
}

TEST(CallGraphTest, OtherCoroutinesAreNotEntered) {
  EXPECT_EQ(blocking("task<> g() { nap(); co_return; }\n"
                     "task<> f() { co_await g(); }"),
            "");
}

TEST(CallGraphTest, DeadCodeDoesNotBlock) {
  EXPECT_EQ(blocking("task<> f() { co_return; nap(); }"), "");
}

} // namespace
} // namespace corolint
