/// \file
/// The smallest program on corort.

#include "corolint/annotations.hpp"
#include "corort/corort.hpp"

static corort::task<int> answer() {
  co_await corort::yield();
  co_return 42;
}

int main() { return corort::block_on(answer()) == 42 ? 0 : 1; }
