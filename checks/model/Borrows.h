/// \file
/// Borrows: what values refer to without owning it.

#ifndef COROLINT_CHECKS_MODEL_BORROWS_H
#define COROLINT_CHECKS_MODEL_BORROWS_H

#include "checks/model/CoroutineModel.h"

#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"
#include <memory>

namespace corolint {

/// One thing that a value refers to.
struct Borrow {
  enum class Kind {
    Reference,
    Pointer,
    View,
    This,
    /// A coroutine's captures are read from its lambda.
    Closure,
  };

  Kind How = Kind::Reference;
  /// The capture or argument that makes it.
  clang::SourceLocation Where = {};
  /// A variable or structured binding. A parameter of reference type is what
  /// the caller has bound to it.
  const clang::ValueDecl *Of = nullptr;
  /// A temporary, or the lambda that makes one; it dies at the end of its
  /// full-expression.
  const clang::Expr *Temporary = nullptr;
  /// What the value of \c Of refers to, whoever gave it to the function: for
  /// by-value parameters, of which no more can be said.
  bool Carried = false;
  /// It is in what \c Of owns, and goes elsewhere when that is moved.
  bool Within = false;
  /// The function whose coroutine holds it; nullptr if it is in a callable.
  const clang::FunctionDecl *Holder = nullptr;
  /// The parameter it is bound to there; nullptr for the object.
  const clang::ParmVarDecl *Param = nullptr;
};

/// Answers for one file. Unknown functions and values refer to nothing. Not
/// thread safe; lives as long as the model.
class Borrows {
public:
  using List = llvm::SmallVectorImpl<Borrow>;

  Borrows(const CoroutineModel &Model, const Roles &R) : Model(Model), R(R) {}

  /// Adds what the value of \p E refers to: a pointer or view, a callable's
  /// captures, what a coroutine was given, what is in an aggregate or
  /// container; a named one refers to what it was made with. \p Where is the
  /// place to report where no capture or argument is nearer.
  void carriedBy(const clang::Expr &E, clang::SourceLocation Where, List &Out);

  /// Adds the objects that \p E designates, as borrowed like \p Like.
  void designated(const clang::Expr &E, Borrow Like, List &Out);

  /// Whether values of type \p T can refer to something: pointers, views,
  /// callables, tasks, and what holds one of these.
  bool mayBorrow(clang::QualType T) { return mayBorrow(T, 0); }

  /// Whether \p T is what coroutines return.
  bool isCoroutineType(clang::QualType T) const;

  /// What a coroutine type does with its coroutine, also one that nobody can
  /// await.
  TaskTraits traitsOf(clang::QualType T) const;

  /// The function that runs when \p Callable is called, if it is a lambda, or
  /// a wrapper or variable made of one.
  const clang::LambdaExpr *lambdaOf(const clang::Expr &Callable);

  /// Whether the call operator of \p Closure is a coroutine that reads what it
  /// captured when it is resumed.
  bool readsCaptures(const clang::CXXRecordDecl &Closure);

  /// As carriedBy, for a callable or task that runs, up to its first
  /// suspension, before the call that it is given to returns.
  void carriedWhenStarted(const clang::Expr &E, clang::SourceLocation Where,
                          List &Out);

  /// Whether \p Coroutine mentions \p Var, with nullptr `this`, after it has
  /// suspended for the first time: a lazy one has before it begins.
  /// What an awaited operand refers to counts, too, if \p Referred says so.
  bool mentionsWhenResumed(const Function &Coroutine,
                           const clang::ValueDecl *Var, bool Referred = true);

  const Roles &roles() const { return R; }
  const CoroutineModel &model() const { return Model; }

private:
  /// What one variable is given, anywhere.
  struct Values {
    llvm::SmallVector<const clang::Expr *, 2> Given;
    /// More than its initialiser, and not only by filling it.
    bool Reassigned = false;
  };
  class ValueFinder;

  /// The call operator, of a generic lambda the pattern's; nullptr if there is
  /// no body.
  const Function *bodyOf(const clang::CXXRecordDecl &Closure);
  const Values &valuesOf(const clang::VarDecl &Var);
  bool mayBorrow(clang::QualType T, unsigned Depth);
  /// Whether a \p T owns what its `*`, `[]`, `front()` and `data()` reach.
  bool ownsContents(clang::QualType T) const;
  /// Whether \p Shared, a local shared pointer, is the last to have what it
  /// points to: made here, and never copied or moved.
  bool isOnlyOwner(const clang::Expr &Shared);
  /// Whether a \p T says where something is that others own.
  bool isReference(clang::QualType T) const;

  void ofVariable(const clang::ValueDecl &Named, Borrow Like, List &Out);
  void carriedByVariable(const clang::VarDecl &Var, clang::SourceLocation Where,
                         List &Out);
  void designatedByCall(const clang::CallExpr &Call, Borrow Like, List &Out);
  /// What a pointer, iterator or view \p E leads to.
  void pointee(const clang::Expr &E, Borrow Like, List &Out);

  void carriedByLambda(const clang::LambdaExpr &Lambda, List &Out);
  void carriedByObject(const clang::CXXConstructExpr &Made,
                       clang::SourceLocation Where, List &Out);
  void carriedByAggregate(const clang::InitListExpr &Made,
                          clang::SourceLocation Where, List &Out);
  void carriedByCall(const clang::CallExpr &Call, clang::SourceLocation Where,
                     List &Out);
  bool carriedByWrapper(const clang::CallExpr &Call, List &Out);
  bool carriedByMember(const clang::CallExpr &Call, clang::SourceLocation Where,
                       List &Out);
  bool carriedByStdCall(const clang::CallExpr &Call,
                        clang::SourceLocation Where, List &Out);
  /// What a view of type \p T refers to that is made of \p Source.
  void viewOf(const clang::Expr &Source, clang::QualType T,
              clang::SourceLocation Where, List &Out);
  /// What is kept of \p Arg in a parameter or field of type \p Kept.
  void keptIn(clang::QualType Kept, const clang::Expr &Arg, Borrow Like,
              List &Out);

  void heldByCoroutine(const clang::CallExpr &Call,
                       const clang::FunctionDecl &Callee, List &Out);
  /// What the result of a function refers to, in terms of its parameters.
  llvm::ArrayRef<Borrow> resultOf(const clang::FunctionDecl &Callee);
  /// The same for what a constructor puts into the object's members.
  llvm::ArrayRef<Borrow> keptBy(const clang::CXXConstructorDecl &Constructor);
  /// Puts a call's arguments in the place of its parameters.
  void substitute(llvm::ArrayRef<Borrow> Result, const clang::Expr &Call,
                  const clang::FunctionDecl &Callee,
                  clang::SourceLocation Where, List &Out);

  const CoroutineModel &Model;
  const Roles &R;
  llvm::DenseMap<const void *, bool> Types;
  llvm::DenseMap<const clang::VarDecl *, Values> Variables;
  llvm::DenseSet<const Function *> Searched;
  llvm::DenseMap<const clang::FunctionDecl *, llvm::SmallVector<Borrow, 2>>
      Results;
  llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<Function>>
      Patterns;
  /// Coroutines are started before anything that they refer to can die.
  bool StartsNow = false;
  /// Variables and functions being looked into.
  llvm::DenseSet<const clang::Decl *> Active;
};

/// Whether \p Body mentions \p Var; with nullptr, `this`.
bool mentions(const clang::Stmt *Body, const clang::ValueDecl *Var);

} // namespace corolint

#endif
