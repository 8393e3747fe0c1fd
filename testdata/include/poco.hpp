/// \file
/// POCO's locks under their true names, just enough to parse.

#ifndef TESTDATA_POCO_HPP
#define TESTDATA_POCO_HPP
#pragma GCC system_header

namespace Poco {

template <class M> class ScopedLock {
public:
  explicit ScopedLock(M &mutex);
  ScopedLock(M &mutex, long milliseconds);
  ~ScopedLock();
};

template <class M> class ScopedLockWithUnlock {
public:
  explicit ScopedLockWithUnlock(M &mutex);
  ~ScopedLockWithUnlock();
  void lock();
  void unlock();
};

template <class M> class ScopedUnlock {
public:
  ScopedUnlock(M &mutex, bool unlockNow = true);
  ~ScopedUnlock();
};

class Mutex {
public:
  using ScopedLock = Poco::ScopedLock<Mutex>;
  void lock();
  /// Throws when the time is over.
  void lock(long milliseconds);
  bool tryLock();
  bool tryLock(long milliseconds);
  void unlock();
};

class FastMutex {
public:
  using ScopedLock = Poco::ScopedLock<FastMutex>;
  void lock();
  bool tryLock();
  void unlock();
};

class RWLock {
public:
  void readLock();
  bool tryReadLock();
  void writeLock();
  bool tryWriteLock();
  void unlock();
};

class ScopedRWLock {
public:
  ScopedRWLock(RWLock &lock, bool write = false);
  ~ScopedRWLock();
};

class ScopedReadRWLock : public ScopedRWLock {
public:
  ScopedReadRWLock(RWLock &lock);
  ~ScopedReadRWLock();
};

} // namespace Poco

#endif
