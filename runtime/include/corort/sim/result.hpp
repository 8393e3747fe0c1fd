/// \file
/// What a simulation is asked for and what it found.

#ifndef CORORT_SIM_RESULT_HPP
#define CORORT_SIM_RESULT_HPP

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace corort::sim {

/// How to simulate.
struct options {
  /// An execution that takes more steps than this has failed.
  std::uint64_t steps = 100'000;
  /// `exhaust` gives up after so many executions; that is a failure too.
  std::uint64_t executions = 1'000'000;
  /// `exhaust` takes the turn from a task that could go on at most so often in
  /// an execution. Most bugs need it once or twice.
  unsigned preemptions = ~0u;
  /// Time may pass although tasks are ready: what they do takes a while. If
  /// not, the clock moves on only when all of them wait.
  bool busy_time = false;
  /// The body is asked to stop before this step, as by `join_handle::abort`.
  std::uint64_t stop_at = never;

  static constexpr std::uint64_t never = ~std::uint64_t{0};
};

enum class failure {
  none,
  /// The body threw.
  exception,
  /// `sim::check` of something false.
  check,
  /// The body waits, and nothing is left that could wake it.
  deadlock,
  /// `options::steps` were not enough.
  step_limit,
  /// Two accesses to a `sim::shared` that nothing orders.
  data_race,
  /// What would have been reported to the error handler.
  misuse,
  /// Frames of coroutines were left when all was over.
  leak,
  /// `options::executions` were not enough.
  execution_limit,
};

/// What one or more executions came to.
struct result {
  failure kind = failure::none;
  /// What went wrong, in words.
  std::string what;
  /// What was chosen wherever there was more than one way to go on, up to the
  /// last choice that was not the first one. `replay` does the same again.
  std::vector<std::uint32_t> choices;
  /// The seed that led to the failure, before it was shrunk.
  std::optional<std::uint64_t> seed;
  /// One line for each step of the failing execution.
  std::vector<std::string> trace;
  std::uint64_t executions = 0;
  /// Of the last execution.
  std::uint64_t steps = 0;

  bool ok() const noexcept { return kind == failure::none; }

  /// All of it, for people: what went wrong, how to see it again, the steps.
  std::string text() const;
};

namespace detail {

inline const char *name_of(failure kind) noexcept {
  switch (kind) {
  case failure::none:
    return "no failure";
  case failure::exception:
    return "exception";
  case failure::check:
    return "check failed";
  case failure::deadlock:
    return "deadlock";
  case failure::step_limit:
    return "too many steps";
  case failure::data_race:
    return "data race";
  case failure::misuse:
    return "misuse";
  case failure::leak:
    return "leak";
  case failure::execution_limit:
    return "too many executions";
  }
  return "";
}

} // namespace detail

inline std::string result::text() const {
  std::string out = std::string("sim: ") + detail::name_of(kind);
  if (!what.empty())
    out += ": " + what;
  out += "\n  " + std::to_string(executions) + " executions, the last one of " +
         std::to_string(steps) + " steps\n";
  if (ok())
    return out;
  if (seed)
    out += "  seed " + std::to_string(*seed) + "\n";
  out += "  sim::replay({";
  for (const char *comma = ""; std::uint32_t choice : choices) {
    out += comma + std::to_string(choice);
    comma = ", ";
  }
  out += "}, body)\n";
  for (const std::string &line : trace)
    out += "  " + line + "\n";
  return out;
}

} // namespace corort::sim

#endif
