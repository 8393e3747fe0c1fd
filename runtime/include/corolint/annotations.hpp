/// \file
/// Macros that tell corolint, in the source, what a type or function does.
///
/// Each macro stands for one role and expands to a `clang::annotate` attribute
/// under Clang and to nothing elsewhere. The text of the attribute is
///
///     corolint:<role>;<key>=<value>;<key>=<value>
///
/// with lists separated by commas. `reason` comes last and may hold any text.
/// Parameters that are free to be left out are passed as further string
/// literals, one `"key=value"` each:
///
///     class COROLINT_TASK("start=lazy", "drop=nothing", "await=once") task;
///     COROLINT_SPAWN(0, "on=other-thread", "keeps=yes", "returns=handle")
///     handle spawn(std::function<void()> fn);
///
/// Arguments are counted from 0; `this` stands for the object of a member
/// function. A macro goes where an attribute of the declaration may go: before
/// a function's declaration, or between `class` and the class's name. Needs
/// C++20.

#ifndef COROLINT_ANNOTATIONS_HPP
#define COROLINT_ANNOTATIONS_HPP

#if defined(__clang__)
#define COROLINT_ROLE(Role, ...)                                               \
  [[clang::annotate("corolint:" Role __VA_OPT__(COROLINT_I1(__VA_ARGS__)))]]
#else
#define COROLINT_ROLE(Role, ...)
#endif

// Puts a separator before each item; eight items are more than any role has.
#define COROLINT_I1(Item, ...) ";" Item __VA_OPT__(COROLINT_I2(__VA_ARGS__))
#define COROLINT_I2(Item, ...) ";" Item __VA_OPT__(COROLINT_I3(__VA_ARGS__))
#define COROLINT_I3(Item, ...) ";" Item __VA_OPT__(COROLINT_I4(__VA_ARGS__))
#define COROLINT_I4(Item, ...) ";" Item __VA_OPT__(COROLINT_I5(__VA_ARGS__))
#define COROLINT_I5(Item, ...) ";" Item __VA_OPT__(COROLINT_I6(__VA_ARGS__))
#define COROLINT_I6(Item, ...) ";" Item __VA_OPT__(COROLINT_I7(__VA_ARGS__))
#define COROLINT_I7(Item, ...) ";" Item __VA_OPT__(COROLINT_I8(__VA_ARGS__))
#define COROLINT_I8(Item) ";" Item

// ---- on types --------------------------------------------------------------

/// What coroutines return: `start=lazy|eager`,
/// `drop=nothing|cancels|detaches|blocks|terminates` (what destroying an
/// un-awaited one does), `await=once|many`, `threads=one|many` (whether its
/// coroutines go on in the thread that they began in), `lock=` and
/// `shared-lock=` what to hold across an await instead of a thread's lock.
#define COROLINT_TASK(...) COROLINT_ROLE("task", __VA_ARGS__)

/// May be the operand of `co_await`.
#define COROLINT_AWAITABLE(...) COROLINT_ROLE("awaitable", __VA_ARGS__)

/// Yields values that are awaited one by one.
#define COROLINT_STREAM(...) COROLINT_ROLE("stream", __VA_ARGS__)

/// Yields values synchronously.
#define COROLINT_GENERATOR(...) COROLINT_ROLE("generator", __VA_ARGS__)

/// Stands for work that already runs: `drop=` as for a task, `join=` and
/// `detach=` the names of the methods that do so. Awaiting always joins.
#define COROLINT_JOIN_HANDLE(...) COROLINT_ROLE("join-handle", __VA_ARGS__)

/// A lock that the thread that took it must release.
#define COROLINT_THREAD_LOCK(...) COROLINT_ROLE("thread-lock", __VA_ARGS__)

/// Holds a thread's lock from its constructor to its destructor.
#define COROLINT_LOCK_GUARD(...) COROLINT_ROLE("lock-guard", __VA_ARGS__)

/// A pointer-like access to an object whose lock is held as long as it lives.
#define COROLINT_LOCKED_POINTER(...)                                           \
  COROLINT_ROLE("locked-pointer", __VA_ARGS__)

/// A lock that belongs to a task; it may be held across a suspension.
#define COROLINT_ASYNC_LOCK(...) COROLINT_ROLE("async-lock", __VA_ARGS__)

/// Holds an async lock; may live across a suspension.
#define COROLINT_ASYNC_GUARD(...) COROLINT_ROLE("async-guard", __VA_ARGS__)

/// Must not be alive across a suspension; \p Reason is shown. On a function:
/// what it returns belongs to the calling thread.
#define COROLINT_THREAD_BOUND(Reason)                                          \
  COROLINT_ROLE("thread-bound", "reason=" Reason)

/// The same, until one of \p Until is called, names joined by commas: methods
/// of the class, or the functions that undo in the same thread what this
/// function does.
#define COROLINT_THREAD_BOUND_UNTIL(Until, Reason)                             \
  COROLINT_ROLE("thread-bound", "until=" Until, "reason=" Reason)

/// Must not be handed to another thread; \p Reason is shown. With
/// `"only-owner=yes"`, an object that shares nothing with another one may be.
#define COROLINT_NOT_SEND(Reason, ...)                                         \
  COROLINT_ROLE("not-send" __VA_OPT__(, ) __VA_ARGS__, "reason=" Reason)

