/// \file
/// checker: runs a few short threads in every order that matters.

#ifndef COROLINT_TESTS_RUNTIME_MODEL_CHECKER_HPP
#define COROLINT_TESTS_RUNTIME_MODEL_CHECKER_HPP

#include "fiber.hpp"
#include "memory.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace model {

/// What a load may return.
enum class memory {
  /// The value stored last.
  sequential,
  /// Any value that C++ allows, except that a store is never seen by a load
  /// that precedes it (no load buffering) and all threads agree that stores to
  /// one atomic happen in the order in which the checker runs them. What a
  /// processor with store buffers does (x86) is part of this.
  weak,
};

struct options {
  memory kind = memory::weak;
  /// How often an execution may switch from a thread that could go on. Most
  /// bugs need two (Musuvathi and Qadeer, "Iterative Context Bounding for
  /// Systematic Testing of Multithreaded Programs", 2007).
  int preemptions = 3;
  /// How often an execution may read a value that is not the latest.
  int old_values = 3;
  /// How often a weak compare-exchange may fail for no reason.
  int spurious_failures = 1;
  /// Waiting for a time ends when all others are blocked or have ended;
  /// without this it never does.
  bool time_passes = true;
  /// How often it ends before, as if others were slow.
  int early_timeouts = 1;
  /// Longer executions count as live-locked.
  std::size_t max_steps = 2000;
  /// A limit on the work; reaching it is no failure.
  std::uint64_t max_executions = 50'000'000;
};

/// No limits: every execution there is.
inline constexpr int unbounded = 1 << 30;

struct outcome {
  std::uint64_t executions = 0;
  /// All executions within the bounds were run.
  bool complete = false;
  /// What went wrong, with the execution in which it did; empty if nothing.
  std::string failure;
};

/// Explores the executions of a set of threads one after the other, depth
/// first, by running them again with other decisions.
///
/// There is one at a time; the atomics of a model talk to `checker::the()`.
/// Everything runs in one real thread.
class checker {
public:
  explicit checker(options limits) : limits_(limits) { instance = this; }
  checker(const checker &) = delete;
  checker &operator=(const checker &) = delete;
  ~checker() { instance = nullptr; }

  static checker &the() noexcept { return *instance; }

  /// Makes a new \p State, runs \p bodies on it as threads and then
  /// \p at_end, in each execution.
  template <class State>
  outcome explore(std::vector<std::function<void(State &)>> bodies,
                  std::function<void(State &)> at_end) {
    std::unique_ptr<State> state;
    for (std::size_t i = 0; i < bodies.size(); ++i)
      add_thread([&, i] { bodies[i](*state); });
    outcome result;
    do {
      state.reset();
      begin_execution();
      state = std::make_unique<State>();
      run_threads();
      if (failure_.empty())
        at_end(*state);
      ++result.executions;
    } while (failure_.empty() && next_path() &&
             result.executions < limits_.max_executions);
    result.complete = failure_.empty() && path_.empty();
    result.failure = failure_;
    return result;
  }

  // ---- for the operations of a model ---------------------------------------

  /// Before each operation that others may see: they may come first.
  void step() {
    if (running_ == main_thread)
      return;
    if (++steps_ > limits_.max_steps)
      fail("live lock");
    if (preemptions_ < limits_.preemptions)
      schedule(/*can_go_on=*/true);
  }

  /// Suspends the running thread until `wake(reason)`.
  void block(const void *reason) {
    if (running_ == main_thread)
      return fail("blocked outside the threads");
    threads_[running_].blocked_on = reason;
    schedule(/*can_go_on=*/false);
  }
  /// As `block`, but no longer than for some time.
  void block_for_a_time(const void *reason) {
    if (early_timeouts_ < limits_.early_timeouts && limits_.time_passes &&
        choose(2) == 1) {
      ++early_timeouts_;
      return;
    }
    threads_[running_].timed = limits_.time_passes;
    block(reason);
    threads_[running_].timed = false;
  }

