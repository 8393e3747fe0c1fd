/// \file
/// StaleAnalysis: what was taken from one thread, along each path, and whether
/// the coroutine has suspended since. Private to its sources.

#ifndef COROLINT_CHECKS_MODEL_STALEANALYSIS_H
#define COROLINT_CHECKS_MODEL_STALEANALYSIS_H

#include "checks/model/ThreadBound.h"
#include "checks/roles/ThreadLocals.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace corolint {

/// How the body mentions what is followed (StaleMentions.cpp).
struct StaleMentions {
  explicit StaleMentions(const Function &F);

  /// Mentions that look at no object: of an address that is compared, of a
  /// pointer that is assigned.
  llvm::DenseSet<const clang::DeclRefExpr *> Benign;
  /// Mentions of pointers whose address is taken: somebody sets them.
  llvm::DenseSet<const clang::DeclRefExpr *> Escaping;
  /// Calls that locate errno for something else than to read it.
  llvm::DenseSet<const clang::CallExpr *> ErrnoWrites;
  /// Whether the body is about errno at all.
  bool UsesErrno = false;
  /// Awaits whose value is used: it speaks for the errors until then.
  llvm::DenseSet<const clang::Expr *> ValueUsed;
  /// The range-for over which each implicit variable walks.
  llvm::DenseMap<const clang::VarDecl *, const clang::CXXForRangeStmt *> Loops;
};

/// What a call does to errno.
enum class ErrnoUse { None, Locates, Reads, Sets, Unknown };
ErrnoUse errnoUse(const clang::CallExpr &Call);

class StaleAnalysis {
public:
  /// One thing that was taken and not yet used after a suspension.
  struct Entry {
    /// nullptr for errno.
    const clang::VarDecl *Var;
    unsigned Binding;
    /// The latest suspension since, as an index; -1 before the first.
    int Last = -1;
    bool operator==(const Entry &) const = default;
  };
  using State = llvm::SmallVector<Entry, 2>;
  using Path = FlowPath<State>;

  StaleAnalysis(const Function &F, const Roles &R);

  void enter(State &S);
  void step(const clang::CFGElement &E, Path &P, const PathStep &Here,
            llvm::SmallVectorImpl<Path> &Forks);
  void leave(const Path &, const PathStep &) {}

  std::vector<StaleUse> take() const;

private:
  struct Binding {
    const clang::VarDecl *Var;
    clang::SourceLocation Where;
    std::optional<ThreadLocalSource> From;
    /// For a pointer that only one thread may use.
    const Role *Said;
    /// For errno.
    const clang::CallExpr *Setter;
    /// The first uses after a suspension, and the latest one before each.
    std::set<std::pair<clang::SourceLocation, int>> Uses;
    /// For each suspension those that came right before it, or -1.
    std::map<int, std::set<int>> Before;
  };

  void statement(const clang::Stmt *S, State &State);
  void suspend(const clang::Expr &Await, State &S);
  void declare(const clang::VarDecl &Var, State &S);
  void assign(const clang::Expr *To, const clang::Expr *Value, State &S);
  void mention(const clang::DeclRefExpr &Ref, State &S);
  void call(const clang::CallExpr &Call, State &S);
  void bind(Binding New, State &S);
  void use(Entry *E, clang::SourceLocation Where, State &S);
  static Entry *find(State &S, const clang::VarDecl *Var);
  static void forget(State &S, const clang::VarDecl *Var);
  std::optional<ThreadLocalSource> sourceOf(const clang::VarDecl &Var,
                                            const clang::Expr *Value,
                                            const State &S) const;
  const Role *pointerRole(clang::QualType T) const;
  StaleUse describe(const Binding &B) const;

  const Function &F;
  const Roles &R;
  const clang::ASTContext &Ast;
  const StaleMentions Mentions;
  /// The coroutine goes on in the thread that it began in.
  bool OneThread;
  std::vector<Binding> Bindings;
};

} // namespace corolint

#endif
