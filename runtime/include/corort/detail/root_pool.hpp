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
  std::size_t count = 0;
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
    if (local.count == most) [[unlikely]]
      the().spill(most / 2);
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
  static constexpr std::size_t most = 4096;

  struct slab {
    std::array<root, 64> roots;
    slab *next;
  };

  static inline constinit thread_local root_cache local;

  /// Gives back what a thread has when it ends.
  struct at_thread_end {
    ~at_thread_end() { the().spill(0); }
  };

  static root_pool &the() {
    // Never destroyed: handles may be in static objects.
    static root_pool *const instance = new root_pool;
    return *instance;
  }

  void refill() {
    attach_thread();
    std::lock_guard lock(mutex_);
    if (!free_) {
      slab *fresh = new slab;
      fresh->next = std::exchange(slabs_, fresh);
      for (root &r : fresh->roots)
        r.next = std::exchange(free_, &r);
    }
    for (std::size_t i = 0; i < 64 && free_; ++i) {
      root *r = std::exchange(free_, free_->next);
      r->next = std::exchange(local.first, r);
      ++local.count;
    }
  }

  /// Keeps \p keep of this thread's.
  void spill(std::size_t keep) noexcept {
    std::lock_guard lock(mutex_);
    while (local.count > keep) {
      root *r = std::exchange(local.first, local.first->next);
      --local.count;
      r->next = std::exchange(free_, r);
    }
  }

  std::mutex mutex_;
  slab *slabs_ = nullptr;
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
