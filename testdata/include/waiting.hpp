/// \file
/// What Abseil, Boost, folly and Qt have that waits, besides their locks, just
/// enough to parse.

#ifndef TESTDATA_WAITING_HPP
#define TESTDATA_WAITING_HPP
#pragma GCC system_header

#include <string>

namespace absl {
struct Duration {
  long ticks;
};
constexpr Duration ZeroDuration() { return Duration{0}; }
constexpr Duration Seconds(long n) { return Duration{n}; }
void SleepFor(Duration time);
class Condition {
public:
  explicit Condition(const bool *cond);
};
class Mutex {
public:
  void Lock();
  void Unlock();
  void LockWhen(const Condition &cond);
  bool LockWhenWithTimeout(const Condition &cond, Duration timeout);
  void Await(const Condition &cond);
};
class MutexLock {
public:
  explicit MutexLock(Mutex *mutex);
  explicit MutexLock(Mutex *mutex, const Condition &cond);
  ~MutexLock();
};
class Notification {
public:
  bool HasBeenNotified() const;
  void WaitForNotification() const;
};
} // namespace absl

namespace boost {
namespace chrono {
struct milliseconds {
  constexpr explicit milliseconds(long n) : count(n) {}
  long count;
};
} // namespace chrono
namespace this_thread {
template <class Duration> void sleep_for(const Duration &time);
void yield();
} // namespace this_thread
class thread {
public:
  void join();
  template <class Duration> bool try_join_for(const Duration &time);
  void detach();
};
template <class T> class future {
public:
  T get();
  bool is_ready() const;
  template <class Duration> int wait_for(const Duration &time) const;
};
class latch {
public:
  void wait();
  void count_down();
};
namespace filesystem {
class path {
public:
  path(const char *name);
  path extension() const;
};
class file_status {};
bool exists(const path &name);
bool exists(file_status status);
bool create_directories(const path &name);
class directory_iterator {
public:
  directory_iterator() noexcept;
  explicit directory_iterator(const path &name);
};
} // namespace filesystem
namespace process {
class child {
public:
  explicit child(const char *command);
  bool running();
  void wait();
  void detach();
};
template <class... Args> int system(Args &&...args);
} // namespace process
namespace interprocess {
class interprocess_semaphore {
public:
  void post();
  void wait();
  bool try_wait();
};
} // namespace interprocess
} // namespace boost

namespace folly {
struct Milliseconds {
  long count;
};
template <bool MayBlock = true> class Baton {
public:
  void post();
  void wait();
  bool try_wait();
  bool try_wait_for(const Milliseconds &time);
};
class Subprocess {
public:
  int wait();
  int poll();
  int waitTimeout(Milliseconds time);
};
bool readFile(const char *name, std::string &out);
} // namespace folly

class QString {
public:
  QString(const char *text);
};
class QIODevice {
public:
  virtual ~QIODevice();
  virtual bool open(int mode);
  QString readAll();
  virtual bool waitForReadyRead(int ms);
};
class QFileDevice : public QIODevice {};
class QFile : public QFileDevice {
public:
  explicit QFile(const QString &name);
  bool open(int mode) override;
  bool remove();
  QString fileName() const;
};
class QBuffer : public QIODevice {
public:
  bool open(int mode) override;
};
class QAbstractSocket : public QIODevice {
public:
  void connectToHost(const QString &host, int port);
  virtual bool waitForConnected(int ms = 30000);
  virtual bool waitForReadyRead(int ms = 30000) override;
};
class QTcpSocket : public QAbstractSocket {};
class QProcess : public QIODevice {
public:
  void start(const QString &command);
  bool waitForFinished(int ms = 30000);
};
class QThread {
public:
  static void msleep(unsigned long ms);
  bool wait(unsigned long ms);
  void start();
};
class QHostInfo {
public:
  static QHostInfo fromName(const QString &name);
};
class QSqlQuery {
public:
  bool exec(const QString &query);
  bool next();
};

#endif
