// Which part of a type keeps it in its thread.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-not-send %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/smart_ptr.hpp"
#include "corolint/annotations.hpp"
#include "corort/corort.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using corort::spawn;
using corort::task;

struct entry {
  int value = 0;
};
void use(int);
template <class T> task<> keep(T) { co_return; }

//===----------------------------------------------------------------------===//
// Fields, bases, elements
//===----------------------------------------------------------------------===//

struct cache {
  boost::local_shared_ptr<entry> handle_;
};
struct session {
  std::string name_;
  cache cache_;
};
struct logged_session : session {
  int level;
};

void field_of_a_field(session s) { spawn(keep(s)).detach(); }
// CHECK: :[[#@LINE-1]]:47: warning: 's' goes to another thread, but a 'session' belongs to one [coro-not-send]
// CHECK-NEXT: :[[#@LINE-12]]:34: note: 'session::cache_' -> 'cache::handle_' -> 'boost::local_shared_ptr<entry>': its reference count is not atomic
// CHECK-NEXT: :[[#@LINE-3]]:36: note: the task leaves here: 'spawn' runs it on another thread
// CHECK-NEXT: :[[#@LINE-4]]:31: note: 's' stays behind and shares what it has with the copy
void base(logged_session s) { spawn(keep(s)).detach(); }
// CHECK: :[[#@LINE-1]]:42: warning: 's' goes to another thread, but a 'logged_session' belongs to one [coro-not-send]
// CHECK-NEXT: :[[#@LINE-17]]:34: note: base 'session' -> 'session::cache_' -> 'cache::handle_' -> 'boost::local_shared_ptr<entry>': its reference count is not atomic
// CHECK-NEXT: :[[#@LINE-3]]:31: note: the task leaves here: 'spawn' runs it on another thread
// CHECK-NEXT: :[[#@LINE-4]]:26: note: 's' stays behind and shares what it has with the copy
void element(std::vector<session> all) { spawn(keep(all)).detach(); }
// CHECK: :[[#@LINE-1]]:53: warning: 'all' goes to another thread, but a 'std::vector<session>' belongs to one [coro-not-send]
// CHECK-NEXT: :[[#@LINE-22]]:34: note: 'session::cache_' -> 'cache::handle_' -> 'boost::local_shared_ptr<entry>': its reference count is not atomic
// CHECK-NEXT: :[[#@LINE-3]]:42: note: the task leaves here: 'spawn' runs it on another thread
// CHECK-NEXT: :[[#@LINE-4]]:35: note: 'all' stays behind and shares what it has with the copy
void mapped(std::map<int, cache> all) { spawn(keep(all)).detach(); }
// CHECK: :[[#@LINE-1]]:52: warning: 'all' goes to another thread, but a 'std::map<int, cache>' belongs to one [coro-not-send]
// CHECK-NEXT: :[[#@LINE-27]]:34: note: 'cache::handle_' -> 'boost::local_shared_ptr<entry>': its reference count is not atomic
// CHECK-NEXT: :[[#@LINE-3]]:41: note: the task leaves here: 'spawn' runs it on another thread
// CHECK-NEXT: :[[#@LINE-4]]:34: note: 'all' stays behind and shares what it has with the copy
void owned(std::unique_ptr<session> s) { spawn(keep(std::move(s))).detach(); }
// CHECK: :[[#@LINE-1]]:53: warning: 's' goes to another thread, but a 'std::unique_ptr<session>' belongs to one [coro-not-send]
// CHECK-NEXT: :[[#@LINE-32]]:34: note: 'session::cache_' -> 'cache::handle_' -> 'boost::local_shared_ptr<entry>': its reference count is not atomic
// CHECK-NEXT: :[[#@LINE-3]]:42: note: the task leaves here: 'spawn' runs it on another thread
void owned_together(std::shared_ptr<session> s) { spawn(keep(s)).detach(); }
// CHECK: :[[#@LINE-1]]:62: warning: 's' goes to another thread, but a 'std::shared_ptr<session>' belongs to one [coro-not-send]
// CHECK-NEXT: :[[#@LINE-36]]:34: note: 'session::cache_' -> 'cache::handle_' -> 'boost::local_shared_ptr<entry>': its reference count is not atomic
// CHECK-NEXT: :[[#@LINE-3]]:51: note: the task leaves here: 'spawn' runs it on another thread
// CHECK-NEXT: :[[#@LINE-4]]:46: note: 's' stays behind and shares what it has with the copy
void perhaps(std::optional<cache> c) { spawn(keep(c)).detach(); }
// CHECK: :[[#@LINE-1]]:51: warning: 'c' goes to another thread, but a 'std::optional<cache>' belongs to one [coro-not-send]
// CHECK-NEXT: :[[#@LINE-41]]:34: note: 'cache::handle_' -> 'boost::local_shared_ptr<entry>': its reference count is not atomic
// CHECK-NEXT: :[[#@LINE-3]]:40: note: the task leaves here: 'spawn' runs it on another thread
// CHECK-NEXT: :[[#@LINE-4]]:35: note: 'c' stays behind and shares what it has with the copy

