/// \file
/// Implementation of the guidelines' rules.

#include "checks/model/GuidelineRules.h"

#include "checks/model/OwnBody.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/DenseSet.h"
#include <optional>

namespace corolint {

using namespace clang;

std::string CapturingCoroutine::nameOfFirst() const {
  return First ? First->getNameAsString() : "this";
}

namespace {

/// Finds a variable of the function around a lambda in the lambda's own body.
class OuterVariableFinder : public OwnBodyVisitor<OuterVariableFinder> {
public:
  const ValueDecl *Found = nullptr;

  bool VisitDeclRefExpr(DeclRefExpr *Ref) {
    if (Ref->refersToEnclosingVariableOrCapture())
      Found = Ref->getDecl();
    return !Found;
  }
};

/// \returns the first capture of \p Lambda; nullopt if there is none.
std::optional<const ValueDecl *> firstCapture(const Function &Lambda,
                                              const CXXRecordDecl &Closure) {
  for (const LambdaCapture &Capture : Closure.captures())
    // The bound of an array of variable length is nothing that anyone wrote.
    if (!Capture.capturesVLAType())
      return Capture.capturesVariable() ? Capture.getCapturedVar() : nullptr;
  // In a template, what a capture-default takes along is decided later.
  if (Closure.getLambdaCaptureDefault() == LCD_None ||
      !Closure.isDependentContext())
    return std::nullopt;
  OuterVariableFinder Outer;
  Outer.TraverseStmt(const_cast<Stmt *>(Lambda.Body));
  return Outer.Found ? std::optional(Outer.Found) : std::nullopt;
}

} // namespace

std::vector<CapturingCoroutine>
capturingCoroutines(const CoroutineModel &Model) {
  std::vector<CapturingCoroutine> Found;
  // A lambda in a template has one class in each instantiation.
  llvm::DenseSet<SourceLocation> Seen;
  for (const Function *Coroutine : Model.coroutines()) {
    const auto *Method = dyn_cast<CXXMethodDecl>(&Coroutine->Decl);
    if (!Method || !Method->getParent()->isLambda())
      continue;
    const std::optional<const ValueDecl *> First =
        firstCapture(*Coroutine, *Method->getParent());
    if (First && Seen.insert(Method->getLocation()).second)
      Found.push_back({*Coroutine, *First});
  }
  return Found;
}

/// Also of a pack of parameters that are references.
static bool isReference(QualType T) {
  if (const auto *Pack = T->getAs<PackExpansionType>())
    T = Pack->getPattern();
  return T->isReferenceType();
}

std::vector<ReferenceParameter>
referenceParameters(const CoroutineModel &Model) {
  std::vector<ReferenceParameter> Found;
  llvm::DenseSet<SourceLocation> Seen;
  for (const Function *Coroutine : Model.coroutines()) {
    const auto Add = [&](const FunctionDecl &F) {
      for (const ParmVarDecl *Param : F.parameters())
        if (isReference(Param->getType()) &&
            Seen.insert(Param->getLocation()).second)
          Found.push_back({*Coroutine, *Param});
    };
    // A pack that is empty in the instantiation is none in its pattern.
    if (const FunctionDecl *Pattern =
            Coroutine->Decl.getTemplateInstantiationPattern())
      Add(*Pattern);
    Add(Coroutine->Decl);
  }
  return Found;
}

} // namespace corolint
