/// \file
/// Looking around a call.

#include "checks/roles/CallSurroundings.h"
#include "checks/roles/StmtSearch.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/ParentMapContext.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringExtras.h"

using namespace clang;

namespace corolint {
namespace {

using Entities = llvm::SmallPtrSet<const ValueDecl *, 4>;

/// The variables and members that \p E mentions: `fd` and `sock` in
/// `sock->fd`, `sock` in `sock.native_handle()`.
Entities entitiesOf(const Expr &E) {
  Entities Found;
  anyStmt(&E, [&](const Stmt &S) {
    const ValueDecl *D = nullptr;
    if (const auto *Ref = dyn_cast<DeclRefExpr>(&S))
      D = Ref->getDecl();
    else if (const auto *Member = dyn_cast<MemberExpr>(&S))
      D = Member->getMemberDecl();
    if (isa_and_nonnull<VarDecl, FieldDecl, BindingDecl>(D))
      Found.insert(cast<ValueDecl>(D->getCanonicalDecl()));
    return false;
  });
  return Found;
}

bool mentionsAny(const Stmt *S, const Entities &Wanted) {
  return anyStmt(S, [&](const Stmt &Part) {
    const ValueDecl *D = nullptr;
    if (const auto *Ref = dyn_cast<DeclRefExpr>(&Part))
      D = Ref->getDecl();
    else if (const auto *Member = dyn_cast<MemberExpr>(&Part))
      D = Member->getMemberDecl();
    return D && Wanted.contains(cast<ValueDecl>(D->getCanonicalDecl()));
  });
}

/// The mention of a variable whose value, or member's value, \p E designates.
const DeclRefExpr *baseVariable(const Expr *E) {
  E = E->IgnoreParens();
  while (const auto *Member = dyn_cast<MemberExpr>(E)) {
    if (Member->isArrow())
      return nullptr;
    E = Member->getBase()->IgnoreParens();
  }
  return dyn_cast<DeclRefExpr>(E);
}

/// The same for `&var`, where \p E is.
const DeclRefExpr *addressTaken(const Expr *E) {
  const auto *Address = dyn_cast<UnaryOperator>(E->IgnoreParens());
  return Address && Address->getOpcode() == UO_AddrOf
             ? baseVariable(Address->getSubExpr())
             : nullptr;
}

/// The variable that the conversion \p Cast reads, or of which it lets nothing
/// be changed (`&limit` for a `const timespec *`).
const DeclRefExpr *onlyRead(const ImplicitCastExpr &Cast) {
  if (Cast.getCastKind() == CK_LValueToRValue)
    return baseVariable(Cast.getSubExpr());
  if (Cast.getCastKind() == CK_NoOp && Cast.getType()->isPointerType() &&
      Cast.getType()->getPointeeType().isConstQualified())
    return addressTaken(Cast.getSubExpr());
  return nullptr;
}

const Expr *awaited(const Stmt &S) {
  if (const auto *Await = dyn_cast<CoroutineSuspendExpr>(&S))
    return Await->getOperand();
  if (const auto *Await = dyn_cast<DependentCoawaitExpr>(&S))
    return Await->getOperand();
  return nullptr;
}

} // namespace

bool isOnlyGiven(const VarDecl &Var, const Expr &Call,
                 llvm::function_ref<bool(const Expr &)> Wanted) {
  const auto *Owner = dyn_cast<FunctionDecl>(Var.getDeclContext());
  const Stmt *Body = Owner ? Owner->getBody() : nullptr;
  if (!Body || !Var.isLocalVarDecl() || Var.getType()->isReferenceType())
    return false;
  const Expr *Init = Var.getInit();
  // A structure of C is given its values member by member.
  const auto *Construct = dyn_cast_or_null<CXXConstructExpr>(Init);
  if (Construct && Construct->getConstructor()->isTrivial() &&
      Construct->getNumArgs() == 0 && !Construct->requiresZeroInitialization())
    Init = nullptr;
  if (Init && !Wanted(*Init))
    return false;
  bool Given = Init != nullptr;
  llvm::SmallPtrSet<const DeclRefExpr *, 8> Uses, Understood;
  const bool Changes = anyStmt(Body, [&](const Stmt &S) {
    if (isa<LambdaExpr>(S) && refersTo(&S, Var))
      return true;
    if (const auto *Ref = dyn_cast<DeclRefExpr>(&S)) {
      if (Ref->getDecl() == &Var)
        Uses.insert(Ref);
    } else if (const auto *Cast = dyn_cast<ImplicitCastExpr>(&S)) {
      Understood.insert(onlyRead(*Cast));
    } else if (const auto *Assign = dyn_cast<BinaryOperator>(&S);
               Assign && Assign->getOpcode() == BO_Assign) {
      const DeclRefExpr *Target = baseVariable(Assign->getLHS());
      if (!Target || Target->getDecl() != &Var)
        return false;
      Given = true;
      Understood.insert(Target);
      return !Wanted(*Assign->getRHS());
    }
    return false;
  });
  anyStmt(&Call, [&](const Stmt &S) {
    if (const auto *E = dyn_cast<Expr>(&S))
      Understood.insert(addressTaken(E));
    return false;
  });
  return !Changes && Given && llvm::all_of(Uses, [&](const DeclRefExpr *Use) {
    return Understood.contains(Use);
  });
}

const Stmt *bodyAround(const Expr &E, ASTContext &Ast) {
  DynTypedNode Node = DynTypedNode::create(E);
  for (;;) {
    const DynTypedNodeList Parents = Ast.getParentMapContext().getParents(Node);
    if (Parents.empty())
      return nullptr;
    Node = Parents[0];
    if (const auto *Lambda = Node.get<LambdaExpr>())
      return Lambda->getBody();
    if (const auto *F = Node.get<FunctionDecl>())
      return F->getBody();
  }
}

bool isAwaitedBefore(const Expr &Argument, const Expr &Call, ASTContext &Ast) {
  const Entities Wanted = entitiesOf(Argument);
  if (Wanted.empty())
    return false;
  const SourceManager &Sources = Ast.getSourceManager();
  return anyStmt(bodyAround(Call, Ast), [&](const Stmt &S) {
    const Expr *Operand = awaited(S);
    return Operand &&
           Sources.isBeforeInTranslationUnit(S.getEndLoc(),
                                             Call.getBeginLoc()) &&
           mentionsAny(Operand, Wanted);
  });
}

bool isPolled(const Expr &Argument, llvm::StringRef Name, const Expr &Call,
              ASTContext &Ast) {
  const Entities Wanted = entitiesOf(Argument);
  return !Wanted.empty() && anyStmt(bodyAround(Call, Ast), [&](const Stmt &S) {
    const auto *Other = dyn_cast<CallExpr>(&S);
    return Other && Other != &Call && calleeName(*Other) == Name &&
           mentionsAny(Other, Wanted);
  });
}

bool isNamedAround(llvm::StringRef Name, const Expr &Call, ASTContext &Ast) {
  const Stmt *Body = bodyAround(Call, Ast);
  if (!Body)
    return false;
  const SourceManager &Sources = Ast.getSourceManager();
  return containsWord(
      Lexer::getSourceText(Sources.getExpansionRange(Body->getSourceRange()),
                           Sources, Ast.getLangOpts()),
      Name);
}

bool containsWord(llvm::StringRef Text, llvm::StringRef Word) {
  const auto IsLetter = [&](std::size_t I) {
    return I < Text.size() && (llvm::isAlnum(Text[I]) || Text[I] == '_');
  };
  for (std::size_t At = Text.find(Word); At != llvm::StringRef::npos;
       At = Text.find(Word, At + 1))
    if (!(At && IsLetter(At - 1)) && !IsLetter(At + Word.size()))
      return true;
  return false;
}

} // namespace corolint
