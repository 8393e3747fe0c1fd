// Guards inside optionals, pointers, containers, arrays, tuples and variants.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-lock-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <array>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

std::mutex m;
std::mutex other;
void touch();

using Lock = std::unique_lock<std::mutex>;
using Guard = std::lock_guard<std::mutex>;

//===----------------------------------------------------------------------===//
// Optionals and pointers
//===----------------------------------------------------------------------===//

task<> held_by_optionals_content() {
  std::optional<Lock> guard(std::in_place, m, std::defer_lock);
  guard.value().lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> optionals_content_unlocked() {
  std::optional<Lock> guard(m);
  if (guard)
    guard->unlock();
  co_await work();
}

task<> emptied_optional_tested(bool wanted) {
  std::optional<Guard> guard;
  if (wanted)
    guard.emplace(m);
  touch();
  if (!guard.has_value())
    co_await work();
}

task<> moved_out_of_optional() {
  std::optional<Lock> guard(m);
  Lock mine = std::move(guard).value();
  // CHECK: :[[#@LINE-1]]:8: warning: 'mine' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> exchanged_for_nothing() {
  std::optional<Lock> guard(m);
  {
    auto mine = std::exchange(guard, std::nullopt);
    touch();
  }
  co_await work();
}

task<> held_by_pointer_to_new() {
  std::unique_ptr<Guard> guard(new Guard(m));
  // CHECK: :[[#@LINE-1]]:26: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> held_by_pointer_set_late() {
  std::unique_ptr<Guard> guard;
  co_await work();
  guard.reset(new Guard(m));
  // CHECK: :[[#@LINE-1]]:3: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  // CHECK-NEXT: :[[#@LINE+3]]:3: note: suspends here
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: 'std::mutex' belongs to the thread that locked it; end the guard's scope or unlock it before suspending
  // CHECK-NEXT: :[[#@LINE-4]]:3: note: end the scope of 'guard' before suspending
  co_await work();
}

task<> pointer_set_to_null() {
  auto guard = std::make_unique<Guard>(m);
  touch();
  guard = nullptr;
  co_await work();
}

task<> released_and_deleted() {
  auto guard = std::make_unique<Guard>(m);
  Guard *raw = guard.release();
  delete raw;
  co_await work();
}

task<> held_by_shared_pointer() {
  auto guard = std::make_shared<Guard>(m);
  // CHECK: :[[#@LINE-1]]:8: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> shared_pointer_reset() {
  auto guard = std::make_shared<Guard>(m);
  guard.reset();
  co_await work();
}

//===----------------------------------------------------------------------===//
// Sequences and maps
//===----------------------------------------------------------------------===//

task<> held_by_moved_in_element() {
  std::vector<Lock> guards;
  Lock guard(m);
  guards.push_back(std::move(guard));
  // CHECK: :[[#@LINE-1]]:3: warning: 'guards' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> held_by_loop(std::vector<std::mutex> &mutexes) {
  std::vector<Lock> guards;
  for (auto &mutex : mutexes)
    guards.emplace_back(mutex);
    // CHECK: :[[#@LINE-1]]:5: warning: 'guards' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> loop_cleared(std::vector<std::mutex> &mutexes) {
  std::vector<Lock> guards;
  for (auto &mutex : mutexes)
    guards.emplace_back(mutex);
  touch();
  guards.clear();
  co_await work();
}

task<> deferred_element() {
  std::vector<Lock> guards;
  guards.emplace_back(m, std::defer_lock);
  co_await work();
}

/// Fine: the guards in it own nothing.
task<> default_elements() {
  std::vector<Lock> guards(4);
  co_await work();
}

task<> last_element_removed() {
  std::vector<Lock> guards;
  guards.emplace_back(m);
  guards.pop_back();
  co_await work();
}

task<> every_element_erased() {
  std::vector<Lock> guards;
  guards.emplace_back(m);
  guards.erase(guards.begin(), guards.end());
  co_await work();
}

task<> swapped_with_an_empty_vector() {
  std::vector<Lock> guards;
  guards.emplace_back(m);
  std::vector<Lock>().swap(guards);
  co_await work();
}

task<> every_element_unlocked() {
  std::vector<Lock> guards;
  guards.emplace_back(m);
  guards.emplace_back(other);
  for (auto &guard : guards)
    guard.unlock();
  co_await work();
}

task<> held_by_list() {
  std::list<Guard> guards;
  guards.emplace_front(m);
  // CHECK: :[[#@LINE-1]]:3: warning: 'guards' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> held_by_map() {
  std::map<int, Lock> guards;
  guards.try_emplace(1, m);
  // CHECK: :[[#@LINE-1]]:3: warning: 'guards' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> held_by_map_element() {
  std::map<int, Lock> guards;
  guards[1] = Lock(m);
  // CHECK: :[[#@LINE-1]]:3: warning: 'guards' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> map_element_erased() {
  std::map<int, Lock> guards;
  guards.emplace(1, Lock(m));
  guards.erase(1);
  co_await work();
}

//===----------------------------------------------------------------------===//
// Arrays, tuples, variants
//===----------------------------------------------------------------------===//

task<> held_by_array() {
  Lock guards[] = {Lock(m), Lock(other)};
  // CHECK: :[[#@LINE-1]]:8: warning: 'guards' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> held_by_element() {
  Lock guards[2] = {Lock(m, std::defer_lock), Lock(other, std::defer_lock)};
  guards[1].lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'guards' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> array_unlocked() {
  std::array<Lock, 2> guards{Lock(m), Lock(other)};
  for (auto &guard : guards)
    guard.unlock();
  co_await work();
}

task<> tuples_element_unlocked() {
  std::tuple<Lock, int> guarded(Lock(m), 3);
  std::get<0>(guarded).unlock();
  co_await work();
}

task<> tuples_element_unlocked_by_type() {
  auto guarded = std::make_tuple(Lock(m), 3);
  std::get<Lock>(guarded).unlock();
  co_await work();
}

task<> tuples_elements_applied() {
  auto guards = std::make_tuple(Lock(m), Lock(other));
  std::apply([](auto &...guard) { (guard.unlock(), ...); }, guards);
  co_await work();
}

std::tuple<Lock, Lock> lock_both() { return {Lock(m), Lock(other)}; }

task<> one_of_two_still_held() {
  auto [first, second] = lock_both();
  // CHECK: :[[#@LINE-1]]:8: warning: 'second' is still locked when the coroutine suspends [coro-lock-across-await]
  first.unlock();
  co_await work();
}

task<> both_released() {
  auto [first, second] = lock_both();
  first.unlock();
  second.unlock();
  co_await work();
}

task<> moved_out_of_pair() {
  auto guarded = std::make_pair(Lock(m), 1);
  {
    Lock mine = std::move(guarded.first);
    touch();
  }
  co_await work();
}

task<> held_by_variant() {
  std::variant<std::monostate, Lock> guard(std::in_place_type<Lock>, m);
  // CHECK: :[[#@LINE-1]]:38: warning: 'guard' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
}

task<> empty_variant() {
  std::variant<std::monostate, Lock> guard;
  co_await work();
}

task<> variant_emptied() {
  std::variant<std::monostate, Lock> guard = Lock(m);
  guard.emplace<0>();
  co_await work();
}

task<> held_by_called_capture() {
  auto locked = [guard = Lock(m)] { touch(); };
  // CHECK: :[[#@LINE-1]]:8: warning: 'locked' is still locked when the coroutine suspends [coro-lock-across-await]
  locked();
  co_await work();
}

/// Fine: the call unlocks it.
task<> capture_unlocks_itself() {
  auto unlock = [guard = Lock(m)]() mutable { guard.unlock(); };
  unlock();
  co_await work();
}
