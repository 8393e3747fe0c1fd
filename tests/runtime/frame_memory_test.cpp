/// \file
/// Frame memory: what is kept, for whom, and until when. Built with recycling
/// on whatever the sanitizer.

#include "corort/detail/frame_memory.hpp"
#include "corort/detail/spinlock.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <mutex>
#include <new>
#include <random>
#include <set>
#include <thread>
#include <utility>
#include <vector>

namespace {

using corort::detail::frame_allocate;
using corort::detail::frame_cache;
using corort::detail::frame_free;

/// A frame whose bytes tell whether somebody else wrote to it.
class frame {
public:
  explicit frame(std::size_t size, unsigned char mark = 0)
      : size_(size), mark_(mark),
        memory_(static_cast<unsigned char *>(frame_allocate(size))) {
    std::memset(memory_, mark, size);
  }
  frame(frame &&other) noexcept
      : size_(other.size_), mark_(other.mark_),
        memory_(std::exchange(other.memory_, nullptr)) {}
  frame &operator=(frame &&) = delete;
  ~frame() {
    if (memory_)
      frame_free(memory_, size_);
  }

  unsigned char *address() const { return memory_; }
  bool intact() const {
    for (std::size_t i = 0; i < size_; ++i)
      if (memory_[i] != mark_)
        return false;
    return true;
  }

private:
  std::size_t size_;
  unsigned char mark_;
  unsigned char *memory_;
};

TEST(FrameMemory, IsAlignedAndNotShared) {
  std::vector<frame> frames;
  std::set<unsigned char *> addresses;
  for (std::size_t size = 1; size <= 1500; ++size) {
    frames.emplace_back(size, static_cast<unsigned char>(size));
    unsigned char *address = frames.back().address();
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(address) % 16, 0u) << size;
    EXPECT_TRUE(addresses.insert(address).second) << size;
  }
  for (const frame &each : frames)
    ASSERT_TRUE(each.intact());
}

TEST(FrameMemory, IsUsedAgainForTheSameSizeClass) {
  const auto freed = [](std::size_t size) { return frame(size).address(); };
  const unsigned char *first = freed(65);
  EXPECT_EQ(freed(96), first);
  EXPECT_EQ(freed(65), first);
  const frame other(64);
  EXPECT_NE(other.address(), first);
}

TEST(FrameMemory, LastFreedIsFirstUsed) {
  std::array<unsigned char *, 3> freed;
  {
    const frame a(200), b(200), c(200);
    freed = {c.address(), b.address(), a.address()};
  }
  const frame a(200), b(200), c(200);
  // Destructors ran in reverse, so `a` was freed last.
  EXPECT_EQ(a.address(), freed[2]);
  EXPECT_EQ(b.address(), freed[1]);
  EXPECT_EQ(c.address(), freed[0]);
}

TEST(FrameMemory, KeepsNoMoreThanItsShare) {
  constexpr std::size_t size = 1024;
  constexpr std::size_t most = frame_cache::bytes_per_class / size;
  const auto &list = frame_cache::mine().lists[frame_cache::class_of(size)];
  { const frame opens(size); }
  {
    std::vector<frame> frames;
    for (std::size_t i = 0; i < most + 10; ++i)
      frames.emplace_back(size);
    EXPECT_EQ(list.first, nullptr);
    EXPECT_EQ(list.room, most);
  }
  EXPECT_EQ(list.room, 0u);
  const frame one(size);
  EXPECT_EQ(list.room, 1u);
}

TEST(FrameMemory, ThrowsIfThereIsNone) {
  // Volatile, so that the compiler does not see what it is asked for.
  volatile std::size_t size = std::numeric_limits<std::size_t>::max() / 4;
#if CORORT_ASAN || CORORT_TSAN
  GTEST_SKIP() << "the sanitizer ends the program instead";
#endif
  EXPECT_THROW(static_cast<void>(frame_allocate(size)), std::bad_alloc);
}

TEST(FrameMemory, MayBeFreedByAnotherThread) {
  std::vector<frame> frames;
  for (int i = 0; i < 100; ++i)
    frames.emplace_back(100);
  // What it keeps is freed when it ends, or LeakSanitizer would tell.
  std::thread([&] { frames.clear(); }).join();
}

/// Frees its frame when its thread ends; each comes from another thread.
struct late {
  std::vector<frame> frames;
};

TEST(FrameMemory, MayBeFreedWhenTheThreadHasNoCacheAnyMore) {
  std::thread([] {
    // Destroyed in reverse: after the cache, which the first free opens.
    static thread_local late last;
    last.frames.emplace_back(100);
    { const frame opens(100); }
    EXPECT_NE(frame_cache::mine().lists[frame_cache::class_of(100)].first,
              nullptr);
  }).join();
}

TEST(FrameMemory, MayBeFreedFirstWhenTheThreadEnds) {
  std::thread([] {
    static thread_local late last;
    last.frames.emplace_back(100);
  }).join();
}

TEST(FrameMemory, MayBeFreedByStaticDestructors) {
  static late last;
  last.frames.emplace_back(100);
}

TEST(FrameMemory, Stress) {
  constexpr int threads = 3;
  constexpr int rounds = 20'000;
  corort::detail::spinlock lock;
  std::vector<frame> shared;
  const auto swap_frames = [&](unsigned seed) {
    std::minstd_rand random(seed);
    for (int round = 0; round < rounds; ++round) {
      frame mine(1 + random() % 1200, static_cast<unsigned char>(round));
      std::lock_guard guard(lock);
      if (shared.size() < 50) {
        shared.push_back(std::move(mine));
      } else {
        const frame theirs = std::move(shared.back());
        shared.pop_back();
        ASSERT_TRUE(theirs.intact());
      }
    }
  };
  std::vector<std::thread> workers;
  for (unsigned i = 0; i < threads; ++i)
    workers.emplace_back(swap_frames, i + 1);
  for (std::thread &each : workers)
    each.join();
  for (const frame &each : shared)
    EXPECT_TRUE(each.intact());
}

#if CORORT_ASAN
TEST(FrameMemoryDeathTest, UseOfAKeptFrameIsSeen) {
  volatile unsigned char *kept = frame(64).address();
  EXPECT_DEATH(kept[0] = 1, "use-after-poison");
  EXPECT_DEATH(kept[55] = 1, "use-after-poison");
  const frame again(64);
  ASSERT_EQ(again.address(), kept);
  kept[0] = 1;
}
#endif

} // namespace
