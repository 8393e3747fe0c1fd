// What a chain's notes say, and which replacement is named.
//
// RUN: %corolint check --format=concise --exit-zero --checks=coro-blocking-call %s -- -std=c++20 %runtime | %FileCheck %s

#include "corort/corort.hpp"

#include <chrono>
#include <fstream>
#include <string>
#include <thread>

using corort::task;
using namespace std::chrono_literals;

task<> work();

task<> sleeps() {
  std::this_thread::sleep_for(10ms);
  // CHECK: :[[#@LINE-1]]:3: warning: 'std::this_thread::sleep_for' blocks the thread in coroutine 'sleeps' [coro-blocking-call]
  // CHECK: note: use co_await corort::sleep_for({{.*}}) instead
  co_await work();
}

std::string first_line(std::ifstream &in) {
  std::string line;
  std::getline(in, line);
  return line;
}

std::string load(std::ifstream &in) {
  return first_line(in);
}

task<> loads(std::ifstream &in) {
  load(in);
  // CHECK: :[[#@LINE-1]]:3: warning: 'load' blocks the thread in coroutine 'loads' [coro-blocking-call]
  // CHECK-NEXT: note: 'load' calls 'first_line' here
  // CHECK-NEXT: note: 'first_line' calls 'std::getline', which waits for a file
  co_await work();
}

task<> offloaded() {
  co_await corort::spawn_blocking([] { std::this_thread::sleep_for(10ms); });
}

void nap() { std::this_thread::sleep_for(10ms); }

task<> offloaded_helper() {
  co_await corort::spawn_blocking(nap);
  co_await corort::spawn_blocking(&nap);
  co_await corort::spawn_blocking([] { nap(); });
}

task<> awaits_the_twin() {
  co_await corort::sleep_for(10ms);
}
