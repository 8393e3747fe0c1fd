/// \file
/// Reading copy constructors and destructors for reference counts.

#include "checks/model/SendableCounts.h"

#include "checks/roles/ClassWalk.h"
#include "checks/roles/StmtSearch.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

namespace corolint {
namespace {

using namespace clang;

/// What a constructor or destructor does to integers behind pointers.
class CountReader {
public:
  explicit CountReader(const Roles &R) : R(R) {}

  /// The counts that go up and down, by their member or pointer.
  llvm::SmallPtrSet<const ValueDecl *, 2> Up, Down;
  SourceLocation FirstUp;
  /// Something is freed, or its destructor called.
  bool Frees = false;
  /// A lock is taken, or something is done atomically.
  bool Ordered = false;

  void read(const FunctionDecl &F) {
    if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&F))
      for (const CXXCtorInitializer *Init : Constructor->inits())
        visit(Init->getInit(), /*Behind=*/false, /*Depth=*/0);
    visit(bodyOf(F), /*Behind=*/false, /*Depth=*/0);
  }

private:
  static constexpr unsigned MaxDepth = 4;

  /// \p Behind says whether `this` was reached through a pointer.
  void visit(const Stmt *Root, bool Behind, unsigned Depth) {
    anyStmt(Root, [&](const Stmt &S) {
      if (const auto *Step = dyn_cast<UnaryOperator>(&S);
          Step && Step->isIncrementDecrementOp())
        count(*Step->getSubExpr(), Step->isIncrementOp(), Behind, S);
      else if (const auto *Add = dyn_cast<CompoundAssignOperator>(&S);
               Add && (Add->getOpcode() == BO_AddAssign ||
                       Add->getOpcode() == BO_SubAssign))
        count(*Add->getLHS(), Add->getOpcode() == BO_AddAssign, Behind, S);
      else if (isa<CXXDeleteExpr>(S))
        Frees = true;
      else if (isa<AtomicExpr>(S))
        Ordered = true;
      else if (const auto *Decls = dyn_cast<DeclStmt>(&S))
        declares(*Decls);
      else if (const auto *Call = dyn_cast<CallExpr>(&S))
        call(*Call, Behind, Depth);
      else if (const auto *Made = dyn_cast<CXXConstructExpr>(&S);
               Made && Depth < MaxDepth &&
               !Made->getConstructor()->isCopyOrMoveConstructor())
        visit(bodyOf(*Made->getConstructor()), Behind, Depth + 1);
      return false;
    });
  }

  void declares(const DeclStmt &Decls) {
    for (const Decl *D : Decls.decls())
      if (const auto *Var = dyn_cast<VarDecl>(D))
        Ordered |= R.guard(Var->getType()).has_value();
  }

  /// The member that \p E is, or the pointer that it is behind; sets \p Behind
  /// if a pointer other than `this` leads there.
  static const ValueDecl *target(const Expr &E, bool &Behind) {
    const ValueDecl *Target = nullptr;
    for (const Expr *At = E.IgnoreParenCasts(); At;) {
      if (const auto *Member = dyn_cast<MemberExpr>(At)) {
        if (!isa<FieldDecl>(Member->getMemberDecl()))
          return nullptr;
        if (!Target)
          Target = Member->getMemberDecl();
        At = Member->getBase()->IgnoreParenCasts();
        Behind |= Member->isArrow() && !isa<CXXThisExpr>(At);
      } else if (const auto *Deref = dyn_cast<UnaryOperator>(At);
                 Deref && Deref->getOpcode() == UO_Deref) {
        Behind = true;
        At = Deref->getSubExpr()->IgnoreParenCasts();
      } else if (const auto *Ref = dyn_cast<DeclRefExpr>(At)) {
        // A function's own variable, and what a static member counts, is not
        // what owners share.
        const auto *Var = dyn_cast<VarDecl>(Ref->getDecl());
        return Var && Var->hasLocalStorage() ? Target : nullptr;
      } else if (isa<CXXThisExpr>(At)) {
        return Target;
      } else {
        return nullptr;
      }
    }
    return nullptr;
  }

  void count(const Expr &E, bool IsUp, bool Behind, const Stmt &Where) {
    const QualType T = E.getType();
    if (!T->isIntegerType() || T->isAtomicType() || T.isVolatileQualified())
      return;
    const ValueDecl *Target = target(E, Behind);
    if (!Target || !Behind)
      return;
    Target = cast<ValueDecl>(Target->getCanonicalDecl());
    (IsUp ? Up : Down).insert(Target);
    if (IsUp && FirstUp.isInvalid())
      FirstUp = Where.getBeginLoc();
  }

  void call(const CallExpr &Call, bool Behind, unsigned Depth) {
    const FunctionDecl *Callee = Call.getDirectCallee();
    const llvm::StringRef Name = calleeName(Call);
    Ordered |= Name.starts_with("__atomic_") || Name.starts_with("__sync_") ||
               Name.contains("Interlocked") || Name == "lock";
    Frees |= Name == "free" || isa<CXXPseudoDestructorExpr>(
                                   Call.getCallee()->IgnoreParenImpCasts());
    if (!Callee || Depth >= MaxDepth || Callee->isVariadic())
      return;
    Frees |= isa<CXXDestructorDecl>(Callee);
    const auto *Member = dyn_cast<CXXMemberCallExpr>(&Call);
    if (Member && Member->getMethodDecl() &&
        Member->getMethodDecl()->isVirtual())
      return;
    bool Into = Behind;
    if (Member) {
      const Expr *Object =
          Member->getImplicitObjectArgument()->IgnoreParenCasts();
      if (!isa<CXXThisExpr>(Object))
        Into = Behind || Object->getType()->isPointerType() ||
               reachesThroughPointer(*Object);
    } else {
      // `intrusive_ptr_add_ref(p)`: the pointer is a parameter there.
      Into = false;
    }
    visit(bodyOf(*Callee), Into, Depth + 1);
  }

  static bool reachesThroughPointer(const Expr &Object) {
    bool Behind = false;
    target(Object, Behind);
    return Behind;
  }

  const Roles &R;
};

const CXXConstructorDecl *copyConstructorOf(const CXXRecordDecl &Class) {
  for (const CXXConstructorDecl *Constructor : Class.ctors())
    if (Constructor->isCopyConstructor() && Constructor->isUserProvided())
      return Constructor;
  return nullptr;
}

/// The one that has bodies: an instantiation's may be missing.
template <class Method> const Method *withBody(const Method *M) {
  const FunctionDecl *Definition = nullptr;
  return M && M->hasBody(Definition) ? cast<Method>(Definition) : M;
}

} // namespace

std::optional<SourceLocation> countsWithoutAtomics(const CXXRecordDecl &Class,
                                                   const Roles &R) {
  const auto *Copy = withBody(copyConstructorOf(Class));
  const auto *Destructor = withBody(destructorOf(Class));
  if (!Copy || !Destructor || Class.isDependentContext())
    return std::nullopt;
  CountReader Made(R), Gone(R);
  Made.read(*Copy);
  Gone.read(*Destructor);
  const bool Shares = llvm::any_of(Made.Up, [&](const ValueDecl *Count) {
    return Gone.Down.contains(Count);
  });
  if (!Shares || !Gone.Frees || Made.Ordered || Gone.Ordered)
    return std::nullopt;
  return Made.FirstUp;
}

} // namespace corolint
