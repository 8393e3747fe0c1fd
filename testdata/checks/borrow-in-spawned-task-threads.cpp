// Threads and futures that outlive the scope whose variables they borrow.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-borrow-in-spawned-task %s -- -std=c++20 %runtime | %FileCheck %s

#include <coroutine>
#include <future>
#include <thread>
#include <vector>

void use(int);

void thread_detached() {
  int local = 0;
  std::thread([&local] { use(local); }).detach();
  // CHECK: :[[#@LINE-1]]:17: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
}

void named_thread_detached() {
  int local = 0;
  std::thread worker([&local] { use(local); });
  // CHECK: :[[#@LINE-1]]:24: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
  worker.detach();
}

void thread_joined() {
  int local = 0;
  std::thread worker([&local] { use(local); });
  worker.join();
}

void threads_joined() {
  int local = 0;
  std::vector<std::thread> workers;
  for (int i = 0; i < 4; ++i)
    workers.emplace_back([&local] { use(local); });
  for (std::thread &worker : workers)
    worker.join();
}

void threads_pushed_and_joined() {
  int local = 0;
  std::vector<std::thread> workers;
  for (int i = 0; i < 4; ++i)
    workers.push_back(std::thread([&] { use(local); }));
  for (auto &worker : workers)
    worker.join();
}

void jthread_joins_itself() {
  int local = 0;
  std::jthread worker([&local] { use(local); });
}

void async_waited_for() {
  int local = 0;
  auto future = std::async(std::launch::async, [&local] { use(local); });
  future.get();
}

void async_waits_in_destructor() {
  int local = 0;
  auto future = std::async(std::launch::async, [&local] { use(local); });
}

std::future<void> async_returned() {
  int local = 0;
  return std::async(std::launch::async, [&local] { use(local); });
  // CHECK: :[[#@LINE-1]]:43: warning: task keeps a reference to 'local', which dies before the task ends [coro-borrow-in-spawned-task]
}

/// Lives in the frame of the coroutine that it resumes.
struct Reading {
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> reader) {
    std::thread([this, reader]() mutable {
      value = 1;
      reader.resume();
    }).detach();
  }
  int await_resume() const noexcept { return value; }
  int value = 0;
};

template <class F> void in_thread(F body) {
  std::thread([body(std::move(body))]() mutable { body(); }).detach();
}
