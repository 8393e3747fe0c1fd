/// \file
/// item_buffer: the storage of the queues of a worker.

#ifndef CORORT_DETAIL_ITEM_BUFFER_HPP
#define CORORT_DETAIL_ITEM_BUFFER_HPP

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

namespace corort::detail {

/// A power of two of slots, addressed by position: position `p` is in the same
/// slot as `p + capacity()`. The slots follow the header in memory, so finding
/// one takes no second load.
template <class Atomics> class alignas(16) item_buffer {
public:
  using slot = typename Atomics::template atomic<std::uintptr_t>;

  /// \throws std::bad_alloc; then \p older still belongs to the caller.
  static item_buffer *make(std::int64_t capacity, item_buffer *older) {
    const auto count = static_cast<std::size_t>(capacity);
    void *memory = ::operator new(sizeof(item_buffer) + count * sizeof(slot));
    auto *buffer = ::new (memory) item_buffer(capacity, older);
    std::uninitialized_value_construct_n(buffer->slots(), count);
    return buffer;
  }

  /// Twice as large, with the items at the positions from \p first to before
  /// \p last. Keeps this one, as others may be reading it.
  /// \throws std::bad_alloc
  item_buffer *grown(std::int64_t first, std::int64_t last) {
    item_buffer *larger = make(2 * capacity(), this);
    for (std::int64_t position = first; position < last; ++position)
      larger->at(position).store(at(position).load(std::memory_order_relaxed),
                                 std::memory_order_relaxed);
    return larger;
  }

  /// Destroys \p buffer and those it has grown from.
  static void destroy(item_buffer *buffer) noexcept {
    while (buffer) {
      item_buffer *older = buffer->older_;
      std::destroy_n(buffer->slots(),
                     static_cast<std::size_t>(buffer->capacity()));
      buffer->~item_buffer();
      ::operator delete(buffer);
      buffer = older;
    }
  }

  std::int64_t capacity() const noexcept { return mask_ + 1; }

  slot &at(std::int64_t position) noexcept { return slots()[position & mask_]; }

private:
  item_buffer(std::int64_t capacity, item_buffer *older) noexcept
      : mask_(capacity - 1), older_(older) {}
  ~item_buffer() = default;

  slot *slots() noexcept { return reinterpret_cast<slot *>(this + 1); }

  const std::int64_t mask_;
  item_buffer *const older_;
};

} // namespace corort::detail

#endif
