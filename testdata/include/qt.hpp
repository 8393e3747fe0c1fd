/// \file
/// Qt's locks under their true names, just enough to parse.

#ifndef TESTDATA_QT_HPP
#define TESTDATA_QT_HPP
#pragma GCC system_header

class QMutex {
public:
  void lock();
  bool tryLock(int timeout = 0);
  void unlock();
};

class QRecursiveMutex {
public:
  void lock();
  void unlock();
};

template <class Mutex = QMutex> class QMutexLocker {
public:
  explicit QMutexLocker(Mutex *mutex);
  ~QMutexLocker();
  void unlock();
  void relock();
  Mutex *mutex() const;
};
template <class Mutex> QMutexLocker(Mutex *) -> QMutexLocker<Mutex>;

class QReadWriteLock {
public:
  void lockForRead();
  void lockForWrite();
  void unlock();
};

class QReadLocker {
public:
  explicit QReadLocker(QReadWriteLock *lock);
  ~QReadLocker();
  void unlock();
  void relock();
};

class QWriteLocker {
public:
  explicit QWriteLocker(QReadWriteLock *lock);
  ~QWriteLocker();
  void unlock();
  void relock();
};

#endif
