/// \file
/// A door that looks guests up on a list, and lets in those that are found
/// there.

#include "corort/corort.hpp"

#include <chrono>
#include <cstdio>
#include <set>
#include <string>
#include <utility>

using namespace std::chrono_literals;
using corort::task;

class guest_list {
public:
  explicit guest_list(std::set<std::string> names) : names_(std::move(names)) {}

  task<bool> invited(std::string name) const {
    co_await corort::sleep_for(1ms); // The list is in another room.
    co_return names_.contains(name);
  }

private:
  std::set<std::string> names_;
};

task<int> admit(const guest_list &list) {
  int inside = 0;
  for (const char *name : {"ann", "bob", "eve"})
    if (co_await list.invited(name))
      ++inside;
  co_return inside;
}

int main() {
  const guest_list list({"ann", "bob"});
  const int inside = corort::block_on(admit(list));
  std::printf("%d of 3 admitted\n", inside);
  return inside == 2 ? 0 : 1;
}
