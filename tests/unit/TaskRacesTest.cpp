/// \file
/// Tests of the task races: which objects tasks use at the same time, and under
/// which names.

#include "ModelTestSupport.h"

#include "checks/model/TaskRaces.h"

namespace corolint {
namespace {

/// `n@2,3` for each object that is written (the line) while somebody else is at
/// it (the other line).
std::string races(llvm::StringRef Body) {
  const ModelCode M(("struct pair { int a; int b; pair *next; };\n"
                     "std::mutex m; int global;\n"
                     "void wait_for_all(); bool ready();\n"
                     "void add(int *n) { ++*n; }\n"
                     "# 1\n" +
                     Body)
                        .str());
  SharedAccesses All(M.model(), M.roles());
  std::string Text;
  for (const auto &F : M.model().functions())
    for (const TaskRace &Race : taskRaces(*F, All))
      Text += (Text.empty() ? "" : "; ") +
              SharedPlaces::name(Race.Write.Access.At) + "@" +
              std::to_string(M.line(Race.Write.Access.Where)) + "," +
              std::to_string(M.line(Race.Other.Access.Where));
  return Text;
}

std::string racesIn(llvm::StringRef Statements) {
  return races(("void f(pair *p) {\n" + Statements + "\n}").str());
}

TEST(TaskRacesTest, TwoTasksUntilOneIsJoined) {
  EXPECT_EQ(racesIn("int n = 0;\n"
                    "std::thread a([&] { ++n; });\n"
                    "std::thread b([&] { ++n; });\n"
                    "a.join(); b.join();"),
            "n@3,4");
  EXPECT_EQ(racesIn("int n = 0;\n"
                    "std::thread a([&] { ++n; });\na.join();\n"
                    "std::thread b([&] { ++n; });\nb.join();"),
            "");
}

TEST(TaskRacesTest, TheStarterUntilItWaits) {
  EXPECT_EQ(racesIn("int n = 0;\n"
                    "std::thread a([&] { ++n; });\n"
                    "n = 2;\na.join();\nn = 3;"),
            "n@3,4");
  EXPECT_EQ(racesIn("int n = 0;\n"
                    "std::thread([&] { ++n; }).detach();\n"
                    "wait_for_all();\nn = 2;"),
            "");
}

TEST(TaskRacesTest, NamesBehindPointers) {
  EXPECT_EQ(racesIn("std::thread a([p] { p->a = 1; });\n"
                    "std::thread b([q = p] { q->a = 2; });\n"
                    "a.join(); b.join();"),
            "p->a@2,3");
  EXPECT_EQ(racesIn("std::thread a([p] { p->a = 1; });\n"
                    "std::thread b([p] { p->b = 2; });\n"
                    "a.join(); b.join();"),
            "");
  // Nobody knows which one it is.
  EXPECT_EQ(racesIn("std::thread a([p] { p->a = 1; });\np = p->next;\n"
                    "std::thread b([p] { p->a = 2; });\n"
                    "a.join(); b.join();"),
            "");
}

TEST(TaskRacesTest, RoundsOfALoop) {
  EXPECT_EQ(racesIn("for (int i = 0; i < 3; ++i)\n"
                    "std::thread([&] { ++global; }).detach();"),
            "global@3,3");
  EXPECT_EQ(racesIn("for (int i = 0; i < 3; ++i) {\n"
                    "int n = 0;\n"
                    "std::thread([&] { ++n; }).detach(); }"),
            "");
}

TEST(TaskRacesTest, TheSameLock) {
  EXPECT_EQ(racesIn("int n = 0;\n"
                    "std::thread a([&] { std::lock_guard g(m); ++n; });\n"
                    "{ std::lock_guard g(m); n = 2; }\na.join();"),
            "");
  EXPECT_EQ(racesIn("int n = 0;\n"
                    "std::thread a([&] { std::lock_guard g(m); ++n; });\n"
                    "n = 2;\na.join();"),
            "n@4,3");
}

TEST(TaskRacesTest, WhatACalleeLeavesBehind) {
  EXPECT_EQ(races("void start(int &n) {\n"
                  "std::thread([&] { ++n; }).detach(); }\n"
                  "void f(int &n) { start(n);\nn = 2; }"),
            "n@2,4");
  EXPECT_EQ(races("void run(int &n) {\n"
                  "std::thread a([&] { ++n; }); a.join(); }\n"
                  "void f(int &n) { run(n);\nn = 2; }"),
            "");
}

} // namespace
} // namespace corolint
