// Task types that say suspend_always and are started all the same, by whoever
// gets the handle, and those that are lazy in ways of their own.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-unawaited-task %s -- -std=c++20 %runtime | %FileCheck %s

#include <coroutine>
#include <exception>
#include <memory>
#include <utility>
#include <vector>

void push(std::coroutine_handle<> frame);
void touch();

struct promise_base {
  std::suspend_always initial_suspend() noexcept { return {}; }
  std::suspend_always final_suspend() noexcept { return {}; }
  void return_void() {}
  void unhandled_exception() { std::terminate(); }
};

struct awaitable_base {
  bool await_ready();
  void await_suspend(std::coroutine_handle<>);
  void await_resume();
};

//===----------------------------------------------------------------------===//
// Lazy
//===----------------------------------------------------------------------===//

/// The promise inherits everything but its object.
struct inheriting : awaitable_base {
  struct promise_type : promise_base {
    inheriting get_return_object() {
      return {{}, std::coroutine_handle<promise_type>::from_promise(*this)};
    }
  };
  std::coroutine_handle<promise_type> frame;
};

inheriting make_inheriting();

void promise_with_a_base() {
  make_inheriting();
  // CHECK: :[[#@LINE-1]]:3: warning: 'make_inheriting' never runs: its 'inheriting' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  // CHECK-NEXT: note: 'make_inheriting' returns a 'inheriting', which does nothing until it is awaited
  auto t = make_inheriting();
  // CHECK: :[[#@LINE-1]]:8: warning: 't' is never awaited, so 'make_inheriting' never runs [coro-unawaited-task]
}

/// The promise is a class elsewhere.
struct outside_promise;
struct outside : awaitable_base {
  using promise_type = outside_promise;
  std::coroutine_handle<outside_promise> frame;
};
struct outside_promise : promise_base {
  outside get_return_object() {
    return {{}, std::coroutine_handle<outside_promise>::from_promise(*this)};
  }
};

outside make_outside();

void promise_outside() {
  make_outside();
  // CHECK: :[[#@LINE-1]]:3: warning: 'make_outside' never runs: its 'outside' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
}

/// The promise is found by the traits.
struct legacy : awaitable_base {};
struct legacy_promise : promise_base {
  legacy get_return_object() { return {}; }
};
template <class... Arguments>
struct std::coroutine_traits<legacy, Arguments...> {
  using promise_type = legacy_promise;
};

legacy make_legacy();

void promise_by_traits() {
  make_legacy();
  // CHECK: :[[#@LINE-1]]:3: warning: 'make_legacy' never runs: its 'legacy' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
}

/// The constructor keeps the handle and does nothing else with it.
class keeping : public awaitable_base {
public:
  struct promise_type : promise_base {
    keeping get_return_object() {
      return keeping(std::coroutine_handle<promise_type>::from_promise(*this));
    }
  };
  ~keeping() {
    if (frame_)
      frame_.destroy();
  }
  keeping(keeping &&other) noexcept
      : frame_(std::exchange(other.frame_, nullptr)) {}

private:
  explicit keeping(std::coroutine_handle<promise_type> frame) : frame_(frame) {}
  std::coroutine_handle<promise_type> frame_;
};

keeping make_keeping();

void handle_kept() {
  make_keeping();
  // CHECK: :[[#@LINE-1]]:3: warning: 'make_keeping' never runs: its 'keeping' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
}

/// A template says so only where it is instantiated.
template <class T> struct generic : awaitable_base {
  struct promise_type : promise_base {
    generic get_return_object();
  };
};

template <class T> generic<T> make_generic();

void instantiated() {
  make_generic<int>();
  // CHECK: :[[#@LINE-1]]:3: warning: 'make_generic' never runs: its 'generic<int>' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  auto t = make_generic<long>();
  // CHECK: :[[#@LINE-1]]:8: warning: 't' is never awaited, so 'make_generic' never runs [coro-unawaited-task]
}

//===----------------------------------------------------------------------===//
// Started where the object is made
//===----------------------------------------------------------------------===//

/// get_return_object hands the handle to a queue.
struct pushed {
  struct promise_type : promise_base {
    pushed get_return_object() {
      auto frame = std::coroutine_handle<promise_type>::from_promise(*this);
      push(frame);
      return pushed{frame};
    }
  };
  std::coroutine_handle<> frame;
};

pushed make_pushed();

void started_in_get_return_object() {
  make_pushed();
  auto t = make_pushed();
}

/// A constructor of the object resumes it.
struct resumed {
  struct promise_type : promise_base {
    std::coroutine_handle<promise_type> get_return_object() {
      return std::coroutine_handle<promise_type>::from_promise(*this);
    }
  };
  resumed(std::coroutine_handle<promise_type> frame) { frame.resume(); }
};

resumed make_resumed();

