/// \file
/// RoleCondition: evaluating `only-when` and `harmless-when`.

#include "checks/roles/RoleCondition.h"
#include "checks/roles/CallSurroundings.h"
#include "checks/roles/ClassWalk.h"
#include "checks/roles/Roles.h"
#include "checks/roles/StmtSearch.h"

#include "clang/AST/APValue.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/ExprCXX.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/APSInt.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

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

/// \p Call is the one that \p E is an argument of.
bool isZero(const Expr *E, const Expr &Call, const ASTContext &Ast) {
  if (!E || E->isValueDependent() || E->isTypeDependent())
    return false;
  const Expr *Value = E;
  if (E->getType()->isPointerType() || E->getType()->isNullPtrType()) {
    // No limit at all is the opposite of one that is over, so what counts is
    // what the pointer points to: `&tv`.
    const auto *Address = dyn_cast_or_null<UnaryOperator>(written(E));
    if (!Address || Address->getOpcode() != UO_AddrOf)
      return false;
    Value = Address->getSubExpr();
  }
  const auto Constant = [&Ast](const Expr &Given) {
    Expr::EvalResult Result;
    return !Given.isValueDependent() && Given.EvaluateAsRValue(Result, Ast) &&
           !Result.HasSideEffects && allZero(Result.Val);
  };
  if (Constant(*Value))
    return true;
  if (const Expr *Init = constantInit(Value))
    return !Init->isTypeDependent() && Constant(*Init);
  const auto *Ref = dyn_cast_or_null<DeclRefExpr>(written(Value));
  const auto *Var = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  return Var && isOnlyGiven(*Var, Call, Constant);
}

bool isNull(const Expr *E, ASTContext &Ast) {
  if (!E)
    return false;
  if (E->isNullPointerConstant(Ast, Expr::NPC_ValueDependentIsNotNull) !=
      Expr::NPCK_NotNull)
    return true;
  // `EGL_NO_CONTEXT` is a cast of zero.
  Expr::EvalResult Result;
  return !E->isValueDependent() && E->getType()->isPointerType() &&
         E->EvaluateAsRValue(Result, Ast) && Result.Val.isLValue() &&
         Result.Val.isNullPointer();
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
  return containsWord(Text, Name);
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
  if (!Ref)
    return false;
  // `auto &in = std::cin;`
  const auto *Var = dyn_cast<VarDecl>(Ref->getDecl());
  if (Var && Var->isLocalVarDecl() && Var->getType()->isReferenceType())
    return names(Var->getInit(), Name);
  return Roles::nameOf(*Ref->getDecl()) == Name;
}

bool isValue(const Expr *E, llvm::StringRef Text, const ASTContext &Ast) {
  int64_t Wanted = 0;
  if (!E || E->isValueDependent() || Text.getAsInteger(10, Wanted))
    return false;
  const std::optional<llvm::APSInt> Value = E->getIntegerConstantExpr(Ast);
  return Value && *Value == Wanted;
}

bool isText(const Expr *E, llvm::StringRef Text) {
  const auto *Literal = dyn_cast_or_null<StringLiteral>(written(E));
  return Literal && Literal->getCharByteWidth() == 1 &&
         Literal->getString() == Text;
}

bool comesFrom(const Expr *E, llvm::StringRef Name, const Expr &Call) {
  const auto Calls = [Name](const Expr &Given) {
    const auto *Source = dyn_cast_or_null<CallExpr>(written(&Given));
    return Source && calleeName(*Source) == Name;
  };
  const Expr *Value = written(E);
  if (!Value || Calls(*Value))
    return Value;
  const auto *Ref = dyn_cast<DeclRefExpr>(Value);
  const auto *Var = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
  return Var && isOnlyGiven(*Var, Call, Calls);
}

} // namespace

std::optional<RoleCondition> RoleCondition::parse(llvm::StringRef Text) {
  RoleCondition Condition{};
  llvm::StringRef Word, Rest, Index;
  std::tie(Word, Rest) = Text.split(':');
  Index = Rest;
  const auto Known = llvm::StringSwitch<std::optional<Test>>(Word)
                         .Case("zero", Test::Zero)
                         .Case("null", Test::Null)
                         .Case("flag", Test::Flag)
                         .Case("type", Test::Type)
                         .Case("names", Test::Names)
                         .Case("text", Test::Text)
                         .Case("value", Test::Value)
                         .Case("from", Test::From)
                         .Case("awaited", Test::Awaited)
                         .Case("polled", Test::Polled)
                         .Case("around", Test::Around)
                         .Default(std::nullopt);
  if (!Known)
    return std::nullopt;
  Condition.What = *Known;
  switch (*Known) {
  case Test::Zero:
  case Test::Null:
  case Test::Awaited:
    break;
  case Test::Flag:
    std::tie(Condition.Name, Index) = Rest.split('@');
    break;
  case Test::Around:
    Condition.Name = Rest;
    if (Rest.empty())
      return std::nullopt;
    return Condition;
  default:
    std::tie(Index, Condition.Name) = Rest.split(':');
    if (Condition.Name.empty())
      return std::nullopt;
  }
  if (Condition.What == Test::Flag && Condition.Name.empty())
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
  return "zero:N, null:N, flag:NAME@N, type:N:NAME, names:N:NAME, text:N:TEXT, "
         "value:N:NUMBER, "
         "from:N:NAME, awaited:N, polled:N:NAME or around:NAME";
}

bool RoleCondition::holds(const Expr &Call, const Roles &R) const {
  const Expr *E = Roles::argument(Call, Argument);
  switch (What) {
  case Test::Zero:
    return isZero(E, Call, R.ast());
  case Test::Null:
    return isNull(E, R.ast());
  case Test::Flag:
    return writesFlag(E, Name, R.ast());
  case Test::Type:
    return hasType(E, Name);
  case Test::Names:
    return names(E, Name);
  case Test::Text:
    return isText(E, Name);
  case Test::Value:
    return isValue(E, Name, R.ast());
  case Test::From:
    return comesFrom(E, Name, Call);
  case Test::Awaited:
    return E && isAwaitedBefore(*E, Call, R.ast());
  case Test::Polled:
    return E && isPolled(*E, Name, Call, R.ast());
  case Test::Around:
    return isNamedAround(Name, Call, R.ast());
  }
  return false;
}

} // namespace corolint
