/// \file
/// What happens before what in a simulation, and the accesses that nothing
/// orders.

#ifndef CORORT_SIM_CAUSALITY_HPP
#define CORORT_SIM_CAUSALITY_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <source_location>
#include <utility>
#include <vector>

namespace corort::sim::detail {

/// A vector clock (Fidge 1988, Mattern 1989): how much of each strand has
/// happened. A strand is a row of actions that are ordered among themselves.
class vector_clock {
public:
  std::uint32_t operator[](std::size_t strand) const noexcept {
    return strand < times_.size() ? times_[strand] : 0;
  }
  void tick(std::size_t strand) {
    if (strand >= times_.size())
      times_.resize(strand + 1);
    ++times_[strand];
  }
  void join(const vector_clock &other) {
    times_.resize(std::max(times_.size(), other.times_.size()));
    for (std::size_t i = 0; i < other.times_.size(); ++i)
      times_[i] = std::max(times_[i], other.times_[i]);
  }

private:
  std::vector<std::uint32_t> times_;
};

/// How far something has come that can be gone on with.
struct position {
  vector_clock past;
  /// None if what is done from there on needs a strand of its own.
  std::optional<std::size_t> strand;
};

/// What was done to a cell, as far as the next access can be in a race with it.
struct access_history {
  struct access {
    std::size_t strand;
    std::uint32_t time;
    std::source_location where;
  };

  /// The execution that it is about.
  std::uint64_t execution = 0;
  std::optional<access> last_write;
  std::vector<access> reads_since;
};

/// The order of one execution, seen from what runs now.
class causality {
public:
  /// Something else runs from now on.
  void go_on(position from) { now_ = std::move(from); }

  /// Whoever goes on from the result comes after all that was done so far, and
  /// before nothing of what is done next.
  vector_clock release() {
    vector_clock before = now_.past;
    if (now_.strand)
      now_.past.tick(*now_.strand);
    return before;
  }
  void acquire(const vector_clock &past) { now_.past.join(past); }

  /// The strand is left to what goes on from the result; others can run
  /// beside it.
  position leave() {
    position here = now_;
    now_.strand.reset();
    return here;
  }
  /// Goes on from \p there, too.
  void come_back(const position &there) {
    acquire(there.past);
    if (!now_.strand)
      now_.strand = there.strand;
  }

  void release(const void *what) { released_[what].join(release()); }
  void acquire(const void *what) {
    if (auto at = released_.find(what); at != released_.end())
      acquire(at->second);
  }
  void forget(const void *what) { released_.erase(what); }

  /// Adds an access to \p cell. \returns an earlier one that it is in a race
  /// with, if there is one.
  std::optional<std::source_location> access(access_history &cell, bool write,
                                             std::source_location where) {
    if (!now_.strand) {
      now_.strand = strands_++;
      now_.past.tick(*now_.strand);
    }
    const access_history::access mine{*now_.strand, now_.past[*now_.strand],
                                      where};
    std::optional<std::source_location> race;
    if (cell.last_write && !is_past(*cell.last_write))
      race = cell.last_write->where;
    if (write)
      for (const access_history::access &read : cell.reads_since)
        if (!is_past(read))
          race = read.where;
    if (write) {
      cell.last_write = mine;
      cell.reads_since.clear();
    } else {
      std::erase_if(cell.reads_since,
                    [this](const auto &read) { return is_past(read); });
      cell.reads_since.push_back(mine);
    }
    return race;
  }

private:
  bool is_past(const access_history::access &a) const noexcept {
    return now_.past[a.strand] >= a.time;
  }

  position now_;
  std::size_t strands_ = 0;
  std::map<const void *, vector_clock> released_;
};

} // namespace corort::sim::detail

#endif
