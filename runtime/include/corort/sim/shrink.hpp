/// \file
/// shrunk: the simplest order that fails in the same way.

#ifndef CORORT_SIM_SHRINK_HPP
#define CORORT_SIM_SHRINK_HPP

#include "corort/sim/order.hpp"
#include "corort/sim/result.hpp"
#include "corort/sim/world.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace corort::sim::detail {

/// One execution.
template <class Body>
result execute(order &choices, Body &body, const options &how) {
  result r = world(choices, how).run(body);
  r.executions = 1;
  return r;
}

/// Looks for simpler choices: first fewer that are not the first one, as those
/// are the switches that matter, then shorter lists.
template <class Body> class shrinker {
public:
  shrinker(result &best, Body &body, const options &how)
      : best_(best), body_(body), how_(how) {}

  void run() {
    do
      improved_ = false;
    while ((drop_chunks(), lower_each(), improved_) && tries_ != 0);
  }

private:
  /// Whole stretches at once, then smaller ones, then one by one.
  void drop_chunks() {
    for (std::size_t size = best_.choices.size(); size != 0; size /= 2)
      for (std::size_t at = 0; at < best_.choices.size(); at += size) {
        choice_list simpler = best_.choices;
        const std::size_t end = std::min(at + size, simpler.size());
        for (std::size_t i = at; i < end; ++i)
          simpler[i] = 0;
        accept(std::move(simpler));
      }
  }

  void lower_each() {
    for (std::size_t at = 0; at < best_.choices.size(); ++at)
      for (std::uint32_t low = 1;
           at < best_.choices.size() && low < best_.choices[at]; ++low) {
        choice_list simpler = best_.choices;
        simpler[at] = low;
        accept(std::move(simpler));
      }
  }

  void accept(choice_list simpler) {
    if (tries_ == 0 || simpler == best_.choices)
      return;
    --tries_;
    order choices(std::move(simpler));
    result tried = execute(choices, body_, how_);
    if (tried.kind != best_.kind || !is_simpler(tried.choices, best_.choices))
      return;
    best_ = std::move(tried);
    improved_ = true;
  }

  static bool is_simpler(const choice_list &a, const choice_list &b) {
    const auto switches = [](const choice_list &list) {
      return static_cast<std::ptrdiff_t>(list.size()) -
             std::count(list.begin(), list.end(), 0u);
    };
    if (switches(a) != switches(b))
      return switches(a) < switches(b);
    if (a.size() != b.size())
      return a.size() < b.size();
    return a < b;
  }

  result &best_;
  Body &body_;
  const options &how_;
  int tries_ = 2'000;
  bool improved_ = false;
};

/// Simplifies \p found if it is a failure.
template <class Body>
result shrunk(result found, std::optional<std::uint64_t> seed, Body &body,
              const options &how) {
  if (found.ok())
    return found;
  const std::uint64_t executions = found.executions;
  shrinker<Body>(found, body, how).run();
  found.seed = seed;
  found.executions = executions;
  return found;
}

} // namespace corort::sim::detail

#endif
