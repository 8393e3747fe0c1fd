/// \file
/// Calls of spawn with arguments that are not sendable.

#include "corort/spawn.hpp"
#include "corort/scope.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

using corort::spawn;
using corort::task;
using corort::unsafe_send;

task<> show(int, std::string_view);
task<> print(std::string);
task<> fill(int *);
task<> change(int &);
task<> add(std::vector<int>);
task<> walk(std::vector<int>::iterator);
int size(std::string);

class device {
public:
  task<> watch();
};

class window {
public:
  using corort_thread_bound = void;
  task<> operator()() const;
};

struct secret {};

template <> struct corort::is_sendable<secret> : std::false_type {};

void views(std::string_view text) {
  spawn(show, 1, std::string(text)).detach();
  // refused: spawn(show, 1, text).detach();
  // because: no matching function for call to 'spawn
  // because: argument_2_is_sendable
  // because: basic_string_view<char
  // because: a view does not own its elements: pass a std::string or a
  //   container, or unsafe_send(view) if they live longer
}

void pointers(device &d, int &n) {
  spawn(&device::watch, std::make_shared<device>()).detach();
  spawn(&device::watch, device()).detach();
  spawn(&device::watch, unsafe_send(&d)).detach();
  // refused: spawn(&device::watch, &d).detach();
  // because: argument_1_is_sendable
  // because: device *
  // because: a raw pointer does not keep its object alive: pass the object, a
  //   std::unique_ptr or a std::shared_ptr, or unsafe_send(p) if it lives
  //   longer

  spawn(fill, unsafe_send(&n)).detach();
  // refused: spawn(fill, &n).detach();
  // because: int *
  // because: a raw pointer does not keep its object alive
}

void text() {
  spawn(print, std::string("literal")).detach();
  spawn(print, unsafe_send("literal")).detach();
  // refused: spawn(print, "literal").detach();
  // because: argument_1_is_sendable
  // because: const char *
  // because: a pointer does not keep its text alive: pass a std::string, or
  //   unsafe_send(text) if it lives longer, as literals do
}

void references(int &n) {
  spawn(change, unsafe_send(std::ref(n))).detach();
  // refused: spawn(change, std::ref(n)).detach();
  // because: argument_1_is_sendable
  // because: reference_wrapper<int>
  // because: a reference does not keep its object alive: pass a copy or a
  //   std::shared_ptr, or unsafe_send(std::ref(x)) if it lives longer

  // refused: spawn(change, n).detach();
  // because: callable_in_task
  // because: the function does not take these arguments, which it gets as
  //   rvalues: take them by value
}

void iterators(std::vector<int> &numbers) {
  spawn(add, numbers).detach();
  // refused: spawn(walk, numbers.begin()).detach();
  // because: argument_1_is_sendable
  // because: an iterator does not own its range: pass the range, or
  //   unsafe_send(i) if the range lives longer
}

void locks(std::mutex &m) {
  auto release = [](auto) -> task<> { co_return; };
  spawn(release, 1).detach();
  // refused: spawn(release, std::unique_lock(m)).detach();
  // because: unique_lock<std::mutex>
  // because: the thread that locked must unlock: let the task lock, or use a
  //   corort::mutex
  (void)m;
}

void types_with_a_thread() {
  auto show = [](auto) -> task<> { co_return; };
  spawn(show, unsafe_send(window())).detach();
  // refused: spawn(show, window()).detach();
  // because: argument_1_is_sendable
  // because: window
  // because: its type declares itself corort::thread_bound: make it in the
  //   task, or leave it to its own thread

  // refused: spawn(window()).detach();
  // because: function_is_sendable
  // because: its type declares itself corort::thread_bound
}

void types_of_the_program() {
  auto keep = [](auto) -> task<> { co_return; };
  spawn(keep, 1).detach();
  // refused: spawn(keep, secret()).detach();
  // because: secret
  // because: corort::is_sendable is specialised for its type, and says no
}

void parts(std::string_view text) {
  using entry = std::tuple<int, std::string_view>;
  auto add = [](int, int, auto) -> task<> { co_return; };
  spawn(add, 1, 2, std::tuple(1, std::string(text))).detach();
  // refused: spawn(add, 1, 2, std::vector{entry(1, text)}).detach();
  // because: argument_3_is_sendable
  // because: vector<std::tuple<int, std::basic_string_view<char
  // because: a view does not own its elements
  static_assert(!corort::sendable<entry>);
}

void fifth_argument(int &n) {
  auto add = [](int, int, int, int, auto) -> task<> { co_return; };
  spawn(add, 1, 2, 3, 4, 5).detach();
  // refused: spawn(add, 1, 2, 3, 4, &n).detach();
  // because: all_arguments_are_sendable
  // because: int *
  (void)n;
}

void children(corort::scope &parent, int &n) {
  auto show = [](int &, auto) -> task<> { co_return; };
  parent.spawn(show, std::ref(n), &n);
  // refused: parent.spawn(show, std::ref(n), window());
  // because: argument_2_is_sendable
  // because: its type declares itself corort::thread_bound
}

void functions() {
  spawn(print, std::string()).detach();
  // refused: spawn(size, std::string()).detach();
  // because: the function must return a corort::task
  // refused: spawn(print).detach();
  // because: the function does not take these arguments
}
