/// \file
/// journal: a file that says who changed which note.

#ifndef DEMO_JOURNAL_HPP
#define DEMO_JOURNAL_HPP

#include "corort/corort.hpp"

#include <string>
#include <utility>

namespace demo {

/// Lines are written one at a time, in the order their tasks came.
class journal {
public:
  explicit journal(std::string path) : path_(std::move(path)) {}

  /// Adds a line.
  corort::task<> append(std::string line);

  /// Puts the file aside as \p name and starts a new one.
  corort::task<> rotate(std::string name);

private:
  const std::string path_;
  corort::mutex mutex_;
  int lines_ = 0;
};

} // namespace demo

#endif