struct tree {
  std::vector<tree> children;
  std::string name;
};
struct knotted {
  std::vector<knotted> children;
  boost::local_shared_ptr<entry> leaf;
};
void recursive(tree t, knotted k) {
  spawn(keep(t)).detach(); // Fine.
  spawn(keep(k)).detach();
  // CHECK: :[[#@LINE-1]]:14: warning: 'k' goes to another thread, but a 'knotted' belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE-6]]:34: note: 'knotted::leaf' -> 'boost::local_shared_ptr<entry>': its reference count is not atomic
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: the task leaves here: 'spawn' runs it on another thread
  // CHECK-NEXT: :[[#@LINE-6]]:32: note: 'k' stays behind and shares what it has with the copy
}

void closure_in_a_closure(boost::local_shared_ptr<entry> shared) {
  auto read = [shared] { return shared->value; };
  std::thread([read] { use(read()); }).detach();
  // CHECK: :[[#@LINE-1]]:16: warning: 'read' goes to another thread, but a closure belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE-3]]:16: note: capture 'shared' -> 'boost::local_shared_ptr<entry>': its reference count is not atomic
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: the task leaves here: 'std::thread' runs it on another thread
  // CHECK-NEXT: :[[#@LINE-5]]:8: note: 'read' stays behind and shares what it has with the copy
}

template <class T> struct tagged {
  int id;
};
void only_named(tagged<boost::local_shared_ptr<entry>> t) {
  spawn(keep(t)).detach(); // Fine: there is none in it.
}

struct has_static {
  static boost::local_shared_ptr<entry> all;
  int id;
};
void static_member(has_static s) { spawn(keep(s)).detach(); } // Fine.

struct incomplete;
struct pimpl {
  std::shared_ptr<incomplete> impl;
  incomplete *parent;
};
void unknown(pimpl p) { spawn(keep(p)).detach(); } // Fine: not known.

struct guarded {
  std::mutex mutex;
  boost::local_shared_ptr<entry> handle;
};
void keeps_its_own_order(std::shared_ptr<guarded> g) {
  spawn(keep(g)).detach(); // Fine: behind its own lock.
}

//===----------------------------------------------------------------------===//
// Reference counts
//===----------------------------------------------------------------------===//

