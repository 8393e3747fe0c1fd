/// \file
/// Role: spellings and typed access to parameters.

#include "checks/roles/Role.h"
#include "checks/roles/RoleSchema.h"

namespace corolint {

llvm::StringRef spelling(RoleKind Kind) {
  return roleSpellings()[static_cast<unsigned>(Kind)];
}

std::optional<RoleKind> roleKind(llvm::StringRef Spelling) {
  llvm::ArrayRef<llvm::StringRef> All = roleSpellings();
  for (unsigned I = 0; I != All.size(); ++I)
    if (All[I] == Spelling)
      return static_cast<RoleKind>(I);
  return std::nullopt;
}

llvm::StringRef Role::get(llvm::StringRef Key) const {
  for (const auto &[Name, Value] : Params)
    if (Name == Key)
      return Value;
  return {};
}

std::optional<unsigned> Role::index(llvm::StringRef Key) const {
  unsigned Index = 0;
  if (get(Key).getAsInteger(10, Index))
    return std::nullopt;
  return Index;
}

bool Role::concerns(llvm::StringRef Key, unsigned Index) const {
  return is(Key, "all") || index(Key) == Index;
}

llvm::SmallVector<llvm::StringRef, 4> Role::list(llvm::StringRef Key) const {
  llvm::SmallVector<llvm::StringRef, 4> Items;
  get(Key).split(Items, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  return Items;
}

} // namespace corolint
