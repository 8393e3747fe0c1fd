/// \file
/// Abseil's locks under their true names, just enough to parse.

#ifndef TESTDATA_ABSL_HPP
#define TESTDATA_ABSL_HPP
#pragma GCC system_header

namespace absl {

class __attribute__((capability("mutex"))) Mutex {
public:
  Mutex();
  ~Mutex();
  void Lock() __attribute__((acquire_capability()));
  void Unlock() __attribute__((release_capability()));
  bool TryLock() __attribute__((try_acquire_capability(true)));
  void ReaderLock() __attribute__((acquire_shared_capability()));
  void ReaderUnlock() __attribute__((release_shared_capability()));
};

class __attribute__((scoped_lockable)) MutexLock {
public:
  explicit MutexLock(Mutex *mutex) __attribute__((acquire_capability(mutex)));
  MutexLock(const MutexLock &) = delete;
  ~MutexLock() __attribute__((release_capability()));
};

class __attribute__((scoped_lockable)) ReaderMutexLock {
public:
  explicit ReaderMutexLock(Mutex *mutex)
      __attribute__((acquire_shared_capability(mutex)));
  ~ReaderMutexLock() __attribute__((release_capability()));
};

class __attribute__((scoped_lockable)) WriterMutexLock {
public:
  explicit WriterMutexLock(Mutex *mutex)
      __attribute__((acquire_capability(mutex)));
  ~WriterMutexLock() __attribute__((release_capability()));
};

class __attribute__((scoped_lockable)) ReleasableMutexLock {
public:
  explicit ReleasableMutexLock(Mutex *mutex)
      __attribute__((acquire_capability(mutex)));
  ~ReleasableMutexLock() __attribute__((release_capability()));
  void Release() __attribute__((release_capability()));
};

class Notification {
public:
  void Notify();
  bool HasBeenNotified() const;
  void WaitForNotification() const;
};

struct Duration {};
Duration Seconds(int n);
void SleepFor(Duration time);

} // namespace absl

#endif
