/// \file
/// Implementation of OptionValues.

#include "checks/core/Options.h"

#include "llvm/ADT/STLExtras.h"
#include <cassert>

namespace corolint {

OptionValues::OptionValues(const Check &C) : C(C) {
  for (const OptionInfo &Option : C.Options)
    Values[Option.Name] = Option.Default.str();
}

void OptionValues::set(llvm::StringRef Name, llvm::StringRef Value) {
  assert(Values.count(Name) && "the check does not declare this option");
  Values[Name] = Value.str();
}

llvm::StringRef OptionValues::text(llvm::StringRef Name) const {
  auto It = Values.find(Name);
  assert(It != Values.end() && "the check does not declare this option");
  return It->second;
}

bool OptionValues::flag(llvm::StringRef Name) const {
  const llvm::StringRef Value = text(Name);
  return Value == "true" || Value == "1" || Value == "yes";
}

unsigned OptionValues::number(llvm::StringRef Name) const {
  unsigned Number = 0;
  if (!text(Name).getAsInteger(10, Number))
    return Number;
  const OptionInfo *Option = llvm::find_if(
      C.Options, [&](const OptionInfo &O) { return O.Name == Name; });
  Option->Default.getAsInteger(10, Number);
  return Number;
}

llvm::SmallVector<llvm::StringRef, 4>
OptionValues::list(llvm::StringRef Name) const {
  llvm::SmallVector<llvm::StringRef, 4> Parts;
  text(Name).split(Parts, ';', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (llvm::StringRef &Part : Parts)
    Part = Part.trim();
  llvm::erase_if(Parts, [](llvm::StringRef Part) { return Part.empty(); });
  return Parts;
}

} // namespace corolint
