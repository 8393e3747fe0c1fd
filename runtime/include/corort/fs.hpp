/// \file
/// fs: files, read and written on the blocking pool.

#ifndef CORORT_FS_HPP
#define CORORT_FS_HPP

#include "corort/spawn_blocking.hpp"
#include "corort/task.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <ios>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

/// All of them keep their arguments, and run on the scheduler of their awaiter.
///
/// \par Cancel safety
/// One that has begun runs to its end; its result is lost.
/// \par Throws
/// std::filesystem::filesystem_error with the path; std::bad_alloc;
/// std::system_error if the blocking pool has no thread and can't start one.
/// \par Thread safety
/// May be called from any thread.
namespace corort::fs {

using std::filesystem::path;

namespace detail {

[[noreturn]] inline void fail(const char *what, const path &file) {
  const int error = errno ? errno : EIO;
  throw std::filesystem::filesystem_error(
      what, file, std::error_code(error, std::generic_category()));
}

inline std::string read(const path &file) {
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  if (!in)
    fail("cannot open", file);
  std::string text;
  // Not by its size: files in /proc have none.
  for (char part[16384]; in.read(part, sizeof part) || in.gcount();)
    text.append(part, static_cast<std::size_t>(in.gcount()));
  if (in.bad())
    fail("cannot read", file);
  return text;
}

inline void write(const path &file, const std::string &text,
                  std::ios::openmode mode) {
  errno = 0;
  std::ofstream out(file, std::ios::binary | mode);
  if (!out)
    fail("cannot open", file);
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  if (!out.flush())
    fail("cannot write", file);
}

} // namespace detail

/// The whole content of \p file.
CORORT_WRAPPER inline task<std::string> read(path file) {
  return corort::detail::call_blocking(
      [file = std::move(file)] { return detail::read(file); });
}

/// Makes \p text the content of \p file, which is created if it is not there.
CORORT_WRAPPER inline task<> write(path file, std::string text) {
  return corort::detail::call_blocking(
      [file = std::move(file), text = std::move(text)] {
        detail::write(file, text, std::ios::trunc);
      });
}

/// Adds \p text to the end of \p file, which is created if it is not there.
CORORT_WRAPPER inline task<> append(path file, std::string text) {
  return corort::detail::call_blocking(
      [file = std::move(file), text = std::move(text)] {
        detail::write(file, text, std::ios::app);
      });
}

/// Whether there is something of that name.
CORORT_WRAPPER inline task<bool> exists(path file) {
  return corort::detail::call_blocking(
      [file = std::move(file)] { return std::filesystem::exists(file); });
}

/// What the directory holds, in order of name.
CORORT_WRAPPER inline task<std::vector<path>> list(path directory) {
  return corort::detail::call_blocking([directory = std::move(directory)] {
    std::vector<path> names;
    for (const auto &entry : std::filesystem::directory_iterator(directory))
      names.push_back(entry.path());
    std::sort(names.begin(), names.end());
    return names;
  });
}

/// Creates the directory and those above it. \returns false if it was there.
CORORT_WRAPPER inline task<bool> create_directories(path directory) {
  return corort::detail::call_blocking([directory = std::move(directory)] {
    return std::filesystem::create_directories(directory);
  });
}

/// Gives \p from the name \p to, in place of what had it.
CORORT_WRAPPER inline task<> rename(path from, path to) {
  return corort::detail::call_blocking(
      [from = std::move(from), to = std::move(to)] {
        std::filesystem::rename(from, to);
      });
}

/// Removes a file or an empty directory. \returns false if there was none.
CORORT_WRAPPER inline task<bool> remove(path file) {
  return corort::detail::call_blocking(
      [file = std::move(file)] { return std::filesystem::remove(file); });
}

} // namespace corort::fs

#endif
