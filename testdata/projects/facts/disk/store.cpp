/// \file
/// The store on disk: some of its functions block.

#include "../store.hpp"

#include <unistd.h>

namespace {

void write_out(int file) { ::fsync(file); }

} // namespace

namespace disk {

store::store(int file) : file_(file) {}
store::~store() { write_out(file_); }
void store::flush() { write_out(file_); }
void store::flush(bool later) { file_ += later; }
int store::size() const { return file_; }
int &store::at(int) {
  write_out(file_);
  return file_;
}
int store::at(int) const { return file_; }
void store::load(const std::string &) { write_out(file_); }
corort::task<> store::save() {
  file_ = 0;
  co_return;
}

void sync(const store &) { sync_all(); }
void sync(int file) { write_out(file); }

} // namespace disk

extern "C" void sync_all(void) { ::sync(); }

// Nobody else can name these.
static void local() { ::sync(); }
void declared_here_only() { local(); }
template <class T> void each(T) { ::sync(); }
template void each(int);
