/// \file
/// A price cache whose thread lock is held while a price is fetched. The second
/// request blocks the only worker, so the first can never go on: a deadlock.

#include "corort/corort.hpp"

#include <chrono>
#include <cstdio>
#include <mutex>
#include <string>
#include <unordered_map>

using namespace std::chrono_literals;
using corort::task;

/// Asks the shop's price service.
task<int> fetch_price(std::string item) {
  co_await corort::sleep_for(5ms); // The way there and back.
  co_return static_cast<int>(item.size()) * 10;
}

class price_cache {
public:
  task<int> get(std::string item) {
    std::lock_guard held(mutex_); // finding: coro-lock-across-await
    if (auto known = prices_.find(item); known != prices_.end())
      co_return known->second;
    const int price = co_await fetch_price(item);
    prices_.emplace(item, price);
    co_return price;
  }

private:
  std::mutex mutex_;
  std::unordered_map<std::string, int> prices_;
};

task<int> quote(price_cache &cache) {
  auto [tea, milk] =
      co_await corort::when_all(cache.get("tea"), cache.get("milk"));
  co_return tea + milk;
}

int main() {
  price_cache cache;
  corort::scheduler world({.threads = 1});
  const int total = corort::block_on(world, quote(cache));
  std::printf("total %d\n", total);
  return total == 70 ? 0 : 1;
}
