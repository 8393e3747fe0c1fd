/// \file
/// Picking the overload that an entry of a role file means.

#include "checks/roles/Overload.h"
#include "checks/roles/Roles.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/PrettyPrinter.h"

using namespace clang;

namespace corolint {
namespace {

std::string withoutSpaces(llvm::StringRef Text) {
  std::string Out;
  for (char C : Text)
    if (C != ' ')
      Out += C;
  return Out;
}

/// A class type without its template arguments, with its const, reference and
/// pointer marks (`const std::basic_string &`); others as Clang prints them.
std::string plainType(QualType T, const PrintingPolicy &Policy) {
  if (const auto *Ref = T->getAs<ReferenceType>())
    return plainType(Ref->getPointeeType(), Policy) +
           (isa<LValueReferenceType>(Ref) ? "&" : "&&");
  if (const auto *Pointer = T->getAs<PointerType>())
    return plainType(Pointer->getPointeeType(), Policy) + "*";
  const NamedDecl *Class = Roles::classOf(T);
  std::string Name = Class ? Roles::nameOf(*Class) : std::string();
  if (Name.empty())
    return T.getAsString(Policy);
  return (T.isConstQualified() ? "const " : "") + Name;
}

/// `(const char *, int)` with types as written, canonical, or plain.
bool matchesTypes(llvm::StringRef Written, const FunctionDecl &F) {
  PrintingPolicy Policy(F.getASTContext().getLangOpts());
  Policy.SuppressTagKeyword = true;
  Policy.SuppressInlineNamespace = true;
  Policy.adjustForCPlusPlus();
  std::string Wanted = withoutSpaces(Written);
  auto Matches = [&](auto Print) {
    std::string Types;
    for (const ParmVarDecl *Param : F.parameters())
      Types += (Types.empty() ? "" : ",") + Print(Param->getOriginalType());
    return withoutSpaces(Types) == Wanted;
  };
  return Matches([&](QualType T) { return T.getAsString(Policy); }) ||
         Matches([&](QualType T) {
           return T.getCanonicalType().getAsString(Policy);
         }) ||
         Matches([&](QualType T) { return plainType(T, Policy); });
}

} // namespace

bool acceptsArguments(const FunctionDecl &F, unsigned Count) {
  if (Count < F.getMinRequiredArguments())
    return false;
  if (Count <= F.getNumParams() || F.isVariadic())
    return true;
  return F.getNumParams() &&
         F.getParamDecl(F.getNumParams() - 1)->isParameterPack();
}

const RoleTable::Entry *pickOverload(llvm::ArrayRef<RoleTable::Entry> Entries,
                                     const NamedDecl &D) {
  const auto *F = dyn_cast<FunctionDecl>(&D);
  const RoleTable::Entry *ByCount = nullptr, *Any = nullptr;
  for (const RoleTable::Entry &E : Entries) {
    if (E.CLinkage && !(F && F->isExternC()))
      continue;
    if (!E.Parameters) {
      Any = &E;
      continue;
    }
    if (!F)
      continue;
    unsigned Count = 0;
    if (!llvm::StringRef(*E.Parameters).getAsInteger(10, Count)) {
      if (Count == F->getNumParams())
        ByCount = &E;
    } else if (matchesTypes(*E.Parameters, *F)) {
      return &E;
    }
  }
  return ByCount ? ByCount : Any;
}

const RoleTable::Entry *pickOverload(llvm::ArrayRef<RoleTable::Entry> Entries,
                                     unsigned Arguments) {
  const RoleTable::Entry *Any = nullptr;
  for (const RoleTable::Entry &E : Entries) {
    if (E.CLinkage)
      continue;
    unsigned Count = 0;
    if (!E.Parameters)
      Any = &E;
    else if (!llvm::StringRef(*E.Parameters).getAsInteger(10, Count) &&
             Count == Arguments)
      return &E;
  }
  return Any;
}

} // namespace corolint
