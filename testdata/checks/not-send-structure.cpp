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
void base(logged_session s) { spawn(keep(s)).detach(); }
void element(std::vector<session> all) { spawn(keep(all)).detach(); }
void mapped(std::map<int, cache> all) { spawn(keep(all)).detach(); }
void owned(std::unique_ptr<session> s) { spawn(keep(std::move(s))).detach(); }
void owned_together(std::shared_ptr<session> s) { spawn(keep(s)).detach(); }
void perhaps(std::optional<cache> c) { spawn(keep(c)).detach(); }

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
}

void closure_in_a_closure(boost::local_shared_ptr<entry> shared) {
  auto read = [shared] { return shared->value; };
  std::thread([read] { use(read()); }).detach();
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
  (void)second;
}

struct COROLINT_NOT_SYNC("it keeps a cache without a lock") index {
  int find(int) const;
};
task<int> look_up(const index &i) { co_return i.find(1); }
task<> used_by_both() {
  index i;
  auto running = spawn(look_up(i));
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
}
void lock_not_taken() {
  std::unique_lock later(mutex, std::defer_lock);
  std::thread([later = std::move(later)]() mutable { later.lock(); }) // Fine.
      .detach();
}
