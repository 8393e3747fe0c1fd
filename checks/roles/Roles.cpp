/// \file
/// Roles: finding what is known about a declaration, a type or a call.

#include "checks/roles/Roles.h"
#include "checks/roles/Attributes.h"
#include "checks/roles/ClassWalk.h"
#include "checks/roles/Names.h"
#include "checks/roles/Overload.h"
#include "checks/roles/RoleCondition.h"
#include "checks/roles/RolesCache.h"

#include "clang/AST/DeclTemplate.h"

using namespace clang;

namespace corolint {
namespace {

/// What an entity's name is looked up as: the templated function or class, and
/// what a using-declaration names.
const NamedDecl &entity(const NamedDecl &D) {
  if (const auto *Shadow = dyn_cast<UsingShadowDecl>(&D))
    return entity(*Shadow->getTargetDecl());
  if (const auto *Template = dyn_cast<TemplateDecl>(&D))
    if (const NamedDecl *Templated = Template->getTemplatedDecl())
      return *Templated;
  return D;
}

const Role *firstOf(llvm::ArrayRef<const Role *> All, RoleKind Kind) {
  for (const Role *R : All)
    if (R->Kind == Kind)
      return R;
  return nullptr;
}

bool anyHolds(const Role &R, llvm::StringRef Key, const Expr &Call,
              const Roles &All) {
  for (llvm::StringRef Item : R.list(Key))
    if (auto Condition = RoleCondition::parse(Item);
        Condition && Condition->holds(Call, All))
      return true;
  return false;
}

bool applies(const Role &R, const Expr &Call, const Roles &All) {
  if (!R.get("only-when").empty() && !anyHolds(R, "only-when", Call, All))
    return false;
  return !anyHolds(R, "harmless-when", Call, All);
}

/// The class whose member \p Base->name or \p Base.name is.
const NamedDecl *objectClass(QualType T) {
  if (T.isNull())
    return nullptr;
  T = T.getNonReferenceType();
  if (T->isPointerType())
    T = T->getPointeeType();
  return Roles::classOf(T);
}

} // namespace

Roles::Roles(ASTContext &Ast, const RoleTable &Table)
    : Ast(Ast), Table(Table), Answers(std::make_unique<Cache>()) {}
Roles::~Roles() = default;

Roles::RoleRefs Roles::rolesOf(const NamedDecl &Declared) const {
  const NamedDecl &D = entity(Declared);
  const auto *Key = D.getCanonicalDecl();
  if (auto It = Answers->OfDecl.find(Key); It != Answers->OfDecl.end())
    return It->second;

  llvm::SmallVector<const Role *, 4> Found;
  readAttributes(D, [&](Role R) {
    Answers->Made.push_back(std::make_unique<Role>(std::move(R)));
    Found.push_back(Answers->Made.back().get());
  });
  if (Table.mentions(unqualifiedName(D)))
    if (std::string Name = nameOf(D); !Name.empty()) {
      llvm::ArrayRef<RoleTable::Entry> Entries = Table.find(Name);
      const RoleTable::Entry *E = pickOverload(Entries, D);
      // What somebody says of a function stands against what a run has found.
      if (!E && Found.empty())
        E = pickFact(Entries, D);
      if (E)
        for (const Role &R : E->Roles)
          Found.push_back(&R);
    }
  return Answers->OfDecl[Key] = Answers->keep(Found);
}

Roles::RoleRefs Roles::rolesOfClass(const NamedDecl &Class) const {
  const auto *Key = entity(Class).getCanonicalDecl();
  if (auto It = Answers->OfClass.find(Key); It != Answers->OfClass.end())
    return It->second;
  llvm::SmallVector<const Role *, 4> Found;
  anyClassOf(Class, [&](const NamedDecl &C) {
    llvm::append_range(Found, rolesOf(C));
    return false;
  });
  return Answers->OfClass[Key] = Answers->keep(Found);
}

const Role *Roles::of(const NamedDecl &D, RoleKind Kind) const {
  for (const Role *R : rolesOf(D))
    if (R->Kind == Kind && R->get("only-when").empty())
      return R;
  return nullptr;
}

const Role *Roles::of(QualType T, RoleKind Kind) const {
  if (T.isNull())
    return nullptr;
  // A role file may name an alias; that says more than the class behind it.
  QualType Sugar = T;
  while (const auto *Alias = Sugar->getAs<TypedefType>()) {
    if (const Role *R = firstOf(rolesOf(*Alias->getDecl()), Kind))
      return R;
    Sugar = Alias->desugar();
  }
  const NamedDecl *Class = classOf(T);
  return Class ? firstOf(rolesOfClass(*Class), Kind) : nullptr;
}

llvm::ArrayRef<RoleTable::Entry>
Roles::memberEntries(const NamedDecl &Class, DeclarationName Name) const {
  std::pair Key(entity(Class).getCanonicalDecl(), Name.getAsOpaquePtr());
  auto [It, New] = Answers->OfMember.try_emplace(Key);
  if (!New)
    return It->second;
  std::string Member = unqualifiedName(Name);
  if (!Table.mentions(Member))
    return {};
  llvm::ArrayRef<RoleTable::Entry> Found;
  anyClassOf(Class, [&](const NamedDecl &C) {
    std::string ClassName = nameOf(C);
    if (!ClassName.empty())
      Found = Table.find(ClassName + "::" + Member);
    // A fact is about one function, not about what inherits it.
    return !llvm::all_of(Found,
                         [](const RoleTable::Entry &E) { return E.isFact(); });
  });
  return It->second = Found;
}

Roles::RoleRefs Roles::rolesOfMethod(const CXXMethodDecl &Method,
                                     const NamedDecl *ObjectClass) const {
  RoleRefs Own = rolesOf(Method);
  DeclarationName::NameKind Kind = Method.getDeclName().getNameKind();
  bool Plain = Kind == DeclarationName::Identifier ||
               Kind == DeclarationName::CXXOperatorName;
  if (!ObjectClass || !Plain ||
      (!Own.empty() && Own.front()->By == Provenance::Annotation))
    return Own;
  const NamedDecl &Class = entity(*ObjectClass);
  if (Class.getCanonicalDecl() == Method.getParent()->getCanonicalDecl())
    return Own;
  const RoleTable::Entry *E =
      pickOverload(memberEntries(Class, Method.getDeclName()), Method);
  return E ? refs(E) : Own;
}

Roles::RoleRefs Roles::refs(const RoleTable::Entry *E) const {
  if (!E)
    return {};
  auto [It, New] = Answers->OfEntry.try_emplace(E);
  if (!New)
    return It->second;
  llvm::SmallVector<const Role *, 4> Found;
  for (const Role &R : E->Roles)
    Found.push_back(&R);
  return It->second = Answers->keep(Found);
}

llvm::SmallVector<Roles::RoleRefs, 2>
Roles::candidates(const Expr &Call) const {
  llvm::SmallVector<RoleRefs, 2> Found;
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(&Call)) {
    Found.push_back(rolesOf(*Construct->getConstructor()));
    return Found;
  }
  if (const auto *Construct = dyn_cast<CXXUnresolvedConstructExpr>(&Call)) {
    if (const NamedDecl *Class = classOf(Construct->getTypeAsWritten()))
      if (std::string Name = nameOf(*Class); !Name.empty())
        if (const RoleTable::Entry *E =
                pickOverload(Table.find(Name + "::" + unqualifiedName(*Class)),
                             Construct->getNumArgs()))
          Found.push_back(refs(E));
    return Found;
  }
  const auto *C = dyn_cast<CallExpr>(&Call);
  if (!C)
    return Found;
  const Expr *Callee = C->getCallee()->IgnoreParenImpCasts();

