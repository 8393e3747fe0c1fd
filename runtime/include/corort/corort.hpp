/// \file
/// All of corort.

#ifndef CORORT_CORORT_HPP
#define CORORT_CORORT_HPP

#include "corort/barrier.hpp"
#include "corort/block_on.hpp"
#include "corort/broadcast.hpp"
#include "corort/channel.hpp"
#include "corort/error.hpp"
#include "corort/event.hpp"
#include "corort/expected.hpp"
#include "corort/fs.hpp"
#include "corort/interval.hpp"
#include "corort/join_handle.hpp"
#include "corort/latch.hpp"
#include "corort/masked.hpp"
#include "corort/mutex.hpp"
#include "corort/oneshot.hpp"
#include "corort/scheduler.hpp"
#include "corort/scope.hpp"
#include "corort/select.hpp"
#include "corort/semaphore.hpp"
#include "corort/sendable.hpp"
#include "corort/shared_mutex.hpp"
#include "corort/sleep.hpp"
#include "corort/spawn.hpp"
#include "corort/spawn_blocking.hpp"
#include "corort/spawnable.hpp"
#include "corort/stream.hpp"
#include "corort/stream_adapters.hpp"
#include "corort/stream_concurrency.hpp"
#include "corort/stream_sources.hpp"
#include "corort/task.hpp"
#include "corort/this_task.hpp"
#include "corort/timeout.hpp"
#include "corort/try.hpp"
#include "corort/try_when_all.hpp"
#include "corort/when_all.hpp"
#include "corort/with.hpp"
#include "corort/yield.hpp"

#endif
