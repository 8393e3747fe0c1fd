/// \file
/// ObjectPath: which object an expression names, as a root and the members on
/// the way from it.

#ifndef COROLINT_CHECKS_MODEL_OBJECTPATH_H
#define COROLINT_CHECKS_MODEL_OBJECTPATH_H

#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/AST/TemplateBase.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>
#include <tuple>

namespace corolint {

/// Equal for expressions that name the same object the same way: `m_` and
/// `this->m_`, `p->m` and `(*p).m`, a reference and what it was bound to. What
/// an `optional` or a smart pointer holds is in the place of its owner.
struct ObjectPath {
  enum class Root : unsigned char { This, Variable, Other };
  using Member = std::uintptr_t;

  /// Indices end here; addresses of declarations are larger.
  static constexpr Member MaxIndex = 1 << 16;
  /// Set in elements whose index is no constant; the rest tells which.
  static constexpr Member SomeElement = ~(~Member(0) >> 1);
  static constexpr Member AnyElement = ~Member(0);

  Root From = Root::Other;
  /// A variable's canonical declaration, or the hash of what else it is.
  std::uint64_t Id = 0;
  /// Fields by their canonical declaration; elements of pairs, tuples and
  /// arrays by their index, counted from one.
  llvm::SmallVector<Member, 2> Members = {};
  /// The way leads through a pointer or reference: the object does not end with
  /// its root.
  bool Indirect = false;

  static ObjectPath of(const clang::ValueDecl &Var);
  /// A temporary's or a call's own value.
  static ObjectPath of(const clang::Expr &Value);

  /// nullptr if the root is no variable.
  const clang::ValueDecl *variable() const;
  /// Whether \p Other is this object or a part of it.
  bool contains(const ObjectPath &Other) const;
  /// Whether this can be \p Other, for all that is known of indices.
  bool isPerhaps(const ObjectPath &Other) const;
  /// The same members, from \p Root on.
  ObjectPath from(const ObjectPath &Root) const;

  /// Not by `Indirect`, which is about the way.
  bool operator==(const ObjectPath &Other) const {
    return From == Other.From && Id == Other.Id && Members == Other.Members;
  }
  bool operator<(const ObjectPath &Other) const {
    return std::tie(From, Id, Members) <
           std::tie(Other.From, Other.Id, Other.Members);
  }
};

ObjectPath objectPathOf(const clang::Expr &E, const clang::ASTContext &Ast);

/// Tells `std::get<I>(x)` and `std::get_if<I>(&x)`.
bool isStdGet(const clang::CallExpr &Call);

/// How places spell \p Field: `first` and `second` are elements 1 and 2.
ObjectPath::Member memberOf(const clang::FieldDecl &Field);

/// The template arguments of `std::pair` and `std::tuple`, which are their
/// elements' types; empty for other classes.
llvm::ArrayRef<clang::TemplateArgument> tupleElements(clang::QualType T);

} // namespace corolint

#endif
