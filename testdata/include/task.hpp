/// \file
/// The coroutine types the cases use: a lazy task, its eager and detached
/// relatives, generators, awaitables and a lock that belongs to the coroutine.
/// Bodies exist only where a check may look into them.

#ifndef TESTDATA_TASK_HPP
#define TESTDATA_TASK_HPP

#include <coroutine>
#include <exception>
#include <utility>

/// Suspends until somebody resumes it.
struct [[nodiscard]] event {
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  void await_resume() const noexcept;
};

/// The same, with a value.
template <class T> struct [[nodiscard]] reading {
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  T await_resume() const;
};

/// Looks like the others, but never suspends.
struct ready_now {
  constexpr bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  int await_resume() const noexcept { return 0; }
};

/// Lazy: runs when awaited, once.
template <class T = void> class task {
public:
  struct promise_type;

  task(task &&other) noexcept : frame_(std::exchange(other.frame_, {})) {}
  task &operator=(task &&other) noexcept {
    std::swap(frame_, other.frame_);
    return *this;
  }
  ~task() {
    if (frame_)
      frame_.destroy();
  }

  reading<T> operator co_await() const & noexcept;
  reading<T> operator co_await() && noexcept;
  explicit operator bool() const noexcept { return bool(frame_); }

private:
  explicit task(std::coroutine_handle<promise_type> frame) : frame_(frame) {}
  std::coroutine_handle<promise_type> frame_;
};

template <class T> struct task<T>::promise_type {
  task get_return_object();
  std::suspend_always initial_suspend() const noexcept { return {}; }
  std::suspend_always final_suspend() const noexcept { return {}; }
  template <class V> void return_value(V &&);
  void unhandled_exception();
};

template <> struct task<void>::promise_type {
  task get_return_object();
  std::suspend_always initial_suspend() const noexcept { return {}; }
  std::suspend_always final_suspend() const noexcept { return {}; }
  void return_void();
  void unhandled_exception();
};

/// Eager: runs at once, and to its end whether or not anybody awaits it.
template <class T = void> class eager {
public:
  struct promise_type;
  reading<T> operator co_await() const noexcept;
};

template <class T> struct eager<T>::promise_type {
  eager get_return_object();
  std::suspend_never initial_suspend() const noexcept { return {}; }
  std::suspend_always final_suspend() const noexcept { return {}; }
  template <class V> void return_value(V &&);
  void unhandled_exception();
};

template <> struct eager<void>::promise_type {
  eager get_return_object();
  std::suspend_never initial_suspend() const noexcept { return {}; }
  std::suspend_always final_suspend() const noexcept { return {}; }
  void return_void();
  void unhandled_exception();
};

/// Eager, and nothing is left to await.
struct detached {
  struct promise_type {
    detached get_return_object() const noexcept { return {}; }
    std::suspend_never initial_suspend() const noexcept { return {}; }
    std::suspend_never final_suspend() const noexcept { return {}; }
    void return_void() const noexcept {}
    void unhandled_exception() const noexcept { std::terminate(); }
  };
};

/// Pulled synchronously, value by value; awaits nothing.
template <class T> struct generator {
  struct promise_type {
    generator get_return_object();
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    std::suspend_always yield_value(T) noexcept;
    void await_transform() = delete;
    void return_void();
    void unhandled_exception();
  };
  T *begin();
  T *end();
};

/// May await between its values.
template <class T> struct stream {
  struct promise_type {
    stream get_return_object();
    std::suspend_always initial_suspend() const noexcept { return {}; }
    std::suspend_always final_suspend() const noexcept { return {}; }
    std::suspend_always yield_value(T) noexcept;
    void return_void();
    void unhandled_exception();
  };
  struct iterator {
    T operator*() const;
    reading<iterator &> operator++();
    bool operator!=(const iterator &) const;
  };
  reading<iterator> begin();
  iterator end();
};

/// A lock that belongs to the coroutine: any thread may unlock it.
class async_mutex {
public:
  class [[nodiscard]] guard {
  public:
    guard(guard &&) noexcept;
    ~guard();
    void unlock();
  };
  reading<guard> scoped_lock();
  reading<void> lock();
  void unlock();
};

event work();
event save(int);
reading<int> read_some();

#endif
