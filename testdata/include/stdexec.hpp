/// \file
/// stdexec's senders and tasks under their true names, just enough to parse.

#ifndef TESTDATA_STDEXEC_HPP
#define TESTDATA_STDEXEC_HPP
#pragma GCC system_header

#include <coroutine>
#include <utility>

namespace stdexec {

struct sender_tag {};
struct scheduler_tag {};

namespace {
template <class Tag, class... Parts> struct __sexpr {
  using sender_concept = sender_tag;
  friend auto operator co_await(__sexpr) { return std::suspend_always(); }
};
} // namespace

template <class F> struct __then_closure {
  template <class Sender>
  friend auto operator|(Sender &&sender, __then_closure &&closure) {
    return __sexpr<struct then_tag, F>();
  }
};
struct then_t {
  template <class Sender, class F> auto operator()(Sender &&, F &&) const {
    return __sexpr<then_t, F>();
  }
  template <class F> auto operator()(F f) const { return __then_closure<F>(); }
};
inline constexpr then_t then{};
struct let_value_t {
  template <class Sender, class F> auto operator()(Sender &&, F &&) const {
    return __sexpr<let_value_t, F>();
  }
  template <class F> auto operator()(F f) const { return __then_closure<F>(); }
};
inline constexpr let_value_t let_value{};

struct just_t {
  template <class... Values> auto operator()(Values &&...) const {
    return __sexpr<just_t, Values...>();
  }
};
inline constexpr just_t just{};

struct inline_scheduler {
  using scheduler_concept = scheduler_tag;
};
struct schedule_t {
  template <class Scheduler> auto operator()(Scheduler &&) const {
    return __sexpr<schedule_t>();
  }
};
inline constexpr schedule_t schedule{};

struct when_all_t {
  template <class... Senders> auto operator()(Senders &&...) const {
    return __sexpr<when_all_t>();
  }
};
inline constexpr when_all_t when_all{};

struct sync_wait_t {
  template <class Sender> int operator()(Sender &&) const { return 0; }
};
inline constexpr sync_wait_t sync_wait{};

struct connect_t {
  template <class Sender, class Receiver>
  int operator()(Sender &&, Receiver &&) const {
    return 0;
  }
};
inline constexpr connect_t connect{};

struct spawn_t {
  template <class Sender, class Token>
  void operator()(Sender &&, Token &&) const {}
};
inline constexpr spawn_t spawn{};

struct spawn_future_t {
  template <class Sender, class Token>
  auto operator()(Sender &&, Token &&) const {
    return __sexpr<spawn_future_t>();
  }
};
inline constexpr spawn_future_t spawn_future{};

} // namespace stdexec

namespace experimental::execution {

namespace __task {
template <class T> struct promise_base {
  void unhandled_exception() noexcept;
  std::suspend_always initial_suspend() noexcept { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
};
template <class T, class Context> class [[nodiscard]] basic_task {
public:
  struct promise_type : promise_base<T> {
    basic_task get_return_object() noexcept;
    void return_void() noexcept;
  };
  basic_task(basic_task &&other) noexcept;
  ~basic_task();
  auto operator co_await() && { return std::suspend_always(); }
};
} // namespace __task
template <class T> using task = __task::basic_task<T, int>;

struct start_detached_t {
  template <class Sender> void operator()(Sender &&) const {}
};
inline constexpr start_detached_t start_detached{};

namespace __scope {
struct async_scope {
  template <class Sender> void spawn(Sender &&sender) {}
  auto on_empty() const { return stdexec::__sexpr<async_scope>(); }
};
} // namespace __scope
using __scope::async_scope;

} // namespace experimental::execution
namespace exec = experimental::execution;

#endif
