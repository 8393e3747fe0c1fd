/// \file
/// Runs a row on corort.

#ifndef CORORT_BENCH_WORKERS_HPP
#define CORORT_BENCH_WORKERS_HPP

#include "bench/harness.hpp"
#include "corort/block_on.hpp"
#include "corort/scheduler.hpp"
#include "corort/task.hpp"

namespace bench {

/// The row \p Body, a coroutine, on two worker threads.
template <corort::task<> (*Body)(meter &)> void on_two_workers(meter &m) {
  corort::scheduler workers({.threads = 2});
  corort::block_on(workers, Body(m));
}

} // namespace bench

#endif
