/// \file
/// A producer and a consumer with a bounded channel between them, which the
/// consumer reads as a stream.
// Prints:
//     got 0 1 2 3 4 5 6 7 8 9
//     the sender has gone

#include "corort/corort.hpp"

#include <cstdio>
#include <utility>

using corort::task;

task<> produce(corort::channel_sender<int> out) {
  for (int i = 0; i < 10; ++i)
    if (!co_await out.send(i)) // Waits while the channel is full.
      co_return;               // Nobody is left to receive.
}

task<int> run() {
  auto [out, in] = corort::channel<int>(4);
  auto producer = corort::spawn(produce, std::move(out));
  int sum = 0;
  std::printf("got");
  auto values = corort::streams::receiver_stream(std::move(in));
  while (const int *value = co_await values.next()) {
    std::printf(" %d", *value);
    sum += *value;
  }
  std::puts("\nthe sender has gone");
  co_await producer;
  co_return sum == 45 ? 0 : 1;
}

int main() { return corort::block_on(run()); }
