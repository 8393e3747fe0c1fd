/// \file
/// Implementation of object paths.

#include "checks/model/ObjectPath.h"

#include "checks/model/Calls.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/FoldingSet.h"
#include <algorithm>

namespace corolint {

using namespace clang;

static std::uintptr_t address(const void *P) {
  return reinterpret_cast<std::uintptr_t>(P);
}

ObjectPath ObjectPath::of(const ValueDecl &Var) {
  return {Root::Variable,
          address(Var.getCanonicalDecl()),
          {},
          Var.getType()->isReferenceType()};
}

ObjectPath ObjectPath::of(const Expr &Value) { return {.Id = address(&Value)}; }

const ValueDecl *ObjectPath::variable() const {
  return From == Root::Variable
             ? reinterpret_cast<const ValueDecl *>(std::uintptr_t(Id))
             : nullptr;
}

bool ObjectPath::contains(const ObjectPath &Other) const {
  return From == Other.From && Id == Other.Id &&
         Members.size() <= Other.Members.size() &&
         std::equal(Members.begin(), Members.end(), Other.Members.begin());
}

bool ObjectPath::isPerhaps(const ObjectPath &Other) const {
  const auto Same = [](Member A, Member B) {
    return A == B || ((A & SomeElement) && (B & SomeElement || B < MaxIndex)) ||
           ((B & SomeElement) && A < MaxIndex);
  };
  return From == Other.From && Id == Other.Id &&
         Members.size() == Other.Members.size() &&
         std::equal(Members.begin(), Members.end(), Other.Members.begin(),
                    Same);
}

ObjectPath ObjectPath::from(const ObjectPath &Root) const {
  ObjectPath Result = Root;
  Result.Members.append(Members);
  Result.Indirect |= Indirect && variable() == nullptr;
  return Result;
}

ObjectPath::Member memberOf(const FieldDecl &Field) {
  const auto *Class = dyn_cast<CXXRecordDecl>(Field.getParent());
  if (Class && Class->isInStdNamespace() && Field.getIdentifier()) {
    if (Field.getName() == "first")
      return 1;
    if (Field.getName() == "second")
      return 2;
  }
  return address(Field.getCanonicalDecl());
}

llvm::ArrayRef<TemplateArgument> tupleElements(QualType T) {
  const auto *Class = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      T->getAsCXXRecordDecl());
  if (!Class || !Class->isInStdNamespace())
    return {};
  const llvm::ArrayRef<TemplateArgument> Args =
      Class->getTemplateArgs().asArray();
  if (Class->getName() == "pair")
    return Args;
  if (Class->getName() == "tuple" && Args.size() == 1 &&
      Args[0].getKind() == TemplateArgument::Pack)
    return Args[0].pack_elements();
  return {};
}

bool isStdGet(const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  return Callee && Callee->isInStdNamespace() && Call.getNumArgs() == 1 &&
         Callee->getDeclName().isIdentifier() &&
         (Callee->getName() == "get" || Callee->getName() == "get_if");
}

namespace {

/// Which element it gets; nullopt for `std::get<T>(x)`.
std::optional<unsigned> tupleIndex(const CallExpr &Call) {
  const TemplateArgumentList *Args =
      Call.getDirectCallee()->getTemplateSpecializationArgs();
  if (!Args || Args->size() == 0 ||
      Args->get(0).getKind() != TemplateArgument::Integral)
    return std::nullopt;
  return Args->get(0).getAsIntegral().getZExtValue();
}

std::optional<unsigned> constantIndex(const Expr &E, const ASTContext &Ast) {
  Expr::EvalResult Value;
  if (E.isValueDependent() || !E.EvaluateAsInt(Value, Ast) ||
      Value.Val.getInt().isNegative() ||
      Value.Val.getInt().getActiveBits() > 15)
    return std::nullopt;
  return Value.Val.getInt().getZExtValue();
}

bool ownsInPlace(QualType T) {
  const auto *Class = T.getNonReferenceType()->getAsCXXRecordDecl();
  return Class && Class->isInStdNamespace() && Class->getIdentifier() &&
         (Class->getName() == "optional" || Class->getName() == "unique_ptr");
}

/// One step from an expression towards its root.
class Walk {
public:
  Walk(const ASTContext &Ast, ObjectPath &Result) : Ast(Ast), Result(Result) {}

