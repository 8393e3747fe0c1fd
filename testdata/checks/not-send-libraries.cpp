// What libraries say of their own types and of how they run what they are given.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-not-send %s -- -std=c++20 %runtime | %FileCheck %s

#include "corort/corort.hpp"

#include <thread>
#include <utility>

namespace seastar {
template <class T> class lw_shared_ptr {
public:
  lw_shared_ptr(const lw_shared_ptr &) noexcept;
  lw_shared_ptr(lw_shared_ptr &&) noexcept;
  ~lw_shared_ptr();
  T *operator->() const noexcept;
};
template <class T> class foreign_ptr {
public:
  foreign_ptr(foreign_ptr &&) noexcept;
  ~foreign_ptr();
  decltype(auto) operator->() const noexcept { return value_; }

private:
  T value_;
};
template <class T = void> struct future {};
struct smp {
  template <class F> static future<> submit_to(unsigned shard, F &&f);
};
} // namespace seastar

namespace v8 {
template <class T> class Local {
  T *slot_;
};
} // namespace v8

struct row {
  int id;
};
struct value;
void use(int);
void keep(seastar::lw_shared_ptr<row>);

// The callable comes back to be destroyed in the shard that made it.
seastar::future<> only_looked_at(seastar::lw_shared_ptr<row> shared) {
  return seastar::smp::submit_to(1, [shared] { use(shared->id); }); // Fine.
}
seastar::future<> copied_over_there(seastar::lw_shared_ptr<row> shared) {
  return seastar::smp::submit_to(1, [shared] { keep(shared); });
  // CHECK: :[[#@LINE-1]]:38: warning: 'shared' goes to another thread, but a 'seastar::lw_shared_ptr<row>' belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE-2]]:38: note: its reference count is not atomic and belongs to one shard
  // CHECK-NEXT: :[[#@LINE-3]]:10: note: the task leaves here: 'submit_to' runs it on another thread
  // CHECK-NEXT: :[[#@LINE-5]]:65: note: 'shared' stays behind and shares what it has with the copy
}
seastar::future<>
made_for_it(seastar::foreign_ptr<seastar::lw_shared_ptr<row>> shared) {
  return seastar::smp::submit_to(
      1, [shared = std::move(shared)] { use(1); }); // Fine.
}
void to_another_thread(seastar::lw_shared_ptr<row> shared) {
  std::thread([shared] { use(shared->id); }).detach();
  // CHECK: :[[#@LINE-1]]:16: warning: 'shared' goes to another thread, but a 'seastar::lw_shared_ptr<row>' belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE-2]]:16: note: its reference count is not atomic and belongs to one shard
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: the task leaves here: 'std::thread' runs it on another thread
  // CHECK-NEXT: :[[#@LINE-5]]:52: note: 'shared' stays behind and shares what it has with the copy
}

void points_into_a_handle_scope(v8::Local<value> local) {
  std::thread([local] { (void)local; }).detach();
  // CHECK: :[[#@LINE-1]]:16: warning: 'local' goes to another thread, but a 'v8::Local<value>' belongs to one [coro-not-send]
  // CHECK-NEXT: :[[#@LINE-2]]:16: note: it points into a handle scope on the stack of its thread
  // CHECK-NEXT: :[[#@LINE-3]]:3: note: the task leaves here: 'std::thread' runs it on another thread
}
