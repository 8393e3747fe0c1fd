/// \file
/// A library whose readers all search one catalogue at the same time. What they
/// share it by counts its owners in a plain integer, and the readers are in
/// several threads.

#include "corort/corort.hpp"

#include <cstddef>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

using corort::spawn;
using corort::task;

using catalogue = std::vector<std::string>;

/// Owns a value together with all its copies; cheap, for use in one thread.
template <class T> class shared {
public:
  explicit shared(T value) : held_(new counted{std::move(value), 1}) {}
  shared(const shared &other) : held_(other.held_) { ++held_->owners; }
  shared(shared &&other) noexcept
      : held_(std::exchange(other.held_, nullptr)) {}
  shared &operator=(const shared &) = delete;
  ~shared() {
    if (held_ && --held_->owners == 0)
      delete held_;
  }

  const T &operator*() const { return held_->value; }

private:
  struct counted {
    T value;
    long owners;
  };
  counted *held_;
};

std::size_t count(const catalogue &titles, char initial) {
  std::size_t found = 0;
  for (const std::string &title : titles)
    found += title.front() == initial;
  return found;
}

/// Looks up how many titles begin with \p initial, \p times over.
task<std::size_t> search(shared<catalogue> titles, char initial, int times) {
  std::size_t found = 0;
  for (int i = 0; i < times; ++i) {
    const shared<catalogue> mine = titles; // reported
    found += count(*mine, initial);
  }
  co_return found;
}

task<std::size_t> serve(int times) {
  const shared<catalogue> titles(catalogue{"amber", "atlas", "birch", "cedar"});
  std::vector<corort::join_handle<std::size_t>> searches;
  for (char initial : {'a', 'b', 'c', 'd'})
    searches.push_back(
        spawn(search(titles, initial, times))); // finding: coro-not-send
  std::size_t found = 0;
  for (auto &each : searches)
    found += co_await each;
  co_return found;
}

int main() {
  corort::scheduler world({.threads = 4});
  const std::size_t found = corort::block_on(world, serve(100000));
  std::printf("%zu found\n", found);
  return found == 400000 ? 0 : 1;
}
