/// \file
/// Tests of the capture model: which tasks outlive what they borrow.

#include "ModelTestSupport.h"

#include "checks/model/CaptureModel.h"

namespace corolint {
namespace {

/// `detached: x, y` or `returned: this`, with the way behind `if`, for each
/// escaping task of the function \p Name.
std::string escaping(llvm::StringRef Code, llvm::StringRef Name = "f") {
  const ModelCode M(("void use(int &); bool ready();\n" + Code).str());
  std::string Text;
  for (const EscapingTask &Task :
       escapingTasks(M.function(Name), M.model(), M.roles())) {
    Text += Text.empty() ? "" : "; ";
    Text += Task.How == EscapingTask::Way::Detached ? "detached:" : "returned:";
    for (const Borrow &B : Task.Borrows)
      Text += " " + (B.Of ? B.Of->getNameAsString() : std::string("this"));
    if (!Task.Branches.empty())
      Text += " if " + M.way(Task.Branches);
  }
  return Text;
}

TEST(CaptureModelTest, Detached) {
  EXPECT_EQ(escaping("void f() { int x; std::thread([&x] { use(x); })"
                     ".detach(); }"),
            "detached: x");
  EXPECT_EQ(escaping("void f() { int x; corort::spawn([&]() -> task<> {"
                     " use(x); co_return; }); }"),
            "detached: x");
  EXPECT_EQ(escaping("void f() { int x; std::thread([x] {}).detach(); }"), "");
}

TEST(CaptureModelTest, JoinedOnOnePath) {
  const std::string Start = "void f(bool a) { int x;"
                            " std::thread t([&x] { use(x); });";
  EXPECT_EQ(escaping(Start + " t.join(); }"), "");
  EXPECT_EQ(escaping(Start + " t.detach(); }"), "detached: x");
  EXPECT_EQ(escaping("task<> f(bool a) { int x;"
                     " auto h = corort::spawn([&x]() -> task<> {"
                     " use(x); co_return; });"
                     " if (a) co_await h; else h.detach(); }"),
            "detached: x if false: a");
}

TEST(CaptureModelTest, Returned) {
  EXPECT_EQ(escaping("task<> keep(int &); task<> f() {"
                     " int x; return keep(x); }"),
            "returned: x");
  EXPECT_EQ(escaping("task<> copy(int); task<> f() {"
                     " int x; return copy(x); }"),
            "");
  EXPECT_EQ(escaping("task<> keep(int &); task<> f(int &x) {"
                     " return keep(x); }"),
            "")
      << "the caller's own";
}

TEST(CaptureModelTest, ThisIsKeptAliveByAnOwner) {
  EXPECT_EQ(escaping("struct S { int n; void f() {"
                     " std::thread([this] { use(n); }).detach(); } };",
                     "S::f"),
            "detached: this");
  EXPECT_EQ(escaping("struct S : std::enable_shared_from_this<S> { int n;"
                     " void f() { std::thread("
                     "[this, me = shared_from_this()] { use(n); })"
                     ".detach(); } };",
                     "S::f"),
            "");
}

} // namespace
} // namespace corolint
