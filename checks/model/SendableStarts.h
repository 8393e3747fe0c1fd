/// \file
/// Which of a function's tasks run on other threads.

#ifndef COROLINT_CHECKS_MODEL_SENDABLESTARTS_H
#define COROLINT_CHECKS_MODEL_SENDABLESTARTS_H

#include "checks/model/SpawnSites.h"

#include <vector>

namespace corolint {

/// \returns the starts among \p Sites, those of \p F, whose tasks run on
/// another thread, and what else \p F hands to one: work that blocks, a thread
/// that a container makes. An executor has to be known to have many threads.
std::vector<SpawnSites::Start>
startsElsewhere(const Function &F, const SpawnSites &Sites, const Roles &R);

} // namespace corolint

#endif
