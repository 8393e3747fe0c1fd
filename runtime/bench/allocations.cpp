/// \file
/// Replaces malloc and its kind by functions that count, then do what glibc's
/// do.

#include "bench/allocations.hpp"

#include <atomic>
#include <cerrno>
#include <cstddef>

extern "C" {
void *__libc_malloc(std::size_t size);
void *__libc_calloc(std::size_t count, std::size_t size);
void *__libc_realloc(void *block, std::size_t size);
void *__libc_memalign(std::size_t alignment, std::size_t size);
}

namespace bench {
namespace {

// One counter a thread, so that counting costs allocators next to nothing. Two
// threads may share one; then counts may get lost, no more.
constexpr unsigned counters = 64;
struct alignas(64) counter {
  std::atomic<std::uint64_t> value{0};
};
constinit counter counts[counters];
constinit std::atomic<unsigned> threads{0};
constinit thread_local counter *mine = nullptr;

void count() noexcept {
  if (!mine)
    mine = &counts[threads.fetch_add(1, std::memory_order_relaxed) % counters];
  mine->value.store(mine->value.load(std::memory_order_relaxed) + 1,
                    std::memory_order_relaxed);
}

} // namespace

std::uint64_t allocations() noexcept {
  std::uint64_t all = 0;
  for (const counter &each : counts)
    all += each.value.load(std::memory_order_relaxed);
  return all;
}

} // namespace bench

extern "C" {

void *malloc(std::size_t size) {
  bench::count();
  return __libc_malloc(size);
}

void *calloc(std::size_t number, std::size_t size) {
  bench::count();
  return __libc_calloc(number, size);
}

void *realloc(void *block, std::size_t size) {
  bench::count();
  return __libc_realloc(block, size);
}

void *aligned_alloc(std::size_t alignment, std::size_t size) {
  bench::count();
  return __libc_memalign(alignment, size);
}

int posix_memalign(void **block, std::size_t alignment, std::size_t size) {
  bench::count();
  *block = __libc_memalign(alignment, size);
  return *block ? 0 : ENOMEM;
}

} // extern "C"