  /// Makes the threads go on that are blocked for \p reason: all, or one that
  /// the checker chooses.
  void wake(const void *reason, bool all) {
    std::vector<std::size_t> blocked;
    for (std::size_t i = 0; i < threads_.size(); ++i)
      if (!threads_[i].done && threads_[i].blocked_on == reason)
        blocked.push_back(i);
    if (blocked.empty())
      return;
    if (!all)
      blocked = {blocked[choose(blocked.size())]};
    for (std::size_t i : blocked)
      threads_[i].blocked_on = nullptr;
  }

  /// Takes one of \p count decisions; each is taken in some execution.
  std::size_t choose(std::size_t count) {
    if (count == 1)
      return 0;
    if (depth_ == path_.size())
      path_.push_back({0, count});
    return path_[depth_++].taken;
  }

  /// Takes one of \p count values to read, of which 0 is the latest.
  std::size_t choose_value(std::size_t count) {
    if (!weak() || old_values_ == limits_.old_values)
      return 0;
    const std::size_t taken = choose(count);
    old_values_ += taken != 0;
    return taken;
  }

  bool choose_spurious_failure() {
    if (!weak() || spurious_failures_ == limits_.spurious_failures)
      return false;
    const bool taken = choose(2) == 1;
    spurious_failures_ += taken;
    return taken;
  }

  /// Ends the exploration. The running thread is left where it is, so nothing
  /// on its stack is destroyed.
  void fail(const char *what) {
    if (!failure_.empty())
      return;
    failure_.append(what).append(describe_trace());
    if (running_ != main_thread)
      leave(main_thread);
  }

  bool weak() const noexcept {
    return limits_.kind == memory::weak && running_ != main_thread;
  }
  std::size_t running() const noexcept { return running_; }
  /// Makes what follows later, for the running thread, than what came before.
  void tick() noexcept { ++mine().current.steps[running_]; }
  thread_memory &mine() noexcept { return of(running_); }
  coherence_view &agreed() noexcept { return agreed_; }

  std::size_t new_location() {
    if (locations_ == max_locations) {
      std::fputs("model: too many atomics\n", stderr);
      std::abort();
    }
    return locations_++;
  }

  /// A fence in another thread, as the kernel makes it for membarrier.
  void fence_all() {
    for (std::size_t i = 0; i < threads_.size(); ++i) {
      step();
      of(i).fence(std::memory_order_seq_cst, agreed_);
    }
  }

  void note(const char *operation, std::size_t location, std::uint64_t value) {
    trace_.push_back({running_, operation, location, value});
  }

private:
  static constexpr std::size_t main_thread = max_threads - 1;

  struct decision {
    std::size_t taken;
    std::size_t count;
  };
  struct thread {
    std::function<void()> body;
    std::unique_ptr<fiber> stack;
    thread_memory known;
    const void *blocked_on = nullptr;
    bool timed = false;
    bool done = false;

    bool can_run() const noexcept { return !done && !blocked_on; }
  };
  struct event {
    std::size_t thread;
    const char *operation;
    std::size_t location;
    std::uint64_t value;
  };

  void add_thread(std::function<void()> body) {
    if (threads_.size() == main_thread) {
      std::fputs("model: too many threads\n", stderr);
      std::abort();
    }
    threads_.emplace_back();
    threads_.back().body = std::move(body);
    threads_.back().stack = std::make_unique<fiber>(&checker::thread_main);
  }

  /// Runs the body of its thread once per execution.
  static void thread_main() {
    fiber::entered();
    for (;;) {
      checker &self = the();
      thread &me = self.threads_[self.running_];
      me.body();
      me.done = true;
      self.schedule(/*can_go_on=*/false);
    }
  }

  thread_memory &of(std::size_t index) noexcept {
    return index == main_thread ? main_ : threads_[index].known;
  }

