/// \file
/// RoleTable: what is known about libraries, read from role files.

#ifndef COROLINT_CHECKS_ROLES_ROLETABLE_H
#define COROLINT_CHECKS_ROLES_ROLETABLE_H

#include "checks/roles/Role.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>

namespace corolint {

/// Roles by qualified name. Immutable once filled, so one table may be read
/// from any number of threads.
class RoleTable {
public:
  /// One entry: an overload (or all of them, if \c Parameters is nullopt).
  struct Entry {
    /// The parameter count or types after the name, as written between
    /// parentheses in the role file; nullopt for every overload.
    std::optional<std::string> Parameters;
    /// Only a function with C language linkage is meant: `read` is POSIX's, not
    /// somebody's own `read` in the global namespace.
    bool CLinkage = false;
    /// Only a function with a declaration in one of these files is meant; any
    /// if empty. Paths count from their ends: `src/db.h` is
    /// also that of another checkout.
    llvm::SmallVector<std::string, 0> DeclaredIn;
    Provenance By = Provenance::Hand;
    llvm::SmallVector<Role, 1> Roles;

    /// A fact: what another run has found in a body.
    bool isFact() const { return By == Provenance::Inferred; }
  };

  /// The table with the role files that are built in.
  static const RoleTable &shipped();

  /// Adds the roles in \p Json, the text of the file \p Path. An entry of the
  /// same name replaces the earlier one, but a fact none that was written.
  /// \returns an error naming \p Path, the entry and the key, with the nearest
  /// valid spelling, if the text is not valid; the table is then unchanged.
  llvm::Error add(llvm::StringRef Path, llvm::StringRef Json);

  /// \p Name is qualified, without template arguments and inline namespaces
  /// (`std::unique_lock`, `std::unique_lock::lock`).
  /// \returns the entries of every overload, empty if there are none.
  llvm::ArrayRef<Entry> find(llvm::StringRef Name) const;

  /// \returns whether any entry's last component is \p Unqualified: a cheap
  /// question to ask before building a qualified name.
  bool mentions(llvm::StringRef Unqualified) const {
    return LastComponents.contains(Unqualified);
  }

  /// \returns whether any entry but a fact is in the outermost namespace \p
  /// Name: the library in it is described, so its bodies need not be read.
  bool describes(llvm::StringRef Name) const {
    return Outermost.contains(Name);
  }

private:
  llvm::StringMap<llvm::SmallVector<Entry, 1>> Entries;
  llvm::StringSet<> LastComponents;
  llvm::StringSet<> Outermost;
};

} // namespace corolint

#endif
