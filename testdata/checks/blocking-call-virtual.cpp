// Virtual calls: what every override in sight does.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-blocking-call %s -- -std=c++20 %runtime | %FileCheck %s

#include "../include/task.hpp"

#include <chrono>
#include <memory>
#include <thread>

using namespace std::chrono_literals;

void touch();
void nap() { std::this_thread::sleep_for(10ms); }

struct Source {
  virtual ~Source() = default;
  virtual void read() = 0;
  virtual void peek() = 0;
  virtual void close() { nap(); }
  virtual void reset() {}
};
struct File : Source {
  void read() override { nap(); }
  void peek() override { nap(); }
  void close() override { nap(); }
  void reset() override { nap(); }
};
struct Pipe : Source {
  void read() override { std::this_thread::sleep_for(1s); }
  void peek() override { touch(); }
};
struct Named : File {
  void read() override { File::read(); }
};

task<> every_override_blocks(Source &source) {
  source.read();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Source::read' blocks the thread in coroutine 'every_override_blocks' [coro-blocking-call]
  source.close();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Source::close' blocks the thread in coroutine 'every_override_blocks' [coro-blocking-call]
  source.peek();
  source.reset();
  co_await work();
}

task<> shortest_override(Source *source) {
  source->read();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Source::read' blocks the thread in coroutine 'shortest_override' [coro-blocking-call]
  // CHECK-NEXT: note: 'Pipe::read' calls 'std::this_thread::sleep_for', which sleeps
  co_await work();
}

task<> known_object() {
  File file;
  file.peek();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'File::peek' blocks the thread in coroutine 'known_object' [coro-blocking-call]
  Pipe pipe;
  pipe.peek();
  pipe.Source::close();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Source::close' blocks the thread in coroutine 'known_object' [coro-blocking-call]
  co_await work();
}

struct Interface {
  virtual void run() = 0;
};

task<> nobody_overrides(Interface &interface) {
  interface.run();
  co_await work();
}

struct Half {
  virtual void run() = 0;
};
struct Here : Half {
  void run() override { nap(); }
};
struct There : Half {
  void run() override;
};

task<> body_elsewhere(Half &half) {
  half.run();
  co_await work();
}

struct Leaf final : Half {
  void run() override { nap(); }
};

task<> final_class(Leaf &leaf) {
  leaf.run();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Leaf::run' blocks the thread in coroutine 'final_class' [coro-blocking-call]
  co_await work();
}

/// A helper that dispatches.
void serve(Source &source) { source.read(); }

task<> through_helper(Source &source) {
  serve(source);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'serve' blocks the thread in coroutine 'through_helper' [coro-blocking-call]
  co_await work();
}

struct Closing {
  virtual ~Closing() { nap(); }
};
struct ClosingMore : Closing {};

task<> virtual_destructor(Closing *closing) {
  delete closing;
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Closing::~Closing' blocks the thread in coroutine 'virtual_destructor' [coro-blocking-call]
  std::unique_ptr<Closing> owned = std::make_unique<ClosingMore>();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'Closing::~Closing' blocks the thread in coroutine 'virtual_destructor' [coro-blocking-call]
  co_await work();
}

task<> harmless_destructor(Source *source) {
  delete source;
  co_await work();
}
