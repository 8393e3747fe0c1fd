/// \file
/// BoundAnalysis: which thread-bound objects are alive, and which sections are
/// open, along each path. Private to its sources.

#ifndef COROLINT_CHECKS_MODEL_BOUNDANALYSIS_H
#define COROLINT_CHECKS_MODEL_BOUNDANALYSIS_H

#include "checks/model/Calls.h"
#include "checks/model/SuspensionTrail.h"
#include "checks/model/ThreadBound.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace corolint {

class BoundAnalysis {
public:
  /// What is known of one object or section. Objects that are not there, and
  /// sections that are not open, have no entry.
  struct Entry {
    unsigned Subject;
    int Status;
    /// A section that was open at a suspension.
    bool Suspended = false;
    bool operator==(const Entry &) const = default;
  };
  using State = llvm::SmallVector<Entry, 2>;
  using Path = FlowPath<State>;

  BoundAnalysis(const Function &F, const CoroutineModel &Model, const Roles &R,
                const Conditions &Tests);

  /// Whether the function has anything to follow.
  bool isNeeded() const { return Needed; }

  void enter(State &S);
  void step(const clang::CFGElement &E, Path &P, const PathStep &Here,
            llvm::SmallVectorImpl<Path> &Forks);
  void leave(const Path &P, const PathStep &Here);

  std::vector<BoundScope> take() const;

private:
  /// The status of an entry is a beginning's number in the trail, or one of
  /// these; Alive is a value only.
  static constexpr int Empty = -1, Unknown = -2, Alive = -3;

  struct Subject {
    BoundScope::Kind Is;
    std::string Name;
    std::string Reason;
    std::string Holds;
    /// What ends it: methods of an object, functions for a section.
    llvm::SmallVector<llvm::StringRef, 4> Until;
    /// The variable or temporary; nullptr for a section.
    const void *Object = nullptr;
    /// Whether a section is undone after a suspension.
    bool Undone = false;
  };

  // Subjects and states.
  unsigned intern(const void *Key, Subject New);
  std::optional<unsigned> objectIn(const clang::Expr *E, const State &S) const;
  static Entry *find(State &S, unsigned Subject);
  static const Entry *find(const State &S, unsigned Subject);
  static void forget(State &S, unsigned Subject);
  void forget(State &S, const void *Key) const;
  void set(State &S, unsigned Subject, int Status, clang::SourceLocation Where);
  void atSuspension(const SuspensionPoint &Point, State &S,
                    const PathStep *Here);

  // Elements.
  void statement(const clang::Stmt *S, Path &P, const PathStep &Here,
                 llvm::SmallVectorImpl<Path> &Forks);
  void declare(const clang::VarDecl &Var, State &S);
  bool method(const MemberCall &Call, Path &P);
  void passArguments(const clang::Expr &E, State &S);
  void captures(const clang::LambdaExpr &Lambda, State &S);

  // Lifetimes (BoundLifetimes.cpp).
  void findEnclosures();
  bool reaches(const void *Key, const clang::Expr *Await) const;
  void findGiven(const clang::Expr &Call);
  void temporary(const clang::CXXBindTemporaryExpr &Bind, State &S);

  // What a new object is: Alive, Empty or Unknown (BoundValue.cpp).
  unsigned subjectOf(const clang::VarDecl &Var,
                     const ThreadBoundTraits &Traits);
  const ThreadBoundTraits *traitsOf(const clang::VarDecl &Var) const;
  bool isBoundResult(const clang::Expr *Init) const;
  int valueOf(const clang::Expr *E, State &S);
  int valueOfConstruction(const clang::Expr &E, State &S);
  int valueOfCall(const clang::CallExpr &Call);

  // Sections (BoundSections.cpp).
  const clang::CallExpr *beginning(const clang::CallExpr &Call) const;
  static bool ends(llvm::ArrayRef<llvm::StringRef> Until,
                   const std::set<std::string> &Called);
  void callsIn(const clang::Stmt *Body, unsigned Depth,
               std::set<std::string> &Names) const;
  bool endSections(State &S, const std::set<std::string> &Called,
                   clang::SourceLocation Where, bool Undoes);
  void section(const clang::CallExpr &Call, Path &P,
               llvm::SmallVectorImpl<Path> &Forks);
  void destroy(const clang::VarDecl &Var, State &S,
               clang::SourceLocation Where);

  const Function &F;
  const CoroutineModel &Model;
  const Roles &R;
  const Conditions &Tests;
  bool Needed = false;
  /// Temporaries that the control flow graph destroys.
  llvm::DenseSet<const clang::CXXBindTemporaryExpr *> Temporaries;
  /// Temporaries that a call takes over.
  llvm::DenseSet<const clang::CXXBindTemporaryExpr *> Given;
  /// The scope of each variable and the full expression of each temporary, and
  /// what there is of both around each await.
  llvm::DenseMap<const void *, const clang::Stmt *> Within;
  llvm::DenseMap<const clang::Stmt *, std::vector<const clang::Stmt *>> Around;
  llvm::DenseMap<const void *, unsigned> Subjects;
  std::vector<Subject> Table;
  SuspensionTrail Trail;
};

} // namespace corolint

#endif
