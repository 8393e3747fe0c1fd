/// \file
/// A bank that writes an audit log. One entry's task is made but not awaited,
/// so it never runs, and the entry is missing.

#include "corort/corort.hpp"

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

using corort::task;

class audit_log {
public:
  task<> append(std::string line) {
    auto held = co_await mutex_.lock();
    lines_.push_back(std::move(line));
  }
  /// Only while no task appends.
  const std::vector<std::string> &lines() const { return lines_; }

private:
  corort::mutex mutex_;
  std::vector<std::string> lines_;
};

struct account {
  std::string owner;
  int balance = 0;
};

task<bool> transfer(account &from, account &to, int amount, audit_log &audit) {
  if (from.balance < amount) {
    co_await audit.append("refused: " + from.owner);
    co_return false;
  }
  from.balance -= amount;
  to.balance += amount;
  audit.append(from.owner + " to " + to.owner); // finding: coro-unawaited-task
  co_return true;
}

int main() {
  account ann{"ann", 100};
  account bob{"bob", 0};
  audit_log audit;
  const bool first = corort::block_on(transfer(ann, bob, 80, audit));
  const bool second = corort::block_on(transfer(ann, bob, 80, audit));
  for (const std::string &line : audit.lines())
    std::printf("%s\n", line.c_str());
  return first && !second && audit.lines().size() == 2 ? 0 : 1;
}
