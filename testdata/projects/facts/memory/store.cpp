/// \file
/// The store in memory: nothing blocks.

#include "../store.hpp"

namespace memory {

void store::flush() {}

} // namespace memory