  // `std::ranges::for_each` is an object; its name is what people know.
  if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(C);
      Operator && Operator->getOperator() == OO_Call)
    Callee = Operator->getArg(0)->IgnoreParenImpCasts();
  if (const auto *Ref = dyn_cast<DeclRefExpr>(Callee))
    if (const auto *Var = dyn_cast<VarDecl>(Ref->getDecl());
        Var && Var->hasGlobalStorage()) {
      unsigned Arguments = C->getNumArgs() - isa<CXXOperatorCallExpr>(C);
      if (Table.mentions(unqualifiedName(*Var)))
        if (const RoleTable::Entry *E =
                pickOverload(Table.find(nameOf(*Var)), Arguments)) {
          Found.push_back(refs(E));
          return Found;
        }
    }

  if (const auto *F = dyn_cast_or_null<FunctionDecl>(C->getCalleeDecl())) {
    const auto *Method = dyn_cast<CXXMethodDecl>(F);
    const NamedDecl *Class = nullptr;
    if (Method)
      if (const Expr *Object = argument(Call, std::nullopt))
        Class = objectClass(Object->IgnoreParenImpCasts()->getType());
    Found.push_back(Method ? rolesOfMethod(*Method, Class) : rolesOf(*F));
    return Found;
  }

  if (const auto *Overloads = dyn_cast<OverloadExpr>(Callee)) {
    const NamedDecl *Class = nullptr;
    if (const auto *Member = dyn_cast<UnresolvedMemberExpr>(Overloads))
      Class = objectClass(Member->getBaseType());
    for (const NamedDecl *D : Overloads->decls()) {
      const NamedDecl &Target = entity(*D);
      const auto *F = dyn_cast<FunctionDecl>(&Target);
      if (!F || !acceptsArguments(*F, C->getNumArgs()))
        continue;
      const auto *Method = dyn_cast<CXXMethodDecl>(F);
      Found.push_back(Method ? rolesOfMethod(*Method, Class) : rolesOf(*F));
    }
    return Found;
  }

  const NamedDecl *Class = nullptr;
  DeclarationName Name;
  if (const auto *Member = dyn_cast<CXXDependentScopeMemberExpr>(Callee)) {
    Class = objectClass(Member->getBaseType());
    Name = Member->getMember();
  } else if (const auto *Static = dyn_cast<DependentScopeDeclRefExpr>(Callee)) {
    if (const Type *Scope = Static->getQualifier()->getAsType())
      Class = classOf(QualType(Scope, 0));
    Name = Static->getDeclName();
  }
  if (!Class)
    return Found;
  if (const RoleTable::Entry *E =
          pickOverload(memberEntries(*Class, Name), C->getNumArgs()))
    Found.push_back(refs(E));
  return Found;
}

