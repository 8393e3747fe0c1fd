/// \file
/// Facts: what the functions of one file do to their callers, as entries of a
/// role file, for runs over files that see no more than their declarations.

#ifndef COROLINT_CHECKS_MODEL_FACTS_H
#define COROLINT_CHECKS_MODEL_FACTS_H

#include "checks/model/CoroutineModel.h"
#include "checks/roles/RoleFile.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include <string>
#include <vector>

namespace corolint {

/// \returns one entry, with its parameter types, for each function of \p Model
/// that blocks or waits for a task and that another file can call: declared
/// outside the main file, with external linkage, no template, no coroutine, and
/// no virtual method that a class can override. Functions of which a role says
/// what they do with the thread are left out.
/// `source` is the shortest chain of calls to what blocks, as
/// `calls 'sync' at src/db.cpp:7, which calls 'fsync' at src/sync.cpp:3`.
/// \p Shorten makes an absolute path one that means something elsewhere.
std::vector<RoleFileEntry>
inferredFacts(const CoroutineModel &Model, const Roles &R,
              llvm::function_ref<std::string(llvm::StringRef)> Shorten);

} // namespace corolint

#endif
