/// \file
/// Qt's locks, connections and thread pools under their true names, just enough
/// to parse.

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

namespace Qt {
enum ConnectionType { AutoConnection, DirectConnection, QueuedConnection };
}
class QObject;
struct QMetaObject {
  class Connection {};
  template <class F>
  static bool invokeMethod(QObject *context, F &&f,
                           Qt::ConnectionType type = Qt::AutoConnection) {
    return true;
  }
};

class QObject {
public:
  virtual ~QObject();
  void deleteLater();
  template <class Sender, class Signal, class F>
  static QMetaObject::Connection connect(const Sender *sender, Signal signal,
                                         F &&f) {
    return {};
  }
  template <class Sender, class Signal, class Context, class F>
  static QMetaObject::Connection
  connect(const Sender *sender, Signal signal, const Context *context, F &&f,
          Qt::ConnectionType type = Qt::AutoConnection) {
    return {};
  }
};
class QTimer : public QObject {
public:
  template <class F> static void singleShot(int milliseconds, F &&f) {}
  template <class Context, class F>
  static void singleShot(int milliseconds, const Context *context, F &&f) {}
  void timeout();
};
class QRunnable;
class QThreadPool : public QObject {
public:
  static QThreadPool *globalInstance();
  template <class F> void start(F &&f, int priority = 0) {}
  void start(QRunnable *runnable, int priority = 0);
  bool waitForDone(int milliseconds = -1);
};
template <class T> class QFuture {
public:
  QFuture(const QFuture &other);
  ~QFuture();
  QFuture();
  template <class F> QFuture<int> then(F &&f) { return {}; }
  template <class F> QFuture<int> then(QObject *context, F &&f) { return {}; }
  T result() const;
  void waitForFinished();
};
namespace QtConcurrent {
template <class F, class... Args> QFuture<int> run(F &&f, Args &&...args) {
  return {};
}
template <class F, class... Args>
QFuture<int> run(QThreadPool *pool, F &&f, Args &&...args) {
  return {};
}
} // namespace QtConcurrent

#endif
