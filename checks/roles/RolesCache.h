/// \file
/// What Roles remembers of one file.

#ifndef COROLINT_CHECKS_ROLES_ROLESCACHE_H
#define COROLINT_CHECKS_ROLES_ROLESCACHE_H

#include "checks/roles/Roles.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/Allocator.h"

namespace corolint {

struct Roles::Cache {
  /// Copies \p Refs to where they stay for as long as this cache.
  RoleRefs keep(llvm::ArrayRef<const Role *> Refs) {
    return Refs.empty() ? RoleRefs() : Refs.copy(Memory);
  }

  llvm::BumpPtrAllocator Memory;
  /// Roles that annotations and attributes state.
  std::vector<std::unique_ptr<Role>> Made;

  /// By canonical declaration.
  llvm::DenseMap<const clang::Decl *, RoleRefs> OfDecl, OfClass;
  llvm::DenseMap<std::pair<const clang::Decl *, void *>,
                 llvm::ArrayRef<RoleTable::Entry>>
      OfMember;
  llvm::DenseMap<const RoleTable::Entry *, RoleRefs> OfEntry;

  /// By canonical type.
  llvm::DenseMap<const clang::Type *, std::optional<TaskTraits>> Tasks;
  llvm::DenseMap<const clang::Type *, std::optional<GuardTraits>> Guards;
  llvm::DenseMap<const clang::Type *, std::unique_ptr<ThreadBoundTraits>> Bound;
  llvm::DenseMap<const clang::Type *, bool> ThreadLocks, AsyncLocks, Awaitables;
  /// The promise in a coroutine_traits specialisation, by the class that is
  /// its first argument; filled on first use.
  llvm::DenseMap<const clang::Decl *, const clang::CXXRecordDecl *> Promises;
  bool PromisesFilled = false;
};

} // namespace corolint

#endif
