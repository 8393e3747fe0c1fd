/// \file
/// Counts the heap allocations of the whole process.

#ifndef CORORT_BENCH_ALLOCATIONS_HPP
#define CORORT_BENCH_ALLOCATIONS_HPP

#include <cstdint>

namespace bench {

/// How many blocks all threads have got from malloc, calloc, realloc and
/// aligned_alloc so far, `operator new` included. Right only while no other
/// thread allocates.
std::uint64_t allocations() noexcept;

} // namespace bench

#endif
