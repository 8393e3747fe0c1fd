/// \file
/// fs: what is written is read, and errors name their file.

#include "support.hpp"

#include "corort/fs.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace {

namespace fs = corort::fs;
using corort::block_on;
using corort::task;

/// A directory of its own that goes with it.
class scratch {
public:
  scratch() {
    std::string name = std::filesystem::temp_directory_path() / "corort.XXXXXX";
    if (!::mkdtemp(name.data()))
      std::abort();
    path_ = name;
  }
  scratch(const scratch &) = delete;
  scratch &operator=(const scratch &) = delete;
  ~scratch() { std::filesystem::remove_all(path_); }

  fs::path operator/(const char *name) const { return path_ / name; }

private:
  fs::path path_;
};

TEST(Fs, ReadsWhatWasWritten) {
  scratch dir;
  auto body = [&]() -> task<std::string> {
    std::string long_text(100'000, 'x');
    co_await fs::write(dir / "a", long_text);
    EXPECT_EQ(co_await fs::read(dir / "a"), long_text);
    co_await fs::write(dir / "a", std::string("one\0two", 7));
    co_await fs::append(dir / "a", "three");
    co_return co_await fs::read(dir / "a");
  };
  EXPECT_EQ(block_on(body()), std::string("one\0twothree", 12));
}

TEST(Fs, NamesCanBeListedChangedAndRemoved) {
  scratch dir;
  auto body = [&]() -> task<> {
    EXPECT_TRUE(co_await fs::create_directories(dir / "d/e"));
    EXPECT_FALSE(co_await fs::create_directories(dir / "d/e"));
    co_await fs::write(dir / "d/b", "");
    co_await fs::write(dir / "d/a", "");
    co_await fs::rename(dir / "d/b", dir / "d/c");
    const std::vector<fs::path> expected = {dir / "d/a", dir / "d/c",
                                            dir / "d/e"};
    EXPECT_EQ(co_await fs::list(dir / "d"), expected);
    EXPECT_TRUE(co_await fs::remove(dir / "d/a"));
    EXPECT_FALSE(co_await fs::remove(dir / "d/a"));
    EXPECT_FALSE(co_await fs::exists(dir / "d/a"));
    EXPECT_TRUE(co_await fs::exists(dir / "d/c"));
  };
  block_on(body());
}

TEST(Fs, ErrorsNameTheFile) {
  scratch dir;
  auto body = [&]() -> task<fs::path> {
    try {
      co_await fs::read(dir / "nothing");
    } catch (const std::filesystem::filesystem_error &e) {
      EXPECT_EQ(e.code(), std::errc::no_such_file_or_directory);
      co_return e.path1();
    }
    co_return "";
  };
  EXPECT_EQ(block_on(body()), dir / "nothing");
}

TEST(Fs, WriteToAFullDeviceFails) {
  if (!std::filesystem::exists("/dev/full"))
    GTEST_SKIP() << "no /dev/full";
  EXPECT_THROW(block_on(fs::write("/dev/full", "text")),
               std::filesystem::filesystem_error);
}

TEST(Fs, StoppedCallRunsToItsEnd) {
  scratch dir;
  auto body = [&]() -> task<> {
    for (int i = 0; i < 50; ++i) {
      auto handle = corort::spawn(fs::write(dir / "a", "text"));
      if (i % 2)
        co_await corort::yield();
      handle.abort();
      try {
        co_await handle;
      } catch (const corort::task_cancelled &) {
      }
    }
  };
  block_on(body());
}

TEST(Fs, TaskThatWasStoppedBeginsNoCall) {
  scratch dir;
  // Threads that have ended are waiting to be joined.
  corort::scheduler world({.threads = 1, .blocking_keep_alive = {}});
  auto body = [&]() -> task<> {
    for (int i = 0; i < 50; ++i) {
      co_await fs::write(dir / "a", "text");
      auto late = [&]() -> task<> {
        while (!co_await corort::this_task::stop_requested()) {
        }
        co_await fs::write(dir / "b", "text");
      };
      auto handle = corort::spawn(late);
      handle.abort();
      EXPECT_THROW(co_await handle, corort::task_cancelled);
    }
    EXPECT_FALSE(co_await fs::exists(dir / "b"));
  };
  block_on(world, body());
}

} // namespace
