/// \file
/// Does not compile, and still has a finding: errors before it, in it and after
/// it, and a header that is not there.

#include "not_there.hpp"

#include <corort/corort.hpp>

#include <mutex>

static std::mutex m;

unknown_type before;

corort::task<void> held() {
  std::lock_guard guard(m);
  co_await corort::yield();
  undeclared();
}

template <class T> corort::task<void> held_in_a_template(T) {
  std::lock_guard guard(m);
  co_await corort::yield();
}

corort::task<void> instantiates() { co_await held_in_a_template(1); }

int after = "text";
