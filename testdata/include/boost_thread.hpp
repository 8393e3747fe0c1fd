/// \file
/// Boost.Thread's locks under their true names, just enough to parse.

#ifndef TESTDATA_BOOST_THREAD_HPP
#define TESTDATA_BOOST_THREAD_HPP
#pragma GCC system_header

namespace boost {

class mutex {
public:
  void lock();
  bool try_lock();
  void unlock();
};

class recursive_mutex {
public:
  void lock();
  void unlock();
};

class shared_mutex {
public:
  void lock();
  void unlock();
  void lock_shared();
  void unlock_shared();
};

struct defer_lock_t {};
inline constexpr defer_lock_t defer_lock{};

template <class Mutex> class lock_guard {
public:
  explicit lock_guard(Mutex &m);
  lock_guard(const lock_guard &) = delete;
  ~lock_guard();
};

template <class Mutex> class unique_lock {
public:
  unique_lock() noexcept;
  explicit unique_lock(Mutex &m);
  unique_lock(Mutex &m, defer_lock_t) noexcept;
  unique_lock(unique_lock &&) noexcept;
  ~unique_lock();
  void lock();
  bool try_lock();
  void unlock();
  bool owns_lock() const noexcept;
  explicit operator bool() const noexcept;
  Mutex *release() noexcept;
};

template <class Mutex> class shared_lock {
public:
  explicit shared_lock(Mutex &m);
  ~shared_lock();
  void unlock();
};

} // namespace boost

#endif
