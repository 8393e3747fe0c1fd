/// \file
/// world: one simulated execution.

#ifndef CORORT_SIM_WORLD_HPP
#define CORORT_SIM_WORLD_HPP

#include "corort/detail/root_pool.hpp"
#include "corort/detail/simulator.hpp"
#include "corort/detail/thread_context.hpp"
#include "corort/detail/work_node.hpp"
#include "corort/error.hpp"
#include "corort/scheduler.hpp"
#include "corort/sim/order.hpp"
#include "corort/sim/result.hpp"
#include "corort/spawn.hpp"
#include "corort/task.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <map>
#include <set>
#include <source_location>
#include <string>
#include <utility>
#include <vector>

namespace corort::sim::detail {

namespace rt = corort::detail;

inline std::string describe(const std::source_location &where) {
  std::string file = where.file_name();
  if (std::size_t slash = file.rfind('/'); slash != std::string::npos)
    file.erase(0, slash + 1);
  return file + ":" + std::to_string(where.line());
}

/// A scheduler without threads: it runs one ready item after the other, as the
/// order says, and lets time pass when nothing is ready.
class world final : public rt::simulator, public scheduler {
public:
  world(order &choices, const options &how)
      : scheduler({.threads = 1, .manual_time = true}, this), choices_(choices),
        options_(how), outer_(std::exchange(rt::simulated, this)),
        outer_handler_(set_error_handler(&world::misused)) {}

  ~world() {
    clean_up();
    set_error_handler(outer_handler_);
    rt::simulated = outer_;
  }

  /// That of this thread; null if there is none.
  static world *current() noexcept {
    return static_cast<world *>(rt::simulated);
  }

  /// Runs \p body, and what it spawns until that can only wait.
  template <class Body> result run(Body &body) {
    const rt::thread_context before = enter_thread(false);
    spawn_on(*this, drive(body)).detach();
    while (result_.ok() && step()) {
    }
    result_.steps = steps_;
    result_.choices = choices_.choices();
    stop_tasks();
    rt::this_thread() = before;
    clean_up();
    return std::move(result_);
  }

  /// The first failure counts; the execution ends at the next step.
  void fail(failure kind, std::string what) {
    if (!result_.ok() || stopping_)
      return;
    result_.kind = kind;
    result_.what = std::move(what);
  }

private:
  struct item {
    std::uintptr_t word;
    /// Where it goes on.
    rt::await_site site;
    unsigned task;
  };
  struct wait {
    rt::await_site site;
    unsigned task;
  };

  template <class Body> task<> drive(Body &body) {
    try {
      co_await body();
    } catch (const std::exception &e) {
      fail(failure::exception, e.what());
    } catch (...) {
      fail(failure::exception, "not a std::exception");
    }
    body_ended_ = true;
  }

  /// \returns false if nothing is left to do.
  bool step() {
    if (ready_.empty()) {
      if (body_ended_)
        return false;
      if (!pass_time())
        fail(failure::deadlock, describe_waits());
      return true;
    }
    if (!count_step())
      return true;
    const bool preempts = std::exchange(paused_, 0) != 0;
    const bool can_wait =
        options_.busy_time && timers().earliest() != rt::timer_wheel::never;
    const std::uint32_t next =
        choices_.choose(ready_.size() + can_wait, preempts);
    if (next == ready_.size()) {
      pass_time();
      return true;
    }
    run_item(next);
    return true;
  }

  void run_item(std::ptrdiff_t which) {
    const item chosen = ready_[static_cast<std::size_t>(which)];
    ready_.erase(ready_.begin() + which);
    task_ = chosen.task ? chosen.task : ++tasks_;
    if (!stopping_)
      trace(chosen);
    rt::work_node::run(chosen.word);
  }

  bool count_step() {
    if (++steps_ > options_.steps)
      fail(failure::step_limit, {});
    return result_.ok();
  }

  /// \returns false if nobody waits for it.
  bool pass_time() noexcept {
    const std::uint64_t next = timers().earliest();
    if (next == rt::timer_wheel::never)
      return false;
    const std::uint64_t now = timers().now();
    advance(std::chrono::nanoseconds(next > now ? next - now : 0));
    return true;
  }

