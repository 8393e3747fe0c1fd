/// \file
/// What the floor is made of besides coroutines: pinned threads and locked
/// instructions.

#ifndef CORORT_BENCH_MACHINE_HPP
#define CORORT_BENCH_MACHINE_HPP

#include <atomic>
#include <sched.h>
#include <thread>

namespace bench {

/// Keeps the calling thread on one processor, if there is such a one.
inline void pin(int processor) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(processor, &set);
  sched_setaffinity(0, sizeof set, &set);
}

/// Calls \p work(0) and \p work(1) on two processors at a time.
template <class Work> void on_two_threads(Work work) {
  std::thread other([&] {
    pin(1);
    work(1);
  });
  std::thread([&] {
    pin(0);
    work(0);
  }).join();
  other.join();
}

/// Locked instructions that no other processor contends for.
class alignas(64) locked_words {
public:
  /// Whoever shares a queue with thieves needs one to take work from it.
  void take() { queue_.exchange(1, std::memory_order_seq_cst); }
  /// Two that may end and look at the same time need one to agree.
  void meet() { state_.exchange(1, std::memory_order_acq_rel); }

  bool acquire() {
    int free = 0;
    return held_.compare_exchange_strong(free, 1, std::memory_order_acquire);
  }
  void release() {
    int held = 1;
    held_.compare_exchange_strong(held, 0, std::memory_order_release);
  }

private:
  std::atomic<int> queue_{0};
  std::atomic<int> state_{0};
  std::atomic<int> held_{0};
};

} // namespace bench

#endif
