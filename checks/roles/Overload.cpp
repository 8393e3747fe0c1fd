/// \file
/// Picking the overload that an entry of a role file means.

#include "checks/roles/Overload.h"
#include "checks/roles/Roles.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/PrettyPrinter.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"

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

PrintingPolicy policyFor(const FunctionDecl &F) {
  PrintingPolicy Policy(F.getASTContext().getLangOpts());
  Policy.SuppressTagKeyword = true;
  Policy.SuppressInlineNamespace = true;
  Policy.adjustForCPlusPlus();
  return Policy;
}

/// `(const char *, int)` with types as written, canonical, or plain.
bool matchesTypes(llvm::StringRef Written, const FunctionDecl &F) {
  const PrintingPolicy Policy = policyFor(F);
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

/// Whether a declaration of \p D is in one of \p Files.
bool isDeclaredIn(llvm::ArrayRef<std::string> Files, const NamedDecl &D) {
  if (Files.empty())
    return true;
  const auto *F = dyn_cast<FunctionDecl>(&D);
  return F && llvm::any_of(declaringFiles(*F), [&](llvm::StringRef Path) {
           return llvm::any_of(Files, [&](llvm::StringRef End) {
             return Path == End || (Path.ends_with(End) &&
                                    Path.drop_back(End.size()).ends_with("/"));
           });
         });
}

const RoleTable::Entry *pick(llvm::ArrayRef<RoleTable::Entry> Entries,
                             const NamedDecl &D, bool Facts) {
  const auto *F = dyn_cast<FunctionDecl>(&D);
  const RoleTable::Entry *ByCount = nullptr, *Any = nullptr;
  for (const RoleTable::Entry &E : Entries) {
    if (E.isFact() != Facts || (E.CLinkage && !(F && F->isExternC())) ||
        !isDeclaredIn(E.DeclaredIn, D))
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
    } else if (Facts ? *E.Parameters == parameterTypes(*F)
                     : matchesTypes(*E.Parameters, *F)) {
      return &E;
    }
  }
  return ByCount ? ByCount : Any;
}

} // namespace

std::string parameterTypes(const FunctionDecl &F) {
  const PrintingPolicy Policy = policyFor(F);
  // The canonical type has lost what a definition may add: `const int`.
  const auto *Type = F.getType().getCanonicalType()->getAs<FunctionProtoType>();
  std::string Types;
  if (!Type)
    return Types;
  for (QualType Param : Type->param_types())
    Types += (Types.empty() ? "" : ", ") + Param.getAsString(Policy);
  if (Type->isVariadic())
    Types += Types.empty() ? "..." : ", ...";
  return Types;
}

llvm::SmallVector<std::string, 1> declaringFiles(const FunctionDecl &F) {
  const SourceManager &Sources = F.getASTContext().getSourceManager();
  llvm::SmallVector<std::string, 1> Files;
  for (const FunctionDecl *D : F.redecls()) {
    const auto File = Sources.getFileEntryRefForID(
        Sources.getFileID(Sources.getExpansionLoc(D->getLocation())));
    if (!File)
      continue;
    llvm::SmallString<256> Path(File->getName());
    Sources.getFileManager().makeAbsolutePath(Path);
    llvm::sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
    if (!llvm::is_contained(Files, Path.str()))
      Files.emplace_back(Path);
  }
  return Files;
}

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
  return pick(Entries, D, /*Facts=*/false);
}

const RoleTable::Entry *pickFact(llvm::ArrayRef<RoleTable::Entry> Entries,
                                 const NamedDecl &D) {
  if (llvm::none_of(Entries,
                    [](const RoleTable::Entry &E) { return E.isFact(); }))
    return nullptr;
  // A body in this file says it better, and templates have no facts.
  const auto *F = dyn_cast<FunctionDecl>(&D);
  if (F &&
      (F->hasBody() || F->getTemplatedKind() != FunctionDecl::TK_NonTemplate))
    return nullptr;
  return pick(Entries, D, /*Facts=*/true);
}

const RoleTable::Entry *pickOverload(llvm::ArrayRef<RoleTable::Entry> Entries,
                                     unsigned Arguments) {
  const RoleTable::Entry *Any = nullptr;
  for (const RoleTable::Entry &E : Entries) {
    if (E.CLinkage || E.isFact())
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
