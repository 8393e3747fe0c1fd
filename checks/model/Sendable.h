/// \file
/// Sendable: which types may be handed to another thread, and which may be used
/// by two at once, by structure, as Rust's `Send` and `Sync` are.

#ifndef COROLINT_CHECKS_MODEL_SENDABLE_H
#define COROLINT_CHECKS_MODEL_SENDABLE_H

#include "checks/roles/Roles.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace corolint {

struct SendAnswer {
  enum class Verdict : unsigned char { Unknown, Yes, No };

  /// One step from the type that was asked about to the part that decides.
  struct Part {
    /// `Session::cache_`, `capture 'cache'`, `base 'Cached'`.
    std::string Name;
    clang::SourceLocation Where;
  };

  Verdict Is = Verdict::Unknown;
  /// The rest is about No. Empty if the type itself decides.
  llvm::SmallVector<Part, 2> Path = {};
  /// The type of the part that decides.
  std::string Leaf = {};
  /// A clause: `its reference count is not atomic`.
  std::string Reason = {};
  /// Where code shows the reason; may be invalid.
  clang::SourceLocation Shown = {};
  /// Somebody has said so of a class of their own.
  bool Annotated = false;
  /// An object that shares nothing with another one may move all the same.
  bool OnlyShared = false;
  /// Whether it lives across a suspension is another check's business.
  bool HoldsThread = false;

  bool no() const { return Is == Verdict::No; }
};

/// Not thread safe; lives as long as the roles. What is not known for certain
/// is Unknown: incomplete and dependent types, pointers, views, callables whose
/// type is erased, and classes that have a lock of their own.
class Sendable {
public:
  explicit Sendable(const Roles &R) : R(R) {}

  /// Whether an object of type \p T may be handed to another thread.
  const SendAnswer &send(clang::QualType T);

  /// Whether two threads may use one \p T at once. Only what roles, annotations
  /// and the code of a reference count say of \p T itself: of other classes,
  /// what is done to them decides, not what they are made of.
  const SendAnswer &sync(clang::QualType T);

private:
  static constexpr unsigned Unreached = ~0u;
  using Answers =
      llvm::DenseMap<const clang::Type *, std::unique_ptr<SendAnswer>>;

  SendAnswer compute(clang::QualType T);
  std::optional<SendAnswer> byRole(clang::QualType T) const;
  std::optional<SendAnswer> byPolicy(clang::QualType T) const;
  SendAnswer byArguments(clang::QualType T);
  SendAnswer byParts(const clang::CXXRecordDecl &Class);
  bool locksForThread(clang::QualType T) const;
  SendAnswer leaf(clang::QualType T, llvm::StringRef Reason) const;
  bool guardsItself(const clang::CXXRecordDecl &Class) const;

  const Roles &R;
  Answers Sends, Syncs;
  /// The types being looked at, and how far up a cycle back has reached: an
  /// answer that leans on an unfinished one is not kept.
  llvm::DenseMap<const clang::Type *, unsigned> Open;
  unsigned Reached = Unreached;
  std::vector<std::unique_ptr<SendAnswer>> Passing;
  const SendAnswer Nothing;
  /// Of a type that is being looked at: nothing speaks against it so far.
  const SendAnswer Assumed{SendAnswer::Verdict::Yes};
};

} // namespace corolint

#endif
