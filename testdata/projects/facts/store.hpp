/// \file
/// Two stores with the same interface, one on disk, one in memory.

#ifndef FACTS_STORE_HPP
#define FACTS_STORE_HPP

#include "corort/task.hpp"

#include <string>

namespace disk {

class store {
public:
  explicit store(int file);
  ~store();
  /// Blocks.
  void flush();
  /// Does not.
  void flush(bool later);
  int size() const;
  /// Blocks only if it may be changed.
  int &at(int index);
  int at(int index) const;
  virtual void load(const std::string &name);
  /// Lazy: calling it does not block.
  corort::task<> save();

private:
  int file_;
};

/// Blocks; so does what calls it.
void sync(const store &all);
void sync(int file);

} // namespace disk

namespace memory {

class store {
public:
  void flush();
};

} // namespace memory

extern "C" void sync_all(void);
inline void sync_now() { sync_all(); }

#endif
