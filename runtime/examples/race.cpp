/// \file
/// Asks the cache and the database, and takes the first answer. The loser is
/// stopped, and has gone before we go on.
// Prints:
//     the database is no longer asked
//     from the cache: 42

#include "corort/corort.hpp"

#include <chrono>
#include <cstdio>
#include <variant>

using namespace std::chrono_literals;
using corort::task;

task<int> ask_cache() {
  co_await corort::sleep_for(1ms);
  co_return 42;
}

task<int> ask_database() {
  struct connection {
    ~connection() { std::puts("the database is no longer asked"); }
  } open;
  co_await corort::sleep_for(1h);
  co_return 43;
}

task<int> run() {
  const std::variant<int, int> answer =
      co_await corort::select(ask_cache(), ask_database());
  const bool cached = answer.index() == 0;
  const int value = cached ? std::get<0>(answer) : std::get<1>(answer);
  std::printf("from the %s: %d\n", cached ? "cache" : "database", value);
  co_return value == 42 ? 0 : 1;
}

int main() { return corort::block_on(run()); }
