/// \file
/// Coroutines that use both stores and see no more than their header.

#include "store.hpp"

void report(disk::store &all) { all.flush(); }

corort::task<> serves(disk::store &files, const disk::store &fixed,
                      memory::store &cache) {
  files.flush();
  files.flush(true);
  cache.flush();
  (void)files.size();
  (void)files.at(0);
  (void)fixed.at(0);
  files.load("name");
  co_await files.save();
}

corort::task<> through_helpers(disk::store &files) {
  report(files);
  sync_now();
  disk::sync(files);
  disk::store own(1);
  co_return;
}
