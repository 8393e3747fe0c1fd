/// \file
/// How a body mentions variables and errno.

#include "checks/model/StaleAnalysis.h"

#include "checks/model/Calls.h"
#include "checks/model/OwnBody.h"

#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/StringSwitch.h"

namespace corolint {
namespace {

using namespace clang;

/// The function of the C library that each errno macro calls.
bool locatesErrno(llvm::StringRef Name) {
  return llvm::StringSwitch<bool>(Name)
      .Cases("__errno_location", "__error", "___errno", "__errno", "_errno",
             "__get_errno_ptr", true)
      .Default(false);
}

/// What a comparison or a discarded value looks at: only the address of an
/// object, not the object.
const DeclRefExpr *addressOnly(const Expr *E) {
  E = E->IgnoreParenImpCasts();
  if (const auto *Op = dyn_cast<UnaryOperator>(E);
      Op && Op->getOpcode() == UO_AddrOf)
    return dyn_cast<DeclRefExpr>(Op->getSubExpr()->IgnoreParens());
  const auto *Ref = dyn_cast<DeclRefExpr>(E);
  return Ref && Ref->getType()->isPointerType() &&
                 !Ref->getDecl()->getType()->isReferenceType()
             ? Ref
             : nullptr;
}

/// The variable that \p E names, or points to.
const DeclRefExpr *named(const Expr *E) {
  E = E->IgnoreParenImpCasts();
  if (const auto *Op = dyn_cast<UnaryOperator>(E);
      Op && (Op->getOpcode() == UO_AddrOf || Op->getOpcode() == UO_Deref))
    E = Op->getSubExpr()->IgnoreParenImpCasts();
  return dyn_cast<DeclRefExpr>(E);
}

/// Whether \p Method gives its object work to run in its own thread.
bool takesWork(const CXXMethodDecl &Method) {
  constexpr llvm::StringLiteral Names[] = {
      "post", "dispatch", "execute", "schedule", "spawn", "submit", "enqueue"};
  return Method.getDeclName().isIdentifier() &&
         llvm::is_contained(Names, Method.getName());
}

bool isExecutor(QualType T) {
  T = T->isPointerType() ? T->getPointeeType() : T.getNonReferenceType();
  const auto *Class = T->getAsCXXRecordDecl();
  return Class && Class->hasDefinition() &&
         llvm::any_of(Class->methods(), [](const CXXMethodDecl *Method) {
           return takesWork(*Method);
         });
}

class MentionFinder : public OwnBodyVisitor<MentionFinder> {
public:
  explicit MentionFinder(StaleMentions &Found) : Found(Found) {}

  bool VisitBinaryOperator(BinaryOperator *Op) {
    if (Op->isEqualityOp() || Op->isRelationalOp()) {
      benign(addressOnly(Op->getLHS()));
      benign(addressOnly(Op->getRHS()));
    } else if (Op->getOpcode() == BO_Assign) {
      assigned(Op->getLHS());
      written(Op->getLHS());
    }
    return true;
  }
  bool VisitCXXOperatorCallExpr(CXXOperatorCallExpr *E) {
    if (E->getOperator() == OO_Equal)
      assigned(E->getArg(0));
    return true;
  }
  bool VisitUnaryOperator(UnaryOperator *Op) {
    const auto *Ref =
        dyn_cast<DeclRefExpr>(Op->getSubExpr()->IgnoreParenCasts());
    if (Op->getOpcode() == UO_AddrOf)
      written(Op->getSubExpr());
    if (Op->getOpcode() == UO_AddrOf && Ref &&
        Ref->getDecl()->getType()->isPointerType())
      Found.Escaping.insert(Ref);
    return true;
  }
  bool VisitCallExpr(CallExpr *E) {
    const ErrnoUse Use = errnoUse(*E);
    Found.UsesErrno |= Use == ErrnoUse::Locates || Use == ErrnoUse::Reads;
    for (const Expr *Arg : E->arguments())
      escaping(Arg);
    return true;
  }
  bool VisitCXXConstructExpr(CXXConstructExpr *E) {
    for (const Expr *Arg : E->arguments())
      escaping(Arg);
    return true;
  }
  bool VisitCastExpr(CastExpr *E) {
    if (E->getCastKind() == CK_PointerToBoolean ||
        E->getCastKind() == CK_PointerToIntegral ||
        (isa<ExplicitCastExpr>(E) && E->getType()->isVoidPointerType()))
      benign(addressOnly(E->getSubExpr()));
    else if (E->getCastKind() == CK_ToVoid)
      benign(dyn_cast<DeclRefExpr>(E->getSubExpr()->IgnoreParenImpCasts()));
    return true;
  }
  bool VisitCXXForRangeStmt(CXXForRangeStmt *For) {
    for (const DeclStmt *Decls :
         {For->getRangeStmt(), For->getBeginStmt(), For->getEndStmt()})
      if (Decls)
        for (const Decl *D : Decls->decls())
          if (const auto *Var = dyn_cast<VarDecl>(D))
            Found.Loops[Var] = For;
    return true;
  }
  bool VisitCompoundStmt(CompoundStmt *Block) {
    for (const Stmt *S : Block->body())
      discarded(S);
    return true;
  }
  bool VisitIfStmt(IfStmt *S) {
    discarded(S->getThen());
    if (S->getElse())
      discarded(S->getElse());
    return true;
  }
  bool VisitCXXMemberCallExpr(CXXMemberCallExpr *E) {
    // Work is given to a thread's own executor from any other.
    const CXXMethodDecl *Method = E->getMethodDecl();
    if (Method && takesWork(*Method))
      benign(named(E->getImplicitObjectArgument()));
    return true;
  }
  bool VisitCoawaitExpr(CoawaitExpr *E) {
    // `co_await resume_on(home)`: it is there to go where it belongs.
    if (const auto *Call = dyn_cast<CallExpr>(skipWrappers(E->getOperand())))
      for (const Expr *Arg : Call->arguments())
        if (isExecutor(Arg->getType()))
          benign(named(Arg));
    if (!E->getType()->isVoidType())
      Found.ValueUsed.insert(E);
    return true;
  }

