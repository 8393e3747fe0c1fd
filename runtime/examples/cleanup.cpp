/// \file
/// Clean-up that has to wait, however the work before it ends.
// Prints:
//     begin
//     rolled back
//     timed out

#include "corort/corort.hpp"

#include <chrono>
#include <cstdio>
#include <string>

using namespace std::chrono_literals;
using corort::task;

struct transaction {
  std::string state = "open";

  task<> insert(int) { co_await corort::sleep_for(1h); }
  task<> close() {
    co_await corort::sleep_for(1ms); // Tells the server, and waits for it.
    std::puts("rolled back");
    state = "closed";
  }
};

task<> fill_table() {
  std::puts("begin");
  co_await corort::with(
      transaction(), [](transaction &t) -> task<> { co_await t.insert(1); },
      [](transaction &t) -> task<> { co_await t.close(); });
}

task<int> run() {
  const auto result = co_await corort::timeout(1ms, fill_table());
  std::puts(result ? "done" : "timed out");
  co_return result ? 1 : 0;
}

int main() { return corort::block_on(run()); }
