/// \file
/// Tests of loose tasks: which tasks use something after it has died.

#include "ModelTestSupport.h"

#include "checks/model/LooseTasks.h"

namespace corolint {
namespace {

llvm::StringRef name(LooseTask::End How) {
  switch (How) {
  case LooseTask::End::Detached:
    return "detached";
  case LooseTask::End::Running:
    return "running";
  case LooseTask::End::Returned:
    return "returned";
  case LooseTask::End::Kept:
    return "kept";
  case LooseTask::End::Late:
    return "late";
  }
  llvm_unreachable("covered switch");
}

std::string name(const Borrow &B) {
  if (B.Of)
    return B.Of->getNameAsString();
  return B.Temporary ? "temporary" : "this";
}

/// `detached x; late y if true: a`, in the order in which they are found.
std::string loose(llvm::StringRef Code) {
  const ModelCode M(("void use(int &); int make(); extern bool a;\n"
                     "task<> by_ref(const int &); task<> by_value(int);\n"
                     "reading<> work();\n" +
                     Code)
                        .str());
  std::string Text;
  for (const LooseTask &Task : LooseTasks(M.model(), M.roles()).Found) {
    Text += Text.empty() ? "" : "; ";
    Text += name(Task.How).str() + " " + name(Task.What);
    if (!Task.Branches.empty())
      Text += " if " + M.way(Task.Branches);
  }
  return Text;
}

TEST(LooseTasksTest, Detached) {
  EXPECT_EQ(loose("void f() { int x; std::thread([&x] { use(x); })"
                  ".detach(); }"),
            "detached x");
  EXPECT_EQ(loose("void f() { int x; corort::spawn([&]() -> task<> {"
                  " use(x); co_return; }); }"),
            "detached x");
  EXPECT_EQ(loose("void f() { int x; std::thread([x] {}).detach(); }"), "");
}

TEST(LooseTasksTest, JoinedOnOnePath) {
  const std::string Start = "void f() { int x;"
                            " std::thread t([&x] { use(x); });";
  EXPECT_EQ(loose(Start + " t.join(); }"), "");
  EXPECT_EQ(loose(Start + " t.detach(); }"), "detached x");
  const std::string Spawn = "task<> f() { int x;"
                            " auto h = corort::spawn([&x]() -> task<> {"
                            " use(x); co_return; });";
  EXPECT_EQ(loose(Spawn + " if (a) co_await h; else h.detach(); }"),
            "detached x if false: a");
  EXPECT_EQ(loose(Spawn + " if (a) { co_await h; co_return; }"
                          " co_await work(); co_await h; }"),
            "");
}

TEST(LooseTasksTest, Returned) {
  EXPECT_EQ(loose("task<> f() { int x; return by_ref(x); }"), "returned x");
  EXPECT_EQ(loose("task<> f() { int x; auto t = by_ref(x); return t; }"),
            "returned x");
  EXPECT_EQ(loose("task<> f() { return by_ref(make()); }"),
            "returned temporary");
  EXPECT_EQ(loose("task<> f() { int x; return by_value(x); }"), "");
  EXPECT_EQ(loose("task<> f(int &x) { return by_ref(x); }"), "")
      << "the caller's own";
}

TEST(LooseTasksTest, Kept) {
  EXPECT_EQ(loose("struct S { task<> t_; void f() { int x;"
                  " t_ = by_ref(x); } };"),
            "kept x");
  EXPECT_EQ(loose("struct S { task<> t_; int x_; void f() {"
                  " t_ = by_ref(x_); } };"),
            "");
  EXPECT_EQ(loose("void f(task<> &out) { int x; out = by_ref(x); }"), "kept x");
}

TEST(LooseTasksTest, Late) {
  EXPECT_EQ(loose("task<> f() { auto t = by_ref(make());"
                  " co_await static_cast<task<> &&>(t); }"),
            "late temporary");
  EXPECT_EQ(loose("task<> f() { auto t = by_value(1);"
                  " { int x; t = by_ref(x); }"
                  " co_await static_cast<task<> &&>(t); }"),
            "late x");
  EXPECT_EQ(loose("task<> f() { auto t = by_value(1); int x;"
                  " { t = by_ref(x); }"
                  " co_await static_cast<task<> &&>(t); }"),
            "");
  EXPECT_EQ(loose("task<> f() { co_await by_ref(make()); }"), "");
}

TEST(LooseTasksTest, LazyTasksThatNobodyAwaits) {
  EXPECT_EQ(loose("void f() { auto t = by_ref(make()); }"), "");
  EXPECT_EQ(loose("task<> f() { auto t = by_ref(make());"
                  " if (a) co_await static_cast<task<> &&>(t); }"),
            "late temporary if true: a");
}

TEST(LooseTasksTest, Running) {
  EXPECT_EQ(loose("task<> f() { corort::join_handle<> h; { int x;"
                  " h = corort::spawn([&x]() -> task<> { use(x);"
                  " co_return; }); } co_await h; }"),
            "running x");
  EXPECT_EQ(loose("void f() { std::thread t([] {}); { int x;"
                  " t = std::thread([&x] { use(x); }); } t.join(); }"),
            "running x");
}

TEST(LooseTasksTest, Closures) {
  EXPECT_EQ(loose("task<> f(int x) { auto b = [x]() -> task<> {"
                  " use(const_cast<int &>(x)); co_return; }; return b(); }"),
            "returned b");
  EXPECT_EQ(loose("task<> f(int x) { auto b = [x]() -> task<> {"
                  " use(const_cast<int &>(x)); co_return; };"
                  " co_await b(); }"),
            "");
}

TEST(LooseTasksTest, ThisIsKeptAliveByAnOwner) {
  EXPECT_EQ(loose("struct S { int n; void f() {"
                  " std::thread([this] { use(n); }).detach(); } };"),
            "detached this");
  EXPECT_EQ(loose("struct S : std::enable_shared_from_this<S> { int n;"
                  " void f() { std::thread("
                  "[this, me = shared_from_this()] { use(n); })"
                  ".detach(); } };"),
            "");
}

TEST(LooseTasksTest, HelpersCountAsWhatTheyDo) {
  const std::string Helpers =
      "template <class F> void spawned(F f) { std::thread(f).detach(); }"
      "template <class F> void called(F f) { f(); }";
  EXPECT_EQ(loose(Helpers + "void f() { int x; spawned([&x] { use(x); }); }"),
            "detached x");
  EXPECT_EQ(loose(Helpers + "void f() { int x; called([&x] { use(x); }); }"),
            "");
}

} // namespace
} // namespace corolint
