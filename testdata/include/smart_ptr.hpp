/// \file
/// Boost.SmartPtr's pointers that are for one thread, as far as tests use them.

#ifndef TESTDATA_SMART_PTR_HPP
#define TESTDATA_SMART_PTR_HPP

namespace boost {

template <class T> class local_shared_ptr {
public:
  local_shared_ptr() noexcept;
  explicit local_shared_ptr(T *);
  local_shared_ptr(const local_shared_ptr &) noexcept;
  local_shared_ptr(local_shared_ptr &&) noexcept;
  local_shared_ptr &operator=(const local_shared_ptr &) noexcept;
  local_shared_ptr &operator=(local_shared_ptr &&) noexcept;
  ~local_shared_ptr();
  T &operator*() const;
  T *operator->() const;
  void reset();
  explicit operator bool() const;
};
template <class T, class... Args>
local_shared_ptr<T> make_local_shared(Args &&...);

namespace sp_adl_block {
struct thread_unsafe_counter {
  typedef unsigned int type;
};
struct thread_safe_counter {
  struct type;
};
template <class T, class Policy = thread_safe_counter>
class intrusive_ref_counter {
  unsigned int count_;
};
} // namespace sp_adl_block
using sp_adl_block::intrusive_ref_counter;
using sp_adl_block::thread_safe_counter;
using sp_adl_block::thread_unsafe_counter;

template <class T> class intrusive_ptr {
public:
  intrusive_ptr(T *);
  intrusive_ptr(const intrusive_ptr &);
  ~intrusive_ptr();
  T *operator->() const;

private:
  T *px;
};

} // namespace boost

#endif
