/// \file
/// Implementation of the views on calls.

#include "checks/model/Calls.h"

#include "clang/AST/ASTContext.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

const Expr *skipWrappers(const Expr *E) {
  while (E) {
    const Expr *Inner = E->IgnoreParenCasts();
    if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(Inner))
      Inner = Cleanups->getSubExpr();
    else if (const auto *Bind = dyn_cast<CXXBindTemporaryExpr>(Inner))
      Inner = Bind->getSubExpr();
    else if (const auto *Temporary = dyn_cast<MaterializeTemporaryExpr>(Inner))
      Inner = Temporary->getSubExpr();
    else if (const auto *Default = dyn_cast<CXXDefaultInitExpr>(Inner))
      Inner = Default->getExpr();
    if (Inner == E)
      return E;
    E = Inner;
  }
  return E;
}

static llvm::StringRef nameOf(DeclarationName Name) {
  if (const IdentifierInfo *Id = Name.getAsIdentifierInfo())
    return Id->getName();
  return "";
}

std::optional<MemberCall> asMemberCall(const Stmt *S) {
  const auto *Call = dyn_cast_or_null<CallExpr>(S);
  if (!Call)
    return std::nullopt;
  MemberCall Result{Call, nullptr, "", nullptr, {}};
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(Call)) {
    Result.Object = Member->getImplicitObjectArgument();
    Result.Method = Member->getMethodDecl();
    if (!Result.Method)
      return std::nullopt;
    const auto *Conversion = dyn_cast<CXXConversionDecl>(Result.Method);
    Result.Name = Conversion && Conversion->getConversionType()->isBooleanType()
                      ? "operator bool"
                      : nameOf(Result.Method->getDeclName());
    Result.Args.append(Member->arg_begin(), Member->arg_end());
  } else if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(Call)) {
    Result.Method =
        dyn_cast_or_null<CXXMethodDecl>(Operator->getDirectCallee());
    if (!Result.Method || Operator->getNumArgs() == 0)
      return std::nullopt;
    Result.Object = Operator->getArg(0);
    Result.Args.append(Operator->arg_begin() + 1, Operator->arg_end());
  } else {
    const Expr *Callee = Call->getCallee()->IgnoreParens();
    if (const auto *Dependent = dyn_cast<CXXDependentScopeMemberExpr>(Callee)) {
      if (Dependent->isImplicitAccess())
        return std::nullopt;
      Result.Object = Dependent->getBase();
      Result.Name = nameOf(Dependent->getMember());
    } else if (const auto *Overloads = dyn_cast<UnresolvedMemberExpr>(Callee)) {
      if (Overloads->isImplicitAccess())
        return std::nullopt;
      Result.Object = Overloads->getBase();
      Result.Name = nameOf(Overloads->getMemberName());
    } else if (const auto *Member = dyn_cast<MemberExpr>(Callee)) {
      Result.Object = Member->getBase();
      Result.Name = nameOf(Member->getMemberDecl()->getDeclName());
    } else {
      return std::nullopt;
    }
    Result.Args.append(Call->arg_begin(), Call->arg_end());
  }
  return Result;
}

std::optional<bool> testsEngaged(const CXXMethodDecl &Method) {
  if (!Method.isConst() || Method.getNumParams() != 0)
    return std::nullopt;
  if (isa<CXXConversionDecl>(Method))
    return Method.getReturnType()->isBooleanType() ? std::optional(true)
                                                   : std::nullopt;
  const llvm::StringRef Name = nameOf(Method.getDeclName());
  if (Name == "has_value" || Name == "valid" || Name == "joinable")
    return true;
  if (Name == "empty")
    return false;
  return std::nullopt;
}

bool isAccessor(const CXXMethodDecl &Method) {
  constexpr llvm::StringLiteral Names[] = {"begin", "end",  "data", "front",
                                           "back",  "at",   "get",  "value",
                                           "size",  "find", "load"};
  return Method.isConst() || Method.getOverloadedOperator() == OO_Star ||
         Method.getOverloadedOperator() == OO_Arrow ||
         Method.getOverloadedOperator() == OO_Subscript ||
         (Method.getDeclName().isIdentifier() &&
          llvm::is_contained(Names, Method.getName()));
}

const Expr *movedFrom(const Expr *E) {
  E = skipWrappers(E);
  const auto *Call = dyn_cast_or_null<CallExpr>(E);
  if (!Call || Call->getNumArgs() != 1)
    return nullptr;
  const Expr *Callee = Call->getCallee()->IgnoreParenImpCasts();
  const NamedDecl *Named = nullptr;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(Callee))
    Named = Ref->getDecl();
  else if (const auto *Lookup = dyn_cast<UnresolvedLookupExpr>(Callee))
    Named = Lookup->getNumDecls() ? *Lookup->decls_begin() : nullptr;
  if (!Named || !Named->isInStdNamespace())
    return nullptr;
  const llvm::StringRef Name = nameOf(Named->getDeclName());
  return Name == "move" || Name == "forward" ? Call->getArg(0) : nullptr;
}

