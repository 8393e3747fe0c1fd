/// \file
/// RoleCondition: what a role asks of the arguments of a call before it holds.

#ifndef COROLINT_CHECKS_ROLES_ROLECONDITION_H
#define COROLINT_CHECKS_ROLES_ROLECONDITION_H

#include "llvm/ADT/StringRef.h"
#include <optional>

namespace clang {
class Expr;
}

namespace corolint {

class Roles;

/// One item of `only-when` or `harmless-when`; N is an argument index or
/// `this`:
/// - `zero:N`: the argument is all zero, or points to what is: a constant, or a
///   local variable that is given nothing else;
/// - `null:N`: the argument is a null pointer or left out;
/// - `flag:NAME@N`: the constant or macro NAME is written in the argument;
/// - `type:N:NAME`: the argument's static type is the class or enumeration
///   NAME, or derived from it; a pointer to it counts;
/// - `names:N:NAME`: the argument is the variable NAME, or a local reference to
///   it;
/// - `text:N:TEXT`: the argument is the string literal TEXT;
/// - `value:N:NUMBER`: the argument is the integer constant NUMBER;
/// - `from:N:NAME`: the argument is what a call of NAME has returned;
/// - `awaited:N`: the function around the call has awaited something about a
///   variable in the argument before;
/// - `polled:N:NAME`: the function around the call calls NAME on, or with, a
///   variable in the argument;
/// - `around:NAME`: the function around the call mentions NAME.
struct RoleCondition {
  enum class Test : unsigned char {
    Zero,
    Null,
    Flag,
    Type,
    Names,
    Text,
    Value,
    From,
    Awaited,
    Polled,
    Around
  };

  Test What;
  /// nullopt for `this`; of no meaning for Around.
  std::optional<unsigned> Argument;
  llvm::StringRef Name;

  /// \returns nullopt if \p Text is none of the forms above. The result
  /// points into \p Text.
  static std::optional<RoleCondition> parse(llvm::StringRef Text);
  /// The forms, for error messages.
  static llvm::StringRef forms();

  /// \returns whether the condition is known to hold for \p Call; an argument
  /// whose value cannot be told does not meet it.
  bool holds(const clang::Expr &Call, const Roles &R) const;
};

} // namespace corolint

#endif
