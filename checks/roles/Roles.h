/// \file
/// Roles: what the types and functions of one file are known to do, from role
/// files, by inference, and from annotations in the source.

#ifndef COROLINT_CHECKS_ROLES_ROLES_H
#define COROLINT_CHECKS_ROLES_ROLES_H

#include "checks/roles/Role.h"
#include "checks/roles/RoleTable.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/Type.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <memory>
#include <optional>

namespace corolint {

/// What a task type does with its coroutine.
struct TaskTraits {
  enum class Start { Unknown, Lazy, Eager };
  enum class Drop { Unknown, Nothing, Cancels, Detaches, Blocks, Terminates };

  Start StartsAt = Start::Unknown;
  Drop OnDrop = Drop::Unknown;
  /// At most one await per object.
  bool SingleShot = false;
  /// The promise, if the type's coroutines can be seen to have one.
  const clang::CXXRecordDecl *Promise = nullptr;
};

/// How a thread-owned guard class is used. Method names are empty where the
/// class has no such method.
struct GuardTraits {
  /// What the guard's first template argument or constructor argument locks is
  /// an async lock: holding this guard across a suspension is fine.
  bool Async = false;
  /// Whether it can be unlocked and relocked by hand (`unique_lock`).
  bool Movable = false;
  /// A field or base (not the class itself) is the guard.
  bool Contains = false;
  /// Its constructor locks only if it can.
  bool Tries = false;
  /// Its constructor never locks (`unlock` wrappers such as a reverse lock).
  bool StartsUnlocked = false;
};

/// Why an object must not live across a suspension.
struct ThreadBoundTraits {
  /// A clause: `the active span is kept per thread`.
  std::string Reason;
  /// The class that is bound, which the type asked for is or holds.
  std::string Class;
  /// Methods that end it before its destructor does.
  llvm::SmallVector<llvm::StringRef, 4> Until;
  /// The constructors (in a template, the pattern's) that bind it; empty if all
  /// of them do.
  llvm::SmallVector<const clang::FunctionDecl *, 2> Starts;
  /// A field, base, capture or element (not the class itself) is bound.
  bool Contains = false;
  /// It is held where there can also be nothing (`std::optional`).
  bool MaybeEmpty = false;
};

/// Per-file view of the role table. Not thread safe; its answers stay valid as
/// long as it and the AST live.
class Roles {
public:
  Roles(clang::ASTContext &Ast, const RoleTable &Table);
  ~Roles();

  /// \returns the role of kind \p Kind of the class or function \p D, looking
  /// at annotations and Clang's own attributes on any redeclaration or on the
  /// template it comes from, then at role files; nullptr if there is none.
  /// Roles that hold only under conditions on a call (`only-when`) are left
  /// out.
  const Role *of(const clang::NamedDecl &D, RoleKind Kind) const;

  /// The same for the class that \p T names (not through references or
  /// pointers); works for dependent specialisations (`std::lock_guard<M>`) and
  /// class templates whose arguments are still to be deduced, and for bases.
  const Role *of(clang::QualType T, RoleKind Kind) const;

  /// The role of the function that \p Call calls: of the callee, or, for an
  /// inherited member, of the same name in the object's own class
  /// (`std::future::get` declared in an implementation's base class). \p Call
  /// is a CallExpr (of any kind, also one with a dependent callee), a
  /// CXXConstructExpr or a CXXUnresolvedConstructExpr (role files name
  /// constructors `std::thread::thread`).
  /// A role with `only-when` or `harmless-when` is returned only where its
  /// conditions say that it applies to this call.
  const Role *ofCall(const clang::Expr &Call, RoleKind Kind) const;

  /// The same, but the role whose `arg` is \p Index or `all`: a function may
  /// have one role for each of two arguments.
  const Role *ofArgument(const clang::Expr &Call, unsigned Index,
                         RoleKind Kind) const;

  /// Argument \p Index of \p Call as role files count: 0-based, without the
  /// object of a member call or member operator; nullopt is that object.
  /// \returns nullptr if there is none, and for the object of a call through
  /// the implied `this`.
  static const clang::Expr *argument(const clang::Expr &Call,
                                     std::optional<unsigned> Index);

