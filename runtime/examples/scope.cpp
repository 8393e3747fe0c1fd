/// \file
/// Structured concurrency: children end before their parent, and may use its
/// locals. One that fails stops the others.
// Prints:
//     6 pages, 60 words
//     stopped: the third page is missing

#include "corort/corort.hpp"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <stdexcept>

using namespace std::chrono_literals;
using corort::task;

task<int> count_words(int page) {
  co_await corort::sleep_for(std::chrono::microseconds(page));
  co_return 10;
}

task<bool> count_all() {
  std::atomic<int> words = 0;
  auto children = co_await corort::open_scope();
  for (int page = 0; page < 6; ++page)
    children.spawn([&words, page]() -> task<> {
      words += co_await count_words(page);
    });
  co_await children.join();
  std::printf("6 pages, %d words\n", words.load());
  co_return words == 60;
}

task<bool> fail() {
  auto children = co_await corort::open_scope();
  children.spawn([]() -> task<> { co_await corort::sleep_for(1h); });
  children.spawn([]() -> task<> {
    co_await corort::yield();
    throw std::runtime_error("the third page is missing");
  });
  try {
    co_await children.join();
  } catch (const std::runtime_error &e) {
    std::printf("stopped: %s\n", e.what());
    co_return true;
  }
  co_return false;
}

task<int> run() { co_return co_await count_all() && co_await fail() ? 0 : 1; }

int main() { return corort::block_on(run()); }
