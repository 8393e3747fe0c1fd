/// \file
/// What is inferred from code: tasks, awaitables, guards and locks.

#include "tests/unit/RoleTestSupport.h"

namespace corolint {
namespace {

using Start = TaskTraits::Start;
using Drop = TaskTraits::Drop;

std::string withCoroutines(llvm::StringRef Code) {
  return (CoroutineHeader + Code).str();
}

/// A promise with the given initial_suspend and the members \p More.
std::string taskType(llvm::StringRef Name, llvm::StringRef Initial,
                     llvm::StringRef More, llvm::StringRef InPromise = "") {
  return ("struct " + Name + " { struct promise_type { " + Name +
          " get_return_object(); " + Initial +
          " initial_suspend(); std::suspend_always final_suspend() noexcept; "
          "void return_void(); void unhandled_exception(); " +
          InPromise + "}; " + More + " };\n")
      .str();
}

constexpr llvm::StringLiteral Awaits =
    "bool await_ready(); void await_suspend(std::coroutine_handle<>); "
    "void await_resume();";

TEST(InferTask, StartIsReadOffInitialSuspend) {
  ParsedCode Code(withCoroutines(
      "struct holds { bool await_ready() { return false; } "
      "void await_suspend(std::coroutine_handle<>) {} void await_resume() {} };"
      "struct goes { bool await_ready() { return true; } "
      "void await_suspend(std::coroutine_handle<>) {} void await_resume() {} };"
      "struct posts { bool await_ready() { return false; } "
      "void await_suspend(std::coroutine_handle<> h) { h.resume(); } "
      "void await_resume() {} };"
      "struct refuses { bool await_ready() { return false; } "
      "bool await_suspend(std::coroutine_handle<>) { return false; } "
      "void await_resume() {} };"
      "struct derived_always : std::suspend_always {};"
      "struct overrides : std::suspend_always { "
      "void await_suspend(std::coroutine_handle<> h) { h.resume(); } };" +
      taskType("lazy", "std::suspend_always", Awaits) +
      taskType("eager", "std::suspend_never", Awaits) +
      taskType("lazy_holds", "holds", Awaits) +
      taskType("eager_goes", "goes", Awaits) +
      taskType("unknown_posts", "posts", Awaits) +
      taskType("eager_refuses", "refuses", Awaits) +
      taskType("lazy_derived", "derived_always", Awaits) +
      taskType("unknown_overrides", "overrides", Awaits) +
      "struct by_auto { struct promise_type { by_auto get_return_object(); "
      "auto initial_suspend() { return std::suspend_always{}; } "
      "std::suspend_always final_suspend() noexcept; void return_void(); "
      "void unhandled_exception(); };" +
      Awaits.str() + "};"));
  auto StartOf = [&](llvm::StringRef Name) {
    auto Traits = Code.roles().task(
        Code.ast().getRecordType(&Code.decl<clang::CXXRecordDecl>(Name)));
    EXPECT_TRUE(Traits) << Name.str();
    EXPECT_TRUE(Traits && Traits->Promise) << Name.str();
    return Traits ? Traits->StartsAt : Start::Unknown;
  };
  EXPECT_EQ(StartOf("lazy"), Start::Lazy);
  EXPECT_EQ(StartOf("eager"), Start::Eager);
  EXPECT_EQ(StartOf("lazy_holds"), Start::Lazy);
  EXPECT_EQ(StartOf("eager_goes"), Start::Eager);
  EXPECT_EQ(StartOf("unknown_posts"), Start::Unknown);
  EXPECT_EQ(StartOf("eager_refuses"), Start::Eager);
  EXPECT_EQ(StartOf("lazy_derived"), Start::Lazy);
  EXPECT_EQ(StartOf("unknown_overrides"), Start::Unknown);
  EXPECT_EQ(StartOf("by_auto"), Start::Lazy);
}

TEST(InferTask, GeneratorsAndDetachedCoroutinesAreNone) {
  ParsedCode Code(withCoroutines(
      taskType("generator", "std::suspend_always", "int next();",
               "std::suspend_always yield_value(int); "
               "void await_transform(int) = delete;") +
      taskType("plain_generator", "std::suspend_always", "int next();",
               "std::suspend_always yield_value(int);") +
      taskType("task_that_yields", "std::suspend_always", Awaits,
               "std::suspend_always yield_value(int);") +
      taskType("detached", "std::suspend_never", "") +
      taskType("must_be_started", "std::suspend_always", "void start();") +
      "struct plain {};"));
  auto IsTask = [&](llvm::StringRef Name) {
    return Code.roles()
        .task(Code.ast().getRecordType(&Code.decl<clang::CXXRecordDecl>(Name)))
        .has_value();
  };
  EXPECT_FALSE(IsTask("generator"));
  EXPECT_FALSE(IsTask("plain_generator"));
  EXPECT_FALSE(IsTask("detached"));
  EXPECT_FALSE(IsTask("plain"));
  EXPECT_TRUE(IsTask("task_that_yields"));
  EXPECT_TRUE(IsTask("must_be_started"));
}

TEST(InferTask, TemplatesNeedNoInstantiation) {
  ParsedCode Code(withCoroutines(R"cpp(
    template <class T> struct task {
      struct promise_type;
      bool await_ready(); void await_suspend(std::coroutine_handle<>);
      T await_resume();
    };
    template <class T> struct task<T>::promise_type {
      task get_return_object(); std::suspend_always initial_suspend();
      std::suspend_always final_suspend() noexcept; void return_value(T);
      void unhandled_exception();
    };
    namespace detail { struct promise {
      std::suspend_never initial_suspend();
    }; }
    template <class T> struct with_alias {
      using promise_type = detail::promise;
      struct awaiter { bool await_ready(); };
      awaiter operator co_await() &&;
    };
    struct derived : task<int> {};
    task<int> declared_only();
    with_alias<int> *by_alias;
    derived *a_derived;
    template <class T> void f(task<T> dependent) {}
  )cpp"));
  const Roles &R = Code.roles();
  auto Declared =
      R.task(Code.decl<clang::FunctionDecl>("declared_only").getReturnType());
  ASSERT_TRUE(Declared);
  EXPECT_EQ(Declared->StartsAt, Start::Lazy);
  EXPECT_EQ(Declared->OnDrop, Drop::Nothing);
  auto Dependent = R.task(Code.type("dependent"));
  ASSERT_TRUE(Dependent);
  EXPECT_EQ(Dependent->StartsAt, Start::Lazy);
  auto Alias = R.task(Code.type("by_alias")->getPointeeType());
  ASSERT_TRUE(Alias);
  EXPECT_EQ(Alias->StartsAt, Start::Eager);
  EXPECT_TRUE(Alias->SingleShot);
  EXPECT_TRUE(R.task(Code.type("a_derived")->getPointeeType()));
  EXPECT_FALSE(R.task(Code.type("by_alias"))) << "a pointer is no task";
}

TEST(InferTask, PromisesInCoroutineTraits) {
  ParsedCode Code(withCoroutines(R"cpp(
    template <class T> struct future { bool await_ready(); };
    struct promise { std::suspend_never initial_suspend(); };
    struct thing { bool await_ready(); };
    struct lazy_promise { std::suspend_always initial_suspend(); };
    template <class T, class... A>
    struct std::coroutine_traits<future<T>, A...> { using promise_type = promise; };
    template <> struct std::coroutine_traits<thing> {
      using promise_type = lazy_promise;
    };
    future<int> a_future; thing a_thing;
  )cpp"));
  auto Future = Code.roles().task(Code.type("a_future"));
  ASSERT_TRUE(Future);
  EXPECT_EQ(Future->StartsAt, Start::Eager);
  auto Thing = Code.roles().task(Code.type("a_thing"));
  ASSERT_TRUE(Thing);
  EXPECT_EQ(Thing->StartsAt, Start::Lazy);
}

TEST(InferTask, DroppingAnEagerTask) {
  auto Dropped = [](llvm::StringRef Destructor) {
    ParsedCode Code(withCoroutines(
        "void log(); namespace std { [[noreturn]] void terminate(); }" +
        taskType("work", "std::suspend_never",
                 (Awaits + "std::coroutine_handle<> h;" + Destructor).str()) +
        "work *w;"));
    auto Traits = Code.roles().task(Code.type("w")->getPointeeType());
    return Traits ? Traits->OnDrop : Drop::Unknown;
  };
  EXPECT_EQ(Dropped("~work() { h.destroy(); }"), Drop::Cancels);
  EXPECT_EQ(Dropped("~work() { std::terminate(); }"), Drop::Terminates);
  EXPECT_EQ(Dropped("~work() {}"), Drop::Detaches);
  EXPECT_EQ(Dropped("~work() { log(); }"), Drop::Unknown);
  EXPECT_EQ(Dropped("~work();"), Drop::Unknown);
}

TEST(InferTask, RolesCorrect) {
  RoleTable Table;
  llvm::cantFail(Table.add("p.json", R"({
    "lib::eager": {"roles": [{"role": "task", "start": "eager",
                              "drop": "terminates", "await": "once"}]},
    "lib::opaque": {"roles": ["task"]},
    "lib::gen": {"roles": ["generator"]}
  })"));
  ParsedCode Code(
      withCoroutines("namespace lib { struct opaque {};" +
                     taskType("eager", "std::suspend_always", Awaits) +
                     taskType("gen", "std::suspend_always", Awaits) +
                     "} lib::eager *e; lib::opaque o; lib::gen *g;"),
      Table);
  auto Eager = Code.roles().task(Code.type("e")->getPointeeType());
  ASSERT_TRUE(Eager);
  EXPECT_EQ(Eager->StartsAt, Start::Eager);
  EXPECT_EQ(Eager->OnDrop, Drop::Terminates);
  EXPECT_TRUE(Eager->SingleShot);
  auto Opaque = Code.roles().task(Code.type("o"));
  ASSERT_TRUE(Opaque);
  EXPECT_EQ(Opaque->StartsAt, Start::Unknown);
  EXPECT_FALSE(Code.roles().task(Code.type("g")->getPointeeType()));
}

TEST(InferAwaitable, ByMemberFriendOrFreeOperator) {
  ParsedCode Code(withCoroutines(R"cpp(
    struct awaiter { bool await_ready() { return true; } };
    struct waits { bool await_ready(); };
    namespace lib {
      struct member { awaiter operator co_await(); };
      struct by_friend { friend awaiter operator co_await(by_friend); };
      struct by_free {}; awaiter operator co_await(const by_free &);
      template <class T> struct templated {};
      template <class T> awaiter operator co_await(templated<T> &&);
      struct none {};
    }
    struct derived : lib::member {};
    lib::member a_member; lib::by_friend a_friend; lib::by_free a_free;
    lib::templated<int> a_templated; lib::none a_none; derived a_derived;
    awaiter an_awaiter; waits may_suspend; std::suspend_never never;
    std::suspend_always always;
  )cpp"));
  const Roles &R = Code.roles();
  for (llvm::StringRef Name : {"a_member", "a_friend", "a_free", "a_templated",
                               "a_derived", "an_awaiter", "never"})
    EXPECT_TRUE(R.isAwaitable(Code.type(Name))) << Name.str();
  EXPECT_FALSE(R.isAwaitable(Code.type("a_none")));
  for (llvm::StringRef Name : {"an_awaiter", "never", "a_member"})
    EXPECT_TRUE(R.neverSuspends(Code.type(Name))) << Name.str();
  for (llvm::StringRef Name : {"may_suspend", "always", "a_none"})
    EXPECT_FALSE(R.neverSuspends(Code.type(Name))) << Name.str();
}

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
