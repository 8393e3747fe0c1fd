/// \file
/// Boost.Thread's locks under their true names, just enough to parse.

#ifndef TESTDATA_BOOST_THREAD_HPP
#define TESTDATA_BOOST_THREAD_HPP
#pragma GCC system_header

namespace boost {

namespace chrono {
template <class Rep, class Period = int> class duration {};
} // namespace chrono

template <class Mutex> class unique_lock;

class mutex {
public:
  using scoped_lock = unique_lock<mutex>;
  void lock();
  bool try_lock();
  void unlock();
};

class recursive_mutex {
public:
  void lock();
  bool try_lock();
  void unlock();
};

class timed_mutex {
public:
  void lock();
  bool try_lock();
  template <class Duration> bool try_lock_for(const Duration &time);
  template <class Duration> bool timed_lock(const Duration &time);
  void unlock();
};

class shared_mutex {
public:
  void lock();
  bool try_lock();
  void unlock();
  void lock_shared();
  bool try_lock_shared();
  void unlock_shared();
  void lock_upgrade();
  bool try_lock_upgrade();
  void unlock_upgrade();
  void unlock_upgrade_and_lock();
  void unlock_and_lock_upgrade();
  void unlock_and_lock_shared();
};

struct defer_lock_t {};
struct try_to_lock_t {};
struct adopt_lock_t {};
inline constexpr defer_lock_t defer_lock{};
inline constexpr try_to_lock_t try_to_lock{};
inline constexpr adopt_lock_t adopt_lock{};

template <class Mutex> class lock_guard {
public:
  explicit lock_guard(Mutex &m);
  lock_guard(Mutex &m, adopt_lock_t);
  lock_guard(const lock_guard &) = delete;
  ~lock_guard();
};

template <class Mutex> class upgrade_lock;

template <class Mutex> class unique_lock {
public:
  unique_lock() noexcept;
  explicit unique_lock(Mutex &m);
  unique_lock(Mutex &m, adopt_lock_t);
  unique_lock(Mutex &m, defer_lock_t) noexcept;
  unique_lock(Mutex &m, try_to_lock_t);
  template <class Rep, class Period>
  unique_lock(Mutex &m, const chrono::duration<Rep, Period> &time);
  unique_lock(unique_lock &&) noexcept;
  explicit unique_lock(upgrade_lock<Mutex> &&);
  unique_lock &operator=(unique_lock &&);
  ~unique_lock();
  void lock();
  bool try_lock();
  template <class Duration> bool try_lock_for(const Duration &time);
  template <class Duration> bool timed_lock(const Duration &time);
  void unlock();
  bool owns_lock() const noexcept;
  explicit operator bool() const noexcept;
  Mutex *mutex() const noexcept;
  Mutex *release() noexcept;
};

template <class Mutex> class shared_lock {
public:
  shared_lock() noexcept;
  explicit shared_lock(Mutex &m);
  shared_lock(Mutex &m, defer_lock_t) noexcept;
  shared_lock(Mutex &m, try_to_lock_t);
  shared_lock(shared_lock &&) noexcept;
  ~shared_lock();
  void lock();
  bool try_lock();
  void unlock();
  bool owns_lock() const noexcept;
};

template <class Mutex> class upgrade_lock {
public:
  upgrade_lock() noexcept;
  explicit upgrade_lock(Mutex &m);
  upgrade_lock(upgrade_lock &&) noexcept;
  ~upgrade_lock();
  void lock();
  void unlock();
  bool owns_lock() const noexcept;
};

/// Takes the upgrade lock's place and gives it back.
template <class Mutex> class upgrade_to_unique_lock {
public:
  explicit upgrade_to_unique_lock(upgrade_lock<Mutex> &m);
  ~upgrade_to_unique_lock();
  bool owns_lock() const noexcept;
};

template <class Mutex> class shared_lock_guard {
public:
  explicit shared_lock_guard(Mutex &m);
  ~shared_lock_guard();
};

template <class Mutex> class strict_lock {
public:
  explicit strict_lock(Mutex &m);
  ~strict_lock();
  bool owns_lock() const noexcept;
};

template <class Lock> class nested_strict_lock {
public:
  explicit nested_strict_lock(Lock &lock);
  ~nested_strict_lock();
};

template <class Lock> class reverse_lock {
public:
  explicit reverse_lock(Lock &lock);
  ~reverse_lock();
};

template <class M1, class M2> void lock(M1 &m1, M2 &m2);
template <class M1, class M2, class M3> void lock(M1 &m1, M2 &m2, M3 &m3);
/// -1, or the number of the one that could not be locked.
template <class M1, class M2> int try_lock(M1 &m1, M2 &m2);

template <class T, class Mutex> class strict_lock_ptr {
public:
  strict_lock_ptr(strict_lock_ptr &&);
  ~strict_lock_ptr();
  T *operator->();
  T &operator*();
};

template <class T, class Mutex>
class unique_lock_ptr : public unique_lock<Mutex> {
public:
  T *operator->();
  T &operator*();
};

template <class T, class Mutex = mutex> class synchronized_value {
public:
  strict_lock_ptr<T, Mutex> operator->();
  strict_lock_ptr<T, Mutex> synchronize();
  unique_lock_ptr<T, Mutex> unique_synchronize();
};

} // namespace boost

#endif
