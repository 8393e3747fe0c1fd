/// \file
/// oneTBB's locks under their true names, just enough to parse.

#ifndef TESTDATA_TBB_HPP
#define TESTDATA_TBB_HPP
#pragma GCC system_header

namespace tbb {
namespace detail {
namespace d1 {

template <class Mutex> class unique_scoped_lock {
public:
  constexpr unique_scoped_lock() noexcept {}
  unique_scoped_lock(Mutex &m);
  unique_scoped_lock(const unique_scoped_lock &) = delete;
  ~unique_scoped_lock();
  void acquire(Mutex &m);
  bool try_acquire(Mutex &m);
  void release();
};

template <class Mutex> class rw_scoped_lock {
public:
  constexpr rw_scoped_lock() noexcept {}
  rw_scoped_lock(Mutex &m, bool write = true);
  rw_scoped_lock(const rw_scoped_lock &) = delete;
  ~rw_scoped_lock();
  void acquire(Mutex &m, bool write = true);
  bool try_acquire(Mutex &m, bool write = true);
  void release();
  bool upgrade_to_writer();
  bool downgrade_to_reader();
};

class spin_mutex {
public:
  using scoped_lock = unique_scoped_lock<spin_mutex>;
  void lock();
  bool try_lock();
  void unlock();
};

class rw_mutex {
public:
  using scoped_lock = rw_scoped_lock<rw_mutex>;
  void lock();
  bool try_lock();
  void unlock();
  void lock_shared();
  bool try_lock_shared();
  void unlock_shared();
};

/// Only its scoped_lock can lock it.
class queuing_mutex {
public:
  class scoped_lock {
  public:
    scoped_lock();
    scoped_lock(queuing_mutex &m);
    ~scoped_lock();
    void acquire(queuing_mutex &m);
    bool try_acquire(queuing_mutex &m);
    void release();
  };
};

} // namespace d1
} // namespace detail

inline namespace v1 {
using detail::d1::queuing_mutex;
using detail::d1::rw_mutex;
using detail::d1::spin_mutex;
} // namespace v1
} // namespace tbb

#endif
