/// \file
/// world: one simulated execution.

#ifndef CORORT_SIM_WORLD_HPP
#define CORORT_SIM_WORLD_HPP

#include "corort/detail/root_pool.hpp"
#include "corort/detail/run_work.hpp"
#include "corort/detail/simulator.hpp"
#include "corort/detail/thread_context.hpp"
#include "corort/detail/work_node.hpp"
#include "corort/error.hpp"
#include "corort/scheduler.hpp"
#include "corort/sim/causality.hpp"
#include "corort/sim/order.hpp"
#include "corort/sim/result.hpp"
#include "corort/spawn.hpp"
#include "corort/task.hpp"

#include <algorithm>
#include <atomic>
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
    body_ = newest(options::never);
    while (result_.ok() && step()) {
    }
    result_.steps = steps_;
    result_.choices = choices_.choices();
    stop_tasks();
    rt::this_thread() = before;
    clean_up();
    stopping_ = false;
    if (rt::frames_here != frames_before_)
      fail(failure::leak,
           std::to_string(rt::frames_here - frames_before_) + " frames");
    return std::move(result_);
  }

  /// The first failure counts; the execution ends at the next step.
  void fail(failure kind, std::string what) {
    if (!result_.ok() || stopping_)
      return;
    result_.kind = kind;
    result_.what = std::move(what);
  }

  /// An access to a cell that tasks share.
  void access(access_history &cell, bool write, std::source_location where) {
    if (cell.execution != number_)
      cell = {.execution = number_, .last_write = {}, .reads_since = {}};
    if (auto other = causes_.access(cell, write, where))
      fail(failure::data_race,
           describe(where) + (write ? " writes" : " reads") + " what " +
               describe(*other) + " uses, and nothing orders them");
  }

private:
  struct wait {
    rt::await_site site;
    unsigned task = 0;
    position from;
  };
  struct item {
    std::uintptr_t word;
    /// How it goes on; no task if it is new.
    wait after;
  };

  template <class Body> task<> drive(Body &body) {
    struct at_end {
      bool &ended;
      ~at_end() { ended = true; }
    } last{body_ended_};
    try {
      co_await body();
    } catch (const std::exception &e) {
      fail(failure::exception, e.what());
    } catch (...) {
      fail(failure::exception, "not a std::exception");
    }
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
    if (++steps_ > options_.steps) {
      fail(failure::step_limit, {});
      return false;
    }
    if (steps_ == options_.stop_at)
      stop_body();
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
    const auto at = ready_.begin() + which;
    item chosen = std::move(*at);
    ready_.erase(at);
    task_ = chosen.after.task ? chosen.after.task : ++tasks_;
    if (!stopping_)
      trace(chosen.after.site);
    causes_.go_on(std::move(chosen.after.from));
    rt::run_work(chosen.word);
    causes_.go_on({});
  }

  void stop_body() noexcept {
    result_.trace.push_back("the body is asked to stop");
    // It may have ended, but nothing else uses its place before the world ends.
    if (!body_ended_)
      body_->request_stop();
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

  void trace(const rt::await_site &from) {
    result_.trace.push_back(
        "task " + std::to_string(task_) +
        (from.what ? ": " + describe(from.where) + ": " + from.what
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
    for (std::uint64_t bound = options::never;
         rt::root *last = newest(bound);) {
      bound = last->debug.number();
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
    while (rt::root *last = newest(options::never))
      last->abandon();
    rt::this_thread() = before;
  }

  /// Of those with a number below \p bound; null if there is none.
  rt::root *newest(std::uint64_t bound) noexcept {
    rt::root *found = nullptr;
    rt::root_pool::for_each([&](rt::root &r) {
      if (r.lives_on() == this && r.debug.number() < bound &&
          (!found || r.debug.number() > found->debug.number()))
        found = &r;
    });
    return found;
  }

  // Called by the tasks.

  void ready(rt::work_node &node) noexcept override {
    if (ended_)
      return;
    if (is_ready(node.word()))
      return fail(failure::misuse, "a task is resumed twice");
    item &added = ready_.emplace_back(item{node.word(), {}});
    const auto at = waits_.find(reinterpret_cast<void *>(node.word()));
    if (at != waits_.end()) {
      added.after = at->second;
      at->second.from.strand.reset();
    }
    added.after.from.past.join(causes_.release());
  }

  bool is_ready(std::uintptr_t word) const noexcept {
    return std::any_of(ready_.begin(), ready_.end(),
                       [word](const item &i) { return i.word == word; });
  }

  bool withdraw(std::uintptr_t word) noexcept override {
    return std::erase_if(ready_,
                         [word](const item &i) { return i.word == word; }) != 0;
  }

  bool pause(rt::work_node &node,
             const rt::await_site &site) noexcept override {
    if (stopping_)
      return ++steps_ >= options_.steps;
    // It goes on first unless something else is chosen.
    ready_.insert(ready_.begin() + paused_++,
                  {node.word(), {site, task_, causes_.leave()}});
    return true;
  }

  void suspended(void *frame, const rt::await_site &site) noexcept override {
    waits_[frame] = {site, task_, causes_.leave()};
  }
  void not_suspended(void *frame) noexcept override {
    causes_.come_back(waits_[frame].from);
    waits_.erase(frame);
  }

  void released(const void *what) noexcept override { causes_.release(what); }
  void acquired(const void *what) noexcept override { causes_.acquire(what); }
  void renewed(const void *what) noexcept override { causes_.forget(what); }

  static void misused(const error_report &report) noexcept {
    world *here = current();
    if (!here)
      return rt::default_error_handler(report);
    here->fail(failure::misuse, describe(report.where) + ": " +
                                    rt::describe(report.kind) + " (" +
                                    report.where.function_name() + ")");
  }

  static inline std::atomic<std::uint64_t> last_number{0};

  const std::uint64_t number_ = ++last_number;
  order &choices_;
  const options options_;
  rt::simulator *const outer_;
  const error_handler outer_handler_;
  const std::int64_t frames_before_ = rt::frames_here;
  rt::root *body_ = nullptr;
  result result_;
  std::vector<item> ready_;
  /// How many in front of `ready_` have paused.
  std::ptrdiff_t paused_ = 0;
  /// By frame; the innermost ones.
  std::map<void *, wait> waits_;
  causality causes_;
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
