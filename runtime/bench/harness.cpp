/// \file
/// Reads clocks and counts, prints measurements and chooses rows.

#include "bench/harness.hpp"
#include "bench/allocations.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace bench {
namespace {

std::chrono::nanoseconds clock_now(clockid_t clock) noexcept {
  timespec time;
  clock_gettime(clock, &time);
  return std::chrono::seconds(time.tv_sec) +
         std::chrono::nanoseconds(time.tv_nsec);
}

/// getrusage would count what the process was before it became this program.
long peak_kib() {
  long kib = 0;
  if (std::FILE *status = std::fopen("/proc/self/status", "r")) {
    char line[256];
    while (std::fgets(line, sizeof line, status))
      if (std::sscanf(line, "VmHWM: %ld kB", &kib) == 1)
        break;
    std::fclose(status);
  }
  return kib;
}

} // namespace

meter::reading meter::read() noexcept {
  return {.wall = clock_now(CLOCK_MONOTONIC),
          .cpu = clock_now(CLOCK_PROCESS_CPUTIME_ID),
          .allocations = allocations()};
}

std::uint64_t meter::scaled(std::uint64_t count) const noexcept {
  return std::max(
      static_cast<std::uint64_t>(static_cast<double>(count) * scale_),
      std::uint64_t{1});
}

void meter::start() noexcept { started_ = read(); }

void meter::stop(std::uint64_t operations) noexcept {
  const reading now = read();
  spent_ = {.wall = now.wall - started_.wall,
            .cpu = now.cpu - started_.cpu,
            .allocations = now.allocations - started_.allocations};
  operations_ = operations;
}

void meter::print(const char *row) const {
  std::printf("{\"row\": \"%s\", \"operations\": %llu, \"wall_ns\": %lld, "
              "\"cpu_ns\": %lld, \"allocations\": %llu, \"peak_kib\": %ld}\n",
              row, static_cast<unsigned long long>(operations_),
              static_cast<long long>(spent_.wall.count()),
              static_cast<long long>(spent_.cpu.count()),
              static_cast<unsigned long long>(spent_.allocations), peak_kib());
}

void verify(bool right, const char *message) {
  if (right)
    return;
  std::fprintf(stderr, "wrong result: %s\n", message);
  std::exit(1);
}

std::uint32_t nap_microseconds(std::uint64_t i) noexcept {
  // The finalizer of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
  std::uint64_t x = (i + 1) * 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return static_cast<std::uint32_t>((x ^ (x >> 31)) % 10'000);
}

} // namespace bench

int main(int argc, char **argv) {
  using namespace bench;
  const char *wanted = argc > 1 ? argv[1] : nullptr;
  for (std::span<const row> group :
       {task_rows(), spawning_rows(), synchronisation_rows(), time_rows()})
    for (const row &each : group) {
      if (!wanted) {
        std::printf("%s\t%s\n", each.name, each.what);
      } else if (std::strcmp(each.name, wanted) == 0) {
        meter m(argc > 2 ? std::atof(argv[2]) : 1);
        each.run(m);
        m.print(each.name);
        return 0;
      }
    }
  if (!wanted)
    return 0;
  std::fprintf(stderr, "there is no row '%s'\n", wanted);
  return 2;
}