  /// The class or class template \p T names, also in dependent types; nullptr
  /// for anything else.
  static const clang::NamedDecl *classOf(clang::QualType T);

  /// Qualified name without template arguments, inline and anonymous
  /// namespaces, as role files spell it; empty for local entities.
  static std::string nameOf(const clang::NamedDecl &D);

  /// \returns nullopt if \p T is not a task (a return type of coroutines that
  /// someone awaits; generators are none).
  std::optional<TaskTraits> task(clang::QualType T) const;

  /// \returns nullopt if \p T is not a guard: by role, by
  /// `[[clang::scoped_lockable]]`, or because its constructor locks and its
  /// destructor unlocks a member, or because it owns one of those.
  std::optional<GuardTraits> guard(clang::QualType T) const;

  /// A lock that belongs to the thread that took it: by role, by
  /// `[[clang::capability]]` or by structure (`lock()` returning nothing and
  /// `unlock()`), and not an async lock.
  bool isThreadLock(clang::QualType T) const;

  /// A lock that belongs to a task: by role, or because `lock()` returns
  /// something to await.
  bool isAsyncLock(clang::QualType T) const;

  /// \returns nullptr if a \p T may live across suspensions: bound is what a
  /// role says, what watches the exceptions in flight, what changes a
  /// thread_local variable until it dies or begins something that its
  /// destructor ends, and what holds one of these. A thread's lock guards are
  /// not among them.
  const ThreadBoundTraits *threadBound(clang::QualType T) const;

  /// \p T can be the operand of `co_await`: by role, or because it has
  /// `await_ready` or `operator co_await`. What a promise's `await_transform`
  /// accepts is not known here.
  bool isAwaitable(clang::QualType T) const;

  /// \p T is a sender, of P2300 (`sender_concept`) or of libunifex (the
  /// templates `value_types` and `error_types`): work that somebody has yet to
  /// connect and start, by awaiting it or else.
  bool isSender(clang::QualType T) const;

  /// `co_await` of a \p T is proven not to suspend (`std::suspend_never`, an
  /// `await_ready` whose visible body returns true, a role).
  bool neverSuspends(clang::QualType Awaiter) const;

  /// \p D belongs to a library that role files describe.
  bool isDescribed(const clang::Decl &D) const;

  /// \p T is a non-owning view: pointers, `std::string_view`, `std::span`,
  /// iterators, `reference_wrapper`, by role or `gsl::Pointer`.
  bool isView(clang::QualType T) const;

  clang::ASTContext &ast() const { return Ast; }

private:
  struct Cache;
  using RoleRefs = llvm::ArrayRef<const Role *>;

  /// What annotations and role files say about exactly this entity.
  RoleRefs rolesOf(const clang::NamedDecl &D) const;
  /// The same for a class and its bases, nearest first.
  RoleRefs rolesOfClass(const clang::NamedDecl &Class) const;
  /// What role files say about members called \p Name of \p Class or of the
  /// nearest base they speak of.
  llvm::ArrayRef<RoleTable::Entry>
  memberEntries(const clang::NamedDecl &Class,
                clang::DeclarationName Name) const;
  RoleRefs rolesOfMethod(const clang::CXXMethodDecl &Method,
                         const clang::NamedDecl *ObjectClass) const;
  /// One list per function that \p Call can call.
  llvm::SmallVector<RoleRefs, 2> candidates(const clang::Expr &Call) const;
  const Role *find(const clang::Expr &Call, RoleKind Kind,
                   llvm::function_ref<bool(const Role &)> Wanted) const;
  RoleRefs refs(const RoleTable::Entry *E) const;

  std::optional<TaskTraits> inferTask(clang::QualType T) const;
  std::optional<GuardTraits> inferGuard(clang::QualType T) const;
  std::unique_ptr<ThreadBoundTraits> inferThreadBound(clang::QualType T) const;
  const clang::CXXRecordDecl *promiseOf(const clang::NamedDecl &Class) const;

  clang::ASTContext &Ast;
  const RoleTable &Table;
  std::unique_ptr<Cache> Answers;
};

} // namespace corolint

#endif