/// May be handed to another thread although its parts look otherwise.
#define COROLINT_SEND(Reason) COROLINT_ROLE("send", "reason=" Reason)

/// Must not be used by two threads at the same time; \p Reason is shown.
#define COROLINT_NOT_SYNC(Reason) COROLINT_ROLE("not-sync", "reason=" Reason)

/// May be used by two threads at the same time.
#define COROLINT_SYNC(Reason) COROLINT_ROLE("sync", "reason=" Reason)

/// Refers to data that something else owns.
#define COROLINT_VIEW(...) COROLINT_ROLE("view", __VA_ARGS__)

/// Owns the data that views taken from it refer to.
#define COROLINT_OWNER(...) COROLINT_ROLE("owner", __VA_ARGS__)

/// Children started in it end before it does: `join=` the names of the methods
/// that wait for them, `drop=` as for a task.
#define COROLINT_SCOPE(...) COROLINT_ROLE("scope", __VA_ARGS__)

/// Runs work: `threads=one|many`, `blocking=yes|no` (whether work that blocks
/// its thread is fine there).
#define COROLINT_EXECUTOR(...) COROLINT_ROLE("executor", __VA_ARGS__)

// ---- on functions ----------------------------------------------------------

/// Blocks the thread: \p Kind is one of sleep, file, network, process, dns,
/// console, join, wait and database.
#define COROLINT_BLOCKS(Kind, ...)                                             \
  COROLINT_ROLE("blocks", "kind=" Kind __VA_OPT__(, ) __VA_ARGS__)

/// After it, calls that block about its object, or `arg=`, come back at once:
/// `on=argument|result`, `if=` what it returns then (true, false or an
/// enumerator), `unless=` the enumerator that it returns otherwise.
#define COROLINT_NONBLOCKING_AFTER(...)                                        \
  COROLINT_ROLE("nonblocking-after", __VA_ARGS__)

/// Blocks the thread until a task has ended.
#define COROLINT_WAITS_FOR_TASK(...)                                           \
  COROLINT_ROLE("waits-for-task", __VA_ARGS__)

/// Runs argument \p Arg as a task of its own:
/// `on=same-thread|other-thread|by-executor`, `keeps=yes|no` (whether a
/// callable lives until the coroutine that it is has ended),
/// `returns=handle|task|nothing`.
#define COROLINT_SPAWN(Arg, ...)                                               \
  COROLINT_ROLE("spawn", "arg=" #Arg __VA_OPT__(, ) __VA_ARGS__)

/// Runs argument \p Arg on a thread where blocking is fine.
#define COROLINT_OFFLOAD(Arg, ...)                                             \
  COROLINT_ROLE("offload", "arg=" #Arg __VA_OPT__(, ) __VA_ARGS__)

/// Calls argument \p Arg before it returns, and does not keep it.
#define COROLINT_CALLS_NOW(Arg, ...)                                           \
  COROLINT_ROLE("calls-now", "arg=" #Arg __VA_OPT__(, ) __VA_ARGS__)

/// Keeps argument \p Arg and calls it later. `keeps` as of a spawn;
/// `context=` the argument whose end ends the work.
#define COROLINT_STORES_CALLABLE(Arg, ...)                                     \
  COROLINT_ROLE("stores-callable", "arg=" #Arg __VA_OPT__(, ) __VA_ARGS__)

/// Makes an object of its template argument `type=` (default 0, or `this` for
/// its class's first) from its arguments, beginning with `from=`.
#define COROLINT_CONSTRUCTS(...) COROLINT_ROLE("constructs", __VA_ARGS__)

/// Its result, awaited, has awaited all tasks among its arguments.
#define COROLINT_AWAITS_ALL(...) COROLINT_ROLE("awaits-all", __VA_ARGS__)

/// Its result, awaited, has awaited the first task to end among its arguments.
#define COROLINT_AWAITS_FIRST(...) COROLINT_ROLE("awaits-first", __VA_ARGS__)

/// Awaiting its result continues the coroutine on another executor.
#define COROLINT_SWITCHES_EXECUTOR(...)                                        \
  COROLINT_ROLE("switches-executor", __VA_ARGS__)

/// Returns with a lock held: `lock=` the argument, `try=yes|zero|minus-one`
/// what it returns if it did, for one that can fail.
#define COROLINT_ACQUIRES(...) COROLINT_ROLE("acquires", __VA_ARGS__)

/// Returns with a lock released that was held before.
#define COROLINT_RELEASES(...) COROLINT_ROLE("releases", __VA_ARGS__)

/// Takes over the task in argument \p Arg; the caller owes it nothing more.
#define COROLINT_CONSUMES_TASK(Arg, ...)                                       \
  COROLINT_ROLE("consumes-task", "arg=" #Arg __VA_OPT__(, ) __VA_ARGS__)

/// Keeps argument \p Arg alive as long as the task it is used with.
#define COROLINT_KEEPS_ALIVE(Arg, ...)                                         \
  COROLINT_ROLE("keeps-alive", "arg=" #Arg __VA_OPT__(, ) __VA_ARGS__)

/// Awaiting its result never suspends.
#define COROLINT_NEVER_SUSPENDS(...)                                           \
  COROLINT_ROLE("never-suspends", __VA_ARGS__)

/// Does not block, whatever its body looks like.
#define COROLINT_ASSUME_NONBLOCKING(...)                                       \
  COROLINT_ROLE("assume-nonblocking", __VA_ARGS__)

#endif
