/// \file
/// fiber: a stack of its own, so that one thread can be several in turn.

#ifndef COROLINT_TESTS_RUNTIME_MODEL_FIBER_HPP
#define COROLINT_TESTS_RUNTIME_MODEL_FIBER_HPP

#include "corort/detail/config.hpp"

#include <cstddef>
#include <memory>
#include <ucontext.h>

#if CORORT_ASAN
#include <sanitizer/common_interface_defs.h>
#endif

namespace model {

class fiber {
public:
  /// The thread itself, as somewhere to come back to.
  fiber() = default;

  /// Will call \p entry, which must never return.
  explicit fiber(void (*entry)())
      : memory_(std::make_unique<std::byte[]>(stack_size)),
        stack_(memory_.get()), size_(stack_size) {
    ::getcontext(&context_);
    context_.uc_stack.ss_sp = memory_.get();
    context_.uc_stack.ss_size = stack_size;
    ::makecontext(&context_, entry, 0);
  }

  /// Goes on in \p to, and returns when somebody goes on here.
  void switch_to(fiber &to) {
#if CORORT_ASAN
    void *fake = nullptr;
    left = this;
    __sanitizer_start_switch_fiber(&fake, to.stack_, to.size_);
    ::swapcontext(&context_, &to.context_);
    entered(fake);
#else
    ::swapcontext(&context_, &to.context_);
#endif
  }

  /// To be called first by what a fiber runs.
  static void entered([[maybe_unused]] void *fake = nullptr) {
#if CORORT_ASAN
    // Tells where the stack of the thread itself is.
    __sanitizer_finish_switch_fiber(fake, &left->stack_, &left->size_);
#endif
  }

private:
  static constexpr std::size_t stack_size = std::size_t{256} << 10;

  static inline fiber *left = nullptr;

  ucontext_t context_{};
  std::unique_ptr<std::byte[]> memory_;
  [[maybe_unused]] const void *stack_ = nullptr;
  [[maybe_unused]] std::size_t size_ = 0;
};

} // namespace model

#endif
