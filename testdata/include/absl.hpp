/// \file
/// Abseil's locks under their true names, just enough to parse.

#ifndef TESTDATA_ABSL_HPP
#define TESTDATA_ABSL_HPP
#pragma GCC system_header

namespace absl {

struct Duration {};
Duration Seconds(int n);
void SleepFor(Duration time);

class Condition {
public:
  explicit Condition(const bool *cond);
};

class __attribute__((capability("mutex"))) Mutex {
public:
  Mutex();
  ~Mutex();
  void lock() __attribute__((acquire_capability()));
  void unlock() __attribute__((release_capability()));
  bool try_lock() __attribute__((try_acquire_capability(true)));
  void lock_shared() __attribute__((acquire_shared_capability()));
  void unlock_shared() __attribute__((release_shared_capability()));
  bool try_lock_shared() __attribute__((try_acquire_shared_capability(true)));
  void Lock() __attribute__((acquire_capability()));
  void Unlock() __attribute__((release_capability()));
  bool TryLock() __attribute__((try_acquire_capability(true)));
  void ReaderLock() __attribute__((acquire_shared_capability()));
  void ReaderUnlock() __attribute__((release_shared_capability()));
  bool ReaderTryLock() __attribute__((try_acquire_shared_capability(true)));
  void WriterLock() __attribute__((acquire_capability()));
  void WriterUnlock() __attribute__((release_capability()));
  void Await(const Condition &cond);
  void LockWhen(const Condition &cond) __attribute__((acquire_capability()));
  // Locked in either case; the result is whether the condition holds.
  bool LockWhenWithTimeout(const Condition &cond, Duration timeout)
      __attribute__((acquire_capability()));
};

class __attribute__((scoped_lockable)) MutexLock {
public:
  explicit MutexLock(Mutex &mutex) __attribute__((acquire_capability(mutex)));
  explicit MutexLock(Mutex *mutex) __attribute__((acquire_capability(mutex)));
  explicit MutexLock(Mutex &mutex, const Condition &cond)
      __attribute__((acquire_capability(mutex)));
  MutexLock(const MutexLock &) = delete;
  ~MutexLock() __attribute__((release_capability()));
};

class __attribute__((scoped_lockable)) ReaderMutexLock {
public:
  explicit ReaderMutexLock(Mutex &mutex)
      __attribute__((acquire_shared_capability(mutex)));
  explicit ReaderMutexLock(Mutex *mutex)
      __attribute__((acquire_shared_capability(mutex)));
  ~ReaderMutexLock() __attribute__((release_capability()));
};

class __attribute__((scoped_lockable)) WriterMutexLock {
public:
  explicit WriterMutexLock(Mutex &mutex)
      __attribute__((acquire_capability(mutex)));
  explicit WriterMutexLock(Mutex *mutex)
      __attribute__((acquire_capability(mutex)));
  ~WriterMutexLock() __attribute__((release_capability()));
};

/// Does nothing for a null pointer.
class __attribute__((scoped_lockable)) MutexLockMaybe {
public:
  explicit MutexLockMaybe(Mutex *mutex)
      __attribute__((acquire_capability(mutex)));
  ~MutexLockMaybe() __attribute__((release_capability()));
};

class __attribute__((scoped_lockable)) ReleasableMutexLock {
public:
  explicit ReleasableMutexLock(Mutex &mutex)
      __attribute__((acquire_capability(mutex)));
  explicit ReleasableMutexLock(Mutex *mutex)
      __attribute__((acquire_capability(mutex)));
  ~ReleasableMutexLock() __attribute__((release_capability()));
  void Release() __attribute__((release_capability()));
};

class CondVar {
public:
  void Wait(Mutex *mutex);
};

class Notification {
public:
  void Notify();
  bool HasBeenNotified() const;
  void WaitForNotification() const;
};

} // namespace absl

#endif
