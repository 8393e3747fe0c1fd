/// \file
/// What both programs, the floor's and corort's, are made of: named rows, each
/// measured once a process. `PROGRAM` lists the rows, name and description
/// separated by a tab; `PROGRAM ROW [SCALE]` measures one.

#ifndef CORORT_BENCH_HARNESS_HPP
#define CORORT_BENCH_HARNESS_HPP

#include <chrono>
#include <cstdint>
#include <span>
#include <utility>

namespace bench {

/// Measures one row. What the row prepares before `start` and cleans up after
/// `stop` is not measured.
class meter {
public:
  /// \p scale multiplies every count of operations.
  explicit meter(double scale) noexcept : scale_(scale) {}

  /// How many operations to do where a full run does \p count; at least one.
  std::uint64_t scaled(std::uint64_t count) const noexcept;

  void start() noexcept;
  /// Ends the measurement of \p operations operations.
  void stop(std::uint64_t operations) noexcept;

  /// Prints the measurement of \p row as one line of JSON: operations, and for
  /// all of them together wall_ns, cpu_ns (of all threads) and allocations
  /// (calls of malloc and its kind); and peak_kib, the most memory the process
  /// has had resident.
  void print(const char *row) const;

private:
  struct reading {
    std::chrono::nanoseconds wall{};
    std::chrono::nanoseconds cpu{};
    std::uint64_t allocations = 0;
  };
  static reading read() noexcept;

  double scale_;
  reading started_;
  reading spent_;
  std::uint64_t operations_ = 0;
};

/// One line of the table.
struct row {
  /// The same in all programs.
  const char *name;
  /// What is measured, in words.
  const char *what;
  void (*run)(meter &);
};

// The rows of a program, in four groups.
std::span<const row> task_rows();
std::span<const row> spawning_rows();
std::span<const row> synchronisation_rows();
std::span<const row> time_rows();

/// Ends the program with a message unless \p right: what was measured has not
/// done its work.
void verify(bool right, const char *message);

/// How many calls the recursive fib(\p n) makes, its own included.
constexpr std::uint64_t calls_of_fib(unsigned n) noexcept {
  std::uint64_t calls = 1;
  std::uint64_t before = 1;
  for (; n > 1; --n)
    before = std::exchange(calls, 1 + calls + before);
  return calls;
}

/// What the \p i th sleeper sleeps, in microseconds: below 10'000, the same in
/// every run and program.
std::uint32_t nap_microseconds(std::uint64_t i) noexcept;

} // namespace bench

#endif
