/// \file
/// Parsed snippets of code and the roles in them, for the tests of roles.

#ifndef COROLINT_TESTS_UNIT_ROLETESTSUPPORT_H
#define COROLINT_TESTS_UNIT_ROLETESTSUPPORT_H

#include "checks/roles/Roles.h"

#include "clang/ASTMatchers/ASTMatchFinder.h"
#include "clang/ASTMatchers/ASTMatchers.h"
#include "clang/Basic/Version.h"
#include "clang/Frontend/ASTUnit.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Program.h"
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

namespace corolint {

/// Code that was parsed, and its roles. Names in it (not in headers) are looked
/// up by their last component, so tests give each thing a name of its own.
class ParsedCode {
public:
  explicit ParsedCode(llvm::StringRef Code,
                      const RoleTable &Table = RoleTable::shipped(),
                      std::vector<std::string> Arguments = {"-std=c++20"})
      : Unit(parse(Code, std::move(Arguments))),
        R(Unit->getASTContext(), Table) {
    EXPECT_FALSE(Unit->getDiagnostics().hasErrorOccurred());
  }

  const Roles &roles() const { return R; }
  clang::ASTContext &ast() const { return Unit->getASTContext(); }

  /// The declaration called \p Name of class \p Declaration.
  template <typename Declaration = clang::NamedDecl>
  const Declaration &decl(llvm::StringRef Name) const {
    using namespace clang::ast_matchers;
    for (const auto &Match :
         match(namedDecl(isExpansionInMainFile(), hasName(Name)).bind("d"),
               Unit->getASTContext()))
      if (const auto *D = Match.getNodeAs<Declaration>("d");
          D && !D->isImplicit())
        return *D;
    ADD_FAILURE() << "no declaration '" << Name.str() << "'";
    std::abort();
  }

  /// The type of the variable, parameter or field, or that of the alias.
  clang::QualType type(llvm::StringRef Name) const {
    const auto &D = decl(Name);
    if (const auto *Value = llvm::dyn_cast<clang::ValueDecl>(&D))
      return Value->getType();
    return clang::cast<clang::TypedefNameDecl>(D).getUnderlyingType();
  }

  /// The first call (or construction that is not a copy or conversion) in the
  /// body of the function \p Function.
  const clang::Expr &call(llvm::StringRef Function) const {
    using namespace clang::ast_matchers;
    auto Calls =
        match(functionDecl(
                  isExpansionInMainFile(), hasName(Function),
                  forEachDescendant(expr(anyOf(callExpr(), cxxConstructExpr(),
                                               cxxUnresolvedConstructExpr()))
                                        .bind("e"))),
              Unit->getASTContext());
    for (const auto &Match : Calls)
      return *Match.getNodeAs<clang::Expr>("e");
    ADD_FAILURE() << "no call in '" << Function.str() << "'";
    std::abort();
  }

  /// The role of that call.
  const Role *callRole(llvm::StringRef Function, RoleKind Kind) const {
    return R.ofCall(call(Function), Kind);
  }

private:
  static std::unique_ptr<clang::ASTUnit>
  parse(llvm::StringRef Code, std::vector<std::string> Arguments) {
    // Clang finds its own headers from where it is.
    std::string Tool = "clang-" + std::to_string(CLANG_VERSION_MAJOR);
    llvm::SmallString<128> Clang("clang");
    if (auto Found = llvm::sys::findProgramByName(Tool))
      llvm::sys::fs::real_path(*Found, Clang);
    Arguments.push_back("-Wno-everything");
    return clang::tooling::buildASTFromCodeWithArgs(Code, Arguments,
                                                    "input.cpp", Clang);
  }

  std::unique_ptr<clang::ASTUnit> Unit;
  Roles R;
};

/// What a test needs of `<coroutine>`, so that it need not parse all of it.
inline constexpr llvm::StringLiteral CoroutineHeader = R"cpp(
namespace std {
template <class R, class... A> struct coroutine_traits {};
template <class R, class... A>
  requires requires { typename R::promise_type; }
struct coroutine_traits<R, A...> {
  using promise_type = typename R::promise_type;
};
template <class P = void> struct coroutine_handle {
  static coroutine_handle from_address(void *) noexcept;
  static coroutine_handle from_promise(P &);
  void *address() const noexcept;
  void destroy() const;
  void resume() const;
  bool done() const;
  operator coroutine_handle<>() const noexcept;
};
template <> struct coroutine_handle<void> {
  static coroutine_handle from_address(void *) noexcept;
  void destroy() const;
  void resume() const;
};
struct suspend_always {
  constexpr bool await_ready() const noexcept { return false; }
  constexpr void await_suspend(coroutine_handle<>) const noexcept {}
  constexpr void await_resume() const noexcept {}
};
struct suspend_never {
  constexpr bool await_ready() const noexcept { return true; }
  constexpr void await_suspend(coroutine_handle<>) const noexcept {}
  constexpr void await_resume() const noexcept {}
};
}
)cpp";

/// A table of the role file \p Json alone.
inline RoleTable tableOf(llvm::StringRef Json) {
  RoleTable Table;
  if (llvm::Error E = Table.add("test.json", Json))
    ADD_FAILURE() << llvm::toString(std::move(E));
  return Table;
}

/// \p Code after the declarations that every coroutine needs.
inline std::string withCoroutines(llvm::StringRef Code) {
  return (CoroutineHeader + Code).str();
}

} // namespace corolint

#endif
