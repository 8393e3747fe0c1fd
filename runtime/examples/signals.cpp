/// \file
/// One answer to one question, and news for everybody.
// Prints:
//     the answer is 42
//     ann read 3 bulletins
//     bob read 3 bulletins

#include "corort/corort.hpp"

#include <cstdio>
#include <string>
#include <utility>

using corort::task;

/// Works it out somewhere else, and sends what it finds.
task<> think(corort::oneshot_sender<int> answer) {
  co_await corort::yield();
  if (!std::move(answer).send(42))
    std::puts("nobody waits for it any more");
}

task<int> read_all(corort::broadcast_receiver<std::string> news) {
  int count = 0;
  while (co_await news.recv()) // Until the sender has gone.
    ++count;
  co_return count;
}

task<int> run() {
  auto [answer, question] = corort::oneshot<int>();
  corort::spawn(think, std::move(answer)).detach();
  const auto found = co_await question.recv();
  std::printf("the answer is %d\n", found.value_or(0));

  auto [sender, first] = corort::broadcast<std::string>(8);
  auto ann = corort::spawn(read_all, std::move(first));
  auto bob = corort::spawn(read_all, sender.subscribe());
  {
    auto press = std::move(sender); // Goes, and with it the last sender.
    for (const char *text : {"rain", "wind", "sun"})
      press.send(text);
  }
  const int by_ann = co_await ann;
  const int by_bob = co_await bob;
  std::printf("ann read %d bulletins\nbob read %d bulletins\n", by_ann, by_bob);
  co_return found == 42 && by_ann == 3 && by_bob == 3 ? 0 : 1;
}

int main() { return corort::block_on(run()); }
