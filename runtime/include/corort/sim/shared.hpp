/// \file
/// shared: a value whose every access is checked for data races.

#ifndef CORORT_SIM_SHARED_HPP
#define CORORT_SIM_SHARED_HPP

#include "corort/sim/causality.hpp"
#include "corort/sim/world.hpp"

#include <source_location>
#include <utility>

namespace corort::sim {

/// Stands for a variable that several tasks use. Two accesses make the
/// execution fail if one of them writes and nothing orders them: neither came
/// before the other by spawning, joining, waking, or a primitive of corort.
/// With threads they could happen at the same time.
///
/// Outside of a simulation it is just the value.
template <class T> class shared {
public:
  shared() = default;
  explicit shared(T value) : value_(std::move(value)) {}
  shared(const shared &) = delete;
  shared &operator=(const shared &) = delete;

  /// To be looked at, before the task suspends.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// That is what it checks.
  const T &
  read(std::source_location where = std::source_location::current()) const {
    access(false, where);
    return value_;
  }

  /// To be changed, before the task suspends: `++count.write()`.
  ///
  /// \par Throws
  /// Nothing.
  /// \par Thread safety
  /// That is what it checks.
  T &write(std::source_location where = std::source_location::current()) {
    access(true, where);
    return value_;
  }

private:
  void access(bool write, std::source_location where) const {
    if (detail::world *here = detail::world::current())
      here->access(history_, write, where);
  }

  T value_{};
  mutable detail::access_history history_;
};

} // namespace corort::sim

#endif
