/// \file
/// Tries again what fails once in a while, later each time.
// Prints:
//     attempt 1
//     attempt 2
//     attempt 3
//     fetched

#include "corort/corort.hpp"

#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>

using namespace std::chrono_literals;
using corort::task;

class server {
public:
  task<std::string> fetch() {
    std::printf("attempt %d\n", ++attempts_);
    co_await corort::yield();
    if (attempts_ < 3)
      throw std::runtime_error("busy");
    co_return "fetched";
  }

private:
  int attempts_ = 0;
};

task<int> run() {
  server shop;
  const corort::retry_policy policy = {.max_attempts = 5, .first_delay = 1ms};
  const std::string page =
      co_await corort::retry(policy, [&] { return shop.fetch(); });
  std::puts(page.c_str());
  co_return page == "fetched" ? 0 : 1;
}

int main() { return corort::block_on(run()); }
