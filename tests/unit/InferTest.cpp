/// \file
/// What is inferred from code: tasks and awaitables.

#include "tests/unit/RoleTestSupport.h"

namespace corolint {
namespace {

using Start = TaskTraits::Start;
using Drop = TaskTraits::Drop;

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

TEST(InferSender, ByWhatItSaysOfItself) {
  ParsedCode Code(withCoroutines(R"cpp(
    namespace stdlib { struct sender_tag {}; struct receiver_tag {}; }
    template <class T> struct just_sender {
      using sender_concept = stdlib::sender_tag;
    };
    struct derived_sender : just_sender<int> {};
    struct receiver { using receiver_concept = stdlib::receiver_tag; };
    template <class T> struct unifex_sender {
      template <template <class...> class Variant,
                template <class...> class Tuple>
      using value_types = Variant<Tuple<T>>;
      template <template <class...> class Variant>
      using error_types = Variant<int>;
    };
    struct lists { using value_types = int; using error_types = int; };
    just_sender<int> a_sender; derived_sender a_derived;
    unifex_sender<int> a_unifex; receiver a_receiver; lists some_lists;
    int a_number;
  )cpp"));
  const Roles &R = Code.roles();
  for (llvm::StringRef Name : {"a_sender", "a_derived", "a_unifex"})
    EXPECT_TRUE(R.isSender(Code.type(Name))) << Name.str();
  for (llvm::StringRef Name : {"a_receiver", "some_lists", "a_number"})
    EXPECT_FALSE(R.isSender(Code.type(Name))) << Name.str();
}

} // namespace
} // namespace corolint
