/// \file
/// Tests of the dataflow engine: that it ends, what it visits, what it
/// remembers of the way.

#include "ModelTestSupport.h"

#include <chrono>
#include <map>
#include <set>

namespace corolint {
namespace {

/// Follows which of the numbers `set(0)` … `set(63)` a path has met, and keeps
/// the first way to each `mark(n)`.
class Marks {
public:
  using State = std::uint64_t;
  using Path = FlowPath<State>;

  std::map<unsigned, std::set<State>> Seen;
  std::map<unsigned, const PathStep *> Ways;
  std::set<State> Left;

  void enter(State &S) { S = 0; }
  void step(const clang::CFGElement &E, Path &P, const PathStep &Here,
            llvm::SmallVectorImpl<Path> &Forks) {
    const auto S = E.getAs<clang::CFGStmt>();
    const auto *Call =
        S ? llvm::dyn_cast<clang::CallExpr>(S->getStmt()) : nullptr;
    const clang::FunctionDecl *Callee =
        Call ? Call->getDirectCallee() : nullptr;
    if (!Callee || Call->getNumArgs() != 1)
      return;
    clang::Expr::EvalResult Value;
    if (!Call->getArg(0)->EvaluateAsInt(Value, Callee->getASTContext()))
      return;
    const auto N = unsigned(Value.Val.getInt().getZExtValue());
    if (Callee->getName() == "set")
      P.S |= State(1) << N;
    if (Callee->getName() == "either") {
      Forks.push_back(P);
      P.S |= State(1) << N;
    }
    if (Callee->getName() == "mark") {
      Seen[N].insert(P.S);
      Ways.try_emplace(N, &Here);
    }
  }
  void leave(const Path &P, const PathStep &) { Left.insert(P.S); }
};

/// One function `f`, followed. The engine stays, since ways lie in it.
struct Followed {
  explicit Followed(llvm::StringRef Code)
      : M(("void set(int); void either(int); void mark(int);\n" + Code).str()),
        F(M.function("f")), Tests(F), Flow(F, Tests, Analysis) {
    Flow.run();
  }

  std::string way(unsigned Mark) {
    return M.way(branchesTo(Analysis.Ways[Mark]));
  }

