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

TEST(CallGraphTest, VirtualCallsBlockIfEveryOverrideDoes) {
  const std::string Class = "struct S { virtual void m() { nap(); } };\n";
  EXPECT_EQ(blocking(Class + "task<> f(S &s) {\ns.m(); co_return; }"),
            "4 > 2 > 1");
  EXPECT_EQ(blocking(Class + "struct D : S { void m() override {} };\n"
                             "task<> f(S &s) { s.m(); co_return; }"),
            "");
  EXPECT_EQ(blocking(Class + "struct D : S { void m() override; };\n"
                             "task<> f(S &s) { s.m(); co_return; }"),
            "");
  EXPECT_EQ(blocking("struct S { virtual void m() = 0; };\n"
                     "task<> f(S &s) { s.m(); co_return; }"),
            "");
  EXPECT_EQ(blocking("struct S { virtual void m() = 0; };\n"
                     "struct A : S { void m() override {\nnap(); nap(); } };\n"
                     "void more() { nap(); }\n"
                     "struct B : S { void m() override { more(); } };\n"
                     "task<> f(S &s) {\ns.m(); co_return; }"),
            "8 > 4 > 1");
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

TEST(CallGraphTest, CallablesRunWhereTheyAreCalled) {
  EXPECT_EQ(blocking("task<> f() {\nvoid (*p)() = nap;\np(); co_return; }"),
            "4 > 1");
  EXPECT_EQ(blocking("void other();\ntask<> f(bool b) {\n"
                     "void (*p)() = nap; if (b) p = other;\np(); co_return; }"),
            "");
  EXPECT_EQ(blocking("void run(void (*p)()) { p(); }\n"
                     "task<> f() {\nrun(nap); co_return; }"),
            "4 > 1");
  EXPECT_EQ(blocking("void keep(void (*p)()) { std::thread t(p); }\n"
                     "task<> f() {\nkeep(nap); co_return; }"),
            "");
  EXPECT_EQ(blocking("template <class F> void run(F g) {\ng(); }\n"
                     "task<> f() {\nrun([] {\nnap(); }); co_return; }"),
            "5 > 3 > 6 > 1");
}

TEST(CallGraphTest, SpecialMembersNobodyWrote) {
  const std::string Slow = "struct Slow { Slow() { nap(); } };\n"
                           "struct Flush { ~Flush() { nap(); } };\n";
  EXPECT_EQ(blocking(Slow + "struct S { int i = 0; Slow s; };\n"
                            "task<> f() {\nS s; co_return; }"),
            "6 > 4 > 2 > 1");
  EXPECT_EQ(blocking(Slow + "struct S { Flush s; };\n"
                            "task<> f() {\nS s; co_return; }"),
            "6 > 4 > 3 > 1");
  EXPECT_EQ(blocking(Slow + "union U { U(); ~U() {} Flush s; };\n"
                            "task<> f() {\nU u; co_return; }"),
            "");
}

TEST(CallGraphTest, NothingCountsOnTheWayToTheEndOfTheProgram) {
  EXPECT_EQ(
      blocking("[[noreturn]] void die();\n"
               "task<> f(bool b) { if (b) { nap(); die(); } co_return; }"),
      "");
  EXPECT_EQ(blocking("task<> f() {\nfor (;;)\nnap(); co_return; }"), "4 > 1");
}

TEST(CallGraphTest, ExecutorsAreFollowed) {
  const std::string Switches =
      "[[clang::annotate(\"corolint:switches-executor;blocking=yes\")]]\n"
      "task<> away();\n"
      "[[clang::annotate(\"corolint:switches-executor;blocking=no\")]]\n"
      "task<> back();\n";
  EXPECT_EQ(blocking(Switches + "task<> f() {\nco_await away();\nnap();\n"
                                "co_await back();\nnap(); }"),
            "10 > 1");
  EXPECT_EQ(blocking(Switches + "task<> f(bool b) {\nif (b) co_await away();\n"
                                "nap(); }"),
            "8 > 1");
}

TEST(CallGraphTest, WaitsForTasksAreChainsOfTheirOwn) {
  const ModelCode M(
      "[[clang::annotate(\"corolint:waits-for-task\")]] void sync();\n"
      "void g() { sync(); }\n"
      "void nap() { std::this_thread::sleep_for(1); }\n"
      "task<> f() { g(); nap(); co_return; }\n"
      "void plain() { nap(); }\n");
  const Function &F = M.function("f");
  const CallChains Waits =
      taskWaitChains(M.model(), M.roles(), CallChains::From::Coroutines);
  const auto Chain = Waits.chain(F);
  ASSERT_TRUE(Chain);
  EXPECT_EQ(Chain->Links.size(), 2u);
  EXPECT_EQ(M.line(Chain->Links[1].Site->Where), 2u);
  EXPECT_EQ(Chain->End->Kind, RoleKind::WaitsForTask);

  const CallChains Blocks =
      blockingChains(M.model(), M.roles(), CallChains::From::AllFunctions,
                     [](const Role &) { return false; });
  EXPECT_FALSE(Blocks.chain(M.function("g")));
  EXPECT_TRUE(Blocks.chain(M.function("plain")));
  EXPECT_EQ(Blocks.chain(F)->Links.size(), 2u);
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
