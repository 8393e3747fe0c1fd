/// \file
/// Where roots come from: memory that is used again and never freed.

#ifndef CORORT_DETAIL_ROOT_POOL_HPP
#define CORORT_DETAIL_ROOT_POOL_HPP

#include "corort/detail/root.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <utility>

namespace corort::detail {

/// What a thread keeps of them.
struct root_cache {
  root *first = nullptr;
  /// How many there are, or more.
  std::size_t count = 0;
  /// A batch more, or null.
  root *spare = nullptr;
};

/// All roots of the process. Each thread keeps some that are free, so that
/// spawning costs no lock; the memory stays, so that a scheduler can look for
/// its tasks without one.
class root_pool {
public:
  /// \throws std::bad_alloc
  static root &get() {
    if (!local.first) [[unlikely]]
      the().refill();
    root *r = std::exchange(local.first, local.first->next);
    --local.count;
    return *r;
  }

  /// Lets this thread give back what it has when it ends. Called by `get`, and
  /// by threads that end tasks of others.
  static void attach_thread() noexcept {
    static thread_local at_thread_end last;
    (void)last;
  }

  static void put(root &r) noexcept {
    if (local.count == batch) [[unlikely]]
      set_aside();
    r.next = std::exchange(local.first, &r);
    ++local.count;
  }

  /// Calls `fn(root &)` for every root there is, in use or not.
  template <class Fn> static void for_each(Fn fn) {
    root_pool &pool = the();
    std::unique_lock lock(pool.mutex_);
    slab *s = pool.slabs_;
    lock.unlock();
    for (; s; s = s->next)
      for (root &r : s->roots)
        fn(r);
  }

private:
  /// What goes between a thread and the others at a time, as a list that nobody
  /// has to walk through.
  static constexpr std::size_t batch = 256;

  struct slab {
    std::array<root, batch> roots;
    slab *next;
  };

  static inline constinit thread_local root_cache local;

  /// Gives back what a thread has when it ends.
  struct at_thread_end {
    ~at_thread_end() {
      the().give_back(std::exchange(local.spare, nullptr));
      the().give_back(std::exchange(local.first, nullptr));
    }
  };

  static root_pool &the() {
    // Never destroyed: handles may be in static objects.
    static root_pool *const instance = new root_pool;
    return *instance;
  }

  /// This thread has none but those that it set aside.
  void refill() {
    attach_thread();
    local.first = local.spare ? std::exchange(local.spare, nullptr) : take();
    local.count = batch;
  }

  root *take() {
    std::lock_guard lock(mutex_);
    if (free_)
      return std::exchange(free_, free_->prev);
    slab *fresh = new slab;
    fresh->next = std::exchange(slabs_, fresh);
    for (std::size_t i = 1; i < batch; ++i)
      fresh->roots[i - 1].next = &fresh->roots[i];
    return fresh->roots.data();
  }

  /// Begins a new list.
  static void set_aside() noexcept {
    if (local.spare)
      the().give_back(local.spare);
    local.spare = std::exchange(local.first, nullptr);
    local.count = 0;
  }

  void give_back(root *list) noexcept {
    if (!list)
      return;
    std::lock_guard lock(mutex_);
    list->prev = std::exchange(free_, list);
  }

  std::mutex mutex_;
  slab *slabs_ = nullptr;
  /// Lists of free ones; their first ones are linked by `prev`.
  root *free_ = nullptr;
};

inline void root::release() noexcept {
  if (ended() == end::result)
    results_->drop(*this);
  root_pool::put(*this);
}

template <class T> T root::take() {
  struct releaser {
    root &self;
    ~releaser() {
      self.drop_result<T>();
      root_pool::put(self);
    }
  } last{*this};
  return kept_result<T>().take();
}

} // namespace corort::detail

#endif