  ModelCode M;
  const Function &F;
  Conditions Tests;
  Marks Analysis;
  ForwardFlow<Marks> Flow;
};

using Values = std::set<std::uint64_t>;

TEST(FlowTest, StatesThatDifferAreKeptApart) {
  Followed A("void f(bool a) { if (a) set(0); else set(1); mark(0); }");
  EXPECT_EQ(A.Analysis.Seen[0], (Values{1, 2}));
}

TEST(FlowTest, LoopsTerminate) {
  Followed A("bool more(); void f() {"
             " while (more()) { set(0); for (;;) { if (more()) break;"
             " set(1); } } mark(0); }");
  EXPECT_EQ(A.Analysis.Seen[0], (Values{0, 1, 3}));
}

TEST(FlowTest, EndlessLoopNeverLeaves) {
  Followed A("void f() { mark(0); while (true) set(0); }");
  EXPECT_EQ(A.Analysis.Seen[0], (Values{0}));
  EXPECT_TRUE(A.Analysis.Left.empty());
}

TEST(FlowTest, GotoBackwardsTerminates) {
  Followed A("bool more(); void f() {"
             " again: mark(0); set(0); if (more()) goto again; }");
  EXPECT_EQ(A.Analysis.Seen[0], (Values{0, 1}));
  EXPECT_EQ(A.Analysis.Left, (Values{1}));
}

TEST(FlowTest, CorrelatedBranches) {
  Followed A("void f(bool a) { if (a) set(0); set(1);"
             " if (a) mark(0); else mark(1); }");
  EXPECT_EQ(A.Analysis.Seen[0], (Values{3}));
  EXPECT_EQ(A.Analysis.Seen[1], (Values{2}));
}

TEST(FlowTest, ForksGoOnFromTheSameElement) {
  Followed A("void f() { either(0); mark(0); either(1); mark(1); }");
  EXPECT_EQ(A.Analysis.Seen[0], (Values{0, 1}));
  EXPECT_EQ(A.Analysis.Seen[1], (Values{0, 1, 2, 3}));
}

TEST(FlowTest, SwitchTakesEveryCase) {
  Followed A("void f(int n) { switch (n) { case 1: set(0); break;"
             " case 2: set(1); [[fallthrough]]; case 3: set(2); }"
             " mark(0); }");
  EXPECT_EQ(A.Analysis.Seen[0], (Values{0, 1, 4, 6}));
}

// 40 flags that are all tested again later: 2^40 paths if nothing gave way.
std::string manyBranches(llvm::StringRef Inside) {
  std::string Code = "void f(";
  for (int I = 0; I < 40; ++I)
    Code += (I ? ", bool b" : "bool b") + std::to_string(I);
  Code += ") {\n";
  for (int I = 0; I < 40; ++I)
    Code += "if (b" + std::to_string(I) + ") { " + Inside.str() + " }\n";
  Code += "mark(0);\n";
  for (int I = 0; I < 40; ++I)
    Code += "if (b" + std::to_string(I) + ") { mark(1); }\n";
  return Code + "mark(2); }";
}

TEST(FlowTest, ManyTrackedFlagsEndSoon) {
  const ModelCode M("void set(int); void mark(int);\n" +
                    manyBranches("mark(3);"));
  const Function &F = M.function("f");
  const Conditions Tests(F);
  Marks Analysis;
  const auto Begin = std::chrono::steady_clock::now();
  ForwardFlow(F, Tests, Analysis).run();
  // Milliseconds; the bound leaves room for a busy machine.
  EXPECT_LT(std::chrono::steady_clock::now() - Begin, std::chrono::seconds(2));
  EXPECT_EQ(Analysis.Seen[2], (Values{0})) << "still follows to the end";
}

TEST(FlowTest, ManyStatesAreGivenUpNotInvented) {
  std::string Code = "void set(int); void mark(int); void f(";
  for (int I = 0; I < 40; ++I)
    Code += (I ? ", bool b" : "bool b") + std::to_string(I);
  Code += ") {\n";
  for (int I = 0; I < 40; ++I)
    Code += "if (b" + std::to_string(I) + ") set(" + std::to_string(I) + ");\n";
  // Never reached: whoever drops what is known of b0 would invent it.
  Code += "if (b0) return;\n";
  Code += "mark(0); }";
  const ModelCode M(Code);
  const Function &F = M.function("f");
  const Conditions Tests(F);
  Marks Analysis;
  const auto Begin = std::chrono::steady_clock::now();
  ForwardFlow(F, Tests, Analysis).run();
  EXPECT_LT(std::chrono::steady_clock::now() - Begin, std::chrono::seconds(2));
  EXPECT_LE(Analysis.Seen[0].size(), 96u);
  for (std::uint64_t State : Analysis.Seen[0])
    EXPECT_EQ(State & 1, 0u) << "b0 was true on this path";
}

TEST(FlowTest, HandlersAreVisited) {
  Followed A("void g(); void f() { try { g(); set(0); }"
             " catch (int) { mark(0); } catch (...) { mark(1); }"
             " mark(2); }");
  EXPECT_EQ(A.Analysis.Seen.count(0), 1u);
  EXPECT_EQ(A.Analysis.Seen.count(1), 1u);
  EXPECT_EQ(A.Analysis.Seen[2], (Values{0, 1}));
}

TEST(FlowTest, NestedHandlersAreVisited) {
  Followed A("void g(); void f() { try { try { g(); } catch (int) {"
             " mark(0); } } catch (...) { mark(1); } }");
  EXPECT_EQ(A.Analysis.Seen.count(0), 1u);
  EXPECT_EQ(A.Analysis.Seen.count(1), 1u);
}

TEST(FlowTest, NoreturnIsNoWayOut) {
  Followed A("[[noreturn]] void die(); void f(bool a) {"
             " if (a) { set(0); die(); mark(0); } set(1); }");
  EXPECT_EQ(A.Analysis.Left, (Values{2}));
  EXPECT_EQ(A.Analysis.Seen.count(0), 0u);
}

TEST(FlowTest, EarlyReturnIsAWayOut) {
  Followed A("void f(bool a) { if (a) { set(0); return; } set(1); }");
  EXPECT_EQ(A.Analysis.Left, (Values{1, 2}));
}

TEST(FlowTest, WayGivesBranchesInOrder) {
  Followed A("void f(bool a, bool b, bool c) {"
             " if (a) { if (!b) { if (c) {} else mark(0); } } }");
  EXPECT_EQ(A.way(0), "true: a, true: !b, false: c");
}

TEST(FlowTest, WayOfLogicalOperators) {
  Followed A("void f(bool a, bool b) { if (a && b) mark(0); else mark(1); }");
  EXPECT_EQ(A.way(0), "true: a, true: b");
  EXPECT_EQ(A.way(1), "false: a") << "the shortest way is found first";
}

TEST(FlowTest, WayListsALoopOnce) {
  Followed A("bool more(); void f() { set(0); while (more()) {"
             " set(1); } mark(0); }");
  EXPECT_EQ(A.way(0), "false: more()");
  Followed B("bool more(); void f(bool a) { for (int i = 0; more(); ++i) {"
             " if (a) { mark(0); } } }");
  EXPECT_EQ(B.way(0), "true: more(), true: a");
}

TEST(FlowTest, NoBranchNoWay) {
  Followed A("void f() { mark(0); }");
  EXPECT_EQ(A.way(0), "");
  EXPECT_TRUE(branchesTo(nullptr).empty());
}

TEST(FlowTest, NotesTellTheWay) {
  Followed A("void f(bool a, bool b) {\n if (a)\n if (b) ; else\n mark(0); }");
  const auto Notes = notesOn(branchesTo(A.Analysis.Ways[0]));
  ASSERT_EQ(Notes.size(), 2u);
  EXPECT_EQ(Notes[0].What, "this condition is true on the way");
  EXPECT_EQ(A.M.line(Notes[0].Where), 3u);
  EXPECT_EQ(Notes[1].What, "this condition is false on the way");
  EXPECT_EQ(A.M.line(Notes[1].Where), 4u);
}

TEST(FlowTest, DeadCodeIsNotVisited) {
  Followed A("void f() { if (false) mark(0); return; mark(1); }");
  EXPECT_TRUE(A.Analysis.Seen.empty());
}

} // namespace
} // namespace corolint
