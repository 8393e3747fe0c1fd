/// \file
/// The shipped roles find what coroutine libraries declare: in detail
/// namespaces, bases, customisation objects and overloads.

#include "tests/unit/RoleTestSupport.h"

#include "llvm/Support/Path.h"

namespace corolint {
namespace {

using Start = TaskTraits::Start;
using Drop = TaskTraits::Drop;

/// \p Code after one of the headers in testdata/include.
ParsedCode library(llvm::StringRef Header, llvm::StringRef Code) {
  llvm::SmallString<128> Include(__FILE__);
  for (int Levels = 0; Levels < 3; ++Levels)
    llvm::sys::path::remove_filename(Include);
  llvm::sys::path::append(Include, "testdata", "include");
  return ParsedCode(("#include \"" + Header + "\"\n" + Code).str(),
                    RoleTable::shipped(),
                    {"-std=c++20", ("-I" + Include).str()});
}

/// The parameter \p Key of the role \p Kind of the call in \p Function; `none`
/// without such a role.
std::string param(const ParsedCode &Code, llvm::StringRef Function,
                  RoleKind Kind, llvm::StringRef Key) {
  const Role *R = Code.callRole(Function, Kind);
  return R ? R->get(Key).str() : "none";
}

/// What becomes of the callable in each function of \p Code, in order: `f:` and
/// whether it lives as long as its coroutine, or `now` if it is only called.
std::string keeps(const ParsedCode &Code,
                  llvm::ArrayRef<llvm::StringRef> Functions) {
  std::string Text;
  for (llvm::StringRef Function : Functions) {
    std::string Value = param(Code, Function, RoleKind::Spawn, "keeps");
    if (Value == "none")
      Value = param(Code, Function, RoleKind::StoresCallable, "keeps");
    if (Value == "none" && Code.callRole(Function, RoleKind::CallsNow))
      Value = "now";
    Text += (Text.empty() ? "" : " ") + Function.str() + ":" +
            (Value.empty() ? "unknown" : Value);
  }
  return Text;
}

TEST(RoleLibraries, WhatKeepsTheCallable) {
  ParsedCode Seastar = library("seastar.hpp", R"cpp(
    using namespace seastar;
    void then(future<> f) { f.then([] {}); }
    void finally(future<> f) { f.finally([] {}); }
    void submit() { smp::submit_to(1, [] {}); }
    void all(sharded<int> &s) { s.invoke_on_all([](int &) {}); }
    void one(sharded<int> &s) { s.invoke_on(1, [](int &) {}); }
    void gated(gate &g) { with_gate(g, [] { return 1; }); }
    void units(semaphore &s) { with_semaphore(s, 1, [] {}); }
    void group(scheduling_group g) { with_scheduling_group(g, [] {}); }
    void loop() { seastar::repeat([] {}); }
    using lambda = coroutine::lambda<int>;
    using pointer = lw_shared_ptr<int>;
    using group_of_tasks = gate;
  )cpp");
  EXPECT_EQ(keeps(Seastar, {"then", "finally", "submit", "all", "one", "gated",
                            "units", "group", "loop"}),
            "then:no finally:no submit:yes all:yes one:yes gated:now units:no "
            "group:no loop:unknown");
  EXPECT_TRUE(Seastar.roles().isView(Seastar.type("lambda")));
  EXPECT_TRUE(Seastar.roles().of(Seastar.type("pointer"), RoleKind::Owner));
  EXPECT_TRUE(
      Seastar.roles().of(Seastar.type("group_of_tasks"), RoleKind::Scope));

  ParsedCode Folly = library("folly.hpp", R"cpp(
    using namespace folly;
    void invoke() { coro::co_invoke([] { return 1; }); }
    void then(Future<int> f) { std::move(f).thenValue([](int) {}); }
    void defer(SemiFuture<int> f) { std::move(f).deferValue([](int) {}); }
    void pool(CPUThreadPoolExecutor &e) { e.add([] {}); }
    void event(EventBase &e) { e.runInEventBaseThread([] {}); }
    void wait(EventBase &e) { e.runInEventBaseThreadAndWait([] {}); }
  )cpp");
  EXPECT_EQ(keeps(Folly, {"invoke", "then", "defer", "pool", "event", "wait"}),
            "invoke:yes then:no defer:no pool:no event:no wait:now");

  ParsedCode Drogon = library("drogon.hpp", R"cpp(
    void run() { drogon::async_run([] {}); }
    void func() { drogon::async_func([] {}); }
    void queue(trantor::EventLoop &l) { l.queueInLoop([] {}); }
    void once(trantor::EventLoop &l) { l.runAfter(1, [] {}); }
    void often(trantor::EventLoop &l) { l.runEvery(1, [] {}); }
  )cpp");
  EXPECT_EQ(keeps(Drogon, {"run", "func", "queue", "once", "often"}),
            "run:yes func:yes queue:no once:no often:unknown");

  ParsedCode Asio = library("asio.hpp", R"cpp(
    asio::awaitable<void> work();
    void start(asio::io_context &io) {
      asio::co_spawn(io, [] { return work(); }, asio::detached);
    }
    void post(asio::io_context &io) { asio::post(io, [] {}); }
  )cpp");
  EXPECT_EQ(keeps(Asio, {"start", "post"}), "start:yes post:no");

  ParsedCode AsyncSimple = library("async_simple.hpp", R"cpp(
    void then(async_simple::Future<int> f) {
      std::move(f).thenTry([](int) {});
    }
    void schedule(async_simple::Executor &e) { e.schedule([] {}); }
  )cpp");
  EXPECT_EQ(keeps(AsyncSimple, {"then", "schedule"}), "then:no schedule:no");
}

TEST(RoleLibraries, WhatEndsTheWork) {
  ParsedCode Code = library("qt.hpp", R"cpp(
    void alone(QTimer *t) { QObject::connect(t, &QTimer::timeout, [] {}); }
    void with(QTimer *t, QObject *o) {
      QObject::connect(t, &QTimer::timeout, o, [] {});
    }
    void single(QObject *o) { QTimer::singleShot(1, o, [] {}); }
    void bare() { QTimer::singleShot(1, [] {}); }
    void invoke(QObject *o) { QMetaObject::invokeMethod(o, [] {}); }
    void run() { QtConcurrent::run([] {}); }
    void pooled(QThreadPool *p) { QtConcurrent::run(p, [] {}); }
  )cpp");
  const auto Context = [&](llvm::StringRef Function) {
    return param(Code, Function, RoleKind::StoresCallable, "context");
  };
  EXPECT_EQ(Context("alone"), "0");
  EXPECT_EQ(Context("with"), "2");
  EXPECT_EQ(Context("single"), "1");
  EXPECT_EQ(Context("bare"), "");
  EXPECT_EQ(Context("invoke"), "0");
  EXPECT_EQ(param(Code, "run", RoleKind::Spawn, "arg"), "0");
  EXPECT_EQ(param(Code, "pooled", RoleKind::Spawn, "arg"), "1");
}

TEST(RoleLibraries, Cppcoro) {
  ParsedCode Code = library("cppcoro.hpp", R"cpp(
    cppcoro::task<int> a_task();
    using shared = cppcoro::shared_task<int>;
    using task = cppcoro::task<>;
    void lock(cppcoro::async_mutex &m) { m.scoped_lock_async(); }
    void join(cppcoro::async_scope &s) { s.join(); }
    void schedule(cppcoro::static_thread_pool &p) { p.schedule(); }
    void later(cppcoro::io_service &io) {
      io.schedule_after(std::chrono::seconds(1));
    }
    void events(cppcoro::io_service &io) { io.process_events(); }
    void pending(cppcoro::io_service &io) { io.process_pending_events(); }
    void moved(cppcoro::static_thread_pool &p) {
      cppcoro::schedule_on(p, a_task());
    }
    using lock_operation = cppcoro::async_mutex_scoped_lock_operation;
  )cpp");
  const Roles &R = Code.roles();
  EXPECT_EQ(R.task(Code.type("task"))->StartsAt, Start::Lazy);
  // An lvalue may be awaited again: its result stays where it is.
  EXPECT_FALSE(R.task(Code.type("task"))->SingleShot);
  EXPECT_FALSE(R.task(Code.type("shared"))->SingleShot);
  const Role *Lock = R.of(Code.type("lock_operation"), RoleKind::Awaitable);
  ASSERT_TRUE(Lock);
  EXPECT_TRUE(Lock->is("takes", "lock"));
  // What `join` returns has no name.
  EXPECT_TRUE(Code.callRole("join", RoleKind::Awaitable));
  EXPECT_EQ(param(Code, "schedule", RoleKind::SwitchesExecutor, "blocking"),
            "by-executor");
  EXPECT_EQ(param(Code, "later", RoleKind::SwitchesExecutor, "blocking"), "no");
  EXPECT_TRUE(Code.callRole("events", RoleKind::WaitsForTask));
  EXPECT_FALSE(Code.callRole("pending", RoleKind::WaitsForTask));
  EXPECT_TRUE(Code.callRole("moved", RoleKind::AwaitsAll));
}

TEST(RoleLibraries, Libcoro) {
  ParsedCode Code = library("libcoro.hpp", R"cpp(
    coro::task<> work();
    void lock(coro::mutex &m) { m.lock(); }
    void permit(coro::semaphore<2> &s) { s.acquire(); }
    void detached(coro::thread_pool &p) { p.spawn_detached(work()); }
    void joinable(coro::thread_pool &p) { p.spawn_joinable(work()); }
    void here(coro::thread_pool &p) { p.schedule(); }
    void there(coro::thread_pool &p) { p.schedule(work()); }
    void poll(coro::scheduler &s) { s.process_events(); }
    void wait(coro::scheduler &s) {
      s.process_events(std::chrono::milliseconds(5));
    }
    void started(coro::task_group<coro::thread_pool> &g) {
      (void)g.start(work());
    }
  )cpp");
  EXPECT_EQ(param(Code, "lock", RoleKind::Awaitable, "takes"), "lock");
  EXPECT_EQ(param(Code, "permit", RoleKind::Awaitable, "takes"), "permit");
  EXPECT_EQ(param(Code, "detached", RoleKind::Spawn, "returns"), "nothing");
  EXPECT_EQ(param(Code, "joinable", RoleKind::Spawn, "returns"), "handle");
  EXPECT_EQ(param(Code, "joinable", RoleKind::Spawn, "drop"), "blocks");
  EXPECT_TRUE(Code.callRole("here", RoleKind::SwitchesExecutor));
  EXPECT_FALSE(Code.callRole("there", RoleKind::SwitchesExecutor));
  EXPECT_TRUE(Code.callRole("there", RoleKind::AwaitsAll));
  EXPECT_FALSE(Code.callRole("poll", RoleKind::WaitsForTask));
  EXPECT_TRUE(Code.callRole("wait", RoleKind::WaitsForTask));
  EXPECT_EQ(param(Code, "started", RoleKind::Spawn, "returns"), "nothing");
}

TEST(RoleLibraries, FollysCustomisationPointsAreObjects) {
  ParsedCode Code = library("folly.hpp", R"cpp(
    using namespace folly::coro;
    Task<int> fetch();
    void bound(folly::Executor *e) { co_withExecutor(e, fetch()); }
    void token() { folly::coro::co_withCancellation(0, fetch()); }
    void wait() { folly::coro::blockingWait(fetch()); }
    void future(TaskWithExecutor<int> &t) { std::move(t).start(); }
    void callback(TaskWithExecutor<int> &t) {
      std::move(t).start([](auto) {});
    }
    void semi() { fetch().semi(); }
    void lock(Mutex &m) { m.co_scoped_lock(); }
  )cpp");
  EXPECT_TRUE(Code.callRole("bound", RoleKind::AwaitsAll));
  EXPECT_TRUE(Code.callRole("token", RoleKind::AwaitsAll));
  EXPECT_TRUE(Code.callRole("wait", RoleKind::WaitsForTask));
  EXPECT_EQ(param(Code, "future", RoleKind::Spawn, "returns"), "handle");
  EXPECT_EQ(param(Code, "callback", RoleKind::Spawn, "returns"), "nothing");
  EXPECT_TRUE(Code.callRole("semi", RoleKind::Awaitable));
  EXPECT_EQ(param(Code, "lock", RoleKind::Awaitable, "takes"), "lock");
}

TEST(RoleLibraries, Stdexec) {
  ParsedCode Code = library("stdexec.hpp", R"cpp(
    using task = exec::task<void>;
    void wait(task &t) { stdexec::sync_wait(t); }
    void detached(task &t) { exec::start_detached(t); }
    void future(task &t) { stdexec::spawn_future(t, 0); }
    void scoped(exec::async_scope &s, task &t) { s.spawn(t); }
    auto sender = stdexec::just(1) | stdexec::then([](int) {});
  )cpp");
  const Roles &R = Code.roles();
  EXPECT_EQ(R.task(Code.type("task"))->StartsAt, Start::Lazy);
  EXPECT_TRUE(R.isSender(Code.type("sender")));
  EXPECT_TRUE(Code.callRole("wait", RoleKind::WaitsForTask));
  EXPECT_EQ(param(Code, "detached", RoleKind::Spawn, "returns"), "nothing");
  EXPECT_EQ(param(Code, "future", RoleKind::Spawn, "returns"), "handle");
  EXPECT_EQ(param(Code, "scoped", RoleKind::Spawn, "returns"), "nothing");
}

TEST(RoleLibraries, EagerOnesOweNothingByThemselves) {
  ParsedCode Seastar = library("seastar.hpp", R"cpp(
    using future = seastar::future<int>;
    void units(seastar::semaphore &s) { seastar::get_units(s, 1); }
    void wait(seastar::semaphore &s) { s.wait(); }
  )cpp");
  std::optional<TaskTraits> Future =
      Seastar.roles().task(Seastar.type("future"));
  ASSERT_TRUE(Future);
  EXPECT_EQ(Future->StartsAt, Start::Eager);
  EXPECT_EQ(Future->OnDrop, Drop::Detaches);
  EXPECT_EQ(param(Seastar, "units", RoleKind::Awaitable, "takes"), "permit");
  EXPECT_EQ(param(Seastar, "wait", RoleKind::Awaitable, "takes"), "permit");

  ParsedCode Cobalt = library("cobalt.hpp", R"cpp(
    using promise = boost::cobalt::promise<int>;
    using task = boost::cobalt::task<int>;
  )cpp");
  EXPECT_EQ(Cobalt.roles().task(Cobalt.type("promise"))->OnDrop, Drop::Cancels);
  EXPECT_EQ(Cobalt.roles().task(Cobalt.type("task"))->StartsAt, Start::Lazy);

  ParsedCode Concurrencpp = library("concurrencpp.hpp", R"cpp(
    using result = concurrencpp::result<int>;
    using lazy = concurrencpp::lazy_result<int>;
    void run(lazy &l) { l.run(); }
    void submit(concurrencpp::thread_pool_executor &e) {
      e.submit([] { return 1; });
    }
  )cpp");
  const Roles &R = Concurrencpp.roles();
  EXPECT_EQ(R.task(Concurrencpp.type("result"))->StartsAt, Start::Eager);
  EXPECT_EQ(R.task(Concurrencpp.type("lazy"))->StartsAt, Start::Lazy);
  EXPECT_TRUE(Concurrencpp.callRole("run", RoleKind::ConsumesTask));
  EXPECT_EQ(param(Concurrencpp, "submit", RoleKind::Spawn, "returns"),
            "handle");
}

} // namespace
} // namespace corolint
