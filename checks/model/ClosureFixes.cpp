/// \file
/// Suggestions for lambda coroutines that outlive their closure.

#include "checks/model/Calls.h"
#include "checks/model/CaptureWays.h"
#include "checks/model/LooseFixes.h"

#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {
namespace {

using namespace clang;

/// A parameter that takes the place of a capture, and what it is given.
struct NewParameter {
  std::string Spelling, Argument;
};

class CapturesToParameters {
public:
  CapturesToParameters(const LooseTask &Task, llvm::ArrayRef<LooseTask> All,
                       const LambdaExpr &Lambda,
                       const CXXOperatorCallExpr &Call, const Roles &R)
      : Task(Task), All(All), Lambda(Lambda), Call(Call), R(R),
        Ast(Task.In->Decl.getASTContext()) {}

  std::optional<Fix> make();

private:
  std::optional<NewParameter> parameterFor(const LambdaCapture &Capture);
  std::optional<NewParameter> ofInit(const VarDecl &Var, bool ByReference);
  std::optional<NewParameter> ofThis();
  std::string typeText(QualType T) const;
  bool isLoose(const LambdaCapture &Capture) const;

  const LooseTask &Task;
  const llvm::ArrayRef<LooseTask> All;
  const LambdaExpr &Lambda;
  const CXXOperatorCallExpr &Call;
  const Roles &R;
  const ASTContext &Ast;
  std::vector<FixItHint> Edits;
};

/// As it was written, if that says more than a template's internals.
std::string CapturesToParameters::typeText(QualType T) const {
  T = T.getNonReferenceType().getUnqualifiedType();
  const CXXRecordDecl *Class = T->getAsCXXRecordDecl();
  if (Task.In->Decl.isTemplateInstantiation() ||
      Task.In->Decl.isDependentContext() ||
      (Class && (Class->isLambda() || !Class->getIdentifier())))
    return "auto";
  PrintingPolicy Policy(Ast.getPrintingPolicy());
  Policy.SuppressTagKeyword = true;
  std::string Text = T.getAsString(Policy);
  // Nobody has written the arguments of a deduced type.
  const bool Deduced = T->getContainedDeducedType();
  return Deduced && Text.find('<') != std::string::npos ? "auto" : Text;
}

/// Whether what \p Capture refers to dies too early, too.
bool CapturesToParameters::isLoose(const LambdaCapture &Capture) const {
  const ValueDecl *Var = Capture.getCapturedVar();
  const bool Alias = Var->getType()->isReferenceType();
  return llvm::any_of(All, [&](const LooseTask &Other) {
    return Other.Made == Task.Made &&
           Other.What.How == Borrow::Kind::Reference &&
           (Other.What.Of == Var ||
            (Alias && Other.What.Where == (Capture.isImplicit()
                                               ? Lambda.getCaptureDefaultLoc()
                                               : Capture.getLocation())));
  });
}

std::optional<NewParameter> CapturesToParameters::ofInit(const VarDecl &Var,
                                                         bool ByReference) {
  if (Var.getInitStyle() != VarDecl::CInit || !Var.getInit() ||
      Var.getInit()->getBeginLoc().isMacroID() ||
      Var.getInit()->getEndLoc().isMacroID() || ByReference)
    return std::nullopt;
  return NewParameter{typeText(Var.getType()) + " " + Var.getNameAsString(),
                      sourceText(*Var.getInit(), Ast)};
}

std::optional<NewParameter> CapturesToParameters::ofThis() {
  class Finder : public RecursiveASTVisitor<Finder> {
  public:
    llvm::SmallVector<SourceLocation, 4> Written;
    bool Implicit = false;
    bool VisitCXXThisExpr(CXXThisExpr *E) {
      Implicit |= E->isImplicit() || E->getLocation().isMacroID();
      if (!llvm::is_contained(Written, E->getLocation()))
        Written.push_back(E->getLocation());
      return true;
    }
    bool VisitLambdaExpr(LambdaExpr *E) {
      Implicit |= llvm::any_of(E->captures(), [](const LambdaCapture &C) {
        return C.capturesThis();
      });
      return true;
    }
  } Search;
  Search.TraverseStmt(Lambda.getBody());
  const auto *Method = dyn_cast<CXXMethodDecl>(&Task.In->Decl);
  if (!Method || Method->isStatic() || Search.Implicit ||
      names(*Lambda.getBody(), "self"))
    return std::nullopt;
  for (SourceLocation This : Search.Written)
    Edits.push_back(FixItHint::CreateReplacement(
        CharSourceRange::getTokenRange(This, This), "self"));
  const std::string Type = typeText(Ast.getRecordType(Method->getParent()));
  return NewParameter{(Method->isConst() && Type != "auto" ? "const " : "") +
                          Type + " *self",
                      "this"};
}

std::optional<NewParameter>
CapturesToParameters::parameterFor(const LambdaCapture &Capture) {
  if (Capture.isPackExpansion() || Capture.getCaptureKind() == LCK_StarThis ||
      Capture.getLocation().isMacroID())
    return std::nullopt;
  if (Capture.capturesThis())
    return ofThis();
  const auto *Var = Capture.capturesVariable()
                        ? dyn_cast<VarDecl>(Capture.getCapturedVar())
                        : nullptr;
  if (!Var || isOfPack(*Var, *Task.In))
    return std::nullopt;
  const QualType T = Var->getType().getNonReferenceType();
  const bool ByReference = Capture.getCaptureKind() == LCK_ByRef;
  if (T->isArrayType() || T->isFunctionType() || T->isDependentType())
    return std::nullopt;
  if (Var->isInitCapture())
    return ofInit(*Var, ByReference);
  const std::string Name = Var->getNameAsString();
  if (!ByReference)
    return NewParameter{typeText(T) + " " + Name, Name};
  if (!isLoose(Capture))
    return NewParameter{(T.isConstQualified() ? "const " : "") + typeText(T) +
                            " &" + Name,
                        Name};
  const CaptureWay Way = wayInto(Lambda, *Var, *Task.In, R);
  if (Way.How == CaptureWay::Kind::None)
    return std::nullopt;
  return NewParameter{
      typeText(T) + " " + Name,
      Way.How == CaptureWay::Kind::Move ? "std::move(" + Name + ")" : Name};
}

std::optional<Fix> CapturesToParameters::make() {
  std::string Parameters, Arguments;
  for (const LambdaCapture &Capture : Lambda.captures()) {
    const std::optional<NewParameter> One = parameterFor(Capture);
    if (!One)
      return std::nullopt;
    Parameters += (Parameters.empty() ? "" : ", ") + One->Spelling;
    Arguments += (Arguments.empty() ? "" : ", ") + One->Argument;
  }
  const CXXMethodDecl &Operator = *Lambda.getCallOperator();
  const SourceManager &SM = Ast.getSourceManager();
  const std::optional<Token> Paren =
      Lexer::findNextToken(Call.getArg(0)->getEndLoc(), SM, Ast.getLangOpts());
  if (Parameters.empty() || Operator.isExplicitObjectMemberFunction() ||
      !Paren || Paren->isNot(tok::l_paren))
    return std::nullopt;
  const bool Given =
      Call.getNumArgs() > 1 && !isa<CXXDefaultArgExpr>(Call.getArg(1));
  Edits.push_back(
      FixItHint::CreateReplacement(Lambda.getIntroducerRange(), "[]"));
  if (Lambda.hasExplicitParameters()) {
    const auto Type = Operator.getTypeSourceInfo()
                          ->getTypeLoc()
                          .getAsAdjusted<FunctionProtoTypeLoc>();
    Edits.push_back(FixItHint::CreateInsertion(
        Type.getLParenLoc().getLocWithOffset(1),
        Parameters + (Operator.getNumParams() ? ", " : "")));
  } else {
    Edits.back().CodeToInsert += "(" + Parameters + ")";
  }
  Edits.push_back(
      FixItHint::CreateInsertion(Paren->getLocation().getLocWithOffset(1),
                                 Arguments + (Given ? ", " : "")));
  return Fix{"pass the captures as parameters", std::move(Edits)};
}

/// The coroutine keeps a copy of the closure that it is called on. Clang makes
/// one of a temporary closure, too.
std::optional<Fix> takeClosure(const LooseTask &Task,
                               const LambdaExpr &Lambda) {
  const CXXMethodDecl &Operator = *Lambda.getCallOperator();
  const ASTContext &Ast = Task.In->Decl.getASTContext();
  if (!Ast.getLangOpts().CPlusPlus23 || Lambda.isMutable() ||
      Operator.isStatic() || Operator.isExplicitObjectMemberFunction() ||
      !isCopyable(Ast.getRecordType(Lambda.getLambdaClass())) ||
      llvm::any_of(Lambda.captures(), [](const LambdaCapture &C) {
        return C.getCaptureKind() == LCK_ByRef;
      }))
    return std::nullopt;
  FixItHint Edit;
  if (Lambda.hasExplicitParameters()) {
    const auto Type = Operator.getTypeSourceInfo()
                          ->getTypeLoc()
                          .getAsAdjusted<FunctionProtoTypeLoc>();
    Edit = FixItHint::CreateInsertion(Type.getLParenLoc().getLocWithOffset(1),
                                      Operator.getNumParams() ? "this auto, "
                                                              : "this auto");
  } else {
    Edit = FixItHint::CreateInsertion(
        Lambda.getIntroducerRange().getEnd().getLocWithOffset(1),
        "(this auto)");
  }
  return Fix{"let the coroutine keep a copy of the closure with 'this auto'",
             {Edit}};
}

/// The lambda that \p B reads its captures from.
const LambdaExpr *closureOf(const Borrow &B) {
  if (B.Temporary)
    return dyn_cast<LambdaExpr>(skipWrappers(B.Temporary));
  const auto *Var = dyn_cast_or_null<VarDecl>(B.Of);
  return Var && Var->getInit()
             ? dyn_cast<LambdaExpr>(skipWrappers(Var->getInit()))
             : nullptr;
}

} // namespace

void addClosureFixes(const LooseTask &Task, llvm::ArrayRef<LooseTask> All,
                     const Roles &R, std::vector<Fix> &Out) {
  const LambdaExpr *Lambda = closureOf(Task.What);
  if (!Lambda || Lambda->getBeginLoc().isMacroID() ||
      Lambda->getEndLoc().isMacroID())
    return;
  const CXXOperatorCallExpr *Call = callOf(*Lambda, *Task.In->Body);
  if (Call && Call->getEndLoc().isFileID())
    if (std::optional<Fix> Passed =
            CapturesToParameters(Task, All, *Lambda, *Call, R).make())
      Out.push_back(std::move(*Passed));
  if (std::optional<Fix> Taken = takeClosure(Task, *Lambda))
    Out.push_back(std::move(*Taken));
}

} // namespace corolint
