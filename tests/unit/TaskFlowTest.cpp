/// \file
/// Tests of the task flow: which tasks are dropped, on which paths.

#include "ModelTestSupport.h"

#include "checks/model/TaskFlow.h"

namespace corolint {
namespace {

/// `unused t`, `discarded 'fetch'`, `one path t (false: a)` for each drop in
/// the body of `f`.
std::string dropped(llvm::StringRef Statements) {
  const ModelCode M(("task<int> fetch(); eager start(); void use(task<int>);\n"
                     "task<> f(bool a, bool b) {\n" +
                     Statements + "\n co_return; }")
                        .str());
  std::string Text;
  for (const DroppedTask &Task :
       droppedTasks(M.function("f"), M.model(),
                    TaskTypes(M.roles(), TaskTypes::Of::Await))) {
    Text += Text.empty() ? "" : "; ";
    switch (Task.How) {
    case DroppedTask::Kind::Discarded:
      Text += "discarded " + Task.Maker;
      EXPECT_TRUE(Task.Variable.empty());
      break;
    case DroppedTask::Kind::Unused:
      Text += "unused " + Task.Variable;
      break;
    case DroppedTask::Kind::OnePath:
      Text += "one path " + Task.Variable + " (" + M.way(Task.Way) + ")";
      break;
    }
  }
  return Text;
}

TEST(TaskFlowTest, Discarded) {
  EXPECT_EQ(dropped("fetch();"), "discarded 'fetch'");
  EXPECT_EQ(dropped("co_await fetch();"), "");
  EXPECT_EQ(dropped("start();"), "") << "runs without anybody's help";
}

TEST(TaskFlowTest, Unused) {
  EXPECT_EQ(dropped("auto t = fetch();"), "unused t");
  EXPECT_EQ(dropped("task<int> t{fetch()};"), "unused t");
  EXPECT_EQ(dropped("auto t = fetch(); co_await t;"), "");
  EXPECT_EQ(dropped("auto t = fetch(); use(std::move(t));"), "");
}

TEST(TaskFlowTest, OnePathWithItsTrail) {
  EXPECT_EQ(dropped("auto t = fetch(); if (a) co_await t;"),
            "one path t (false: a)");
  EXPECT_EQ(dropped("auto t = fetch(); if (a) { if (b) co_return; }"
                    " co_await t;"),
            "one path t (true: a, true: b)");
  EXPECT_EQ(dropped("if (b) { auto t = fetch(); if (a) co_await t; }"),
            "one path t (false: a)")
      << "branches before the task exists do not matter";
}

TEST(TaskFlowTest, CorrelatedBranches) {
  EXPECT_EQ(dropped("auto t = fetch(); if (a) co_await t;"
                    " if (!a) co_await t;"),
            "");
}

TEST(TaskFlowTest, OverwrittenBeforeItRan) {
  EXPECT_EQ(dropped("auto t = fetch(); t = fetch(); co_await t;"), "unused t");
}

TEST(TaskFlowTest, LoopThatCertainlyRuns) {
  EXPECT_EQ(dropped("auto t = fetch();"
                    " for (int i = 0; i < 10; ++i) co_await t;"),
            "");
}

} // namespace
} // namespace corolint
