/// \file
/// Types that keep callables, shaped like those of several libraries: under
/// their true names, just enough to parse.

#ifndef TESTDATA_CALLBACKS_HPP
#define TESTDATA_CALLBACKS_HPP
#pragma GCC system_header

#include <functional>
#include <type_traits>
#include <utility>

namespace absl {
namespace internal_any_invocable {
/// The call operator is a base's.
template <class Sig> class Impl;
template <class R, class... P> class Impl<R(P...)> {
public:
  R operator()(P... args);
};
} // namespace internal_any_invocable

template <class Sig>
class AnyInvocable : private internal_any_invocable::Impl<Sig> {
public:
  AnyInvocable() noexcept;
  AnyInvocable(std::nullptr_t) noexcept;
  template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, AnyInvocable>)
  AnyInvocable(F &&f) {}
  using internal_any_invocable::Impl<Sig>::operator();
};

template <class Callback> class Cleanup {
public:
  Cleanup(Callback callback);
  ~Cleanup();
};
} // namespace absl

namespace folly {
namespace detail::function {
template <class Sig> struct FunctionTraits;
template <class R, class... Args> struct FunctionTraits<R(Args...)> {
  R operator()(Args... args);
};
} // namespace detail::function

template <class Sig>
class Function final : private detail::function::FunctionTraits<Sig> {
public:
  Function() = default;
  Function(Function &&) noexcept;
  template <class F>
    requires(!std::is_same_v<F, Function>)
  Function(F f) {}
  template <class F>
    requires(!std::is_same_v<std::remove_cvref_t<F>, Function>)
  Function &operator=(F &&f) {
    return *this;
  }
  using detail::function::FunctionTraits<Sig>::operator();
};
using Func = Function<void()>;

class Executor {
public:
  void add(Func f);
};
} // namespace folly

namespace boost {
template <class R, class... Args> class function_n {
public:
  R operator()(Args... args) const;
};
template <class Sig> class function;
template <class R, class... Args>
class function<R(Args...)> : public function_n<R, Args...> {
public:
  template <class F> function(F f) {}
  template <class F> function &operator=(F f) { return *this; }
};

namespace signals2 {
template <class Sig, class Function = function<Sig>> class slot;
template <class... Args, class Function> class slot<void(Args...), Function> {
public:
  template <class F> slot(const F &f) {}
  void operator()(Args... args) const;
};
template <class Sig> class signal {
public:
  using slot_type = slot<Sig>;
  void connect(const slot_type &slot);
};
} // namespace signals2
} // namespace boost

namespace fu2 {
namespace abi_400::detail {
template <bool Throws, class... Sigs> struct property {};
template <class Property> struct operator_impl;
template <bool Throws, class R, class... Args>
struct operator_impl<property<Throws, R(Args...)>> {
  R operator()(Args... args);
};
template <class Config, class Property>
class function : public operator_impl<Property> {
public:
  template <class F> function(F &&f) {}
};
} // namespace abi_400::detail
template <class Sig>
using unique_function =
    abi_400::detail::function<int, abi_400::detail::property<true, Sig>>;
} // namespace fu2

/// A completion token has to suit a concept for what it is called with.
namespace tokens {
template <class T, class... Signatures>
concept completion_token_for = true;

struct error_code {
  explicit operator bool() const;
};

class timer {
public:
  template <completion_token_for<void(error_code)> Token>
  auto async_wait(Token &&token) {
    return 0;
  }
};

template <completion_token_for<void()> Token> void post(Token &&token) {}

template <class F, completion_token_for<std::invoke_result_t<F>()> Token>
void co_spawn(F &&f, Token &&token) {}
} // namespace tokens

#endif