const Role *Roles::find(const Expr &Call, RoleKind Kind,
                        llvm::function_ref<bool(const Role &)> Wanted) const {
  const Role *Found = nullptr;
  // What only some of the functions that an unresolved name can mean do is
  // not known of the call.
  for (RoleRefs Candidate : candidates(Call)) {
    const auto *It = llvm::find_if(Candidate, [&](const Role *R) {
      return R->Kind == Kind && Wanted(*R) && applies(*R, Call, *this);
    });
    if (It == Candidate.end())
      return nullptr;
    if (!Found)
      Found = *It;
  }
  return Found;
}

const Role *Roles::ofCall(const Expr &Call, RoleKind Kind) const {
  return find(Call, Kind, [](const Role &) { return true; });
}

const Role *Roles::ofArgument(const Expr &Call, unsigned Index,
                              RoleKind Kind) const {
  return find(Call, Kind,
              [&](const Role &R) { return R.concerns("arg", Index); });
}

const Expr *Roles::argument(const Expr &Call, std::optional<unsigned> Index) {
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(&Call))
    return Index && *Index < Construct->getNumArgs() ? Construct->getArg(*Index)
                                                     : nullptr;
  if (const auto *Construct = dyn_cast<CXXUnresolvedConstructExpr>(&Call))
    return Index && *Index < Construct->getNumArgs() ? Construct->getArg(*Index)
                                                     : nullptr;
  const auto *C = dyn_cast<CallExpr>(&Call);
  if (!C)
    return nullptr;
  const auto *Method = dyn_cast_or_null<CXXMethodDecl>(C->getCalleeDecl());
  bool MemberOperator = isa<CXXOperatorCallExpr>(C) && Method &&
                        Method->isImplicitObjectMemberFunction();
  if (Index) {
    unsigned At = *Index + MemberOperator;
    return At < C->getNumArgs() ? C->getArg(At) : nullptr;
  }
  if (MemberOperator)
    return C->getArg(0);
  const Expr *Callee = C->getCallee()->IgnoreParenImpCasts();
  if (const auto *Member = dyn_cast<MemberExpr>(Callee))
    return Member->getBase();
  if (const auto *Member = dyn_cast<UnresolvedMemberExpr>(Callee))
    return Member->isImplicitAccess() ? nullptr : Member->getBase();
  if (const auto *Member = dyn_cast<CXXDependentScopeMemberExpr>(Callee))
    return Member->isImplicitAccess() ? nullptr : Member->getBase();
  return nullptr;
}

bool Roles::isDescribed(const Decl &D) const {
  const NamespaceDecl *Outermost = nullptr;
  for (const DeclContext *Context = D.getDeclContext(); Context;
       Context = Context->getParent())
    if (const auto *Namespace = dyn_cast<NamespaceDecl>(Context))
      Outermost = Namespace;
  return Outermost && Table.describes(Outermost->getName());
}

} // namespace corolint
