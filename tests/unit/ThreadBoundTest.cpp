/// \file
/// Tests of what belongs to one thread across suspensions: objects, sections,
/// references to thread-local storage, errno.

#include "ModelTestSupport.h"

#include "checks/model/ThreadBound.h"

namespace corolint {
namespace {

constexpr llvm::StringLiteral Prelude =
    "extern \"C\" { void rcu_read_lock(); void rcu_read_unlock(); }\n"
    "thread_local bool depth;\n"
    "struct scope { scope() { depth = true; } ~scope() { depth = false; }\n"
    "  scope(scope &&) noexcept; void end(); void note(int) const; };\n"
    "struct holder { int n; scope s; };\n"
    "struct pair { int a; int b; }; thread_local pair both; pair any;\n"
    "bool ready(); task<> work(); void use(int); void look(const scope &);\n"
    "void change(scope &); void sink(scope); scope make();\n"
    "pair &get() { return both; }\n"
    "void enter() { rcu_read_lock(); }\n"
    "void leave() { rcu_read_unlock(); }\n"
    "# 1\n";

/// `s@2@3` for each thing of `f` that lasts through suspensions (name and the
/// lines of those), with its way behind `if`.
std::string lasting(llvm::StringRef Body) {
  const ModelCode M((Prelude + Body).str());
  std::string Text;
  for (const BoundScope &Scope :
       boundScopesAtSuspensions(M.function("f"), M.model(), M.roles())) {
    Text += (Text.empty() ? "" : "; ") + Scope.Name;
    for (const SuspensionPoint *Point : Scope.Suspensions)
      Text += "@" + std::to_string(M.line(Point->Where));
    if (!Scope.Way.empty())
      Text += " if " + M.way(Scope.Way);
  }
  return Text;
}

std::string lastingIn(llvm::StringRef Statements) {
  return lasting(("task<> f(bool a) {\n" + Statements + "\n}").str());
}

/// `name(source)@2>3` for each thing of `f` that is used after suspensions (the
/// lines of those, and of the uses).
std::string stale(llvm::StringRef Body) {
  const ModelCode M((Prelude + Body).str());
  std::string Text;
  for (const StaleUse &Use : staleThreadUses(M.function("f"), M.roles())) {
    Text += (Text.empty() ? "" : "; ") + Use.Name + "(" + Use.Source + ")";
    for (const SuspensionPoint *Point : Use.Suspensions)
      Text += "@" + std::to_string(M.line(Point->Where));
    for (clang::SourceLocation Where : Use.Uses)
      Text += ">" + std::to_string(M.line(Where));
  }
  return Text;
}

std::string staleIn(llvm::StringRef Statements) {
  return stale(("task<> f(bool a) {\n" + Statements + "\n}").str());
}

TEST(ThreadBoundTest, Objects) {
  EXPECT_EQ(lastingIn("scope s; co_await work();"), "s@2");
  EXPECT_EQ(lastingIn("{ scope s; } co_await work();"), "");
  EXPECT_EQ(lastingIn("co_await work(); scope s;"), "");
  EXPECT_EQ(lastingIn("auto s = make(); co_await work();"), "s@2");
  EXPECT_EQ(lastingIn("const scope &s = make(); co_await work();"), "s@2");
  EXPECT_EQ(lastingIn("holder h{1}; co_await work();"), "h@2");
  EXPECT_EQ(lastingIn("scope s;\nco_await work();\nco_await ready_now();\n"
                      "co_await work();"),
            "s@3@5");
}

TEST(ThreadBoundTest, ObjectsThatLeave) {
  EXPECT_EQ(lastingIn("scope s; s.end(); co_await work();"), "");
  EXPECT_EQ(lastingIn("scope s; sink(std::move(s)); co_await work();"), "");
  EXPECT_EQ(lastingIn("scope s; scope t = std::move(s); co_await work();"),
            "t@2");
  EXPECT_EQ(lastingIn("scope s; holder h{1, std::move(s)}; co_await work();"),
            "h@2");
  EXPECT_EQ(lastingIn("scope s; look(s); s.note(1); co_await work();"), "s@2");
  EXPECT_EQ(lastingIn("scope s; change(s); co_await work();"), "")
      << "nobody knows";
  EXPECT_EQ(lastingIn("scope s; auto f = [&] { s.end(); }; co_await work();"),
            "");
  EXPECT_EQ(lastingIn("scope s; if (a) s.end(); co_await work();"),
            "s@2 if false: a");
}

TEST(ThreadBoundTest, ParametersLiveInTheFrame) {
  EXPECT_EQ(lasting("task<>\nf(scope s) {\nco_return;\n}"), "s@2@4");
  EXPECT_EQ(lasting("task<>\nf(scope &s) {\nco_await work();\n}"), "");
}

TEST(ThreadBoundTest, GeneratorsAndPlainFunctions) {
  EXPECT_EQ(lasting("generator<int> f() { scope s; co_yield 1; }"), "");
  EXPECT_EQ(lasting("void f() { scope s; }"), "");
}

TEST(ThreadBoundTest, Sections) {
  EXPECT_EQ(lastingIn("rcu_read_lock(); co_await work(); rcu_read_unlock();"),
            "rcu_read_lock@2");
  EXPECT_EQ(lastingIn("rcu_read_lock(); rcu_read_unlock(); co_await work();"),
            "");
  EXPECT_EQ(lastingIn("rcu_read_lock(); co_await work();"), "")
      << "nothing says that it is to end";
  EXPECT_EQ(lastingIn("enter(); co_await work(); leave();"), "rcu_read_lock@2");
  EXPECT_EQ(lastingIn("rcu_read_lock(); leave(); co_await work();"), "");
  EXPECT_EQ(lastingIn("rcu_read_lock();\n"
                      "if (a) { rcu_read_unlock(); co_return; }\n"
                      "co_await work(); rcu_read_unlock();"),
            "rcu_read_lock@4");
}

TEST(ThreadBoundTest, ReferencesUsedAfterwards) {
  EXPECT_EQ(staleIn("auto &r = both;\nco_await work();\nuse(r.a);"),
            "r(both)@3>4");
  EXPECT_EQ(staleIn("auto &r = get();\nco_await work();\nuse(r.a);"),
            "r(both)@3>4");
  EXPECT_EQ(staleIn("auto &r = both; use(r.a); co_await work();"), "");
  EXPECT_EQ(staleIn("auto r = both; co_await work(); use(r.a);"), "");
  EXPECT_EQ(staleIn("auto &r = any; co_await work(); use(r.a);"), "");
  EXPECT_EQ(staleIn("co_await work(); use(both.a);"), "");
}

TEST(ThreadBoundTest, OnlySuspensionsBeforeAUse) {
  EXPECT_EQ(staleIn("auto &r = both;\nif (a)\nco_await work();\nelse\n"
                    "co_await work();\nuse(r.a);\nco_await work();"),
            "r(both)@4@6>7");
}

TEST(ThreadBoundTest, BoundAnew) {
  EXPECT_EQ(staleIn("auto *p = &both; co_await work(); p = &both; use(p->a);"),
            "");
  EXPECT_EQ(
      staleIn("auto *p = &any;\np = &both;\nco_await work();\nuse(p->a);"),
      "p(both)@4>5");
  EXPECT_EQ(staleIn("while (ready()) { auto &r = both; use(r.a);"
                    " co_await work(); }"),
            "");
  EXPECT_EQ(staleIn("auto &r = both;\nwhile (ready()) {\nuse(r.a);\n"
                    "co_await work(); }"),
            "r(both)@5>4");
}

TEST(ThreadBoundTest, AddressesMayBeCompared) {
  EXPECT_EQ(staleIn("auto *p = &both; co_await work();"
                    " if (p == &both) co_return;"),
            "");
  EXPECT_EQ(staleIn("auto &r = both; co_await work();"
                    " if (&r != &both) co_return;"),
            "");
}

/// The same with errno, and `open` and `strlen` of a C library.
std::string errnoIn(llvm::StringRef Statements) {
  return stale(("# 1 \"c.h\" 1 3\n"
                "extern \"C\" { int *__errno_location();\n"
                "int open(const char *, int, ...);\n"
                "unsigned long strlen(const char *)"
                " __attribute__((pure)); }\n"
                "#define errno (*__errno_location())\n"
                "# 1 \"input.cpp\" 2\n"
                "void call(); reading<int> value();\n"
                "task<int> f(bool a) {\n" +
                Statements + "\nco_return 0; }")
                   .str());
}

TEST(ThreadBoundTest, Errno) {
  EXPECT_EQ(errnoIn("open(\"a\", 0);\nco_await work();\nuse(errno);"),
            "errno(open)@4>5");
  EXPECT_EQ(errnoIn("open(\"a\", 0); int e = errno; co_await work(); use(e);"),
            "");
  EXPECT_EQ(errnoIn("open(\"a\", 0); co_await work(); open(\"b\", 0);"
                    " use(errno);"),
            "");
  EXPECT_EQ(errnoIn("open(\"a\", 0); co_await work(); errno = 0; use(errno);"),
            "");
  EXPECT_EQ(errnoIn("open(\"a\", 0); co_await work(); call(); use(errno);"),
            "");
  EXPECT_EQ(errnoIn("open(\"a\", 0); int r = co_await value();"
                    " if (r < 0) use(errno);"),
            "");
  EXPECT_EQ(errnoIn("strlen(\"a\"); co_await work(); use(errno);"), "");
  EXPECT_EQ(errnoIn("co_await work(); use(errno);"), "");
}

} // namespace
} // namespace corolint
