// What C++ libraries have that waits, and what looks like it; and what to use
// instead in the library that the coroutine's task comes from.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-blocking-call %s -- -std=c++20 | %FileCheck %s

#include "../include/asio.hpp"
#include "../include/folly.hpp"
#include "../include/task.hpp"
#include "../include/waiting.hpp"

#include <chrono>
#include <cstdio>
#include <future>
#include <thread>

//===----------------------------------------------------------------------===//
// Abseil
//===----------------------------------------------------------------------===//

task<> abseil(absl::Mutex &m, absl::Condition &full, absl::Notification &n) {
  absl::SleepFor(absl::Seconds(1));
  // CHECK: :[[#@LINE-1]]:3: warning: 'absl::SleepFor' blocks the thread in coroutine 'abseil' [coro-blocking-call]
  // CHECK-NEXT: note: 'absl::SleepFor' sleeps
  n.WaitForNotification();
  // CHECK: :[[#@LINE-1]]:3: warning: 'absl::Notification::WaitForNotification' blocks the thread
  m.LockWhenWithTimeout(full, absl::Seconds(1));
  // CHECK: :[[#@LINE-1]]:3: warning: 'absl::Mutex::LockWhenWithTimeout' blocks the thread
  m.Await(full);
  // CHECK: :[[#@LINE-1]]:3: warning: 'absl::Mutex::Await' blocks the thread
  m.Unlock();
  {
    absl::MutexLock held(&m, full);
    // CHECK: :[[#@LINE-1]]:21: warning: 'absl::MutexLock' blocks the thread
  }
  co_await work();
}

task<> abseil_without_waiting(absl::Mutex &m, absl::Notification &n) {
  (void)n.HasBeenNotified();
  { absl::MutexLock held(&m); }
  co_await work();
}

//===----------------------------------------------------------------------===//
// Boost
//===----------------------------------------------------------------------===//

task<> boosts(boost::thread &t, boost::future<int> &f, boost::latch &l,
              boost::interprocess::interprocess_semaphore &s) {
  boost::this_thread::sleep_for(boost::chrono::milliseconds(1));
  // CHECK: :[[#@LINE-1]]:3: warning: 'boost::this_thread::sleep_for' blocks the thread in coroutine 'boosts' [coro-blocking-call]
  t.join();
  // CHECK: :[[#@LINE-1]]:3: warning: 'boost::thread::join' blocks the thread
  f.get();
  // CHECK: :[[#@LINE-1]]:3: warning: 'boost::future::get' blocks the thread
  l.wait();
  // CHECK: :[[#@LINE-1]]:3: warning: 'boost::latch::wait' blocks the thread
  s.wait();
  // CHECK: :[[#@LINE-1]]:3: warning: 'boost::interprocess::interprocess_semaphore::wait' blocks the thread
  boost::process::child c("ls");
  c.wait();
  // CHECK: :[[#@LINE-1]]:3: warning: 'boost::process::child::wait' blocks the thread
  // CHECK-NEXT: note: 'boost::process::child::wait' waits for a process
  boost::process::system("ls");
  // CHECK: :[[#@LINE-1]]:3: warning: 'boost::process::system' blocks the thread
  boost::filesystem::exists("a");
  // CHECK: :[[#@LINE-1]]:3: warning: 'boost::filesystem::exists' blocks the thread
  // CHECK-NEXT: note: 'boost::filesystem::exists' waits for a file
  boost::filesystem::directory_iterator in("a");
  // CHECK: :[[#@LINE-1]]:41: warning: 'boost::filesystem::directory_iterator' blocks the thread
  co_await work();
}

task<> boost_without_waiting(boost::thread &t, boost::future<int> &f,
                             boost::latch &l, boost::process::child &c,
                             boost::filesystem::file_status status,
                             boost::interprocess::interprocess_semaphore &s) {
  boost::this_thread::yield();
  boost::this_thread::sleep_for(boost::chrono::milliseconds(0));
  t.try_join_for(boost::chrono::milliseconds(0));
  f.wait_for(boost::chrono::milliseconds(0));
  l.count_down();
  s.post();
  (void)s.try_wait();
  (void)c.running();
  boost::filesystem::exists(status);
  boost::filesystem::path("a").extension();
  boost::filesystem::directory_iterator end;
  co_await work();
}

//===----------------------------------------------------------------------===//
// folly
//===----------------------------------------------------------------------===//

