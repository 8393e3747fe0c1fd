/// \file
/// RoleSchema: which keys each role has, and what their values look like.

#ifndef COROLINT_CHECKS_ROLES_ROLESCHEMA_H
#define COROLINT_CHECKS_ROLES_ROLESCHEMA_H

#include "checks/roles/Role.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace corolint {

/// The shape of a parameter's value.
enum class ParamType : unsigned char {
  Text,        ///< Any sentence or name.
  Word,        ///< One of a closed list.
  Index,       ///< A 0-based argument index.
  Argument,    ///< The same, `this` for the object of a member call, or `all`.
  Arguments,   ///< Arguments: `this`, N, or `N+` for that one and the next.
  List,        ///< Names, none of which contains a comma.
  Conditions,  ///< Conditions on a call, see RoleCondition.h.
  Flag,        ///< true or false.
  Replacement, ///< A text, or a map from library to text.
};

struct ParamSchema {
  llvm::StringRef Key;
  ParamType Type = ParamType::Text;
  /// The closed list of a Word, joined by commas.
  llvm::StringRef Words = {};
  /// What an absent key means; stored in the role as if it was written.
  llvm::StringRef Default = {};
  bool Required = false;
};

/// What a role may be put on; a name in a role file does not tell.
enum class RoleTarget : unsigned char { Type, Function, Both };

llvm::ArrayRef<ParamSchema> schema(RoleKind Kind);
RoleTarget target(RoleKind Kind);

/// \returns what is wrong with \p Value, written as in an annotation or as a
/// JSON string, for the key \p Param; empty if nothing is.
std::string checkValue(const ParamSchema &Param, llvm::StringRef Value);

/// Adds what absent keys of \p R mean.
/// \returns the first required key that is absent, empty if there is none.
llvm::StringRef fillDefaults(Role &R);

/// \returns `, did you mean 'x'` for the nearest of \p Known, or an empty
/// string if none is near.
std::string nearest(llvm::StringRef Spelling,
                    llvm::ArrayRef<llvm::StringRef> Known);
/// Every role's spelling, in the order of Roles.def.
llvm::ArrayRef<llvm::StringRef> roleSpellings();
const ParamSchema *findParam(RoleKind Kind, llvm::StringRef Key);
std::string nearestKey(RoleKind Kind, llvm::StringRef Key);

} // namespace corolint

#endif