  /// \returns what \p E is a part of; nullptr if it is the root, which is then
  /// noted.
  const Expr *step(const Expr *E) {
    if (const auto *Op = dyn_cast<UnaryOperator>(E);
        Op && (Op->getOpcode() == UO_AddrOf || Op->getOpcode() == UO_Deref)) {
      Result.Indirect |= Op->getOpcode() == UO_Deref;
      return Op->getSubExpr();
    }
    if (const auto *Ref = dyn_cast<DeclRefExpr>(E))
      return variable(*Ref);
    if (isa<CXXThisExpr>(E)) {
      Result.From = ObjectPath::Root::This;
      Result.Indirect = true;
      return nullptr;
    }
    if (const auto *Member = dyn_cast<MemberExpr>(E))
      return member(*Member);
    if (const auto *Member = dyn_cast<CXXDependentScopeMemberExpr>(E)) {
      Result.Members.push_back(address(Member->getMember().getAsOpaquePtr()));
      if (!Member->isImplicitAccess())
        return Member->getBase();
      Result.From = ObjectPath::Root::This;
      Result.Indirect = true;
      return nullptr;
    }
    if (const auto *Subscript = dyn_cast<ArraySubscriptExpr>(E))
      return element(*Subscript->getIdx(), *Subscript->getBase());
    if (const Expr *Moved = movedFrom(E))
      return Moved;
    if (const Expr *Owner = throughCall(*E))
      return Owner;
    llvm::FoldingSetNodeID Id;
    E->Profile(Id, Ast, /*Canonical=*/true);
    Result.From = ObjectPath::Root::Other;
    Result.Id = Id.ComputeHash();
    Result.Indirect = true;
    return nullptr;
  }

private:
  const Expr *element(const Expr &Index, const Expr &Of) {
    if (const auto Constant = constantIndex(Index, Ast)) {
      Result.Members.push_back(*Constant + 1);
    } else {
      llvm::FoldingSetNodeID Id;
      Index.Profile(Id, Ast, /*Canonical=*/true);
      Result.Members.push_back(Id.ComputeHash() | ObjectPath::SomeElement);
    }
    return &Of;
  }

  const Expr *variable(const DeclRefExpr &Ref) {
    if (const auto *Binding = dyn_cast<BindingDecl>(Ref.getDecl())) {
      if (const VarDecl *Holding = Binding->getHoldingVar())
        return Holding->getInit();
      if (Binding->getBinding())
        return Binding->getBinding();
    }
    const auto *Var = dyn_cast<VarDecl>(Ref.getDecl());
    const Expr *Init = Var && Var->hasLocalStorage() ? Var->getInit() : nullptr;
    if (Init && !isa<ParmVarDecl>(Var)) {
      // A range-for's `__begin` is one of the elements after the other.
      if (Var->isImplicit() && Var->getName().starts_with("__begin")) {
        Result.Members.push_back(ObjectPath::AnyElement);
        const auto Begin = asMemberCall(skipWrappers(Init));
        return Begin ? Begin->Object : Init;
      }
      if (Var->getType()->isLValueReferenceType() && !extendsTemporary(*Var))
        return Init;
      // `auto *p = &g;`
      const auto *Address = dyn_cast<UnaryOperator>(skipWrappers(Init));
      if (Var->getType()->isPointerType() && Address &&
          Address->getOpcode() == UO_AddrOf)
        return Address->getSubExpr();
    }
    const bool Indirect = Result.Indirect;
    llvm::SmallVector<ObjectPath::Member, 2> Members =
        std::move(Result.Members);
    Result = ObjectPath::of(*Ref.getDecl());
    Result.Members = std::move(Members);
    Result.Indirect |= Indirect;
    return nullptr;
  }

  const Expr *member(const MemberExpr &Member) {
    const auto *Field = dyn_cast<FieldDecl>(Member.getMemberDecl());
    if (!Field) { // A static member.
      const ObjectPath Static = ObjectPath::of(*Member.getMemberDecl());
      Result.From = Static.From;
      Result.Id = Static.Id;
      return nullptr;
    }
    Result.Members.push_back(memberOf(*Field));
    Result.Indirect |= Member.isArrow() || Field->getType()->isReferenceType();
    return Member.getBase();
  }

  /// `*opt`, `p->`, `v[2]`, `opt.value()`, `std::get<0>(t)`.
  const Expr *throughCall(const Expr &E) {
    if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(&E)) {
      const OverloadedOperatorKind Kind = Operator->getOperator();
      if (Kind == OO_Subscript && Operator->getNumArgs() == 2)
        return element(*Operator->getArg(1), *Operator->getArg(0));
      if (Kind == OO_Equal)
        return Operator->getArg(0);
      if ((Kind != OO_Star && Kind != OO_Arrow) || Operator->getNumArgs() != 1)
        return nullptr;
      Result.Indirect |= !ownsInPlace(Operator->getArg(0)->getType());
      return Operator->getArg(0);
    }
    if (const auto Call = asMemberCall(&E)) {
      if (Call->Name == "at" && Call->Args.size() == 1)
        return element(*Call->Args[0], *Call->Object);
      const bool First =
          Call->Name == "front" || Call->Name == "back" || Call->Name == "top";
      if ((!First && Call->Name != "value" && Call->Name != "get") ||
          !Call->Args.empty())
        return nullptr;
      Result.Indirect |= !ownsInPlace(Call->Object->getType());
      return Call->Object;
    }
    const auto *Call = dyn_cast<CallExpr>(&E);
    if (!Call || !isStdGet(*Call))
      return nullptr;
    if (const auto Index = tupleIndex(*Call))
      Result.Members.push_back(*Index + 1);
    return Call->getArg(0);
  }

  const ASTContext &Ast;
  ObjectPath &Result;
};

} // namespace

ObjectPath objectPathOf(const Expr &E, const ASTContext &Ast) {
  ObjectPath Result;
  Result.Indirect = E.getType()->isPointerType();
  Walk Steps(Ast, Result);
  const Expr *Here = skipWrappers(&E);
  // Bounded for `auto &x = x;`.
  for (unsigned Step = 0; Here && Step < 64; ++Step)
    if ((Here = Steps.step(Here)))
      Here = skipWrappers(Here);
  // Found from the outside in.
  std::reverse(Result.Members.begin(), Result.Members.end());
  return Result;
}

} // namespace corolint
