/// \file
/// debug_branch: what a debug build knows of a branch, and all there are.

#ifndef CORORT_DETAIL_DEBUG_BRANCH_HPP
#define CORORT_DETAIL_DEBUG_BRANCH_HPP

#include "corort/detail/await_site.hpp"
#include "corort/detail/spinlock.hpp"
#include "corort/detail/work_watch.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>

namespace corort::detail {

/// In a list from its beginning to its end or destruction. Used only with
/// CORORT_DEBUG.
class debug_branch {
public:
  debug_branch() noexcept = default;
  debug_branch(const debug_branch &) = delete;
  debug_branch &operator=(const debug_branch &) = delete;
  ~debug_branch() { end(); }

  /// Of what was begun later, the number is higher.
  std::uint64_t number() const noexcept { return number_; }

  void begin() noexcept {
    std::lock_guard lock(list_lock);
    unlink();
    number_ = ++last_number;
    parent_ = this_work.branch;
    next_ = first;
    place_ = &first;
    if (next_)
      next_->place_ = &next_;
    first = this;
  }
  void name(const await_site &coroutine) noexcept { name_.show(coroutine); }
  void end() noexcept {
    std::lock_guard lock(list_lock);
    unlink();
  }

  // Called by the branch itself.
  void waits(const await_site &site) noexcept {
    site_.show(site);
    this_work.site = site;
    this_work.branch = number_;
    // Now, since others of the same thread may go on before it is back.
    report_locks();
  }
  void goes_on(const await_site &site) noexcept {
    site_.hide();
    this_work.site = site;
    this_work.branch = number_;
  }

  struct view {
    std::uint64_t number;
    /// Who began it; 0 if that is not known.
    std::uint64_t parent;
    /// Its coroutine, if it has a name of its own.
    visible_site::parts name;
    visible_site::parts site;
  };

  /// Calls `fn(const view &)` for all that are listed, the newest first.
  template <class Fn> static void for_each(Fn fn) {
    std::lock_guard lock(list_lock);
    for (debug_branch *b = first; b; b = b->next_)
      fn(view{b->number_, b->parent_, b->name_.get(), b->site_.get()});
  }

private:
  void unlink() noexcept {
    if (!place_)
      return;
    *place_ = next_;
    if (next_)
      next_->place_ = place_;
    place_ = nullptr;
    site_.hide();
    name_.hide();
  }

  static inline constinit spinlock list_lock;
  static inline constinit debug_branch *first = nullptr;
  static inline constinit std::uint64_t last_number = 0;

  std::uint64_t number_ = 0;
  std::uint64_t parent_ = 0;
  visible_site name_;
  visible_site site_;
  debug_branch *next_ = nullptr;
  debug_branch **place_ = nullptr;
};

} // namespace corort::detail

#endif
