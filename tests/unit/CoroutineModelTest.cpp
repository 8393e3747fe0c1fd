/// \file
/// Tests of the coroutine model: which functions a file has, and where its
/// coroutines suspend.

#include "ModelTestSupport.h"

namespace corolint {
namespace {

using Names = std::vector<std::string>;

/// `await:3 yield:4-` …: kind and line of each suspension point, with a minus
/// where it is proven never to suspend.
std::string suspensions(const ModelCode &M, const Function &F) {
  std::string Text;
  for (const SuspensionPoint &P : F.Suspensions) {
    if (!Text.empty())
      Text += ' ';
    switch (P.At) {
    case SuspensionPoint::Kind::Initial:
      Text += "initial:";
      break;
    case SuspensionPoint::Kind::Await:
      Text += "await:";
      break;
    case SuspensionPoint::Kind::Yield:
      Text += "yield:";
      break;
    case SuspensionPoint::Kind::Final:
      Text += "final:";
      break;
    }
    Text += std::to_string(M.line(P.Where)) + (P.Suspends ? "" : "-");
  }
  return Text;
}

std::string suspensions(llvm::StringRef Code, llvm::StringRef Name = "f") {
  const ModelCode M(Code);
  return suspensions(M, M.function(Name));
}

TEST(CoroutineModelTest, PlainFunctionHasNoSuspensions) {
  const ModelCode M("void f() {}\ntask<> make();\nvoid g() { make(); }");
  EXPECT_EQ(M.names(), (Names{"f", "g"}));
  EXPECT_TRUE(M.model().coroutines().empty());
  EXPECT_FALSE(M.function("g").isCoroutine());
  EXPECT_TRUE(M.function("g").Suspensions.empty());
}

TEST(CoroutineModelTest, ImplicitSuspensionsFirstAndLast) {
  EXPECT_EQ(suspensions("task<>\nf() {\nco_return;\n}"), "initial:2 final:4");
  const ModelCode M("task<> f(task<> t) { co_await t; }");
  const auto &Points = M.function("f").Suspensions;
  ASSERT_EQ(Points.size(), 3u);
  EXPECT_TRUE(Points[0].isImplicit());
  EXPECT_EQ(Points[0].Expr, nullptr);
  EXPECT_FALSE(Points[1].isImplicit());
  EXPECT_NE(Points[1].Expr, nullptr);
  EXPECT_TRUE(Points[2].isImplicit());
}

TEST(CoroutineModelTest, EagerTypesDoNotSuspendImplicitly) {
  EXPECT_EQ(suspensions("eager f() { co_await reading<>();\n}"),
            "initial:1- await:1 final:2-");
}

TEST(CoroutineModelTest, NeverSuspendingAwaiters) {
  EXPECT_EQ(suspensions("task<> f() {\nco_await ready_now();\n"
                        "co_await std::suspend_never();\n"
                        "co_await std::suspend_always();\n"
                        "co_await reading<>();\n}"),
            "initial:1 await:2- await:3- await:4 await:5 final:6");
}

TEST(CoroutineModelTest, NeverSuspendingBehindOperatorCoAwait) {
  EXPECT_EQ(suspensions("struct now { ready_now operator co_await(); };\n"
                        "task<> f() { co_await now(); }"),
            "initial:2 await:2- final:2");
}

TEST(CoroutineModelTest, SourceOrderWithinOneStatement) {
  EXPECT_EQ(suspensions("int sum(int, int);\n"
                        "task<int> f(task<int> a, task<int> b) {\n"
                        "co_return sum(co_await a,\n"
                        "co_await b) +\n"
                        "co_await ready_now();\n}"),
            "initial:2 await:3 await:4 await:5- final:6");
}

TEST(CoroutineModelTest, Yields) {
  EXPECT_EQ(suspensions("generator<int> f() {\nco_yield 1;\nco_yield 2;\n}"),
            "initial:1 yield:2 yield:3 final:4");
}

TEST(CoroutineModelTest, SuspensionsInEveryKindOfStatement) {
  EXPECT_EQ(suspensions("task<> f(task<bool> t) {\n"
                        "if (bool b = co_await t; b)\n"
                        "{ while (co_await t)\n"
                        ";}\n"
                        "switch (co_await ready_now()) { case 1:\n"
                        "co_await t; }\n"
                        "try { co_await t; } catch (...) {}\n"
                        "}"),
            "initial:1 await:2 await:3 await:5- await:6 await:7 final:8");
}

TEST(CoroutineModelTest, NestedLambdasAndLocalClassesAreOtherFunctions) {
  const ModelCode M("task<> f(task<> t) {\n"
                    "auto g = [&]() -> task<> {\nco_await t;\n};\n"
                    "struct L { task<> m(task<> t) {\nco_await t; } };\n"
                    "co_await g();\n}");
  EXPECT_EQ(suspensions(M, M.function("f")), "initial:1 await:7 final:8");
  EXPECT_EQ(suspensions(M, M.function("a lambda")),
            "initial:2 await:3 final:4");
  EXPECT_EQ(suspensions(M, M.function("L::m")), "initial:5 await:6 final:6");
}

TEST(CoroutineModelTest, InitCapturesBelongToTheEnclosingFunction) {
  const ModelCode M("task<> f(task<int> t) {\n"
                    "auto g = [n = co_await t] { return n; };\n"
                    "co_return;\n}");
  EXPECT_EQ(suspensions(M, M.function("f")), "initial:1 await:2 final:4");
  EXPECT_FALSE(M.function("a lambda").isCoroutine());
}

TEST(CoroutineModelTest, SuspensionAtFindsOnlyItsOwn) {
  const ModelCode M("task<> f(task<> t) { co_await t; co_await t; }");
  const Function &F = M.function("f");
  for (const SuspensionPoint &P : F.Suspensions)
    if (P.Expr) {
      EXPECT_EQ(F.suspensionAt(P.Expr), &P);
    }
  EXPECT_EQ(F.suspensionAt(nullptr), nullptr)
      << "not the implicit ones, whose expression is null";
  EXPECT_EQ(F.suspensionAt(F.Body), nullptr);
}

TEST(CoroutineModelTest, Generators) {
  const ModelCode M("generator<int> f() { co_yield 1; }\n"
                    "task<> g() { co_return; }");
  EXPECT_TRUE(M.function("f").isGenerator());
  EXPECT_FALSE(M.function("g").isGenerator());
}

TEST(CoroutineModelTest, WhoeverAlsoAwaitsIsNoGenerator) {
  const ModelCode M(
      "struct mixed { struct promise_type {\n"
      "mixed get_return_object(); std::suspend_always initial_suspend();\n"
      "std::suspend_always final_suspend() noexcept; void return_void();\n"
      "void unhandled_exception(); std::suspend_always yield_value(int);\n"
      "void await_transform(int) = delete;\n"
      "reading<> await_transform(reading<>); }; };\n"
      "mixed f() { co_yield 1; }\n"
      "mixed g() { co_await reading<>(); co_yield 1; }");
  EXPECT_TRUE(M.function("f").isGenerator())
      << "it only yields, and nobody can await it";
  EXPECT_FALSE(M.function("g").isGenerator());
}

TEST(CoroutineModelTest, FindsEveryKindOfFunctionInSourceOrder) {
  const ModelCode M("struct S { S() {} ~S() {} void m() {} static void s() {}\n"
                    "operator int() { return 1; } };\n"
                    "void f() {}\n"
                    "auto g = [] {};\n"
                    "namespace n { void h(); }\n"
                    "void n::h() { struct T { void k() {} }; }");
  EXPECT_EQ(M.names(),
            (Names{"S::S", "S::~S", "S::m", "S::s", "S::operator int", "f",
                   "a lambda", "h", "T::k"}));
}

TEST(CoroutineModelTest, DeclarationsAndDefaultedFunctionsAreNoFunctions) {
  const ModelCode M("void f(); struct S { S() = default; S(int) = delete; };\n"
                    "S s; extern S t;");
  EXPECT_EQ(M.names(), Names());
}

TEST(CoroutineModelTest, FindsByAnyRedeclaration) {
  const ModelCode M("void f();\nvoid f() {}\nvoid f();\nvoid g();");
  const Function &F = M.function("f");
  for (const clang::FunctionDecl *Redecl : F.Decl.redecls())
    EXPECT_EQ(M.model().find(Redecl), &F);
  EXPECT_EQ(M.model().find(nullptr), nullptr);
  EXPECT_EQ(M.model().find(&M.parsed().decl<clang::FunctionDecl>("g")),
            nullptr);
}

TEST(CoroutineModelTest, InstantiationsReplaceThePattern) {
  const ModelCode M("template <class T> task<> f(T t) { co_await t; }\n"
                    "void g() { f(reading<>()); f(ready_now()); }");
  EXPECT_EQ(M.names(), (Names{"f", "f", "g"}));
  ASSERT_EQ(M.model().coroutines().size(), 2u);
  std::vector<bool> Suspends;
  for (const Function *F : M.model().coroutines()) {
    EXPECT_FALSE(F->Decl.isDependentContext());
    Suspends.push_back(F->Suspensions.at(1).Suspends);
  }
  EXPECT_NE(Suspends[0], Suspends[1]);
}

TEST(CoroutineModelTest, PatternAloneIsKept) {
  const ModelCode M("template <class T> task<> f(T t) {\nco_await t;\n}");
  ASSERT_EQ(M.model().coroutines().size(), 1u);
  const Function &F = M.function("f");
  EXPECT_TRUE(F.Decl.isDependentContext());
  EXPECT_EQ(suspensions(M, F), "initial:1 await:2 final:3");
}

TEST(CoroutineModelTest, DependentReturnType) {
  const ModelCode M("template <class T> T f(reading<> r) { co_await r; }\n"
                    "template <class T> struct S {\n"
                    "  task<T> m(T t) { co_await t; co_return t; } };");
  ASSERT_EQ(M.model().coroutines().size(), 2u);
  for (const Function *F : M.model().coroutines()) {
    EXPECT_EQ(F->Suspensions.size(), 3u);
    EXPECT_TRUE(F->Suspensions[1].Suspends);
  }
}

TEST(CoroutineModelTest, GenericLambdas) {
  const ModelCode Unused("auto f = [](auto t) -> task<> { co_await t; };");
  EXPECT_EQ(Unused.model().coroutines().size(), 1u);
  const ModelCode Used("auto f = [](auto t) -> task<> { co_await t; };\n"
                       "void g() { f(reading<>()); f(ready_now()); }");
  EXPECT_EQ(Used.model().coroutines().size(), 2u);
}

TEST(CoroutineModelTest, MembersOfInstantiatedClassTemplates) {
  const ModelCode M("template <class T> struct S {\n"
                    "task<> used(T t) { co_await t; }\n"
                    "task<> unused(T t) { co_await t; } };\n"
                    "void g(S<reading<>> s, reading<> r) { s.used(r); }");
  ASSERT_EQ(M.model().coroutines().size(), 2u);
  EXPECT_FALSE(M.function("S::used").Decl.isDependentContext());
  EXPECT_TRUE(M.function("S::unused").Decl.isDependentContext());
}

TEST(CoroutineModelTest, HeadersAreInScopeUnlessTheyAreSystemHeaders) {
  const ModelCode M("# 1 \"mine.h\" 1\n"
                    "inline void mine() {}\n"
                    "# 1 \"theirs.h\" 1 3\n"
                    "inline void theirs() {}\n"
                    "inline task<> theirs_too() { co_return; }\n"
                    "# 3 \"mine.h\" 2\n"
                    "# 2 \"input.cpp\" 2\n"
                    "void f() {}\n");
  EXPECT_EQ(M.names(), (Names{"mine", "f"}));
}

TEST(CoroutineModelTest, MacrosOfSystemHeadersUsedHereAreInScope) {
  const ModelCode M("# 1 \"theirs.h\" 1 3\n"
                    "#define TEST_CASE(name) task<> name()\n"
                    "# 2 \"input.cpp\" 2\n"
                    "TEST_CASE(f) { co_return; }\n");
  EXPECT_EQ(M.names(), (Names{"f"}));
}

TEST(CoroutineModelTest, CoroutineWithFunctionTryBlock) {
  const ModelCode M("task<> f(task<> t) try { co_await t; }\n"
                    "catch (int) { }");
  const Function &F = M.function("f");
  EXPECT_EQ(F.Suspensions.size(), 3u);
  EXPECT_EQ(M.line(F.Suspensions[1].Where), 1u);
  EXPECT_NE(F.cfg(), nullptr);
}

TEST(CoroutineModelTest, CfgHasEachAwaitOnceAndAfterItsOperand) {
  const ModelCode M("task<int> g(); task<> f() { co_await g(); }");
  const Function &F = M.function("f");
  ASSERT_NE(F.cfg(), nullptr);
  EXPECT_EQ(F.cfg(), F.cfg()) << "built once";
  std::vector<const clang::Stmt *> Order;
  for (const clang::CFGBlock *Block : *F.cfg())
    for (const clang::CFGElement &E : *Block)
      if (const auto S = E.getAs<clang::CFGStmt>())
        if (F.suspensionAt(S->getStmt()) ||
            llvm::isa<clang::CallExpr>(S->getStmt()))
          Order.push_back(S->getStmt());
  ASSERT_GE(Order.size(), 2u);
  EXPECT_EQ(llvm::count_if(Order,
                           [&](const clang::Stmt *S) {
                             return F.suspensionAt(S) != nullptr;
                           }),
            1);
  EXPECT_TRUE(F.suspensionAt(Order.back()));
}

TEST(CoroutineModelTest, NastyTemplatesDoNotCrash) {
  const ModelCode M(R"cpp(
template <class... T> task<> pack(T... t) { (co_await t, ...); }
template <class... T> task<> captured(T... t) {
  auto f = [...u = std::move(t)]() mutable -> task<> { (co_await u, ...); };
  co_await f();
}
template <class T> task<> branches(T t) {
  if constexpr (requires { t.await_ready(); }) { co_await t; }
  else { co_await t(); }
}
template <class T> task<> bound(T t) {
  auto [a, b] = t;
  auto &[c, d] = co_await t;
  co_await a; co_yield c;
}
template <class T> void defaulted(T t = [](auto u) -> task<> { co_await u; }(1));
auto any(auto t) -> task<> { for (auto &&x : t) co_await x; }
template <class T> task<> handler(T t) try { co_await t; } catch (T &e) { co_return; }
template <class T> struct holder {
  T t; task<> m = [](auto self) -> task<> { co_await self; }(this);
  task<> n() { co_await this->t; co_await t.x(); }
};
template <template <class> class C, class T> C<T> shape(T t) { co_return co_await t; }
void lambda(reading<> r = {}, task<> (*p)(reading<>) =
                [](reading<> r) -> task<> { co_await r; });
)cpp");
  EXPECT_GE(M.model().coroutines().size(), 9u);
  for (const auto &F : M.model().functions()) {
    F->cfg();
    Conditions Tests(*F);
    if (F->isCoroutine()) {
      EXPECT_GE(F->Suspensions.size(), 2u) << F->name();
    }
  }
}

} // namespace
} // namespace corolint
