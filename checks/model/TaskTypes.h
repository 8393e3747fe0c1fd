/// \file
/// TaskTypes: what is lost when a value is dropped that nobody has used.

#ifndef COROLINT_CHECKS_MODEL_TASKTYPES_H
#define COROLINT_CHECKS_MODEL_TASKTYPES_H

#include "checks/roles/Roles.h"

namespace corolint {

/// What is owed for a value: an await, or somebody who keeps a handle.
enum class Debt {
  None,
  /// A lazy task: its coroutine never runs.
  Task,
  /// Something else that happens only when it is awaited: a timer, a sender.
  Operation,
  /// Eager or not, awaiting it gives a lock, which nobody holds before.
  Lock,
  /// Work that runs, and that ends, or blocks, or is lost with its handle.
  Handle,
};

/// One view of the types of a file. Not thread safe; cheap to copy.
class TaskTypes {
public:
  enum class Of {
    /// Debts that an await pays.
    Await,
    /// Handles whose loss ends their work, blocks, or loses an exception.
    Handle,
    /// The same, with those that detach.
    AnyHandle,
    /// Every task that one await or one owner uses up.
    Use,
  };

  TaskTypes(const Roles &R, Of Wanted) : R(R), Wanted(Wanted) {}

  /// What a value of type \p T owes; None for references and what is unknown.
  Debt owed(clang::QualType T) const;
  bool owes(clang::QualType T) const { return owed(T) != Debt::None; }

  /// The same for what \p E makes, which its callee can say more of.
  Debt owedBy(const clang::Expr &E) const;

  /// Whether \p T owes or owns something that does: `std::optional<task>`,
  /// `std::vector<task>`, a class with a task in it and no destructor of its
  /// own, a lambda that captured one.
  bool holds(clang::QualType T) const { return holds(T, 0); }

  /// What dropping the handle that \p E makes does to its work.
  TaskTraits::Drop onDrop(const clang::Expr &E) const;
  /// Whether the library calls it a mistake to drop what \p E makes, as nobody
  /// sees an exception of the work.
  bool losesException(const clang::Expr &E) const;

  /// Whether \p E makes something to await, or calls a function that, as its
  /// body shows, does nothing else: nothing happens before it is awaited.
  bool isOperation(const clang::Expr &E) const { return isOperation(E, 0); }

  const Roles &roles() const { return R; }

private:
  bool holds(clang::QualType T, unsigned Depth) const;
  bool isOperation(const clang::Expr &E, unsigned Depth) const;
  Debt awaitOwed(clang::QualType T) const;
  Debt handleOwed(TaskTraits::Drop OnDrop, bool Loses) const;
  bool givesLock(clang::QualType T) const;

  const Roles &R;
  Of Wanted;
};

/// Whether a destructor that somebody wrote, of \p Class itself, a base or a
/// member, may do anything with what an object of it holds.
bool mayActWhenDestroyed(const clang::CXXRecordDecl &Class);

} // namespace corolint

#endif
