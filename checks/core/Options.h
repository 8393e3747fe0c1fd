/// \file
/// OptionValues: the values of one check's options in one run.

#ifndef COROLINT_CHECKS_CORE_OPTIONS_H
#define COROLINT_CHECKS_CORE_OPTIONS_H

#include "checks/core/Check.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include <optional>
#include <string>

namespace corolint {

/// Starts with every option of a check at its default.
class OptionValues {
public:
  explicit OptionValues(const Check &C);

  /// Sets \p Name, which the check declares.
  void set(llvm::StringRef Name, llvm::StringRef Value);

  llvm::StringRef text(llvm::StringRef Name) const;
  /// `true`, `1` and `yes` are true; everything else is false.
  bool flag(llvm::StringRef Name) const;
  /// \returns the default if the value is not a number.
  unsigned number(llvm::StringRef Name) const;
  /// The value split at semicolons, trimmed, without empty parts.
  llvm::SmallVector<llvm::StringRef, 4> list(llvm::StringRef Name) const;

private:
  const Check &C;
  llvm::StringMap<std::string> Values;
};

} // namespace corolint

#endif