const VarDecl *localRoot(const Expr *E) {
  while (E) {
    E = skipWrappers(E);
    if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
      const auto *Var = dyn_cast<VarDecl>(Ref->getDecl());
      return Var && Var->hasLocalStorage() ? Var : nullptr;
    }
    if (const auto *Member = dyn_cast<MemberExpr>(E)) {
      E = Member->getBase();
    } else if (const auto *Dependent =
                   dyn_cast<CXXDependentScopeMemberExpr>(E)) {
      E = Dependent->isImplicitAccess() ? nullptr : Dependent->getBase();
    } else if (const auto *Op = dyn_cast<UnaryOperator>(E)) {
      if (Op->getOpcode() != UO_Deref && Op->getOpcode() != UO_AddrOf)
        return nullptr;
      E = Op->getSubExpr();
    } else if (const auto *Subscript = dyn_cast<ArraySubscriptExpr>(E)) {
      E = Subscript->getBase();
    } else if (const auto *Operator = dyn_cast<CXXOperatorCallExpr>(E)) {
      const OverloadedOperatorKind Kind = Operator->getOperator();
      if (Kind != OO_Star && Kind != OO_Arrow && Kind != OO_Subscript)
        return nullptr;
      E = Operator->getArg(0);
    } else if (const Expr *Moved = movedFrom(E)) {
      E = Moved;
    } else if (std::optional<MemberCall> Call = asMemberCall(E)) {
      if (Call->Name != "value" && Call->Name != "get" &&
          Call->Name != "front" && Call->Name != "back")
        return nullptr;
      E = Call->Object;
    } else if (const auto *Call = dyn_cast<CallExpr>(E)) {
      const FunctionDecl *Callee = Call->getDirectCallee();
      if (!Callee || !Callee->isInStdNamespace() || Call->getNumArgs() != 1 ||
          nameOf(Callee->getDeclName()) != "get")
        return nullptr;
      E = Call->getArg(0);
    } else {
      return nullptr;
    }
  }
  return nullptr;
}

llvm::ArrayRef<const Expr *> argumentsOf(const Expr &E) {
  if (const auto *Call = dyn_cast<CallExpr>(&E))
    return {const_cast<const Expr *const *>(Call->getArgs()),
            Call->getNumArgs()};
  if (const auto *Construct = dyn_cast<CXXConstructExpr>(&E))
    return {Construct->getArgs(), Construct->getNumArgs()};
  if (const auto *Unresolved = dyn_cast<CXXUnresolvedConstructExpr>(&E))
    return {const_cast<CXXUnresolvedConstructExpr *>(Unresolved)->arg_begin(),
            Unresolved->getNumArgs()};
  if (const auto *List = dyn_cast<InitListExpr>(&E))
    return {const_cast<const Expr *const *>(List->getInits()),
            List->getNumInits()};
  if (const auto *List = dyn_cast<ParenListExpr>(&E))
    return {const_cast<const Expr *const *>(
                const_cast<ParenListExpr *>(List)->getExprs()),
            List->getNumExprs()};
  return {};
}

const Expr *objectNamed(const Expr *E) {
  while (E) {
    E = skipWrappers(E);
    const auto *Op = dyn_cast<UnaryOperator>(E);
    if (Op && (Op->getOpcode() == UO_AddrOf || Op->getOpcode() == UO_Deref)) {
      E = Op->getSubExpr();
      continue;
    }
    const auto *Ref = dyn_cast<DeclRefExpr>(E);
    const auto *Var = Ref ? dyn_cast<VarDecl>(Ref->getDecl()) : nullptr;
    if (!Var || !Var->hasLocalStorage() || !Var->getInit() ||
        !Var->getType()->isLValueReferenceType())
      return E;
    E = Var->getInit();
  }
  return E;
}

bool extendsTemporary(const VarDecl &Var) {
  const Expr *E = Var.getInit();
  while (E && !isa<MaterializeTemporaryExpr>(E)) {
    if (const auto *Cleanups = dyn_cast<ExprWithCleanups>(E))
      E = Cleanups->getSubExpr();
    else if (const auto *Cast = dyn_cast<ImplicitCastExpr>(E))
      E = Cast->getSubExpr();
    else if (const auto *Member = dyn_cast<MemberExpr>(E))
      E = Member->getBase();
    else
      return false;
  }
  return E && cast<MaterializeTemporaryExpr>(E)->getExtendingDecl() == &Var;
}

std::string sourceText(const Expr &E, const ASTContext &Ast) {
  const SourceManager &SM = Ast.getSourceManager();
  const llvm::StringRef Text = Lexer::getSourceText(
      CharSourceRange::getTokenRange(SM.getFileLoc(E.getBeginLoc()),
                                     SM.getFileLoc(E.getEndLoc())),
      SM, Ast.getLangOpts());
  std::string Line;
  for (char C : Text) {
    const bool Space = C == '\n' || C == '\t' || C == ' ';
    if (!Space)
      Line += C;
    else if (!Line.empty() && Line.back() != ' ')
      Line += ' ';
  }
  return Line;
}

} // namespace corolint
