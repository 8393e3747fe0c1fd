/// \file
/// journal: writing to its file.

#include "journal.hpp"

#include <filesystem>
#include <fstream>

namespace demo {

namespace {

/// Returns once the system has the line.
void write_line(const std::string &path, const std::string &line) {
  std::ofstream file(path, std::ios::app);
  file << line << '\n';
  file.flush();
}

} // namespace

corort::task<> journal::append(std::string line) {
  auto held = co_await mutex_.lock();
  write_line(path_, line); // finding: coro-blocking-call
  ++lines_;
}

corort::task<> journal::rotate(std::string name) {
  auto held = co_await mutex_.lock();
  auto renamed = corort::spawn_blocking([from = path_, to = std::move(name)] {
    std::filesystem::rename(from, to);
  });
  co_await renamed;
  lines_ = 0;
}

} // namespace demo
