/// \file
/// What is inferred from code: guards and locks.

#include "tests/unit/RoleTestSupport.h"

namespace corolint {
namespace {

/// Locks and guards of the test's own, and the types of variables.
class InferGuard : public testing::Test {
protected:
  static void SetUpTestSuite() {
    Code = new ParsedCode(withCoroutines(R"cpp(
      struct spin { void lock(); void unlock(); };
      struct async_mutex {
        struct awaiter { bool await_ready(); };
        awaiter lock(); void unlock();
      };
      struct weak { int lock(); };
      struct scoped_only {
        async_mutex::awaiter co_scoped_lock(); void unlock();
      };
      struct both_ways {
        void lock(); async_mutex::awaiter async_lock(); void unlock();
      };

      struct hand_guard {
        spin &s;
        hand_guard(spin &l) : s(l) { s.lock(); }
        ~hand_guard() { s.unlock(); }
      };
      template <class M> struct any_guard {
        any_guard(M &m) : m(&m) { this->m->lock(); }
        ~any_guard() { if (m) m->unlock(); }
        void unlock() { m->unlock(); m = nullptr; }
        M *m;
      };
      struct through_helper {
        spin s;
        through_helper() { take(); }
        ~through_helper() { give(); }
        void take() { s.lock(); }
        void give() { s.unlock(); }
      };
      struct in_initialiser {
        static int take(spin &s) { s.lock(); return 0; }
        spin s; int n;
        in_initialiser() : n(take(s)) {}
        ~in_initialiser() { s.unlock(); }
      };
      struct reverse {
        spin &s;
        reverse(spin &l) : s(l) { s.unlock(); }
        ~reverse() { s.lock(); }
      };
      struct registry { // Takes the lock for a moment only.
        static inline spin s;
        registry() { s.lock(); s.unlock(); }
        ~registry() { s.lock(); s.unlock(); }
      };
      struct async_guard { // Is given a lock that was awaited.
        async_mutex *m;
        async_guard(async_mutex &l) : m(&l) {}
        ~async_guard() { m->unlock(); }
      };
      struct [[clang::annotate("corolint:lock-guard;starts=unlocked")]] opaque {
        opaque(spin &); ~opaque();
      };
      struct owner { hand_guard field; };
      struct deep_owner { owner inner; };
      struct derived_owner : owner {};
      struct borrower { hand_guard &reference; hand_guard *pointer; };
      struct recursive { recursive *next; hand_guard held; };

      spin a_spin; async_mutex an_async; weak a_weak;
      scoped_only a_scoped_only; both_ways both;
      void f(hand_guard hand, any_guard<spin> any, through_helper helper,
             in_initialiser initialiser, reverse reversed, registry reg, async_guard async, opaque said,
             owner owned, deep_owner deep, derived_owner derived,
             borrower borrowed, recursive self, hand_guard (&array)[2],
             any_guard<async_mutex> over_async);
      template <class M> void g(any_guard<M> dependent) {}
    )cpp"));
  }
  static void TearDownTestSuite() {
    delete Code;
    Code = nullptr;
  }
  static std::optional<GuardTraits> guard(llvm::StringRef Name) {
    return Code->roles().guard(Code->type(Name));
  }
  static ParsedCode *Code;
};
ParsedCode *InferGuard::Code = nullptr;

TEST_F(InferGuard, ConstructorsThatLock) {
  for (llvm::StringRef Name :
       {"hand", "any", "helper", "initialiser", "dependent"}) {
    auto Traits = guard(Name);
    ASSERT_TRUE(Traits) << Name.str();
    EXPECT_FALSE(Traits->Contains) << Name.str();
    EXPECT_FALSE(Traits->Async) << Name.str();
    EXPECT_FALSE(Traits->StartsUnlocked) << Name.str();
  }
  EXPECT_FALSE(guard("hand")->Movable);
  EXPECT_TRUE(guard("any")->Movable);
  EXPECT_FALSE(guard("reg"));
  EXPECT_FALSE(guard("async"));
  EXPECT_FALSE(guard("a_spin"));
}

TEST_F(InferGuard, Reverse) {
  ASSERT_TRUE(guard("reversed"));
  EXPECT_TRUE(guard("reversed")->StartsUnlocked);
  ASSERT_TRUE(guard("said"));
  EXPECT_TRUE(guard("said")->StartsUnlocked);
}

TEST_F(InferGuard, Owned) {
  for (llvm::StringRef Name : {"owned", "deep", "derived", "self"}) {
    ASSERT_TRUE(guard(Name)) << Name.str();
    EXPECT_TRUE(guard(Name)->Contains) << Name.str();
  }
  EXPECT_FALSE(guard("borrowed"));
  EXPECT_FALSE(guard("array")) << "a reference";
  auto Array = Code->roles().guard(Code->type("array").getNonReferenceType());
  ASSERT_TRUE(Array);
  EXPECT_TRUE(Array->Contains);
}

TEST_F(InferGuard, OverAnAsyncLock) {
  auto Traits = guard("over_async");
  ASSERT_TRUE(Traits);
  EXPECT_TRUE(Traits->Async);
}

TEST_F(InferGuard, Locks) {
  const Roles &R = Code->roles();
  EXPECT_TRUE(R.isThreadLock(Code->type("a_spin")));
  EXPECT_FALSE(R.isAsyncLock(Code->type("a_spin")));
  EXPECT_FALSE(R.isThreadLock(Code->type("an_async")));
  EXPECT_TRUE(R.isAsyncLock(Code->type("an_async")));
  EXPECT_FALSE(R.isThreadLock(Code->type("a_weak")));
  EXPECT_TRUE(R.isAsyncLock(Code->type("a_scoped_only")));
  EXPECT_FALSE(R.isAsyncLock(Code->type("both")));
  EXPECT_TRUE(R.isThreadLock(Code->type("both")));
  EXPECT_FALSE(R.isThreadLock(Code->type("any")));
}

TEST(InferStandardGuard, OwnersAndLocks) {
  ParsedCode Code(R"cpp(
    #include <map>
    #include <memory>
    #include <mutex>
    #include <optional>
    #include <shared_mutex>
    #include <tuple>
    #include <vector>
    struct async_mutex {
      struct awaiter { bool await_ready(); };
      awaiter lock(); void unlock();
    };
    struct [[clang::annotate("corolint:async-lock")]] said_async {
      void lock(); void unlock(); bool try_lock();
    };
    std::mutex m; std::shared_mutex sm; said_async said;
    std::unique_lock<said_async> over_said;
    std::unique_lock<std::mutex> over_mutex;
    std::shared_lock<std::shared_mutex> shared;
    std::scoped_lock<std::mutex, said_async> both(m, said);
    std::optional<std::lock_guard<std::mutex>> in_optional;
    std::unique_ptr<std::unique_lock<std::mutex>> in_pointer;
    std::tuple<int, std::unique_lock<std::mutex>> in_tuple;
    std::vector<std::unique_lock<std::mutex>> in_vector;
    std::optional<std::lock_guard<std::mutex> *> of_pointer;
    std::optional<std::unique_lock<said_async>> optional_async;
    std::map<int, int> unrelated;
    auto closure = [l = std::unique_lock(m)] {};
    auto by_reference = [&l = over_mutex] {};
    template <class M> void f(M &dependent) {
      std::optional<std::lock_guard<M>> dependent_optional;
    }
  )cpp");
  const Roles &R = Code.roles();
  auto Guard = [&](llvm::StringRef Name) { return R.guard(Code.type(Name)); };
  ASSERT_TRUE(Guard("over_said"));
  EXPECT_TRUE(Guard("over_said")->Async);
  ASSERT_TRUE(Guard("over_mutex"));
  EXPECT_FALSE(Guard("over_mutex")->Async);
  EXPECT_TRUE(Guard("over_mutex")->Movable);
  ASSERT_TRUE(Guard("shared"));
  EXPECT_TRUE(Guard("shared")->Movable);
  ASSERT_TRUE(Guard("both"));
  EXPECT_FALSE(Guard("both")->Async) << "one of its locks is a thread's";
  EXPECT_FALSE(Guard("both")->Movable);
  for (llvm::StringRef Name : {"in_optional", "in_pointer", "in_tuple",
                               "in_vector", "closure", "dependent_optional"}) {
    ASSERT_TRUE(Guard(Name)) << Name.str();
    EXPECT_TRUE(Guard(Name)->Contains) << Name.str();
    EXPECT_FALSE(Guard(Name)->Async) << Name.str();
  }
  ASSERT_TRUE(Guard("optional_async"));
  EXPECT_TRUE(Guard("optional_async")->Async);
  for (llvm::StringRef Name : {"of_pointer", "unrelated", "by_reference", "m"})
    EXPECT_FALSE(Guard(Name)) << Name.str();
  EXPECT_TRUE(R.isThreadLock(Code.type("m")));
  EXPECT_TRUE(R.isThreadLock(Code.type("sm")));
  EXPECT_FALSE(R.isThreadLock(Code.type("said")));
  EXPECT_FALSE(R.isThreadLock(Code.type("over_mutex")));
}

} // namespace
} // namespace corolint