  void begin_execution() {
    depth_ = 0;
    preemptions_ = 0;
    old_values_ = 0;
    spurious_failures_ = 0;
    early_timeouts_ = 0;
    steps_ = 0;
    locations_ = 0;
    main_ = {};
    agreed_ = {};
    trace_.clear();
  }

  /// Starting a thread and joining it synchronize with it.
  void run_threads() {
    for (thread &each : threads_) {
      each.known = {};
      each.known.current = main_.current;
      each.blocked_on = nullptr;
      each.timed = false;
      each.done = false;
    }
    schedule(/*can_go_on=*/false);
    for (thread &each : threads_)
      main_.current.join(each.known.current);
  }

  /// Decides who runs next, and lets them. Keeps nothing on the stack that
  /// would have to be destroyed: it may not return.
  void schedule(bool can_go_on) {
    find_runnable(can_go_on);
    if (runnable_.empty() && pass_time())
      find_runnable(can_go_on);
    if (runnable_.empty()) {
      for (const thread &each : threads_)
        if (!each.done)
          return fail("deadlock: those that are left wait for each other");
      return leave(main_thread);
    }
    const std::size_t next = runnable_[choose(runnable_.size())];
    preemptions_ += can_go_on && next != running_;
    leave(next);
  }

  /// The running thread is the first, if it can go on.
  void find_runnable(bool can_go_on) {
    runnable_.clear();
    if (can_go_on)
      runnable_.push_back(running_);
    for (std::size_t i = 0; i < threads_.size(); ++i)
      if (threads_[i].can_run() && !(can_go_on && i == running_))
        runnable_.push_back(i);
  }

  /// \returns false if nobody waits for that.
  bool pass_time() noexcept {
    bool passed = false;
    for (thread &each : threads_)
      if (!each.done && each.blocked_on && each.timed) {
        each.blocked_on = nullptr;
        passed = true;
      }
    return passed;
  }

  void leave(std::size_t next) {
    if (next == running_)
      return;
    fiber &from =
        running_ == main_thread ? main_stack_ : *threads_[running_].stack;
    running_ = next;
    from.switch_to(next == main_thread ? main_stack_ : *threads_[next].stack);
  }

  /// \returns false if there is no other path.
  bool next_path() {
    while (!path_.empty() && path_.back().taken + 1 == path_.back().count)
      path_.pop_back();
    if (path_.empty())
      return false;
    ++path_.back().taken;
    return true;
  }

  /// The end of what was done, and by whom.
  std::string describe_trace() const {
    constexpr std::size_t shown = 60;
    std::string text;
    for (std::size_t i = trace_.size() - std::min(trace_.size(), shown);
         i < trace_.size(); ++i) {
      const event &each = trace_[i];
      const std::string who =
          each.thread == main_thread ? "main" : std::to_string(each.thread);
      text += "\n  " + who + ": " + each.operation + " #" +
              std::to_string(each.location) + " " + std::to_string(each.value);
    }
    return text;
  }

  static inline checker *instance = nullptr;

  const options limits_;
  std::vector<thread> threads_;
  fiber main_stack_;
  thread_memory main_;
  coherence_view agreed_;
  std::size_t running_ = main_thread;
  std::vector<std::size_t> runnable_;
  std::size_t locations_ = 0;
  int preemptions_ = 0;
  int old_values_ = 0;
  int spurious_failures_ = 0;
  int early_timeouts_ = 0;
  std::size_t steps_ = 0;
  std::vector<decision> path_;
  std::size_t depth_ = 0;
  std::vector<event> trace_;
  std::string failure_;
};

/// Explores with a new checker.
template <class State>
outcome explore(
    options limits, std::vector<std::function<void(State &)>> bodies,
    std::function<void(State &)> at_end = [](State &) {}) {
  return checker(limits).explore<State>(std::move(bodies), std::move(at_end));
}

/// What must hold in every execution.
inline void require(bool holds, const char *what) {
  if (!holds)
    checker::the().fail(what);
}

} // namespace model

#endif
