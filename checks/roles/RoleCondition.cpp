/// \file
/// RoleCondition: evaluating `only-when` and `harmless-when`.

#include "checks/roles/RoleCondition.h"
#include "checks/roles/ClassWalk.h"
#include "checks/roles/Roles.h"

#include "clang/AST/APValue.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace clang;

namespace corolint {
namespace {

/// Casts and parentheses are not what the reader wrote.
const Expr *written(const Expr *E) {
  while (E) {
    if (const auto *Default = dyn_cast<CXXDefaultArgExpr>(E))
      E = Default->getExpr();
    else if (const auto *Temp = dyn_cast<MaterializeTemporaryExpr>(E))
      E = Temp->getSubExpr();
    else if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(E))
      E = Cleanups->getSubExpr();
    else if (const auto *Bind = dyn_cast<CXXBindTemporaryExpr>(E))
      E = Bind->getSubExpr();
    else if (const Expr *Inner = E->IgnoreParenImpCasts(); Inner != E)
      E = Inner;
    else
      break;
  }
  return E;
}

bool allZero(const APValue &V) {
  switch (V.getKind()) {
  case APValue::Int:
    return V.getInt().isZero();
  case APValue::Float:
    return V.getFloat().isZero();
  case APValue::LValue:
    return V.isNullPointer();
  case APValue::Struct: {
    for (unsigned I = 0; I != V.getStructNumBases(); ++I)
      if (!allZero(V.getStructBase(I)))
        return false;
    for (unsigned I = 0; I != V.getStructNumFields(); ++I)
      if (!allZero(V.getStructField(I)))
        return false;
    return true;
  }
  default:
    return false;
  }
}

/// The initialiser of the constant that \p E names, if it names one.
const Expr *constantInit(const Expr *E) {
  const auto *Ref = dyn_cast_or_null<DeclRefExpr>(written(E));
  const auto *Var = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  if (!Var || !Var->getType().getNonReferenceType().isConstQualified())
    return nullptr;
  return Var->getAnyInitializer();
}

bool isZero(const Expr *E, const ASTContext &Ast) {
  if (!E || E->isValueDependent() || E->isTypeDependent())
    return false;
  Expr::EvalResult Result;
  if (E->EvaluateAsRValue(Result, Ast) && !Result.HasSideEffects)
    return allZero(Result.Val);
  // `&tv` for a constant `timeval tv{}`.
  if (const auto *Address = dyn_cast_or_null<UnaryOperator>(written(E));
      Address && Address->getOpcode() == UO_AddrOf)
    return isZero(constantInit(Address->getSubExpr()), Ast);
  return false;
}

bool isNull(const Expr *E, ASTContext &Ast) {
  return E && E->isNullPointerConstant(
                  Ast, Expr::NPC_ValueDependentIsNotNull) != Expr::NPCK_NotNull;
}

/// A header may define a flag as a macro, an enumerator, or both.
bool writesFlag(const Expr *E, llvm::StringRef Name, const ASTContext &Ast) {
  if (!E)
    return false;
  if (const auto *Default = dyn_cast<CXXDefaultArgExpr>(E))
    E = Default->getExpr();
  if (const Expr *Init = constantInit(E))
    return writesFlag(Init, Name, Ast);
  const SourceManager &Sources = Ast.getSourceManager();
  CharSourceRange Range = Sources.getExpansionRange(E->getSourceRange());
  llvm::StringRef Text =
      Lexer::getSourceText(Range, Sources, Ast.getLangOpts());
  for (std::size_t At = Text.find(Name); At != llvm::StringRef::npos;
       At = Text.find(Name, At + 1)) {
    auto IsWord = [&](std::size_t I) {
      return I < Text.size() && (llvm::isAlnum(Text[I]) || Text[I] == '_');
    };
    if (!(At && IsWord(At - 1)) && !IsWord(At + Name.size()))
      return true;
  }
  return false;
}

bool hasType(const Expr *E, llvm::StringRef Name) {
  const Expr *Object = written(E);
  if (!Object)
    return false;
  QualType T = Object->getType();
  if (T->isPointerType())
    T = T->getPointeeType();
  if (const auto *Enum = T->getAs<EnumType>())
    return Roles::nameOf(*Enum->getDecl()) == Name;
  const NamedDecl *Class = Roles::classOf(T.getNonReferenceType());
  return Class && anyClassOf(*Class, [&](const NamedDecl &C) {
           return Roles::nameOf(C) == Name;
         });
}

bool names(const Expr *E, llvm::StringRef Name) {
  const auto *Ref = dyn_cast_or_null<DeclRefExpr>(written(E));
  return Ref && Roles::nameOf(*Ref->getDecl()) == Name;
}

} // namespace

std::optional<RoleCondition> RoleCondition::parse(llvm::StringRef Text) {
  RoleCondition Condition{};
  llvm::StringRef Word, Rest, Index;
  std::tie(Word, Rest) = Text.split(':');
  Index = Rest;
  if (Word == "zero") {
    Condition.What = Test::Zero;
  } else if (Word == "null") {
    Condition.What = Test::Null;
  } else if (Word == "flag") {
    Condition.What = Test::Flag;
    std::tie(Condition.Name, Index) = Rest.split('@');
  } else if (Word == "type" || Word == "names") {
    Condition.What = Word == "type" ? Test::Type : Test::Names;
    std::tie(Index, Condition.Name) = Rest.split(':');
  } else {
    return std::nullopt;
  }
  bool Named = Condition.What != Test::Zero && Condition.What != Test::Null;
  if (Named && Condition.Name.empty())
    return std::nullopt;
  if (Index == "this")
    return Condition;
  unsigned Number = 0;
  if (Index.getAsInteger(10, Number))
    return std::nullopt;
  Condition.Argument = Number;
  return Condition;
}

llvm::StringRef RoleCondition::forms() {
  return "zero:N, null:N, flag:NAME@N, type:N:NAME or names:N:NAME";
}

bool RoleCondition::holds(const Expr &Call, const Roles &R) const {
  const Expr *E = Roles::argument(Call, Argument);
  switch (What) {
  case Test::Zero:
    return isZero(E, R.ast());
  case Test::Null:
    return isNull(E, R.ast());
  case Test::Flag:
    return writesFlag(E, Name, R.ast());
  case Test::Type:
    return hasType(E, Name);
  case Test::Names:
    return names(E, Name);
  }
  return false;
}

} // namespace corolint
