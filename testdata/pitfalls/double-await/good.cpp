/// \file
/// A client that tries a request again when it fails. Each try has a task of
/// its own.

#include "corort/corort.hpp"

#include <cstdio>
#include <stdexcept>

using corort::task;

class server {
public:
  /// Fails the first time.
  task<int> answer() {
    if (++asked_ == 1)
      throw std::runtime_error("busy");
    co_return 42;
  }

private:
  int asked_ = 0;
};

task<int> ask(server &from, int tries) {
  do {
    try {
      co_return co_await from.answer();
    } catch (const std::runtime_error &error) {
      std::printf("%s\n", error.what());
      std::fflush(stdout);
    }
  } while (--tries > 0);
  co_return 0;
}

int main() {
  server only;
  const int answer = corort::block_on(ask(only, 3));
  std::printf("%d\n", answer);
  return answer == 42 ? 0 : 1;
}
