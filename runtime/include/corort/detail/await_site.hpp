/// \file
/// await_site: where in the source a task waits.

#ifndef CORORT_DETAIL_AWAIT_SITE_HPP
#define CORORT_DETAIL_AWAIT_SITE_HPP

#include <atomic>
#include <cstdint>
#include <source_location>

namespace corort::detail {

/// A `co_await`, and what is awaited; no `what` if there is none.
struct await_site {
  std::source_location where;
  const char *what = nullptr;
};

/// One that other threads may look at. They may see parts of two.
class visible_site {
public:
  struct parts {
    const char *file;
    std::uint32_t line;
    const char *what;
  };

  void show(const await_site &site) noexcept {
    file_.store(site.where.file_name(), std::memory_order_relaxed);
    line_.store(site.where.line(), std::memory_order_relaxed);
    what_.store(site.what, std::memory_order_release);
  }
  void hide() noexcept { what_.store(nullptr, std::memory_order_relaxed); }

  parts get() const noexcept {
    const char *const what = what_.load(std::memory_order_acquire);
    return {file_.load(std::memory_order_relaxed),
            line_.load(std::memory_order_relaxed), what};
  }

private:
  std::atomic<const char *> file_{nullptr};
  std::atomic<std::uint32_t> line_{0};
  std::atomic<const char *> what_{nullptr};
};

} // namespace corort::detail

#endif
