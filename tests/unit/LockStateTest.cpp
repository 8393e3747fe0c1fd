/// \file
/// Tests of the lock state: what is held at which suspension, and by which way.

#include "ModelTestSupport.h"

#include "checks/model/LockState.h"

namespace corolint {
namespace {

/// `g@2` for each lock of `f` that is held at suspensions (name and the lines
/// of those), with its way behind `if`.
std::string held(llvm::StringRef Body) {
  const ModelCode M(("std::mutex m, n; bool ready(); task<> work();\n"
                     "void keep(std::unique_lock<std::mutex> &);\n"
                     "void sink(std::unique_lock<std::mutex>);\n"
                     "void take() { m.lock(); }\n"
                     "void give() { m.unlock(); }\n"
                     "void both() { m.lock(); m.unlock(); }\n"
                     "reading<> wait(std::unique_lock<std::mutex> &);\n"
                     "# 1\n" +
                     Body)
                        .str());
  std::string Text;
  for (const HeldLock &Lock :
       LockStates(M.model(), M.roles()).heldAtSuspensions(M.function("f"))) {
    Text += (Text.empty() ? "" : "; ") + Lock.Name;
    for (const SuspensionPoint *Point : Lock.Suspensions)
      Text += "@" + std::to_string(M.line(Point->Where));
    if (!Lock.Way.empty())
      Text += " if " + M.way(Lock.Way);
  }
  return Text;
}

std::string heldIn(llvm::StringRef Statements) {
  return held(("task<> f(bool a) {\n" + Statements + "\n}").str());
}

TEST(LockStateTest, GuardsAndManualLocks) {
  EXPECT_EQ(heldIn("std::lock_guard g(m); co_await work();"), "g@2");
  EXPECT_EQ(heldIn("m.lock(); co_await work(); m.unlock();"), "m@2");
  EXPECT_EQ(heldIn("m.lock(); m.unlock(); co_await work();"), "");
  EXPECT_EQ(heldIn("{ std::lock_guard g(m); } co_await work();"), "");
}

TEST(LockStateTest, EverySuspensionInSourceOrder) {
  EXPECT_EQ(heldIn("std::unique_lock g(m);\nco_await work();\n"
                   "co_await ready_now();\nco_await work();\n"
                   "g.unlock();\nco_await work();"),
            "g@3@5");
}

TEST(LockStateTest, AdoptAndDefer) {
  EXPECT_EQ(heldIn("std::unique_lock g(m, std::defer_lock); co_await work();"),
            "");
  EXPECT_EQ(heldIn("std::unique_lock g(m, std::defer_lock); g.lock();"
                   " co_await work();"),
            "g@2");
  EXPECT_EQ(heldIn("m.lock(); std::lock_guard g(m, std::adopt_lock);"
                   " co_await work();"),
            "g@2")
      << "one finding: the guard took the lock over";
}

TEST(LockStateTest, TryLockForks) {
  EXPECT_EQ(heldIn("if (m.try_lock()) m.unlock(); co_await work();"), "");
  EXPECT_EQ(heldIn("if (!m.try_lock()) co_await work(); else m.unlock();"), "");
  EXPECT_EQ(heldIn("std::unique_lock g(m, std::try_to_lock);"
                   " if (!g.owns_lock()) co_await work();"),
            "");
  EXPECT_EQ(heldIn("std::unique_lock g(m, std::try_to_lock);"
                   " if (g) co_await work();"),
            "g@2");
}

TEST(LockStateTest, SwapAndMoves) {
  const llvm::StringRef Two = "std::unique_lock g(m);"
                              " std::unique_lock<std::mutex> h;";
  EXPECT_EQ(heldIn((Two + "g.swap(h); co_await work();").str()), "h@2");
  EXPECT_EQ(heldIn((Two + "std::swap(g, h); co_await work();").str()), "h@2");
  EXPECT_EQ(heldIn((Two + "h = std::move(g); co_await work();").str()), "h@2");
  EXPECT_EQ(heldIn((Two + "sink(std::move(g)); co_await work();").str()), "");
  EXPECT_EQ(heldIn((Two + "keep(g); co_await work();").str()), "")
      << "nobody knows";
}

TEST(LockStateTest, Helpers) {
  EXPECT_EQ(heldIn("m.lock(); give(); co_await work();"), "");
  EXPECT_EQ(heldIn("take(); co_await work();"), "m@2");
  EXPECT_EQ(heldIn("both(); co_await work();"), "");
  EXPECT_EQ(heldIn("n.lock(); give(); co_await work();"), "n@2")
      << "another lock";
}

TEST(LockStateTest, GuardGivenToWhatIsAwaited) {
  EXPECT_EQ(heldIn("std::unique_lock g(m); co_await wait(g);"), "");
  EXPECT_EQ(heldIn("std::unique_lock g(m), h(n); co_await wait(g);"), "h@2");
}

TEST(LockStateTest, WayOnSomePathsOnly) {
  EXPECT_EQ(heldIn("std::unique_lock g(m); if (a) g.unlock();"
                   " co_await work();"),
            "g@2 if false: a");
  EXPECT_EQ(heldIn("if (a) m.lock(); if (a) m.unlock(); co_await work();"), "");
}

TEST(LockStateTest, ParametersAreHeldFromTheFirstSuspensionOn) {
  EXPECT_EQ(held("task<>\nf(std::unique_lock<std::mutex> g) {\nco_return;\n}"),
            "g@2@4");
}

/// With functions that the coroutine can call; they are on one line.
std::string heldWith(llvm::StringRef Helpers, llvm::StringRef Statements) {
  return held(
      (Helpers + "\n# 1\ntask<> f(bool a) {\n" + Statements + "\n}").str());
}

TEST(LockStateTest, SummariesTellOutcomesByTheResult) {
  const llvm::StringRef Try = "bool attempt() { return m.try_lock(); }";
  EXPECT_EQ(heldWith(Try, "if (attempt()) co_await work();"), "m@2");
  EXPECT_EQ(heldWith(Try, "if (!attempt()) co_await work();"), "");
  EXPECT_EQ(heldWith("bool attempt() { if (!m.try_lock()) return false;"
                     " ready(); return true; }",
                     "while (!attempt()) co_await work(); m.unlock();"),
            "");
}

TEST(LockStateTest, SummariesOfGivenGuards) {
  const llvm::StringRef Helpers =
      "using L = std::unique_lock<std::mutex>;"
      " void open(L &l) { l.unlock(); }"
      " void close(L *l) { l->lock(); }"
      " void ensure(L &l) { if (!l.owns_lock()) l.lock(); }"
      " bool is(const L &l) { return l.owns_lock(); }"
      " L pass(L l) { return l; }"
      " void drop(L &&l) { L mine(std::move(l)); }";
  EXPECT_EQ(heldWith(Helpers, "L g(m); open(g); co_await work();"), "");
  EXPECT_EQ(heldWith(Helpers, "L g(m, std::defer_lock); close(&g);"
                              " co_await work();"),
            "g@2");
  EXPECT_EQ(heldWith(Helpers, "L g(m, std::defer_lock); ensure(g);"
                              " co_await work();"),
            "g@2");
  EXPECT_EQ(heldWith(Helpers, "L g(m); ensure(g); co_await work();"), "g@2")
      << "one acquisition";
  EXPECT_EQ(heldWith(Helpers, "L g(m, std::try_to_lock);"
                              " if (!is(g)) co_await work();"),
            "");
  EXPECT_EQ(heldWith(Helpers, "L g(m); L h = pass(std::move(g));"
                              " co_await work();"),
            "h@2");
  EXPECT_EQ(heldWith(Helpers, "L g(m); drop(std::move(g)); co_await work();"),
            "");
}

TEST(LockStateTest, SummariesOfReturnedGuards) {
  const llvm::StringRef Helpers =
      "using L = std::unique_lock<std::mutex>;"
      " L make() { return L(m); }"
      " L later() { return L(m, std::defer_lock); }"
      " L adopt() { m.lock(); return L(m, std::adopt_lock); }";
  EXPECT_EQ(heldWith(Helpers, "auto g = make(); co_await work();"), "g@2");
  EXPECT_EQ(heldWith(Helpers, "auto g = later(); co_await work();"), "");
  EXPECT_EQ(heldWith(Helpers, "auto g = adopt(); co_await work();"), "g@2")
      << "one lock, one finding";
  EXPECT_EQ(heldWith(Helpers, "{ auto g = make(); } co_await work();"), "");
}

TEST(LockStateTest, SummariesInTurn) {
  const llvm::StringRef Helpers = "void deep() { take(); } void deeper() {"
                                  " deep(); } void out() { give(); }";
  EXPECT_EQ(heldWith(Helpers, "deeper(); co_await work();"), "m@2");
  EXPECT_EQ(heldWith(Helpers, "deeper(); out(); co_await work();"), "");
  EXPECT_EQ(heldWith("void turns(int n) { if (n) turns(n - 1);"
                     " else m.unlock(); }",
                     "m.lock(); turns(3); co_await work();"),
            "")
      << "recursive: not known";
}

TEST(LockStateTest, SummariesNameThePlaceWithin) {
  const ModelCode M("std::mutex m; task<> work();\n"
                    "void take() {\n"
                    "  m.lock();\n"
                    "}\n"
                    "task<> f() {\n"
                    "  take();\n"
                    "  co_await work();\n"
                    "}");
  const std::vector<HeldLock> Held =
      LockStates(M.model(), M.roles()).heldAtSuspensions(M.function("f"));
  ASSERT_EQ(Held.size(), 1u);
  EXPECT_EQ(M.line(Held[0].Acquired), 6u);
  EXPECT_EQ(M.line(Held[0].Within), 3u);
  EXPECT_EQ(Held[0].By, HeldLock::Kind::Manual);
  EXPECT_EQ(Held[0].Guard, nullptr);
}

TEST(LockStateTest, NothingInPlainFunctions) {
  EXPECT_EQ(held("void f() { std::lock_guard g(m); ready(); }"), "");
}

} // namespace
} // namespace corolint
