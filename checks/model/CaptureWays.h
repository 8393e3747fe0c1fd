/// \file
/// CaptureWay: how a lambda gets a value of its own.

#ifndef COROLINT_CHECKS_MODEL_CAPTUREWAYS_H
#define COROLINT_CHECKS_MODEL_CAPTUREWAYS_H

#include "checks/model/CoroutineModel.h"

#include "clang/AST/ExprCXX.h"

namespace corolint {

/// What a capture of one variable by reference becomes.
struct CaptureWay {
  enum class Kind {
    /// There is no way that keeps what the code does.
    None,
    Copy,
    Move,
  };

  Kind How = Kind::None;
  /// The lambda changes its value.
  bool Writes = false;
};

/// How \p Lambda, made in \p F, gets a \p Var of its own: moved if nobody else
/// uses it later, copied if neither the lambda nor anybody later changes it.
CaptureWay wayInto(const clang::LambdaExpr &Lambda, const clang::ValueDecl &Var,
                   const Function &F, const Roles &R);

/// The lambda in \p Body, and which of its captures, that stands at \p Where;
/// the first of those that a capture default stands for. Two nullptrs if there
/// is none.
struct CapturePlace {
  const clang::LambdaExpr *Lambda = nullptr;
  const clang::LambdaCapture *Capture = nullptr;
};
CapturePlace captureAt(clang::SourceLocation Where, const clang::Stmt &Body);

/// The call `[…] {…}(…)` of \p Lambda in \p Body; nullptr if there is none.
const clang::CXXOperatorCallExpr *callOf(const clang::LambdaExpr &Lambda,
                                         const clang::Stmt &Body);

/// Whether \p Var, captured in \p F, is one of a pack in the template that \p F
/// is made of: the others are captured by the same text.
bool isOfPack(const clang::ValueDecl &Var, const Function &F);

/// Whether values of type \p T can be copied, also those in it.
bool isCopyable(clang::QualType T);
/// Whether they can be moved; what can be copied can.
bool isMovable(clang::QualType T);

/// Whether \p Name is declared in namespace `std`.
bool hasStd(llvm::StringRef Name, const clang::ASTContext &Ast);

/// Whether \p Body mentions or declares something of that name.
bool names(const clang::Stmt &Body, llvm::StringRef Name);

} // namespace corolint

#endif
