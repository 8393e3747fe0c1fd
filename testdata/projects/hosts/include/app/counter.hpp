/// \file
/// A header with a finding of its own: every host reports it once, however many
/// files include it.

#ifndef APP_COUNTER_HPP
#define APP_COUNTER_HPP

#include <corort/corort.hpp>

#include <mutex>

namespace app {

class counter {
public:
  inline corort::task<int> add(int amount) {
    std::scoped_lock held(lock_);
    count_ += amount;
    co_await corort::yield();
    co_return count_;
  }

private:
  std::mutex lock_;
  int count_ = 0;
};

} // namespace app

#endif
