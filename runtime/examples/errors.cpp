/// \file
/// Errors as values, passed on by try_, and as exceptions, met where a task is
/// joined.
// Prints:
//     21 + 21 = 42
//     refused: not a number: x
//     refused: not a number: four
//     the task threw: out of paper
//     the task was stopped

#include "corort/corort.hpp"

#include <charconv>
#include <chrono>
#include <cstdio>
#include <stdexcept>
#include <string>

using namespace std::chrono_literals;
using corort::expected;
using corort::task;
using corort::try_;
using corort::unexpected;

struct parse_error {
  std::string text;
};

struct request_error {
  std::string reason;
  request_error(parse_error e) : reason("not a number: " + e.text) {}
};

expected<int, parse_error> parse(const std::string &text) {
  int value = 0;
  const char *end = text.data() + text.size();
  if (std::from_chars(text.data(), end, value).ptr != end || text.empty())
    return unexpected(parse_error{text});
  return value;
}

/// The first error ends it, converted to its own kind.
task<expected<int, request_error>> add(std::string a, std::string b) {
  const int left = co_await try_(parse(a));
  const int right = co_await try_(parse(b));
  co_return left + right;
}

/// Both at the same time; the first error stops the other one.
task<expected<int, request_error>> add_both() {
  const auto [left, right] = co_await try_(
      co_await corort::try_when_all(add("1", "2"), add("3", "four")));
  co_return left + right;
}

task<> print_page() {
  co_await corort::yield();
  throw std::runtime_error("out of paper");
}

task<> wait_for_ever() { co_await corort::sleep_for(1h); }

task<int> run() {
  const auto sum = co_await add("21", "21");
  if (!sum)
    co_return 1;
  std::printf("21 + 21 = %d\n", *sum);
  if (const auto refused = co_await add("21", "x"); !refused)
    std::printf("refused: %s\n", refused.error().reason.c_str());

  if (const auto refused = co_await add_both(); !refused)
    std::printf("refused: %s\n", refused.error().reason.c_str());

  auto printing = corort::spawn(print_page());
  try {
    co_await printing;
    co_return 1;
  } catch (const std::runtime_error &e) {
    std::printf("the task threw: %s\n", e.what());
  }

  auto waiting = corort::spawn(wait_for_ever());
  waiting.abort();
  try {
    co_await waiting;
    co_return 1;
  } catch (const corort::task_cancelled &) {
    std::puts("the task was stopped");
  }
  co_return 0;
}

int main() { return corort::block_on(run()); }
