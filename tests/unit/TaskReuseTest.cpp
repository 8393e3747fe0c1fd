/// \file
/// Tests of the reuse analysis: which tasks are used up twice, on which paths.

#include "ModelTestSupport.h"

#include "checks/model/TaskReuse.h"

namespace corolint {
namespace {

/// Awaited as an rvalue only, and so only once.
constexpr llvm::StringLiteral Once = R"cpp(
struct once {
  struct promise_type {
    once get_return_object();
    std::suspend_always initial_suspend() const noexcept;
    std::suspend_always final_suspend() const noexcept;
    void return_void();
    void unhandled_exception();
  };
  once() noexcept;
  once(once &&) noexcept;
  once &operator=(once &&) noexcept;
  ~once();
  explicit operator bool() const noexcept;
  reading<> operator co_await() && noexcept;
};
struct job { int id; once body; };
once make(); void use(once); bool offer(once &&); void refill(once &); void log();
task<> make_again();
)cpp";

std::string describe(const ReusedTask::Use &Use) {
  return (Use.How == TaskUse::Await ? "await" : "move") +
         (Use.Into.empty() ? "" : " into " + Use.Into);
}

/// `t: await, move into 'use' (true: a)` or `t: await in a loop` for each
/// second use in the body of `f`.
std::string reused(llvm::StringRef Statements) {
  const ModelCode M((Once + "once f(bool a, bool b, int n) {\n" + Statements +
                     "\n co_return; }")
                        .str());
  std::string Text;
  for (const ReusedTask &Task :
       reusedTasks(M.function("f"), M.model(), M.roles())) {
    Text += (Text.empty() ? "" : "; ") + Task.Variable + ": ";
    if (Task.InLoop)
      Text += describe(Task.Second) + " in a loop";
    else
      Text += describe(Task.First) + ", " + describe(Task.Second);
    if (!Task.Way.empty())
      Text += " (" + M.way(Task.Way) + ")";
  }
  return Text;
}

TEST(TaskReuseTest, Twice) {
  EXPECT_EQ(reused("auto t = make(); co_await std::move(t);"), "");
  EXPECT_EQ(reused("auto t = make(); co_await std::move(t);"
                   " co_await std::move(t);"),
            "t: await, await");
  EXPECT_EQ(reused("auto t = make(); co_await std::move(t);"
                   " if (a) co_await std::move(t);"),
            "t: await, await (true: a)");
}

TEST(TaskReuseTest, OnlyWhatIsAwaitedOnce) {
  EXPECT_EQ(reused("auto t = make_again(); co_await t; co_await t;"), "");
  EXPECT_EQ(reused("auto t = make_again(); auto u = std::move(t);"
                   " co_await t;"),
            "t: move into 'u', await");
}

TEST(TaskReuseTest, Loop) {
  EXPECT_EQ(reused("auto t = make(); while (a) co_await std::move(t);"),
            "t: await in a loop");
  EXPECT_EQ(reused("while (a) { auto t = make(); co_await std::move(t); }"), "")
      << "another task each time round";
  EXPECT_EQ(reused("auto t = make(); while (a) { co_await std::move(t);"
                   " break; }"),
            "");
  EXPECT_EQ(reused("auto t = make(); for (int i = 0; i < n; ++i)"
                   " if (i == 0) co_await std::move(t);"),
            "");
}

TEST(TaskReuseTest, Moved) {
  EXPECT_EQ(reused("auto t = make(); use(std::move(t));"
                   " co_await std::move(t);"),
            "t: move into 'use', await");
  EXPECT_EQ(reused("auto t = make(); co_await std::move(t);"
                   " use(std::move(t));"),
            "t: await, move into 'use'");
  EXPECT_EQ(reused("auto t = make(); auto u = std::move(t);"
                   " use(std::move(t)); use(std::move(u));"),
            "t: move into 'u', move into 'use'");
}

TEST(TaskReuseTest, Parts) {
  EXPECT_EQ(reused("job j{1, make()}; co_await std::move(j.body);"
                   " co_await std::move(j.body);"),
            "j.body: await, await");
  EXPECT_EQ(reused("once both[2] = {make(), make()};"
                   " co_await std::move(both[0]);"
                   " co_await std::move(both[1]);"),
            "");
  EXPECT_EQ(reused("auto t = make(); auto &same = t;"
                   " co_await std::move(same); co_await std::move(t);"),
            "t: await, await");
}

TEST(TaskReuseTest, Handlers) {
  EXPECT_EQ(reused("auto t = make(); bool failed = false;"
                   " try { co_await std::move(t); }"
                   " catch (...) { failed = true; }"
                   " if (failed) co_await std::move(t);"),
            "t: await, await (true: failed)");
  EXPECT_EQ(reused("auto t = make();"
                   " try { log(); co_return co_await std::move(t); }"
                   " catch (...) { log(); }"),
            "");
}

TEST(TaskReuseTest, FilledAgain) {
  EXPECT_EQ(reused("auto t = make(); co_await std::move(t); t = make();"
                   " co_await std::move(t);"),
            "");
  EXPECT_EQ(reused("auto t = make(); co_await std::move(t); refill(t);"
                   " co_await std::move(t);"),
            "");
  EXPECT_EQ(reused("once t; auto arm = [&] { t = make(); };"
                   " arm(); co_await std::move(t);"
                   " arm(); co_await std::move(t);"),
            "");
  EXPECT_EQ(reused("auto t = make(); auto u = make(); co_await std::move(t);"
                   " std::swap(t, u); co_await std::move(t);"),
            "");
}

TEST(TaskReuseTest, PathsThatExcludeEachOther) {
  EXPECT_EQ(reused("auto t = make(); if (a) co_await std::move(t);"
                   " if (!a) use(std::move(t));"),
            "");
  EXPECT_EQ(reused("auto t = make(); if (a) use(std::move(t));"
                   " if (b) co_await std::move(t);"),
            "t: move into 'use', await (true: b)");
  EXPECT_EQ(reused("auto t = make(); if (a) { use(std::move(t)); co_return; }"
                   " co_await std::move(t);"),
            "");
}

TEST(TaskReuseTest, AskedOrRefused) {
  EXPECT_EQ(reused("auto t = make(); if (a) use(std::move(t));"
                   " if (t) co_await std::move(t);"),
            "");
  EXPECT_EQ(reused("auto t = make(); if (offer(std::move(t))) co_return;"
                   " co_await std::move(t);"),
            "");
}

} // namespace
} // namespace corolint
