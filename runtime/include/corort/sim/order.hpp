/// \file
/// order: what a simulation chooses, and what it has chosen.

#ifndef CORORT_SIM_ORDER_HPP
#define CORORT_SIM_ORDER_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace corort::sim::detail {

using choice_list = std::vector<std::uint32_t>;

/// A pseudo-random sequence, the same on every machine: SplitMix64 (Steele,
/// Lea, Flood, OOPSLA 2014).
class random_source {
public:
  explicit random_source(std::uint64_t seed) noexcept : state_(seed) {}

  std::uint32_t below(std::uint32_t count) noexcept {
    return static_cast<std::uint32_t>(next() % count);
  }

  std::uint64_t next() noexcept {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

private:
  std::uint64_t state_;
};

/// The choices of one execution: those of a list, then by chance if there is a
/// seed, then always the first.
class order {
public:
  struct choice {
    std::uint32_t taken;
    std::uint32_t count;
    /// Taking any but the first stops a task that could go on.
    bool preempts;
  };

  explicit order(choice_list fixed) : fixed_(std::move(fixed)) {}
  explicit order(std::uint64_t seed) : random_(seed), patience_(seed % 4) {}

  /// \returns a number below \p count, which is not zero.
  std::uint32_t choose(std::size_t count, bool preempts) {
    if (count == 1)
      return 0;
    const auto limit = static_cast<std::uint32_t>(count);
    std::uint32_t next = 0;
    if (taken_.size() < fixed_.size())
      next = std::min(fixed_[taken_.size()], limit - 1);
    else if (random_)
      next = draw(limit, preempts);
    taken_.push_back({next, limit, preempts});
    return next;
  }

  const std::vector<choice> &taken() const noexcept { return taken_; }

  /// The list that leads to the same execution.
  choice_list choices() const {
    choice_list list;
    for (const choice &c : taken_)
      list.push_back(c.taken);
    while (!list.empty() && list.back() == 0)
      list.pop_back();
    return list;
  }

private:
  /// Some bugs need many switches, others long stretches without: seeds differ.
  std::uint32_t draw(std::uint32_t count, bool preempts) {
    if (preempts && patience_ != 0 && random_->below(4 * patience_) != 0)
      return 0;
    return random_->below(count);
  }

  choice_list fixed_;
  std::optional<random_source> random_;
  std::uint32_t patience_ = 0;
  std::vector<choice> taken_;
};

/// All executions of a body, one after the other: depth first through the tree
/// of its choices.
class exhaustive_search {
public:
  explicit exhaustive_search(unsigned preemptions)
      : preemptions_(preemptions) {}

  const choice_list &next() const noexcept { return next_; }

  /// \returns false if \p last was the last one.
  bool advance(const std::vector<order::choice> &last) {
    unsigned preempted = 0;
    for (const order::choice &c : last)
      preempted += is_preemption(c);
    for (std::size_t at = last.size(); at-- > 0;) {
      const order::choice &c = last[at];
      preempted -= is_preemption(c);
      if (c.taken + 1 == c.count || (c.preempts && preempted == preemptions_))
        continue;
      next_.clear();
      for (std::size_t i = 0; i < at; ++i)
        next_.push_back(last[i].taken);
      next_.push_back(c.taken + 1);
      return true;
    }
    return false;
  }

private:
  static unsigned is_preemption(const order::choice &c) noexcept {
    return c.preempts && c.taken != 0 ? 1 : 0;
  }

  const unsigned preemptions_;
  choice_list next_;
};

} // namespace corort::sim::detail

#endif