template <class T> class counted {
public:
  explicit counted(T *object) : box_(new box{object, 1}) {}
  counted(const counted &other) : box_(other.box_) { ++box_->owners; }
  ~counted() {
    if (--box_->owners == 0)
      delete box_;
  }
  T *operator->() const { return box_->object; }

private:
  struct box {
    T *object;
    int owners;
  };
  box *box_;
};
void plain_integer(counted<entry> c) { spawn(keep(c)).detach(); }
// CHECK: :[[#@LINE-1]]:51: warning: 'c' goes to another thread, but a 'counted<entry>' belongs to one [coro-not-send]
// CHECK-NEXT: :[[#@LINE-2]]:51: note: its reference count is not atomic
// CHECK-NEXT: :[[#@LINE-17]]:54: note: its owners are counted here
// CHECK-NEXT: :[[#@LINE-4]]:40: note: the task leaves here: 'spawn' runs it on another thread
// CHECK-NEXT: :[[#@LINE-5]]:35: note: 'c' stays behind and shares what it has with the copy

template <class T> class counted_atomically {
public:
  counted_atomically(const counted_atomically &other) : box_(other.box_) {
    ++box_->owners;
  }
  ~counted_atomically() {
    if (--box_->owners == 0)
      delete box_;
  }

private:
  struct box {
    T *object;
    std::atomic<int> owners;
  };
  box *box_;
};
void atomic_integer(counted_atomically<entry> c) {
  spawn(keep(c)).detach(); // Fine.
}

class node {
public:
  void retain() { ++count_; }
  void release() {
    if (--count_ == 0)
      delete this;
  }

private:
  int count_ = 0;
};
class node_ref {
public:
  explicit node_ref(node *n) : node_(n) { node_->retain(); }
  node_ref(const node_ref &other) : node_(other.node_) { node_->retain(); }
  ~node_ref() { node_->release(); }

private:
  node *node_;
};
void through_methods(node_ref n) { spawn(keep(n)).detach(); }
// CHECK: :[[#@LINE-1]]:47: warning: 'n' goes to another thread, but a 'node_ref' belongs to one [coro-not-send]
// CHECK-NEXT: :[[#@LINE-2]]:47: note: its reference count is not atomic
// CHECK-NEXT: :[[#@LINE-21]]:19: note: its owners are counted here
// CHECK-NEXT: :[[#@LINE-4]]:36: note: the task leaves here: 'spawn' runs it on another thread
// CHECK-NEXT: :[[#@LINE-5]]:31: note: 'n' stays behind and shares what it has with the copy

class locked_node {
public:
  void retain() {
    std::lock_guard held(mutex_);
    ++count_;
  }
  void release() {
    mutex_.lock();
    bool last = --count_ == 0;
    mutex_.unlock();
    if (last)
      delete this;
  }

private:
  std::mutex mutex_;
  int count_ = 0;
};
class locked_ref {
public:
  locked_ref(const locked_ref &other) : node_(other.node_) { node_->retain(); }
  ~locked_ref() { node_->release(); }

private:
  locked_node *node_;
};
void under_a_lock(locked_ref n) { spawn(keep(n)).detach(); } // Fine.

/// Counts its instances, in any thread or not; copies share nothing.
class census {
public:
  census() { ++alive; }
  census(const census &) { ++alive; }
  ~census() { --alive; }
  static int alive;
};
void counts_instances(census c) { spawn(keep(c)).detach(); } // Fine.

struct plain_node : boost::intrusive_ref_counter<plain_node,
                                                 boost::thread_unsafe_counter> {
};
struct safe_node : boost::intrusive_ref_counter<safe_node> {};
void policy(boost::intrusive_ptr<plain_node> p) { spawn(keep(p)).detach(); }
// CHECK: :[[#@LINE-1]]:62: warning: 'p' goes to another thread, but a 'boost::intrusive_ptr<plain_node>' belongs to one [coro-not-send]
// CHECK-NEXT: :[[#@LINE-6]]:21: note: base 'intrusive_ref_counter' -> 'boost::sp_adl_block::intrusive_ref_counter<plain_node, boost::thread_unsafe_counter>': its reference count is not atomic
// CHECK-NEXT: :[[#@LINE-3]]:51: note: the task leaves here: 'spawn' runs it on another thread
// CHECK-NEXT: :[[#@LINE-4]]:46: note: 'p' stays behind and shares what it has with the copy
void safe_policy(boost::intrusive_ptr<safe_node> p) {
  spawn(keep(p)).detach(); // Fine.
}

