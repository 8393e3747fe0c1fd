/// \file
/// Implementation of the guidelines' rules.

#include "checks/model/GuidelineRules.h"

#include "clang/AST/DeclCXX.h"
#include "llvm/ADT/DenseSet.h"

namespace corolint {

using namespace clang;

std::string CapturingCoroutine::nameOfFirst() const {
  return First.capturesVariable() ? First.getCapturedVar()->getNameAsString()
                                  : "this";
}

std::vector<CapturingCoroutine>
capturingCoroutines(const CoroutineModel &Model) {
  std::vector<CapturingCoroutine> Found;
  // A lambda in a template has one class in each instantiation.
  llvm::DenseSet<SourceLocation> Seen;
  for (const Function *Coroutine : Model.coroutines()) {
    const auto *Method = dyn_cast<CXXMethodDecl>(&Coroutine->Decl);
    if (!Method || !Method->getParent()->isLambda())
      continue;
    for (const LambdaCapture &Capture : Method->getParent()->captures()) {
      // The bound of an array of variable length is nothing that anyone wrote.
      if (Capture.capturesVLAType())
        continue;
      if (Seen.insert(Method->getLocation()).second)
        Found.push_back({*Coroutine, Capture});
      break;
    }
  }
  return Found;
}

std::vector<ReferenceParameter>
referenceParameters(const CoroutineModel &Model) {
  std::vector<ReferenceParameter> Found;
  llvm::DenseSet<SourceLocation> Seen;
  for (const Function *Coroutine : Model.coroutines()) {
    const auto Add = [&](const FunctionDecl &F) {
      for (const ParmVarDecl *Param : F.parameters())
        if (Param->getType()->isReferenceType() &&
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
