/// \file
/// Implementation of the suggestions for held guards.

#include "checks/model/LockFixes.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/ParentMap.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace corolint {
namespace {

using namespace clang;

/// What some statements use and declare; lambdas in them included.
class Uses : public RecursiveASTVisitor<Uses> {
public:
  llvm::SmallPtrSet<const ValueDecl *, 8> Used, Declared;
  /// Used, and there before and after this function.
  llvm::SmallPtrSet<const ValueDecl *, 8> Shared;

  bool shouldVisitImplicitCode() const { return true; }
  bool DeclaresTypes = false;

  bool VisitVarDecl(VarDecl *Var) {
    Declared.insert(Var);
    return true;
  }
  bool VisitTypeDecl(TypeDecl *) {
    DeclaresTypes = true;
    return true;
  }
  // Lambdas have types, too.
  bool TraverseLambdaExpr(LambdaExpr *E) {
    const bool Before = DeclaresTypes;
    const bool Result = RecursiveASTVisitor::TraverseLambdaExpr(E);
    DeclaresTypes = Before;
    return Result;
  }
  bool VisitDeclRefExpr(DeclRefExpr *Ref) {
    const auto *Var = dyn_cast<VarDecl>(Ref->getDecl());
    if (!Var)
      return true;
    Used.insert(Var);
    if (!Var->hasLocalStorage() || Var->getType()->isReferenceType() ||
        Var->getType()->isPointerType())
      Shared.insert(Var);
    return true;
  }
  bool VisitMemberExpr(MemberExpr *Member) {
    if (isa<FieldDecl>(Member->getMemberDecl()))
      Shared.insert(Member->getMemberDecl());
    return true;
  }
};

bool intersects(const llvm::SmallPtrSetImpl<const ValueDecl *> &A,
                const llvm::SmallPtrSetImpl<const ValueDecl *> &B) {
  return llvm::any_of(A, [&](const ValueDecl *D) { return B.contains(D); });
}

/// The statements from a guard's declaration to the end of its block.
struct Region {
  const DeclStmt *Guard = nullptr;
  /// The one that first suspends with it; never the guard's own.
  const Stmt *Suspends = nullptr;
  Uses Before, After;
};

std::optional<Region> regionOf(const VarDecl &Guard, const Expr &Suspension,
                               const Function &F) {
  ParentMap Parents(const_cast<Stmt *>(F.Body));
  const Stmt *Child = &Suspension;
  const CompoundStmt *Block = nullptr;
  Region Result;
  while (const Stmt *Parent = Parents.getParent(const_cast<Stmt *>(Child))) {
    Block = dyn_cast<CompoundStmt>(Parent);
    if (Block) {
      for (const Stmt *S : Block->body())
        if (const auto *Decls = dyn_cast<DeclStmt>(S);
            Decls && Decls->isSingleDecl() && Decls->getSingleDecl() == &Guard)
          Result.Guard = Decls;
      if (Result.Guard)
        break;
    }
    Child = Parent;
  }
  if (!Result.Guard || Child == Result.Guard)
    return std::nullopt;
  Result.Suspends = Child;
  enum { Ahead, Inside, Behind } Where = Ahead;
  for (Stmt *S : const_cast<CompoundStmt *>(Block)->body()) {
    if (S == Result.Suspends)
      Where = Behind;
    if (Where == Inside)
      Result.Before.TraverseStmt(S);
    else if (Where == Behind)
      Result.After.TraverseStmt(S);
    if (S == Result.Guard)
      Where = Inside;
  }
  return Result;
}

/// The white space in front of \p At on its line, and whether there is nothing
/// else.
std::optional<llvm::StringRef> indentOf(SourceLocation At,
                                        const SourceManager &SM) {
  const auto [File, Offset] = SM.getDecomposedLoc(At);
  const llvm::StringRef Text = SM.getBufferData(File).take_front(Offset);
  const llvm::StringRef Line = Text.drop_front(Text.rfind('\n') + 1);
  return Line.trim().empty() ? std::optional(Line) : std::nullopt;
}

/// The method that unlocks \p Guard; empty if it has none to call.
llvm::StringRef unlockMethod(const VarDecl &Guard, const Roles &R) {
  const QualType T = Guard.getType();
  const auto *Class = T->getAsCXXRecordDecl();
  const std::optional<GuardTraits> Traits = R.guard(T);
  if (!Class || !Traits || Traits->Contains || T.isConstQualified())
    return "";
  const Role *Said = R.of(T, RoleKind::LockGuard);
  if (!Said)
    Said = R.of(T, RoleKind::LockedPointer);
  llvm::SmallVector<llvm::StringRef, 4> Names{"unlock"};
  if (Said)
    Names = Said->list("unlock");
  for (llvm::StringRef Name : Names)
    for (const CXXMethodDecl *Method : Class->methods())
      if (Method->getDeclName().isIdentifier() && Method->getName() == Name &&
          Method->getAccess() == AS_public &&
          Method->getMinRequiredArguments() == 0)
        return Name;
  return "";
}

} // namespace

std::vector<Fix> fixesFor(const HeldLock &Lock, const Function &F,
                          const Roles &R) {
  if (!Lock.Guard || isa<ParmVarDecl>(Lock.Guard) || Lock.Suspensions.empty() ||
      Lock.Suspensions.front()->isImplicit())
    return {};
  const std::optional<Region> Found =
      regionOf(*Lock.Guard, *Lock.Suspensions.front()->Expr, F);
  if (!Found || Found->After.Used.contains(Lock.Guard))
    return {};
  const SourceManager &SM = F.Decl.getASTContext().getSourceManager();
  const SourceLocation Start = Found->Guard->getBeginLoc(),
                       Stop = Found->Suspends->getBeginLoc();
  if (Start.isMacroID() || Stop.isMacroID())
    return {};
  const std::optional<llvm::StringRef> Indent = indentOf(Stop, SM);
  if (!Indent)
    return {};
  // What is used under the lock and again after it wants the lock there, too; a
  // guard around nothing is about what comes after it.
  if (Found->Before.Used.empty() && Found->Before.Shared.empty())
    return {};
  if (intersects(Found->Before.Shared, Found->After.Shared))
    return {};

  std::vector<Fix> Fixes;
  if (!Found->Before.DeclaresTypes &&
      !intersects(Found->Before.Declared, Found->After.Used))
    Fixes.push_back(
        {"end the scope of '" + Lock.Name + "' before suspending",
         {FixItHint::CreateInsertion(Start, "{ "),
          FixItHint::CreateInsertion(Stop, ("}\n" + *Indent).str())}});
  const llvm::StringRef Unlock = unlockMethod(*Lock.Guard, R);
  // Only what is certainly locked there can be unlocked.
  if (!Unlock.empty() && Lock.EveryPath &&
      Lock.Acquired == Lock.Guard->getLocation() &&
      !Found->Before.Used.contains(Lock.Guard))
    Fixes.push_back(
        {"unlock '" + Lock.Name + "' before suspending",
         {FixItHint::CreateInsertion(
             Stop, Lock.Name + ("." + Unlock + "();\n" + *Indent).str())}});
  return Fixes;
}

} // namespace corolint
