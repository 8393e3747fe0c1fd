/// \file
/// The memory of coroutine frames: kept by the thread that frees it for the
/// next frame of about that size.

#ifndef CORORT_DETAIL_FRAME_MEMORY_HPP
#define CORORT_DETAIL_FRAME_MEMORY_HPP

#include "corort/detail/config.hpp"

#include <cstddef>
#include <cstdint>
#include <new>

#if CORORT_ASAN && CORORT_RECYCLE
#include <sanitizer/asan_interface.h>
#endif

namespace corort::detail {

static_assert(__STDCPP_DEFAULT_NEW_ALIGNMENT__ >= 16);

#if CORORT_RECYCLE

/// The free blocks of one thread, by size. Zero at the start, so that the
/// compiler need not ask at each use whether it is initialised.
struct frame_cache {
  static constexpr std::size_t grain = 32;
  static constexpr std::size_t classes = 32;
  /// Enough for ten thousand siblings that wait at the same time.
  static constexpr std::size_t bytes_per_class = std::size_t{2} << 20;

  struct free_list {
    void *first = nullptr;
    /// How many more blocks it takes.
    std::uint32_t room = 0;
  };

  free_list lists[classes] = {};
  bool opened = false;

  static frame_cache &mine() noexcept;

  /// \returns `classes` or more for sizes that are not kept.
  static std::size_t class_of(std::size_t size) noexcept {
    return (size - 1) / grain;
  }
  static std::size_t block_size(std::size_t size_class) noexcept {
    return (size_class + 1) * grain;
  }

  /// Where a free block of \p size bytes holds the address of the next one.
  static void *&link(void *block, [[maybe_unused]] std::size_t size) noexcept {
#if CORORT_ASAN
    // The end is seldom used by the frame; the start would be missed most: it
    // says how to resume.
    block = static_cast<std::byte *>(block) + size - sizeof(void *);
#endif
    return *static_cast<void **>(block);
  }

  /// Until a block is allocated again, using it is an error. (All but the link:
  /// LeakSanitizer does not follow poisoned ones.)
  static void poison([[maybe_unused]] void *block,
                     [[maybe_unused]] std::size_t size) noexcept {
#if CORORT_ASAN
    ASAN_POISON_MEMORY_REGION(block, size - sizeof(void *));
#endif
  }
  static void unpoison([[maybe_unused]] void *block,
                       [[maybe_unused]] std::size_t size) noexcept {
#if CORORT_ASAN
    ASAN_UNPOISON_MEMORY_REGION(block, size);
#endif
  }

  /// Lets blocks in, until the thread ends.
  /// \returns false if it does so already, or did.
  [[gnu::noinline]] bool open() noexcept {
    if (opened)
      return false;
    opened = true;
    for (std::size_t c = 0; c < classes; ++c)
      lists[c].room =
          static_cast<std::uint32_t>(bytes_per_class / block_size(c));
    struct closer {
      frame_cache *cache;
      ~closer() { cache->close(); }
    };
    static thread_local closer at_exit{this};
    static_cast<void>(at_exit);
    return true;
  }

  /// Frames may still end after this, in destructors that run later; they find
  /// no room.
  void close() noexcept {
    for (std::size_t c = 0; c < classes; ++c) {
      lists[c].room = 0;
      while (void *block = lists[c].first) {
        unpoison(block, block_size(c));
        lists[c].first = link(block, block_size(c));
        ::operator delete(block);
      }
    }
  }
};

inline constinit thread_local frame_cache thread_frame_cache{};

inline frame_cache &frame_cache::mine() noexcept { return thread_frame_cache; }

#endif

/// Memory for a frame of \p size bytes, aligned to 16.
/// \throws std::bad_alloc
[[nodiscard]] inline void *frame_allocate(std::size_t size) {
#if CORORT_RECYCLE
  using cache = frame_cache;
  const std::size_t c = cache::class_of(size);
  if (c >= cache::classes) [[unlikely]]
    return ::operator new(size);
  cache::free_list &list = cache::mine().lists[c];
  if (void *block = list.first) [[likely]] {
    cache::unpoison(block, cache::block_size(c));
    list.first = cache::link(block, cache::block_size(c));
    ++list.room;
    return block;
  }
  return ::operator new(cache::block_size(c));
#else
  return ::operator new(size);
#endif
}

/// Takes back what `frame_allocate(size)` returned, on any thread.
inline void frame_free(void *frame,
                       [[maybe_unused]] std::size_t size) noexcept {
#if CORORT_RECYCLE
  using cache = frame_cache;
  const std::size_t c = cache::class_of(size);
  if (c < cache::classes) [[likely]] {
    cache::free_list &list = cache::mine().lists[c];
    if (list.room != 0 || cache::mine().open()) [[likely]] {
      --list.room;
      cache::link(frame, cache::block_size(c)) = list.first;
      list.first = frame;
      cache::poison(frame, cache::block_size(c));
      return;
    }
  }
#endif
  ::operator delete(frame);
}

} // namespace corort::detail

#endif