task<> follys(folly::Baton<> &b, folly::Future<int> &f, folly::Subprocess &p,
              std::string &text) {
  b.wait();
  // CHECK: :[[#@LINE-1]]:3: warning: 'folly::Baton::wait' blocks the thread in coroutine 'follys' [coro-blocking-call]
  f.wait();
  // CHECK: :[[#@LINE-1]]:3: warning: 'folly::Future::wait' blocks the thread
  p.wait();
  // CHECK: :[[#@LINE-1]]:3: warning: 'folly::Subprocess::wait' blocks the thread
  folly::readFile("a", text);
  // CHECK: :[[#@LINE-1]]:3: warning: 'folly::readFile' blocks the thread
  co_await work();
}

task<> folly_without_waiting(folly::Baton<> &b, folly::Future<int> &f,
                             folly::Subprocess &p) {
  b.try_wait();
  b.try_wait_for(folly::Milliseconds{0});
  p.poll();
  p.waitTimeout(folly::Milliseconds{0});
  if (f.isReady())
    std::move(f).get();
  co_await work();
}

//===----------------------------------------------------------------------===//
// Qt
//===----------------------------------------------------------------------===//

task<> qts(QTcpSocket &socket, QProcess &process, QThread &thread,
           QSqlQuery &query) {
  QThread::msleep(10);
  // CHECK: :[[#@LINE-1]]:3: warning: 'QThread::msleep' blocks the thread in coroutine 'qts' [coro-blocking-call]
  thread.wait(100);
  // CHECK: :[[#@LINE-1]]:3: warning: 'QThread::wait' blocks the thread
  socket.waitForConnected();
  // CHECK: :[[#@LINE-1]]:3: warning: 'Q{{.*}}Socket::waitForConnected' blocks the thread
  socket.waitForReadyRead(100);
  // CHECK: :[[#@LINE-1]]:3: warning: 'Q{{.*}}Socket::waitForReadyRead' blocks the thread
  process.waitForFinished();
  // CHECK: :[[#@LINE-1]]:3: warning: 'QProcess::waitForFinished' blocks the thread
  QHostInfo::fromName("example.org");
  // CHECK: :[[#@LINE-1]]:3: warning: 'QHostInfo::fromName' blocks the thread
  query.exec("select 1");
  // CHECK: :[[#@LINE-1]]:3: warning: 'QSqlQuery::exec' blocks the thread
  QFile file("a");
  file.open(1);
  // CHECK: :[[#@LINE-1]]:3: warning: 'QFile::open' blocks the thread
  file.readAll();
  // CHECK: :[[#@LINE-1]]:3: warning: 'QFile::readAll' blocks the thread
  co_await work();
}

task<> qt_without_waiting(QTcpSocket &socket, QProcess &process, QBuffer &memory,
                          QIODevice &any, QSqlQuery &query) {
  socket.connectToHost("example.org", 80);
  socket.waitForReadyRead(0);
  process.start("ls");
  memory.open(1);
  memory.readAll();
  any.readAll(); // Nobody knows.
  query.next();
  (void)QFile("a").fileName();
  co_await work();
}

//===----------------------------------------------------------------------===//
// What to use instead
//===----------------------------------------------------------------------===//

asio::awaitable<void> of_asio() {
  std::this_thread::sleep_for(std::chrono::seconds(1));
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::this_thread::sleep_for' blocks the thread in coroutine 'of_asio' [coro-blocking-call]
  // CHECK-NEXT: note: 'std::this_thread::sleep_for' sleeps
  // CHECK-NEXT: note: use co_await the async_wait of an asio::steady_timer instead
  std::fopen("a", "r");
  // CHECK: :[[#@LINE-1]]:3: warning: 'fopen' blocks the thread
  // CHECK-NEXT: note: 'fopen' waits for a file
  // CHECK-NEXT: note: use co_await co_spawn(pool, {{.*}}, use_awaitable) with an asio::thread_pool instead
  co_return;
}

folly::coro::Task<> of_folly(std::future<int> &f) {
  std::this_thread::sleep_for(std::chrono::seconds(1));
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::this_thread::sleep_for' blocks the thread in coroutine 'of_folly' [coro-blocking-call]
  // CHECK-NEXT: note: 'std::this_thread::sleep_for' sleeps
  // CHECK-NEXT: note: use co_await folly::coro::sleep({{.*}}) instead
  f.get();
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::future::get' blocks the thread
  // CHECK-NEXT: note: 'std::future::get' waits
  // CHECK-NOT: use
  co_return;
}
