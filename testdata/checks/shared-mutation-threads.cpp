// Threads, and executors with one thread or several.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-shared-mutation %s -- -std=c++20 %include | %FileCheck %s

#include <condition_variable>
#include <future>
#include <latch>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

void use(int);
void use(const std::string &);

void two_threads() {
  int n = 0;
  std::thread a([&] { ++n; });
  // CHECK: :[[#@LINE-1]]:25: warning: 'n' is written by two tasks that run at the same time [coro-shared-mutation]
  // CHECK-NEXT: :[[#@LINE+3]]:25: note: it is written here, too
  // CHECK-NEXT: :[[#@LINE-3]]:15: note: 'thread' starts the task here; it runs on another thread
  // CHECK-NEXT: :[[#@LINE+1]]:15: note: 'thread' starts the other task here; it runs on another thread
  std::thread b([&] { ++n; });
  a.join();
  b.join();
}

void one_after_the_other() {
  int n = 0;
  std::thread a([&] { ++n; });
  a.join();
  std::thread b([&] { ++n; });
  b.join();
}

void scopes_that_join() {
  int n = 0;
  {
    std::jthread a([&] { ++n; });
  }
  std::jthread b([&] { ++n; });
}

void dropped_futures_wait() {
  int n = 0;
  std::async(std::launch::async, [&] { ++n; });
  std::async(std::launch::async, [&] { ++n; });
}

void fill(std::map<int, std::string> &names, int id) { names[id] = "new"; }
// CHECK: :[[#@LINE-1]]:56: warning: 'names' is written by tasks of one kind that run at the same time [coro-shared-mutation]
// CHECK-NEXT: :[[#@LINE+6]]:5: note: 'emplace_back' starts one here each time round, and does not wait for the one before

void made_in_their_container() {
  std::map<int, std::string> names;
  std::vector<std::thread> threads;
  for (int id = 0; id < 4; ++id)
    threads.emplace_back(fill, std::ref(names), id);
  for (std::thread &thread : threads)
    thread.join();
}

void each_its_copy() {
  std::map<int, std::string> names;
  const auto change = [](std::map<int, std::string> mine) { mine.clear(); };
  std::thread a(change, names);
  std::thread b(change, names);
  a.join();
  b.join();
}

void constant_indices() {
  int parts[2] = {};
  std::thread a([&] { parts[0] = 1; });
  std::thread b([&] { parts[1] = 1; });
  a.join();
  b.join();
}

void one_constant_index() {
  int parts[2] = {};
  std::thread a([&] { parts[0] = 1; });
  // CHECK: :[[#@LINE-1]]:23: warning: 'parts[0]' is written by two tasks that run at the same time [coro-shared-mutation]
  // CHECK-NEXT: :[[#@LINE+3]]:23: note: it is written here, too
  // CHECK-NEXT: :[[#@LINE-3]]:15: note: 'thread' starts the task here; it runs on another thread
  // CHECK-NEXT: :[[#@LINE+1]]:15: note: 'thread' starts the other task here; it runs on another thread
  std::thread b([&] { parts[0] = 2; });
  a.join();
  b.join();
}

void latched() {
  int n = 0;
  std::latch done(1);
  std::thread([&] {
    n = 1;
    done.count_down();
  }).detach();
  done.wait();
  use(n);
}

void signalled() {
  std::mutex mutex;
  std::condition_variable changed;
  bool done = false;
  int n = 0;
  std::thread a([&] {
    n = 1;
    std::lock_guard held(mutex);
    done = true;
    changed.notify_one();
  });
  std::unique_lock held(mutex);
  changed.wait(held, [&] { return done; });
  use(n);
  a.join();
}

class Log {
public:
  Log() : writer_([this] { write(); }) {}
  ~Log() { writer_.join(); }

  void restart() {
    writer_ = std::thread([this] { write(); });
    line_ = "restarted";
    // CHECK: :[[#@LINE-1]]:5: warning: 'line_' is written while a task that was started before reads it [coro-shared-mutation]
    // CHECK-NEXT: :[[#@LINE+13]]:9: note: it is read here
    // CHECK-NEXT: :[[#@LINE-4]]:15: note: 'thread' starts the other task here; it runs on another thread
    // CHECK-NEXT: :[[#@LINE+11]]:9: note: 'mutex_' is held here, but not where it is written
  }

  void note(std::string line) {
    std::lock_guard held(mutex_);
    line_ = line;
  }

private:
  void write() {
    std::lock_guard held(mutex_);
    use(line_);
  }

  std::mutex mutex_;
  std::string line_;
  std::thread writer_;
};
