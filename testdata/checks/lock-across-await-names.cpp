// Locks of which there are many, and locks with several names.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-lock-across-await %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

void touch();

struct Shard {
  std::mutex mutex;
  int hits = 0;
};

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

task<> held_element(std::array<Shard, 4> &shards, int i) {
  shards[i].mutex.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'shards[i].mutex' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
  shards[i].mutex.unlock();
}

task<> element_released(std::array<Shard, 4> &shards, int i) {
  shards[i].mutex.lock();
  ++shards[i].hits;
  shards[i].mutex.unlock();
  co_await work();
}

task<> another_element_released(std::array<Shard, 4> &shards) {
  shards[0].mutex.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'shards[0].mutex' is still locked when the coroutine suspends [coro-lock-across-await]
  shards[1].mutex.lock();
  shards[1].mutex.unlock();
  co_await work();
  shards[0].mutex.unlock();
}

task<> held_every_element(std::vector<Shard> &shards) {
  for (auto &shard : shards)
    shard.mutex.lock();
    // CHECK: :[[#@LINE-1]]:5: warning: 'shard.mutex' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
  for (auto &shard : shards)
    shard.mutex.unlock();
}

task<> every_element_released(std::vector<Shard> &shards) {
  for (auto &shard : shards)
    shard.mutex.lock();
  touch();
  for (auto &shard : shards)
    shard.mutex.unlock();
  co_await work();
}

task<> element_by_reference_released(std::vector<Shard> &shards, int key) {
  Shard &shard = shards[key % shards.size()];
  shard.mutex.lock();
  ++shard.hits;
  shards[key % shards.size()].mutex.unlock();
  co_await work();
}

std::map<int, std::mutex> by_key;

/// Fine: `at` and `[]` find the same.
task<> found_in_two_ways(int key) {
  by_key.at(key).lock();
  touch();
  by_key[key].unlock();
  co_await work();
}

task<> bound_in_a_loop() {
  for (auto &[key, mutex] : by_key) {
    mutex.lock();
    touch();
    mutex.unlock();
  }
  co_await work();
}

//===----------------------------------------------------------------------===//
// Pointers and references
//===----------------------------------------------------------------------===//

task<> unlocked_by_reference(Shard &shard) {
  auto &mutex = shard.mutex;
  mutex.lock();
  touch();
  shard.mutex.unlock();
  co_await work();
}

task<> unlocked_by_pointer(Shard &shard) {
  std::mutex *mutex = &shard.mutex;
  shard.mutex.lock();
  touch();
  mutex->unlock();
  co_await work();
}

task<> unlocked_by_a_copy_of_its_owner(std::shared_ptr<Shard> shard) {
  auto copy = shard;
  copy->mutex.lock();
  touch();
  shard->mutex.unlock();
  co_await work();
}

struct Node {
  std::mutex mutex;
  Node *next;
};

/// Fine: each is unlocked under the name that it has by then.
task<> hand_over_hand_to_the_end(Node *head) {
  head->mutex.lock();
  Node *current = head;
  while (current->next) {
    Node *next = current->next;
    next->mutex.lock();
    current->mutex.unlock();
    current = next;
  }
  current->mutex.unlock();
  co_await work();
}

task<> swapped_into_order(std::mutex *first, std::mutex *second) {
  if (second < first)
    std::swap(first, second);
  first->lock();
  second->lock();
  touch();
  second->unlock();
  first->unlock();
  co_await work();
}

struct Object {
  std::mutex &mutex() const;
  int count;
};

task<> held_by_getter(Object &object) {
  object.mutex().lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'object.mutex()' is still locked when the coroutine suspends [coro-lock-across-await]
  co_await work();
  object.mutex().unlock();
}

task<> released_by_getter(Object &object) {
  auto &mutex = object.mutex();
  mutex.lock();
  ++object.count;
  object.mutex().unlock();
  co_await work();
}

using Lock = std::unique_lock<std::mutex>;

task<> guard_with_another_name(Object &object) {
  Lock guard(object.mutex());
  Lock &same = guard;
  Lock *pointer = &same;
  pointer->unlock();
  co_await work();
}

/// Fine: which of the two it is is not known.
task<> one_of_two_guards(Object &a, Object &b, bool first) {
  Lock x(a.mutex()), y(b.mutex(), std::defer_lock);
  Lock &chosen = first ? x : y;
  x.unlock();
  (void)chosen;
  co_await work();
}
