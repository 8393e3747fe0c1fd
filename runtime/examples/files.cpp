/// \file
/// Calls that block their thread: files, and whatever else has no asynchronous
/// form.
// Prints:
//     3 lines
//     the checksum is 294

#include "corort/corort.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <numeric>
#include <string>

using corort::task;

/// Takes its time, and knows nothing of tasks.
int checksum(const std::string &text) {
  return std::accumulate(text.begin(), text.end(), 0);
}

task<int> run(corort::fs::path file) {
  co_await corort::fs::write(file, "a\nb\n");
  co_await corort::fs::append(file, "E\n");
  const std::string text = co_await corort::fs::read(file);
  const auto lines = std::ranges::count(text, '\n');
  std::printf("%td lines\n", lines);

  auto sum = corort::spawn_blocking([text] { return checksum(text); });
  const int total = co_await sum;
  std::printf("the checksum is %d\n", total);
  co_await corort::fs::remove(file);
  co_return lines == 3 && total == 294 ? 0 : 1;
}

int main() {
  return corort::block_on(
      run(std::filesystem::temp_directory_path() / "corort-example-files"));
}