void started_in_a_constructor() {
  make_resumed();
  auto t = make_resumed();
}

/// A constructor gets the handle, and its body is elsewhere.
struct unseen {
  struct promise_type : promise_base {
    unseen get_return_object() {
      return unseen(std::coroutine_handle<promise_type>::from_promise(*this));
    }
  };
  explicit unseen(std::coroutine_handle<promise_type> frame);
};

unseen make_unseen();

void perhaps_started_in_a_constructor() {
  make_unseen();
  auto t = make_unseen();
}

/// The promise posts itself.
struct posted {
  struct promise_type : promise_base {
    promise_type() {
      push(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    posted get_return_object() { return {}; }
  };
};

posted make_posted();

void started_in_the_constructor_of_the_promise() {
  make_posted();
  auto t = make_posted();
}

/// The first suspension posts it.
struct scheduled {
  struct schedule {
    bool await_ready() noexcept { return false; }
    void await_suspend(std::coroutine_handle<> frame) noexcept { push(frame); }
    void await_resume() noexcept {}
  };
  struct promise_type {
    scheduled get_return_object() { return {}; }
    schedule initial_suspend() noexcept { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { std::terminate(); }
  };
};

scheduled make_scheduled();

void started_by_its_first_suspension() {
  make_scheduled();
  auto t = make_scheduled();
}

//===----------------------------------------------------------------------===//
// Started where the object ends
//===----------------------------------------------------------------------===//

/// The destructor runs it through a method.
class at_end {
public:
  struct promise_type : promise_base {
    at_end get_return_object() {
      return at_end(std::coroutine_handle<promise_type>::from_promise(*this));
    }
  };
  explicit at_end(std::coroutine_handle<promise_type> frame) : frame_(frame) {}
  at_end(at_end &&other) noexcept
      : frame_(std::exchange(other.frame_, nullptr)) {}
  ~at_end() {
    if (frame_)
      run();
  }
  void run() {
    while (!frame_.done())
      frame_.resume();
  }

private:
  std::coroutine_handle<promise_type> frame_;
};

at_end make_at_end();

void started_by_the_destructor() {
  make_at_end();
  auto t = make_at_end();
  (void)make_at_end();
}

//===----------------------------------------------------------------------===//
// Started by name
//===----------------------------------------------------------------------===//

struct startable : awaitable_base {
  struct promise_type : promise_base {
    startable get_return_object();
  };
  startable(startable &&);
  void Start();
  void Wait();
  template <class F> startable ContinueWith(F f) && { return std::move(*this); }
};

startable make_startable();

void dropped_before_it_was_started() {
  make_startable();
  // CHECK: :[[#@LINE-1]]:3: warning: 'make_startable' never runs: its 'startable' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
  make_startable().ContinueWith(touch);
  // CHECK: :[[#@LINE-1]]:3: warning: 'ContinueWith' never runs: its 'startable' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
}

void started_by_a_method() {
  make_startable().Start();
  auto t = make_startable();
  t.Wait();
  auto next = make_startable().ContinueWith(touch);
  next.Start();
}

/// Resumed by its owner, as a fiber is.
struct fiber {
  struct promise_type : promise_base {
    fiber get_return_object() {
      return {std::coroutine_handle<promise_type>::from_promise(*this)};
    }
  };
  std::coroutine_handle<promise_type> frame;
  void step() { frame.resume(); }
  bool finished() const { return frame.done(); }
};

fiber make_fiber();

void fiber_dropped() {
  make_fiber();
  // CHECK: :[[#@LINE-1]]:3: warning: 'make_fiber' never runs: its 'fiber' is dropped without being awaited, and a lazy task starts only when awaited [coro-unawaited-task]
}

void fiber_stepped() {
  auto fiber = make_fiber();
  while (!fiber.finished())
    fiber.step();
  make_fiber().step();
  push(make_fiber().frame);
}

//===----------------------------------------------------------------------===//
// Reference counted
//===----------------------------------------------------------------------===//

struct counted : awaitable_base {
  struct promise_type : promise_base {
    counted get_return_object();
  };
  counted(const counted &);
  ~counted();
};

counted make_counted();
std::vector<counted> kept;

void another_copy_is_kept() {
  auto t = make_counted();
  kept.push_back(t);
  auto second = make_counted();
  auto copy = second;
  kept.push_back(copy);
}

counted another_copy_is_awaited() {
  auto t = make_counted();
  auto copy = t;
  co_await copy;
}

//===----------------------------------------------------------------------===//
// Not a coroutine's at all
//===----------------------------------------------------------------------===//

namespace unrelated {
struct task {
  int id;
  explicit operator bool() const { return id != 0; }
};
task make();
} // namespace unrelated

void called_task() {
  unrelated::make();
  auto t = unrelated::make();
}
