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
    /// Handles whose loss says something (not those that only detach).
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

  /// Whether \p T owes or owns something that does: `std::optional<task>`,
  /// `std::vector<task>`, a class with a task in it and no destructor of its
  /// own, a lambda that captured one.
  bool holds(clang::QualType T) const { return holds(T, 0); }

  /// What dropping a handle of type \p T does to its work.
  TaskTraits::Drop onDrop(clang::QualType T) const;

  /// Whether \p E makes something to await, or calls a function that, as its
  /// body shows, does nothing else: nothing happens before it is awaited.
  bool isOperation(const clang::Expr &E) const;

  const Roles &roles() const { return R; }

private:
  bool holds(clang::QualType T, unsigned Depth) const;
  Debt awaitOwed(clang::QualType T) const;
  bool givesLock(clang::QualType T) const;

  const Roles &R;
  Of Wanted;
};

} // namespace corolint

#endif
