/// \file
/// A client that tries a request again when it fails. It makes the request's
/// task once and awaits it for each try, but a task runs only once.

#include "corort/corort.hpp"

#include <cstdio>
#include <stdexcept>
#include <utility>

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
  auto request = from.answer();
  do {
    try {
      co_return co_await std::move(request); // finding: coro-double-await
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
