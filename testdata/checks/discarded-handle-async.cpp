// Futures of std::async: the one kind whose destructor waits.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-discarded-handle %s -- -std=c++20 %runtime | %FileCheck %s

#include <functional>
#include <future>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

int compute();
void save();
void touch();
void use(int);
void keep(std::future<int> result);

//===----------------------------------------------------------------------===//
// Dropped at once
//===----------------------------------------------------------------------===//

void dropped() {
  std::async(compute);
  // CHECK: :[[#@LINE-1]]:3: warning: 'async' is waited for right here: its 'future<{{.*}}>' is dropped [coro-discarded-handle]
  // CHECK-NEXT: :[[#@LINE-2]]:3: note: keep the handle, await it, or say what becomes of the work
}

void dropped_with_a_policy() {
  std::async(std::launch::async, [] { save(); });
  // CHECK: :[[#@LINE-1]]:3: warning: 'async' is waited for right here: its 'future<{{.*}}>' is dropped [coro-discarded-handle]
  // CHECK-NEXT: :[[#@LINE-2]]:3: note: keep the handle, await it, or say what becomes of the work
}

void dropped_in_so_many_words() {
  (void)std::async(std::launch::async, save);
  // CHECK: :[[#@LINE-1]]:9: warning: 'async' is waited for right here: its 'future<{{.*}}>' is dropped [coro-discarded-handle]
  // CHECK-NEXT: :[[#@LINE-2]]:9: note: keep the handle, await it, or say what becomes of the work
  std::ignore = std::async(std::launch::async, save);
  // CHECK: :[[#@LINE-1]]:17: warning: 'async' is waited for right here: its 'future<{{.*}}>' is dropped [coro-discarded-handle]
  // CHECK-NEXT: :[[#@LINE-2]]:17: note: keep the handle, await it, or say what becomes of the work
}

void one_after_the_other(const std::vector<int> &values) {
  for (int value : values)
    std::async(std::launch::async, [value] { use(value); });
    // CHECK: :[[#@LINE-1]]:5: warning: 'async' is waited for right here: its 'future<{{.*}}>' is dropped [coro-discarded-handle]
    // CHECK-NEXT: :[[#@LINE-2]]:5: note: keep the handle, await it, or say what becomes of the work
}

void by_comma() {
  touch(), std::async(std::launch::async, save);
  // CHECK: :[[#@LINE-1]]:12: warning: 'async' is waited for right here: its 'future<{{.*}}>' is dropped [coro-discarded-handle]
  // CHECK-NEXT: :[[#@LINE-2]]:12: note: keep the handle, await it, or say what becomes of the work
}

//===----------------------------------------------------------------------===//
// Kept, or waited for by name
//===----------------------------------------------------------------------===//

void kept_until_the_end_of_the_scope() {
  auto result = std::async(std::launch::async, save);
  touch();
}

void kept_and_asked() {
  auto result = std::async(std::launch::async, compute);
  touch();
  use(result.get());
}

void kept_by_reference() {
  auto &&result = std::async(std::launch::async, compute);
  touch();
  result.wait();
}

void waited_for_by_name() {
  std::async(std::launch::async, save).wait();
  use(std::async(compute).get());
}

void many_kept() {
  std::vector<std::future<int>> results;
  for (int i = 0; i < 3; ++i)
    results.push_back(std::async(std::launch::async, compute));
  for (auto &result : results)
    use(result.get());
}

void many_waited_for_by_the_scope() {
  std::vector<std::future<void>> results;
  for (int i = 0; i < 3; ++i)
    results.push_back(std::async(std::launch::async, save));
}

std::future<int> returned() { return std::async(std::launch::async, compute); }

void passed_on() {
  keep(std::async(compute));
  auto result = std::async(compute);
  keep(std::move(result));
}

void shared(std::vector<std::shared_future<int>> &results) {
  results.push_back(std::async(std::launch::async, compute).share());
}

void captured() {
  auto result = std::async(compute);
  auto later = [result = std::move(result)]() mutable { use(result.get()); };
  later();
}

class Worker {
public:
  void start() { result_ = std::async(std::launch::async, compute); }

private:
  std::future<int> result_;
};

//===----------------------------------------------------------------------===//
// Futures that do not wait
//===----------------------------------------------------------------------===//

void of_a_promise() {
  std::promise<int> promise;
  promise.get_future();
  std::packaged_task<int()> work(compute);
  work.get_future();
  std::thread(std::move(work)).detach();
}
