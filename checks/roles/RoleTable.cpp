/// \file
/// RoleTable: reads role files.

#include "checks/roles/RoleTable.h"
#include "checks/roles/RoleFile.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/ErrorHandling.h"

namespace corolint {
namespace {

/// Literals know their length: counting it would take the compiler more steps
/// than a constant expression may.
struct ShippedFile {
  llvm::StringLiteral Name;
  llvm::StringLiteral Text;
};

constexpr ShippedFile ShippedFiles[] = {
#include "checks/roles/RoleData.inc"
};

/// `operator>>` and `~thread` keep their first characters: the last component
/// starts behind the last `::` before any operator.
llvm::StringRef lastComponent(llvm::StringRef Name) {
  size_t Colons = Name.rfind("::");
  return Colons == llvm::StringRef::npos ? Name : Name.drop_front(Colons + 2);
}

} // namespace

const RoleTable &RoleTable::shipped() {
  static const RoleTable *const Table = [] {
    auto *T = new RoleTable;
    for (const ShippedFile &File : ShippedFiles)
      if (llvm::Error E = T->add(File.Name, File.Text))
        llvm::report_fatal_error(std::move(E));
    return T;
  }();
  return *Table;
}

llvm::Error RoleTable::add(llvm::StringRef Path, llvm::StringRef Json) {
  llvm::Expected<std::vector<RoleFileEntry>> File = readRoleFile(Path, Json);
  if (!File)
    return File.takeError();
  for (RoleFileEntry &New : *File) {
    LastComponents.insert(lastComponent(New.Name));
    if (!New.Overload.isFact() && llvm::StringRef(New.Name).contains("::"))
      Outermost.insert(llvm::StringRef(New.Name).split("::").first);
    llvm::SmallVector<Entry, 1> &Overloads = Entries[New.Name];
    auto *Same = llvm::find_if(Overloads, [&](const Entry &Old) {
      return Old.Parameters == New.Overload.Parameters &&
             Old.isFact() == New.Overload.isFact() &&
             (!Old.isFact() || Old.DeclaredIn == New.Overload.DeclaredIn);
    });
    if (Same != Overloads.end())
      *Same = std::move(New.Overload);
    else
      Overloads.push_back(std::move(New.Overload));
  }
  return llvm::Error::success();
}

llvm::ArrayRef<RoleTable::Entry> RoleTable::find(llvm::StringRef Name) const {
  auto It = Entries.find(Name);
  return It == Entries.end() ? llvm::ArrayRef<Entry>() : It->second;
}

} // namespace corolint