  llvm::DenseSet<const Expr *> Discarded;

private:
  void written(const Expr *E) {
    const auto *Op = dyn_cast<UnaryOperator>(E->IgnoreParens());
    if (!Op || Op->getOpcode() != UO_Deref)
      return;
    if (const auto *Call =
            dyn_cast<CallExpr>(Op->getSubExpr()->IgnoreParenImpCasts()))
      Found.ErrnoWrites.insert(Call);
  }
  void benign(const DeclRefExpr *Ref) {
    if (Ref)
      Found.Benign.insert(Ref);
  }
  void assigned(const Expr *To) {
    const auto *Ref = dyn_cast<DeclRefExpr>(To->IgnoreParenImpCasts());
    if (Ref && !Ref->getDecl()->getType()->isReferenceType())
      benign(Ref);
  }
  /// A pointer handed over itself, not its value.
  void escaping(const Expr *Arg) {
    const auto *Ref = dyn_cast<DeclRefExpr>(Arg->IgnoreParens());
    if (Ref && Ref->getDecl()->getType()->isPointerType())
      Found.Escaping.insert(Ref);
  }
  void discarded(const Stmt *S) {
    if (const auto *E = dyn_cast<Expr>(S))
      Discarded.insert(skipWrappers(E));
  }

  StaleMentions &Found;
};

} // namespace

StaleMentions::StaleMentions(const Function &F) {
  MentionFinder Finder(*this);
  Finder.TraverseStmt(const_cast<Stmt *>(F.Body));
  for (const Expr *E : Finder.Discarded)
    ValueUsed.erase(E);
}

ErrnoUse errnoUse(const CallExpr &Call) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  if (!Callee || !Callee->getDeclName().isIdentifier())
    return Callee && Callee->isInStdNamespace() ? ErrnoUse::None
                                                : ErrnoUse::Unknown;
  const llvm::StringRef Name = Callee->getName();
  if (Callee->isExternC()) {
    if (locatesErrno(Name))
      return ErrnoUse::Locates;
    if (Name == "perror" || Name == "err" || Name == "warn")
      return ErrnoUse::Reads;
  }
  const SourceManager &SM = Callee->getASTContext().getSourceManager();
  if (!SM.isInSystemHeader(Callee->getLocation()))
    return ErrnoUse::Unknown;
  // The standard library reports its errors by other means.
  if (!Callee->isExternC())
    return Callee->isInStdNamespace() ? ErrnoUse::None : ErrnoUse::Unknown;
  // What works on memory, and what returns its error.
  const bool Pure = Callee->hasAttr<ConstAttr>() ||
                    Callee->hasAttr<PureAttr>() ||
                    Callee->getReturnType()->isVoidType() ||
                    Name.starts_with("pthread_") || Name.starts_with("mem") ||
                    (Name.starts_with("str") && !Name.starts_with("strto") &&
                     Name != "strdup");
  return Pure ? ErrnoUse::None : ErrnoUse::Sets;
}

} // namespace corolint
