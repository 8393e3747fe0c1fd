/// \file
/// Tests of sinks: what calls do with callables and tasks they are given.

#include "ModelTestSupport.h"

#include "checks/model/Sinks.h"

#include "clang/ASTMatchers/ASTMatchFinder.h"
#include "clang/ASTMatchers/ASTMatchers.h"

namespace corolint {
namespace {

/// The role of the call of \p Callee in `f` for its argument \p Index:
/// `spawn`, `stores-callable`, or `none`.
std::string roleIn(llvm::StringRef Code, llvm::StringRef Callee = "g",
                   unsigned Index = 0) {
  using namespace clang::ast_matchers;
  const ModelCode M(("struct callable { void operator()() const; };\n"
                     "extern callable kept; void use(int);\n" +
                     Code)
                        .str());
  Sinks All(M.model(), M.roles());
  for (const auto &Match :
       match(traverse(clang::TK_IgnoreUnlessSpelledInSource,
                      callExpr(callee(functionDecl(hasName(Callee))),
                               hasAncestor(functionDecl(hasName("f"))))
                          .bind("call")),
             M.ast()))
    if (const auto Role =
            All.of(*Match.getNodeAs<clang::CallExpr>("call"), Index))
      return spelling(Role->Kind).str();
  return "none";
}

constexpr llvm::StringLiteral Call = "void f() { g(callable()); }";

TEST(SinksTest, FromTheTable) {
  EXPECT_EQ(roleIn("void f() { corort::spawn([]() -> task<> { co_return; });"
                   " }",
                   "spawn"),
            "spawn");
}

TEST(SinksTest, Spawned) {
  EXPECT_EQ(
      roleIn(("void g(callable c) { std::thread(c).detach(); }" + Call).str()),
      "spawn");
  EXPECT_EQ(roleIn(("template <class F> void g(F c) {"
                    " std::thread(std::move(c)).detach(); }" +
                    Call)
                       .str()),
            "spawn");
}

TEST(SinksTest, SpawnedInALambda) {
  EXPECT_EQ(roleIn(("void g(callable c) {"
                    " std::thread([c] { c(); }).detach(); }" +
                    Call)
                       .str()),
            "spawn");
}

TEST(SinksTest, SpawnedThroughLevels) {
  EXPECT_EQ(roleIn(("void h(callable c) { std::thread(c).detach(); }"
                    "void g(callable c) { h(std::move(c)); }" +
                    Call)
                       .str()),
            "spawn");
  EXPECT_EQ(roleIn(("void h(callable c) { std::thread(c).detach(); }"
                    "template <class F> void i(F c) { h(c); }"
                    "void g(callable c) { i(c); }" +
                    Call)
                       .str()),
            "spawn");
}

TEST(SinksTest, WhichArgument) {
  const std::string Code =
      "void g(callable a, callable b) { std::thread(b).detach(); a(); }"
      "void f() { g(callable(), callable()); }";
  EXPECT_EQ(roleIn(Code, "g", 0), "none");
  EXPECT_EQ(roleIn(Code, "g", 1), "spawn");
}

TEST(SinksTest, Stored) {
  EXPECT_EQ(roleIn(("void g(callable c) { kept = c; }" + Call).str()),
            "stores-callable");
  EXPECT_EQ(roleIn("struct S { callable c_; void g(callable c) { c_ = c; } };"
                   "void f(S &s) { s.g(callable()); }"),
            "stores-callable");
}

TEST(SinksTest, CalledNow) {
  EXPECT_EQ(roleIn(("void g(callable c) { c(); }" + Call).str()), "none");
  EXPECT_EQ(roleIn(("void h(callable c) { c(); }"
                    "void g(callable c) { h(c); }" +
                    Call)
                       .str()),
            "none");
}

TEST(SinksTest, Joined) {
  EXPECT_EQ(
      roleIn(
          ("void g(callable c) { std::thread t(c); t.join(); }" + Call).str()),
      "none");
}

TEST(SinksTest, Unknown) {
  EXPECT_EQ(roleIn(("void g(callable c);" + Call).str()), "none");
  EXPECT_EQ(roleIn(("void g(callable c) {}" + Call).str()), "none");
}

TEST(SinksTest, FunctionsThatCallEachOther) {
  EXPECT_EQ(roleIn(("void g(callable c); void h(callable c) { g(c); }"
                    "void g(callable c) { h(c); }" +
                    Call)
                       .str()),
            "none");
}

} // namespace
} // namespace corolint
