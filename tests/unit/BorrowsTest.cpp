/// \file
/// Tests of borrows: what the value of an expression refers to.

#include "ModelTestSupport.h"

#include "checks/model/Borrows.h"

#include "clang/ASTMatchers/ASTMatchFinder.h"
#include "clang/ASTMatchers/ASTMatchers.h"
#include "llvm/ADT/StringExtras.h"
#include <set>

namespace corolint {
namespace {

std::string text(const Borrow &B) {
  std::string Text;
  switch (B.How) {
  case Borrow::Kind::Reference:
    Text = "reference";
    break;
  case Borrow::Kind::Pointer:
    Text = "pointer";
    break;
  case Borrow::Kind::View:
    Text = "view";
    break;
  case Borrow::Kind::This:
    return "this";
  case Borrow::Kind::Closure:
    Text = "closure";
    break;
  }
  if (B.Of)
    return Text + " " + B.Of->getNameAsString();
  return Text + (B.Temporary ? " temporary" : " nothing");
}

/// `pointer x, reference y`: what the variable `it` refers to, which \p Code
/// declares, in alphabetical order.
std::string carried(llvm::StringRef Code) {
  using namespace clang::ast_matchers;
  const ModelCode M(("struct Point { int x, y; };\n"
                     "task<> by_ref(const int &); task<> by_pointer(int *);\n"
                     "task<> by_value(int); task<> by_text(std::string);\n"
                     "struct Pair { int *first; int &second; };\n"
                     "void use(int); int make(); extern int global;\n" +
                     Code)
                        .str());
  Borrows All(M.model(), M.roles());
  const auto &Var = M.parsed().decl<clang::VarDecl>("it");
  llvm::SmallVector<Borrow, 4> Found;
  All.carriedBy(*Var.getInit(), Var.getLocation(), Found);
  std::set<std::string> Texts;
  for (const Borrow &B : Found)
    Texts.insert(text(B));
  return llvm::join(Texts, ", ");
}

/// The same inside of a function that has the locals `x`, `y` and `point`.
std::string inFunction(llvm::StringRef Statement) {
  return carried(("void f(int value, int &theirs) {"
                  " int x = 0, y = 0; Point point{};" +
                  Statement + " }")
                     .str());
}

TEST(BorrowsTest, Pointers) {
  EXPECT_EQ(inFunction("int *it = &x;"), "pointer x");
  EXPECT_EQ(inFunction("int *p = &x; int *it = p;"), "pointer x");
  EXPECT_EQ(inFunction("int *it = &point.y;"), "pointer point");
  EXPECT_EQ(inFunction("int array[3]; int *it = array;"), "pointer array");
  EXPECT_EQ(inFunction("int *it = make() ? &x : &y;"), "pointer x, pointer y");
  EXPECT_EQ(inFunction("int &same = x; int *it = &same;"), "pointer x");
  EXPECT_EQ(inFunction("int *it = nullptr;"), "");
}

TEST(BorrowsTest, ValuesReferToNothing) {
  EXPECT_EQ(inFunction("int it = x;"), "");
  EXPECT_EQ(inFunction("Point it = point;"), "");
  EXPECT_EQ(inFunction("auto it = [x] { use(x); };"), "");
  EXPECT_EQ(inFunction("auto it = by_value(x);"), "");
}

TEST(BorrowsTest, Captures) {
  EXPECT_EQ(inFunction("auto it = [&x] { use(x); };"), "reference x");
  EXPECT_EQ(inFunction("auto it = [&] { use(x + y); };"),
            "reference x, reference y");
  EXPECT_EQ(inFunction("auto it = [p = &x] { use(*p); };"), "pointer x");
  EXPECT_EQ(inFunction("auto it = [&r = x] { use(r); };"), "reference x");
  EXPECT_EQ(inFunction("auto inner = [&x] { use(x); };"
                       " auto it = [inner] { inner(); };"),
            "reference x");
  EXPECT_EQ(inFunction("auto it = [] { use(global); };"), "");
}

TEST(BorrowsTest, ArgumentsOfCoroutines) {
  EXPECT_EQ(inFunction("auto it = by_ref(x);"), "reference x");
  EXPECT_EQ(inFunction("auto it = by_ref(make());"), "reference temporary");
  EXPECT_EQ(inFunction("auto it = by_ref(1);"), "reference temporary");
  EXPECT_EQ(inFunction("auto it = by_pointer(&x);"), "pointer x");
  EXPECT_EQ(inFunction("auto it = by_text(\"x\");"), "");
  EXPECT_EQ(inFunction("auto it = by_ref(theirs);"), "reference theirs")
      << "what the caller has bound to it";
}

TEST(BorrowsTest, CalledLambdas) {
  EXPECT_EQ(inFunction("auto it = [x]() -> task<> { use(x); co_return; }();"),
            "closure temporary");
  EXPECT_EQ(inFunction("auto body = [x]() -> task<> { use(x); co_return; };"
                       " auto it = body();"),
            "closure body");
  EXPECT_EQ(inFunction("auto it = []() -> task<> { co_return; }();"), "");
  EXPECT_EQ(inFunction("auto it = [](int n) -> task<> { use(n); co_return; }"
                       "(x);"),
            "");
}

TEST(BorrowsTest, ParametersThatStayUnread) {
  EXPECT_EQ(carried("task<> ignores(const int &) { co_return; }"
                    "void f() { int x = 0; auto it = ignores(x); }"),
            "");
  EXPECT_EQ(carried("eager early(const int &n) {"
                    " use(n); co_await ready_now(); co_await reading<>(); }"
                    "void f() { int x = 0; auto it = early(x); }"),
            "")
      << "read before it suspends";
}

TEST(BorrowsTest, Aggregates) {
  EXPECT_EQ(inFunction("Pair it{&x, y};"), "pointer x, reference y");
  EXPECT_EQ(inFunction("Pair pair{&x, y}; Pair it = pair;"),
            "pointer x, reference y");
}

TEST(BorrowsTest, ResultsOfFunctions) {
  EXPECT_EQ(carried("int *address(int &n) { return &n; }"
                    "void f() { int x = 0; int *it = address(x); }"),
            "pointer x");
  EXPECT_EQ(carried("task<> wrapped(const int &n) { return by_ref(n); }"
                    "void f() { int x = 0; auto it = wrapped(x); }"),
            "reference x");
  EXPECT_EQ(carried("task<> copied(const int &n) { return by_value(n); }"
                    "void f() { int x = 0; auto it = copied(x); }"),
            "");
  EXPECT_EQ(carried("int *unknown(int &);"
                    "void f() { int x = 0; int *it = unknown(x); }"),
            "");
  EXPECT_EQ(carried("int *named(int &n [[clang::lifetimebound]]);"
                    "void f() { int x = 0; int *it = named(x); }"),
            "pointer x");
}

TEST(BorrowsTest, This) {
  EXPECT_EQ(carried("struct S { int n; void f() {"
                    " auto it = [this] { use(n); }; } };"),
            "this");
  EXPECT_EQ(carried("struct S { int n; void f() {"
                    " auto it = [*this] { use(n); }; } };"),
            "");
  EXPECT_EQ(carried("struct S { int n; task<> run();"
                    " void f() { auto it = run(); } };"),
            "this");
  EXPECT_EQ(carried("struct S { int n; task<> run(); };"
                    "void f() { S s; auto it = s.run(); }"),
            "reference s");
}

TEST(BorrowsTest, MayBorrow) {
  const ModelCode M("struct Plain { int n; }; struct Holder { int *p; };"
                    "int i; int *p; Plain plain; Holder holder; task<> *t;"
                    "std::string text;");
  Borrows All(M.model(), M.roles());
  const auto May = [&](llvm::StringRef Name) {
    return All.mayBorrow(M.parsed().type(Name));
  };
  EXPECT_FALSE(May("i"));
  EXPECT_TRUE(May("p"));
  EXPECT_FALSE(May("plain"));
  EXPECT_TRUE(May("holder"));
  EXPECT_FALSE(May("text"));
}

} // namespace
} // namespace corolint
