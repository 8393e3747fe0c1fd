/// \file
/// A bug that shows itself once in a while, found every time: all orders of two
/// withdrawals are tried. The program must be built with CORORT_DEBUG=1.
// Prints:
//     both looked at the balance before either paid
//     the cure passes in every order

#include "corort/corort.hpp"
#include "corort/sim.hpp"

#include <cstdio>

using corort::task;
namespace sim = corort::sim;

struct account {
  int balance = 100;
  corort::mutex mutex;
};

task<> withdraw(account &from) {
  if (from.balance >= 100) {
    co_await corort::yield(); // Asks the bank.
    from.balance -= 100;
  }
}

task<> withdraw_locked(account &from) {
  auto held = co_await from.mutex.lock();
  co_await withdraw(from);
}

template <class Withdraw> task<> twice(Withdraw work) {
  account ann;
  co_await corort::when_all(work(ann), work(ann));
  sim::check(ann.balance >= 0);
}

int main() {
  const auto found = sim::exhaust([] { return twice(withdraw); });
  const auto cured = sim::exhaust([] { return twice(withdraw_locked); });
  if (found.ok() || !cured.ok())
    return 1;
  std::puts("both looked at the balance before either paid");
  std::puts("the cure passes in every order");
}