//===----------------------------------------------------------------------===//
// Annotations
//===----------------------------------------------------------------------===//

struct COROLINT_NOT_SEND("a widget is drawn by the thread that made it") widget {
  void draw();
};
struct window {
  std::vector<widget> widgets;
};
struct COROLINT_SEND("it draws by messages to its thread") remote_window {
  std::vector<widget> widgets;
};
void annotated(window w) { spawn(keep(std::move(w))).detach(); }
// CHECK: :[[#@LINE-1]]:39: warning: 'w' goes to another thread, but a 'window' belongs to one [coro-not-send]
// CHECK-NEXT: :[[#@LINE-7]]:23: note: 'window::widgets' -> 'std::vector<widget>': a widget is drawn by the thread that made it
// CHECK-NEXT: :[[#@LINE-3]]:28: note: the task leaves here: 'spawn' runs it on another thread
void annotated_otherwise(remote_window w) { spawn(keep(w)).detach(); } // Fine.

struct COROLINT_NOT_SEND("its copies share a counter",
                         "only-owner=yes") ticket {
  ticket();
  ticket(const ticket &);
};
void only_owner() {
  ticket mine;
  spawn(keep(std::move(mine))).detach(); // Fine: nobody else has one.
  ticket first;
  ticket second = first;
  spawn(keep(std::move(first))).detach();
  // CHECK: :[[#@LINE-1]]:14: warning: 'first' goes to another thread, but a 'ticket' belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE-2]]:14: note: its copies share a counter
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: the task leaves here: 'spawn' runs it on another thread
  (void)second;
}

struct COROLINT_NOT_SYNC("it keeps a cache without a lock") index {
  int find(int) const;
};
task<int> look_up(const index &i) { co_return i.find(1); }
task<> used_by_both() {
  index i;
  auto running = spawn(look_up(i));
  // CHECK: :[[#@LINE-1]]:32: warning: 'i' is used by two threads at once, but a 'index' is made for one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE-2]]:32: note: it keeps a cache without a lock
  // CHECK-NEXT: :[[#@LINE-3]]:18: note: the task leaves here: 'spawn' runs it on another thread
  // CHECK-NEXT: :[[#@LINE+1]]:7: note: it is used here meanwhile
  use(i.find(2));
  use(co_await running);
}
task<> used_in_turn() {
  index i;
  use(co_await spawn(look_up(i))); // Fine.
  use(i.find(2));
}
task<> a_copy_each(index i) {
  spawn(keep(i)).detach(); // Fine: Send, if not Sync.
  use(i.find(2));
  co_return;
}

//===----------------------------------------------------------------------===//
// Locks and threads
//===----------------------------------------------------------------------===//

std::mutex mutex;

void held_lock() {
  std::unique_lock held(mutex);
  std::thread([held = std::move(held)]() mutable { held.unlock(); }).detach();
  // CHECK: :[[#@LINE-1]]:16: warning: 'held' goes to another thread, but a 'std::unique_lock<std::mutex>' belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE-2]]:16: note: the thread that locked the mutex must unlock it
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: the task leaves here: 'std::thread' runs it on another thread
}
void lock_not_taken() {
  std::unique_lock later(mutex, std::defer_lock);
  std::thread([later = std::move(later)]() mutable { later.lock(); }) // Fine.
      .detach();
}

/// Whoever has it may give it back, in any thread.
class lease {
public:
  void lock();
  void unlock();
};
void own_lock(lease &l) {
  std::unique_lock held(l);
  std::thread([held = std::move(held)]() mutable { held.unlock(); }) // Fine.
      .detach();
}
