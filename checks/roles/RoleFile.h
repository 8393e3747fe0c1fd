/// \file
/// Reading the text of one role file.

#ifndef COROLINT_CHECKS_ROLES_ROLEFILE_H
#define COROLINT_CHECKS_ROLES_ROLEFILE_H

#include "checks/roles/RoleTable.h"

#include "llvm/ADT/ArrayRef.h"
#include <string>
#include <vector>

namespace corolint {

struct RoleFileEntry {
  /// Without the parameters.
  std::string Name;
  RoleTable::Entry Overload;
};

/// \returns the entries of the role file \p Path with the text \p Json, in the
/// order of their names; an error that names \p Path, entry and key if
/// anything in it is not valid.
llvm::Expected<std::vector<RoleFileEntry>> readRoleFile(llvm::StringRef Path,
                                                        llvm::StringRef Json);

/// \returns the text of a role file with \p Entries, which readRoleFile reads
/// back. Of several for the same function the last one counts.
std::string writeRoleFile(llvm::ArrayRef<RoleFileEntry> Entries);

/// \returns the role that the text of an annotation states
/// (`corolint:spawn;arg=0;keeps=yes`; `reason` is last and takes the rest of
/// the text), or what is wrong with it.
llvm::Expected<Role> readAnnotation(llvm::StringRef Text);

} // namespace corolint

#endif
