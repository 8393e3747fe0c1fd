/// \file
/// spawn_blocking: calls functions that block their thread.

#ifndef CORORT_SPAWN_BLOCKING_HPP
#define CORORT_SPAWN_BLOCKING_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/blocking_pool.hpp"
#include "corort/detail/join_state.hpp"
#include "corort/join_handle.hpp"
#include "corort/scheduler.hpp"

#include <concepts>
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace corort {

namespace detail {

/// A call on the blocking pool.
template <class Fn, class T>
class blocking_call final : public join_state<T>, pool_job {
public:
  /// \returns the handle.
  static join_handle<T> start(scheduler &where, Fn fn) {
    auto *self = new blocking_call(where, std::move(fn));
    join_handle<T> handle = handle_access::make<T>(*self);
    try {
      where.blocking().submit(*self);
    } catch (...) {
      // Neither run nor abandoned: both references are still ours.
      handle.detach();
      self->release();
      throw;
    }
    return handle;
  }

private:
  blocking_call(scheduler &where, Fn fn)
      : scheduler_(where), fn_(std::move(fn)) {}

  void run() noexcept override {
    this_thread().current = &scheduler_;
    try {
      if constexpr (std::is_void_v<T>) {
        std::move (*fn_)();
        this->outcome_.set();
      } else {
        this->outcome_.set(std::move(*fn_)());
      }
    } catch (...) {
      this->outcome_.fail(std::current_exception());
    }
    // What the function owns goes before its end is seen.
    fn_.reset();
    this->finish();
  }

  void abandon() noexcept override {
    fn_.reset();
    this->finish_abandoned();
  }

  scheduler &scheduler_;
  std::optional<Fn> fn_;
};

} // namespace detail

/// Calls \p fn on a thread kept for calls that block, and gives its result to
/// whoever awaits the handle: `auto text = co_await
/// spawn_blocking(read_file);`. \p fn is moved, and destroyed when it has
/// returned.
///
/// The threads belong to the current scheduler, or to the default one; there
/// are at most `scheduler_options::blocking_threads`, so calls may wait their
/// turn. A call that is under way can't be stopped.
///
/// \par Throws
/// std::bad_alloc; std::system_error if not a single thread can be started.
/// \par Thread safety
/// May be called from any thread.
template <std::invocable Fn>
COROLINT_OFFLOAD(0)
join_handle<std::invoke_result_t<Fn>> spawn_blocking(Fn fn) {
  using call = detail::blocking_call<Fn, std::invoke_result_t<Fn>>;
  return call::start(current_scheduler(), std::move(fn));
}

} // namespace corort

#endif
