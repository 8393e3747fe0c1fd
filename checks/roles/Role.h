/// \file
/// Role: one statement about what a type or function of some library does.

#ifndef COROLINT_CHECKS_ROLES_ROLE_H
#define COROLINT_CHECKS_ROLES_ROLE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <optional>
#include <string>

namespace corolint {

enum class RoleKind : unsigned char {
#define ROLE(Enumerator, Spelling, On) Enumerator,
#include "checks/roles/Roles.def"
#undef ROLE
};

/// As role files and annotations spell it (`lock-guard`).
llvm::StringRef spelling(RoleKind Kind);
std::optional<RoleKind> roleKind(llvm::StringRef Spelling);

/// Who says so. Later ones win.
enum class Provenance : unsigned char { Hand, Inferred, Annotation };

/// One role of one entity, with its parameters.
struct Role {
  RoleKind Kind;
  Provenance By = Provenance::Hand;
  /// Parameters by key, as written; only keys the schema knows, with values of
  /// the schema's type, and the schema's defaults for absent keys. A list's
  /// items are joined by commas. `replacement` is a map and its keys appear as
  /// `replacement.asio`; a text for any library as `replacement.any`.
  llvm::SmallVector<std::pair<std::string, std::string>, 2> Params = {};
  /// Where it is documented; empty for inferred roles and annotations.
  std::string Source = {};

  /// \returns the value of \p Key, or an empty string.
  llvm::StringRef get(llvm::StringRef Key) const;
  bool is(llvm::StringRef Key, llvm::StringRef Value) const {
    return get(Key) == Value;
  }
  /// \returns the 0-based argument index in \p Key; nullopt if absent, `this`
  /// or `all`.
  std::optional<unsigned> index(llvm::StringRef Key) const;
  /// \returns whether \p Key means argument \p Index: this one, or `all`.
  bool concerns(llvm::StringRef Key, unsigned Index) const;
  /// The items of a list.
  llvm::SmallVector<llvm::StringRef, 4> list(llvm::StringRef Key) const;
};

} // namespace corolint

#endif
