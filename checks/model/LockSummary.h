/// \file
/// LockSummary: what a function of this file does to locks, seen from its
/// callers. Private to the lock state's sources.

#ifndef COROLINT_CHECKS_MODEL_LOCKSUMMARY_H
#define COROLINT_CHECKS_MODEL_LOCKSUMMARY_H

#include "checks/model/CoroutineModel.h"
#include "checks/model/LockState.h"
#include "checks/model/ObjectPath.h"

#include "llvm/ADT/DenseMap.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace corolint {

/// What a guard or lock holds: an acquisition's index, or one of these.
struct LockStatus {
  static constexpr int Free = -1;
  static constexpr int Unknown = -2;
  /// Held on one path and free on another. A value only, never a state.
  static constexpr int Maybe = -3;
  /// Held by an acquisition yet to be noted. A value only.
  static constexpr int Held = -4;
  /// `FirstGiven - I`: whatever guard I of LockSummary::Given holds when the
  /// function is called.
  static constexpr int FirstGiven = -100;

  static bool isGiven(int Status) { return Status <= FirstGiven; }
};

/// The lock behind a guard, as far as it is known.
struct LockName {
  std::string Type;
  std::optional<ObjectPath> At;
  bool OfTask = false;
};

struct LockSummary {
  struct Effect {
    /// Reached from `this`, a parameter, or something the caller knows, too.
    ObjectPath At;
    int Status;
    bool Guard;
    LockName Lock;
    std::string Name;
    /// What takes the lock.
    clang::SourceLocation Where;
  };
  /// What is so when the function returns.
  struct Outcome {
    /// What it returns, if that tells this outcome from the other.
    std::optional<bool> Result;
    /// The guards that it has found locked, or unlocked, as they were given.
    std::vector<std::pair<ObjectPath, bool>> Found;
    std::vector<Effect> Effects;
    /// By slot of the returned type.
    llvm::SmallVector<int, 1> Returned;
    LockName ReturnedLock;
  };

  /// Different in what they found or return; empty if the function never
  /// returns.
  std::vector<Outcome> Outcomes;
  /// The guards among the parameters, by slot.
  std::vector<ObjectPath> Given;
};

/// The summaries of one file, made when asked for. Not thread safe.
class LockSummaries {
public:
  LockSummaries(const CoroutineModel &Model, const Roles &R, LocksAsked Which)
      : Model(Model), R(R), Which(Which) {}

  LocksAsked asked() const { return Which; }

  /// \returns nullptr if \p Callee is a coroutine, is being summarised (it is
  /// recursive), or has neither a body in scope nor thread-safety attributes.
  const LockSummary *of(const clang::FunctionDecl *Callee);

private:
  std::optional<LockSummary> fromBody(const Function &F);

  const CoroutineModel &Model;
  const Roles &R;
  const LocksAsked Which;
  unsigned Depth = 0;
  llvm::DenseMap<const clang::FunctionDecl *, std::unique_ptr<LockSummary>>
      Known;
};

/// Merges the outcomes of \p All that can't be told apart by what they found
/// and return: what differs between them is unknown, or free if it is free in
/// one.
std::vector<LockSummary::Outcome>
mergeOutcomes(std::vector<LockSummary::Outcome> All);

} // namespace corolint

#endif