  void trace(const item &chosen) {
    result_.trace.push_back(
        "task " + std::to_string(task_) +
        (chosen.site.what
             ? ": " + describe(chosen.site.where) + ": " + chosen.site.what
             : std::string(" begins")));
  }

  std::string describe_waits() const {
    std::set<std::pair<unsigned, std::string>> lines;
    for (const auto &[frame, waiting] : waits_)
      lines.emplace(waiting.task, describe(waiting.site.where) + ": " +
                                      waiting.site.what + " in " +
                                      waiting.site.where.function_name());
    std::string out = "all tasks wait";
    for (const auto &[task, line] : lines)
      out += "\n  task " + std::to_string(task) + ": " + line;
    return out;
  }

  /// \returns what to put back.
  rt::thread_context enter_thread(bool tearing_down) noexcept {
    return std::exchange(rt::this_thread(), {.current = this,
                                             .self = nullptr,
                                             .runs_tasks = !tearing_down,
                                             .tearing_down = tearing_down});
  }

  /// Stops what is left, one task after the other and the one that began last
  /// first, for it may use what belongs to its spawner.
  void stop_tasks() noexcept {
    stopping_ = true;
    steps_ = 0;
    for (std::uint64_t bound = ~std::uint64_t{0};
         rt::root *last = newest(bound);) {
      bound = last->number();
      last->request_stop();
      while (!ready_.empty() && ++steps_ < options_.steps)
        run_item(0);
    }
  }

  /// Destroys those that can't be stopped.
  void clean_up() noexcept {
    ended_ = true;
    ready_.clear();
    const rt::thread_context before = enter_thread(true);
    while (rt::root *last = newest(~std::uint64_t{0}))
      last->abandon();
    rt::this_thread() = before;
  }

  /// Of those with a number below \p bound; null if there is none.
  rt::root *newest(std::uint64_t bound) noexcept {
    rt::root *found = nullptr;
    rt::root_pool::for_each([&](rt::root &r) {
      if (r.lives_on() == this && r.number() < bound &&
          (!found || r.number() > found->number()))
        found = &r;
    });
    return found;
  }

  // Called by the tasks.

  void ready(rt::work_node &node) noexcept override {
    if (ended_)
      return;
    void *const frame = reinterpret_cast<void *>(node.word());
    const auto waiting = waits_.find(frame);
    if (waiting == waits_.end())
      ready_.push_back({node.word(), {}, 0});
    else
      ready_.push_back(
          {node.word(), waiting->second.site, waiting->second.task});
  }

  bool withdraw(std::uintptr_t word) noexcept override {
    return std::erase_if(ready_,
                         [word](const item &i) { return i.word == word; }) != 0;
  }

  bool pause(rt::work_node &node,
             const rt::await_site &site) noexcept override {
    if (stopping_)
      return ++steps_ >= options_.steps;
    if (ready_.empty() && !options_.busy_time && count_step())
      return false;
    // It goes on first unless something else is chosen.
    ready_.insert(ready_.begin() + paused_++, {node.word(), site, task_});
    return true;
  }

  void suspended(void *frame, const rt::await_site &site) noexcept override {
    waits_[frame] = {site, task_};
  }
  void not_suspended(void *frame) noexcept override { waits_.erase(frame); }

  void released(const void *) noexcept override {}
  void acquired(const void *) noexcept override {}

  static void misused(const error_report &report) noexcept {
    world *here = current();
    if (!here)
      return rt::default_error_handler(report);
    here->fail(failure::misuse, describe(report.where) + ": " +
                                    rt::describe(report.kind) + " (" +
                                    report.where.function_name() + ")");
  }

  order &choices_;
  const options options_;
  rt::simulator *const outer_;
  const error_handler outer_handler_;
  result result_;
  std::vector<item> ready_;
  /// How many in front of `ready_` have paused.
  std::ptrdiff_t paused_ = 0;
  /// By frame; the innermost ones.
  std::map<void *, wait> waits_;
  std::uint64_t steps_ = 0;
  /// Tasks are numbered as they begin, from 1.
  unsigned tasks_ = 0;
  unsigned task_ = 0;
  bool body_ended_ = false;
  /// All is over; what is left is stopped.
  bool stopping_ = false;
  /// And then destroyed.
  bool ended_ = false;
};

} // namespace corort::sim::detail

#endif
