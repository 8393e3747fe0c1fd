/// \file
/// Tests of Conditions and PathFacts: which branches are known to agree.

#include "ModelTestSupport.h"

#include <set>

namespace corolint {
namespace {

/// One bit per path: `on()` sets it, `off()` clears it, and `check()` notes
/// which values it is reached with.
class Switch {
public:
  using State = bool;
  using Path = FlowPath<bool>;

  std::set<bool> Seen;

  void enter(bool &S) { S = false; }
  void step(const clang::CFGElement &E, Path &P, const PathStep &,
            llvm::SmallVectorImpl<Path> &) {
    const auto S = E.getAs<clang::CFGStmt>();
    const auto *Call =
        S ? llvm::dyn_cast<clang::CallExpr>(S->getStmt()) : nullptr;
    const clang::FunctionDecl *Callee =
        Call ? Call->getDirectCallee() : nullptr;
    if (!Callee || !Callee->getDeclName().isIdentifier())
      return;
    if (Callee->getName() == "on")
      P.S = true;
    else if (Callee->getName() == "off")
      P.S = false;
    else if (Callee->getName() == "check")
      Seen.insert(P.S);
  }
  void leave(const Path &, const PathStep &) {}
};

/// What `check()` sees in `f`: "on", "off", "both" or "never".
std::string seenIn(llvm::StringRef Code) {
  const ModelCode M(("void on(); void off(); void check();\n" + Code).str());
  const Function &F = M.function("f");
  const Conditions Tests(F);
  Switch Analysis;
  ForwardFlow(F, Tests, Analysis).run();
  if (Analysis.Seen.empty())
    return "never";
  if (Analysis.Seen.size() == 2)
    return "both";
  return *Analysis.Seen.begin() ? "on" : "off";
}

TEST(PathFactsTest, KeepsWhatWasSetLast) {
  PathFacts Facts;
  Facts.set(7, true);
  Facts.set(3, false);
  Facts.set(7, false);
  EXPECT_EQ(Facts.get(7), std::optional(false));
  EXPECT_EQ(Facts.get(3), std::optional(false));
  EXPECT_EQ(Facts.get(5), std::nullopt);
  Facts.forget(7);
  EXPECT_EQ(Facts.get(7), std::nullopt);
  EXPECT_EQ(Facts.get(3), std::optional(false));
}

TEST(PathFactsTest, EqualWhateverTheOrderOfSetting) {
  PathFacts A, B;
  A.set(1, true);
  A.set(2, false);
  B.set(2, false);
  EXPECT_FALSE(A == B);
  B.set(1, true);
  EXPECT_TRUE(A == B);
}

TEST(PathFactsTest, IntersectKeepsWhatBothSay) {
  PathFacts A, B;
  A.set(1, true);
  A.set(2, true);
  A.set(3, true);
  B.set(1, true);
  B.set(2, false);
  EXPECT_TRUE(A.intersect(B));
  EXPECT_EQ(A.get(1), std::optional(true));
  EXPECT_EQ(A.get(2), std::nullopt);
  EXPECT_EQ(A.get(3), std::nullopt);
  EXPECT_FALSE(A.intersect(B)) << "nothing is left to drop";
}

TEST(ConditionsTest, SameFlagTestedTwice) {
  EXPECT_EQ(seenIn("void f(bool a) { if (a) on(); if (a) check(); }"), "on");
  EXPECT_EQ(seenIn("void f(bool a) { if (a) on(); if (!a) check(); }"), "off");
  EXPECT_EQ(seenIn("void f(bool a) { if (!a) on(); if (!!a) check(); }"),
            "off");
}

TEST(ConditionsTest, DifferentFlagsAreIndependent) {
  EXPECT_EQ(seenIn("void f(bool a, bool b) { if (a) on(); if (b) check(); }"),
            "both");
}

TEST(ConditionsTest, ComparisonsWithFalseAndNull) {
  EXPECT_EQ(
      seenIn("void f(int *p) { if (p) on(); if (p == nullptr) check(); }"),
      "off");
  EXPECT_EQ(
      seenIn("void f(int *p) { if (nullptr != p) on(); if (p) check(); }"),
      "on");
  EXPECT_EQ(seenIn("void f(bool a) { if (a == false) on(); if (a) check(); }"),
            "off");
  EXPECT_EQ(seenIn("void f(bool a) { if (a != false) on(); if (a) check(); }"),
            "on");
}

TEST(ConditionsTest, EqualAndNotEqualAreOneCondition) {
  EXPECT_EQ(seenIn("void f(int a, int b) {"
                   " if (a == b) on(); if (a != b) check(); }"),
            "off");
  EXPECT_EQ(seenIn("void f(int a, int b) {"
                   " if (a != b) on(); if (a != b) check(); }"),
            "on");
  EXPECT_EQ(seenIn("void f(int a, int b, int c) {"
                   " if (a == b) on(); if (a == c) check(); }"),
            "both");
}

TEST(ConditionsTest, RelationsArePlainConditions) {
  EXPECT_EQ(seenIn("void f(int a) { if (a < 3) on(); if (a < 3) check(); }"),
            "on");
  EXPECT_EQ(seenIn("void f(int a) { if (a < 3) on(); if (a < 4) check(); }"),
            "both");
}

TEST(ConditionsTest, PartsOfLogicalOperators) {
  EXPECT_EQ(seenIn("void f(bool a, bool b) {"
                   " if (a && b) on(); if (!a) check(); }"),
            "off");
  EXPECT_EQ(seenIn("void f(bool a, bool b) {"
                   " if (a || b) on(); if (a) check(); }"),
            "on");
  EXPECT_EQ(seenIn("void f(bool a, bool b) {"
                   " if (a && b) on(); if (a) check(); }"),
            "both");
}

TEST(ConditionsTest, AssignmentInvalidates) {
  EXPECT_EQ(seenIn("bool next(); void f(bool a) {"
                   " if (a) on(); a = next(); if (a) check(); }"),
            "both");
  EXPECT_EQ(seenIn("void f(int a, int b) {"
                   " if (a == b) on(); b = 4; if (a == b) check(); }"),
            "both");
  EXPECT_EQ(seenIn("void f(int a, int b) {"
                   " if (a == b) on(); a += 4; if (a == b) check(); }"),
            "both");
}

TEST(ConditionsTest, AssignedConstantsAndCopiesAreKnown) {
  EXPECT_EQ(seenIn("void f(bool a) {"
                   " bool done = false; if (a) { on(); done = true; }"
                   " if (done) check(); if (a) off(); }"),
            "on");
  EXPECT_EQ(seenIn("void f() { bool a = false; if (a) check(); }"), "never");
  EXPECT_EQ(seenIn("void f(bool a) { if (a) on(); bool b = a;"
                   " if (a) off(); if (b) on(); if (!b) check(); }"),
            "off");
}

TEST(ConditionsTest, IncrementInvalidates) {
  EXPECT_EQ(seenIn("void f(int a, int b) {"
                   " if (a == b) on(); ++a; if (a == b) check(); }"),
            "both");
  EXPECT_EQ(seenIn("void f(int a, int b) {"
                   " if (a == b) on(); b--; if (a == b) check(); }"),
            "both");
}

TEST(ConditionsTest, PassingByReference) {
  EXPECT_EQ(seenIn("void change(bool &); void f(bool a) {"
                   " if (a) on(); change(a); if (a) check(); }"),
            "both");
  EXPECT_EQ(seenIn("void look(const bool &); void f(bool a) {"
                   " if (a) on(); look(a); if (a) check(); }"),
            "on");
  EXPECT_EQ(seenIn("void take(bool); void f(bool a) {"
                   " if (a) on(); take(a); if (a) check(); }"),
            "on");
}

TEST(ConditionsTest, OnlyAnAssignmentChangesAField) {
  EXPECT_EQ(seenIn("void other(); struct S { bool a_; };"
                   "void f(S *s) {"
                   " if (s->a_) on(); other(); if (s->a_) check(); }"),
            "on")
      << "who tests it twice means the same by it";
  EXPECT_EQ(seenIn("struct S { bool a_; };"
                   "void f(S *s, bool b) {"
                   " if (s->a_) on(); s->a_ = b; if (s->a_) check(); }"),
            "both");
  EXPECT_EQ(seenIn("struct S { bool a_; };"
                   "void f(S *s, bool b) {"
                   " if (s->a_) b = true; else b = false;"
                   " if (s->a_ && !b) check(); }"),
            "never");
}

TEST(ConditionsTest, InverseComparisonsAreOneCondition) {
  EXPECT_EQ(seenIn("void f(int n) { if (n > 0) on(); if (n <= 0) return;"
                   " check(); }"),
            "on");
  EXPECT_EQ(seenIn("void f(int n) { switch (n) { case 1: on(); break;"
                   " default: break; } if (n == 1) check(); }"),
            "on");
}

TEST(ConditionsTest, PointersAreNotWhatTheyPointTo) {
  EXPECT_EQ(seenIn("struct S { void change(); }; void f(S *s) {"
                   " if (s) { s->change(); on(); } if (s) check(); }"),
            "on");
}

TEST(ConditionsTest, EscapedVariablesAreNotFollowed) {
  EXPECT_EQ(seenIn("void keep(bool *); void f(bool a) {"
                   " keep(&a); if (a) on(); if (a) check(); }"),
            "both");
  EXPECT_EQ(seenIn("void f(bool a) { auto set = [&a] { a = true; };"
                   " if (a) on(); set(); if (a) check(); }"),
            "both");
  EXPECT_EQ(seenIn("void f(bool a) { auto set = [&] { a = true; };"
                   " if (a) on(); set(); if (a) check(); }"),
            "both")
      << "captured by the default";
  EXPECT_EQ(seenIn("void f(bool a) { bool &same = a;"
                   " if (a) on(); same = true; if (a) check(); }"),
            "both");
  EXPECT_EQ(seenIn("void f(bool a) { auto get = [a] { return a; };"
                   " if (a) on(); get(); if (a) check(); }"),
            "on")
      << "a copy changes nothing";
}

TEST(ConditionsTest, GlobalsTestedTwiceKeepTheirValue) {
  EXPECT_EQ(seenIn("bool a; void f() { if (a) on(); if (a) check(); }"), "on");
  EXPECT_EQ(seenIn("bool a; bool ask(); void f() { if (a) on(); a = ask();"
                   " if (a) check(); }"),
            "both");
}

TEST(ConditionsTest, ResultsOfCallsAreNotFollowed) {
  EXPECT_EQ(
      seenIn("bool ask(); void f() { if (ask()) on(); if (ask()) check(); }"),
      "both");
}

TEST(ConditionsTest, ConstQuestionsToLocals) {
  const llvm::StringRef Opt =
      "struct opt { explicit operator bool() const; bool has_value() const;"
      " void reset(); };\n";
  EXPECT_EQ(seenIn((Opt + "void f(opt o) {"
                          " if (o) on(); if (o.has_value()) check(); }")
                       .str()),
            "on");
  EXPECT_EQ(seenIn((Opt + "void f(opt o) {"
                          " if (o) on(); o.reset(); if (o) check(); }")
                       .str()),
            "both");
}

TEST(ConditionsTest, LoopsThatCertainlyRun) {
  EXPECT_EQ(seenIn("void f() { for (int i = 0; i < 10; ++i) on(); check(); }"),
            "on");
  EXPECT_EQ(seenIn("void f() { for (int i = 9; i >= 0; --i) on(); check(); }"),
            "on");
  EXPECT_EQ(seenIn("void f() { for (int i = 10; i < 10; ++i) on(); check(); }"),
            "off");
  EXPECT_EQ(
      seenIn("void f(int n) { for (int i = 0; i < n; ++i) on(); check(); }"),
      "both");
}

TEST(ConditionsTest, LoopVariableIsKnownOnEntryOnly) {
  EXPECT_EQ(seenIn("void f() { bool first = true;"
                   " for (int i = 0; i < 3; ++i) {"
                   "  if (!first) check(); on(); first = false; } }"),
            "on");
}

} // namespace
} // namespace corolint
