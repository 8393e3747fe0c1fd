/// \file
/// CoroutineModel: the functions of one file, which of them are coroutines, and
/// where those suspend. What every check starts from.

#ifndef COROLINT_CHECKS_MODEL_COROUTINEMODEL_H
#define COROLINT_CHECKS_MODEL_COROUTINEMODEL_H

#include "checks/roles/Roles.h"

#include "clang/AST/Decl.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Analysis/CFG.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include <memory>
#include <string>
#include <vector>

namespace corolint {

/// A place where a coroutine gives its thread away.
struct SuspensionPoint {
  enum class Kind { Initial, Await, Yield, Final };

  Kind At;
  /// The CoawaitExpr, CoyieldExpr or DependentCoawaitExpr; nullptr for the
  /// initial and final suspends, which nobody wrote.
  const clang::Expr *Expr;
  clang::SourceLocation Where;
  /// False if the awaiter is proven to be always ready.
  bool Suspends;

  bool isImplicit() const { return At == Kind::Initial || At == Kind::Final; }
};

/// A function, lambda body or template pattern whose body is in scope.
class Function {
public:
  Function(const clang::FunctionDecl &Decl, const Roles &R);

  const clang::FunctionDecl &Decl;
  /// What the author wrote: for a coroutine, without the transformed parts.
  const clang::Stmt *Body;
  /// nullptr if this is no coroutine.
  const clang::CoroutineBodyStmt *Coroutine;
  /// In source order; the initial suspend first, the final one last.
  std::vector<SuspensionPoint> Suspensions;

  bool isCoroutine() const { return Coroutine != nullptr; }
  /// A coroutine that produces values for a caller on the same thread
  /// (`std::generator`): it has no executor to hold up.
  bool isGenerator() const { return Generator; }
  /// The suspension point of a co_await or co_yield; nullptr for others.
  const SuspensionPoint *suspensionAt(const clang::Stmt *S) const;
  /// As messages name it: `f`, `Session::run`, or `a lambda`.
  std::string name() const;

  /// The control flow graph with every expression, implicit destructor and end
  /// of lifetime as an element; built on first use, nullptr if Clang can't.
  /// In it a co_await is one element, after its operand; the initial and final
  /// suspends are not in it.
  const clang::CFG *cfg() const;

private:
  bool Generator = false;
  mutable bool CfgTried = false;
  mutable std::unique_ptr<clang::CFG> Graph;
};

/// Not thread safe; lives as long as the AST.
class CoroutineModel {
public:
  /// Finds the functions outside system headers. A template's pattern is one
  /// of them only if the file has no instantiation of it.
  CoroutineModel(clang::ASTContext &Ast, const Roles &R);

  /// Every function with a body, in source order.
  llvm::ArrayRef<std::unique_ptr<Function>> functions() const {
    return Functions;
  }
  /// Those that are coroutines.
  llvm::ArrayRef<const Function *> coroutines() const { return Coroutines; }

  /// \returns nullptr if the body of \p Decl is not in scope.
  const Function *find(const clang::FunctionDecl *Decl) const;

  /// \returns the one \p Analysis of this file, a class made of a model and
  /// roles: several checks ask the same one.
  template <class Analysis> Analysis &shared(const Roles &R) const {
    static const char Key = 0;
    std::shared_ptr<void> &Slot = Analyses[&Key];
    if (!Slot)
      Slot = std::make_shared<Analysis>(*this, R);
    return *static_cast<Analysis *>(Slot.get());
  }

private:
  std::vector<std::unique_ptr<Function>> Functions;
  std::vector<const Function *> Coroutines;
  llvm::DenseMap<const clang::FunctionDecl *, const Function *> ByDecl;
  mutable llvm::DenseMap<const void *, std::shared_ptr<void>> Analyses;
};

} // namespace corolint

#endif
