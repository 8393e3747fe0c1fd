/// \file
/// with: uses a resource whose clean-up has to wait for something.

#ifndef CORORT_WITH_HPP
#define CORORT_WITH_HPP

#include "corolint/annotations.hpp"
#include "corort/detail/context.hpp"
#include "corort/detail/race.hpp"
#include "corort/error.hpp"
#include "corort/masked.hpp"
#include "corort/task.hpp"

#include <concepts>
#include <coroutine>
#include <exception>
#include <functional>
#include <type_traits>
#include <utility>

namespace corort {

namespace detail {

/// One task, which is waited for whether it is stopped or not.
struct comes_back_always {
  static constexpr const char *what = "with";
  static constexpr bool comes_back = true;
  static bool decides(const auto &) noexcept { return true; }
};

/// Stands still for good if the branch was asked to stop; it was.
struct stop_here {
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> caller) const noexcept {
    branch_of(caller).branch_stopped();
  }
  void await_resume() const noexcept {}
};

template <class Fn, class Resource>
using use_result = std::invoke_result_t<Fn &, Resource &>;

} // namespace detail

/// Runs `body(resource)`, then `cleanup(resource)`, however the body ended:
/// with a value, with an exception, or because it was asked to stop. Gives what
/// the body gave.
///
///     co_await with(co_await connect(host),
///                   [](connection &c) -> task<> { … },
///                   [](connection &c) -> task<> { co_await c.close(); });
///
/// The clean-up can't be asked to stop. If both throw, the exception of the
/// clean-up is reported as `error_kind::exception_lost`, as it is if the body
/// was stopped. Destroying the scheduler stops the clean-up, too. If the caller
/// has been asked to stop already, only the clean-up runs.
///
/// \par Cancel safety
/// Asks the body to stop; once it has gone and the clean-up has ended, the
/// caller stops.
/// \par Throws
/// What the body throws, or else the clean-up; what moving the arguments
/// throws, and std::bad_alloc: nothing has run then.
/// \par Thread safety
/// May be called from any thread.
template <class Resource, class Body, class Cleanup>
requires detail::is_task<detail::use_result<Body, Resource>> &&
    std::same_as<detail::use_result<Cleanup, Resource>, task<>>
    COROLINT_AWAITS_ALL()
detail::use_result<Body, Resource> with(Resource resource, Body body,
                                        Cleanup cleanup) {
  using value = typename detail::use_result<Body, Resource>::value_type;
  detail::race<detail::comes_back_always, value> use(
      detail::contender<value>{std::invoke(body, resource)});
  co_await use;
  std::exception_ptr failure;
  try {
    co_await masked(std::invoke(cleanup, resource));
  } catch (...) {
    failure = std::current_exception();
  }
  if (use.decided() && !use.template outcome<0>().exception() && failure)
    std::rethrow_exception(failure);
  if (failure)
    detail::report({.kind = error_kind::exception_lost,
                    .where = {},
                    .exception = std::move(failure)});
  if (!use.decided())
    co_await detail::stop_here();
  co_return use.template outcome<0>().take();
}

} // namespace corort

#endif
