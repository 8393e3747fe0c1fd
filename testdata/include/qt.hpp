/// \file
/// Qt's locks under their true names, just enough to parse.

#ifndef TESTDATA_QT_HPP
#define TESTDATA_QT_HPP
#pragma GCC system_header

class QBasicMutex {
public:
  void lock();
  bool tryLock();
  bool try_lock();
  void unlock();
};

class QMutex : public QBasicMutex {
public:
  using QBasicMutex::tryLock;
  bool tryLock(int timeout);
};

class QRecursiveMutex {
public:
  void lock();
  bool tryLock(int timeout = 0);
  void unlock();
};

/// Does nothing for a null pointer.
template <class Mutex = QMutex> class QMutexLocker {
public:
  explicit QMutexLocker(Mutex *mutex);
  QMutexLocker(QMutexLocker &&other) noexcept;
  QMutexLocker &operator=(QMutexLocker &&other) noexcept;
  ~QMutexLocker();
  bool isLocked() const noexcept;
  void unlock();
  void relock();
  void swap(QMutexLocker &other) noexcept;
  Mutex *mutex() const;
};
template <class Mutex> QMutexLocker(Mutex *) -> QMutexLocker<Mutex>;

class QReadWriteLock {
public:
  void lockForRead();
  bool tryLockForRead();
  bool tryLockForRead(int timeout);
  void lockForWrite();
  bool tryLockForWrite();
  bool tryLockForWrite(int timeout);
  void unlock();
};

class QReadLocker {
public:
  QReadLocker(QReadWriteLock *lock);
  ~QReadLocker();
  void unlock();
  void relock();
  QReadWriteLock *readWriteLock() const;
};

class QWriteLocker {
public:
  QWriteLocker(QReadWriteLock *lock);
  ~QWriteLocker();
  void unlock();
  void relock();
  QReadWriteLock *readWriteLock() const;
};

#endif
