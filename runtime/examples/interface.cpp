/// \file
/// An asynchronous interface: a database, a mock of it for tests, and a cache
/// that decorates either.
// Prints:
//     asked for ann
//     ann, ann
//     1 query

#include "corort/corort.hpp"

#include <cstdio>
#include <map>
#include <string>
#include <utility>

using corort::task;

class database {
public:
  virtual ~database() = default;
  virtual task<std::string> find_user(int id) = 0;
};

/// Knows its answers beforehand, and counts the questions.
class mock_database : public database {
public:
  task<std::string> find_user(int id) override {
    std::puts("asked for ann");
    ++queries;
    co_await corort::yield();
    co_return id == 1 ? "ann" : "nobody";
  }

  int queries = 0;
};

/// Asks the other one for what it does not know yet.
class cached_database : public database {
public:
  explicit cached_database(database &behind) : behind_(behind) {}

  task<std::string> find_user(int id) override {
    // A lock that belongs to the task: it may be held while it waits.
    auto held = co_await mutex_.lock();
    if (auto known = users_.find(id); known != users_.end())
      co_return known->second;
    co_return users_[id] = co_await behind_.find_user(id);
  }

private:
  database &behind_;
  corort::mutex mutex_;
  std::map<int, std::string> users_;
};

task<int> run() {
  mock_database mock;
  cached_database users(mock);
  const auto [first, second] =
      co_await corort::when_all(users.find_user(1), users.find_user(1));
  std::printf("%s, %s\n%d query\n", first.c_str(), second.c_str(),
              mock.queries);
  co_return mock.queries == 1 ? 0 : 1;
}

int main() { return corort::block_on(run()); }
