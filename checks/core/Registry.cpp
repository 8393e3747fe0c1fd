/// \file
/// The list of checks as C++ sees it, and Pass::report.

#include "checks/core/Check.h"

#include "llvm/ADT/STLExtras.h"

namespace corolint {

#define CHECK(Name, Path) extern const Check Name;
#include "checks/CheckList.inc"
#undef CHECK

llvm::ArrayRef<const Check *> allChecks() {
  static constexpr const Check *All[] = {
#define CHECK(Name, Path) &Name,
#include "checks/CheckList.inc"
#undef CHECK
  };
  return All;
}

llvm::StringRef familyOf(const Check &C) {
  static constexpr llvm::StringRef Paths[] = {
#define CHECK(Name, Path) Path,
#include "checks/CheckList.inc"
#undef CHECK
  };
  const auto Index = llvm::find(allChecks(), &C) - allChecks().begin();
  return Paths[Index].split('/').first;
}

void Pass::report(Finding F) {
  if (Seen.insert(F.Where).second)
    Report(std::move(F));
}

} // namespace corolint
