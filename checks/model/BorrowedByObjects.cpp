/// \file
/// What lambdas, aggregates and other objects refer to.

#include "checks/model/Borrows.h"

#include "checks/model/Calls.h"

#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

void Borrows::carriedByLambda(const LambdaExpr &Lambda, List &Out) {
  // A plain callable is through when it has been called.
  const Function *Started =
      StartsNow ? bodyOf(*Lambda.getLambdaClass()) : nullptr;
  if (Started && !Started->isCoroutine())
    Started = nullptr;
  const auto Uses = [&](const ValueDecl *Var) {
    return Started ? mentionsWhenResumed(*Started, Var)
                   : mentions(Lambda.getBody(), Var);
  };
  auto Init = Lambda.capture_init_begin();
  for (const LambdaCapture &Capture : Lambda.captures()) {
    const Expr *Value = *Init++;
    const SourceLocation Where = Capture.isImplicit()
                                     ? Lambda.getCaptureDefaultLoc()
                                     : Capture.getLocation();
    if (Capture.capturesThis()) {
      if (Capture.getCaptureKind() == LCK_This && Uses(nullptr))
        Out.push_back({.How = Borrow::Kind::This, .Where = Where});
      continue;
    }
    if (!Capture.capturesVariable() || !Uses(Capture.getCapturedVar()))
      continue;
    const ValueDecl *Named = Capture.getCapturedVar();
    const auto *Var = dyn_cast<VarDecl>(Named);
    const Borrow Like{.How = Borrow::Kind::Reference, .Where = Where};
    if (Var && Var->isInitCapture()) {
      // `[&r = x]` names x through its initialiser.
      if (Var->getInit() && Capture.getCaptureKind() == LCK_ByRef)
        designated(*Var->getInit(), Like, Out);
      else if (Var->getInit())
        carriedBy(*Var->getInit(), Where, Out);
    } else if (Capture.getCaptureKind() == LCK_ByRef) {
      ofVariable(*Named, Like, Out);
    } else if (Value) {
      carriedBy(*Value, Where, Out);
    }
  }
}

void Borrows::carriedByAggregate(const InitListExpr &Made, SourceLocation Where,
                                 List &Out) {
  const InitListExpr *Form =
      Made.isSemanticForm() ? &Made : Made.getSemanticForm();
  if (!Form)
    Form = &Made;
  const CXXRecordDecl *Class = Form->getType()->getAsCXXRecordDecl();
  if (!Class) {
    for (const Expr *Element : Form->inits())
      carriedBy(*Element, Where, Out);
    return;
  }
  unsigned Index = Class->getNumBases();
  for (const FieldDecl *Field : Class->fields()) {
    if (Field->isUnnamedBitField())
      continue;
    if (Index >= Form->getNumInits())
      return;
    keptIn(Field->getType(), *Form->getInit(Index++), {.Where = Where}, Out);
  }
}

void Borrows::carriedByObject(const CXXConstructExpr &Made,
                              SourceLocation Where, List &Out) {
  if (Made.getNumArgs() == 0)
    return;
  const CXXConstructorDecl &Constructor = *Made.getConstructor();
  const CXXRecordDecl &Class = *Constructor.getParent();
  const Expr &First = *Made.getArg(0);
  if (Constructor.isCopyOrMoveConstructor())
    return carriedBy(First, Where, Out);
  // A promise's or a frame's address is the task's own affair.
  if (isCoroutineType(Made.getType()))
    return;
  if (R.isView(Made.getType()))
    return viewOf(First, Made.getType(), Where, Out);
  if (Model.find(&Constructor))
    return substitute(keptBy(Constructor), Made, Constructor, Where, Out);
  if (!Class.isInStdNamespace() && !R.of(Made.getType(), RoleKind::Owner) &&
      !R.of(Made.getType(), RoleKind::JoinHandle) &&
      // A wrapper of any callable, in whatever library.
      !lambdaOf(First))
    return;
  llvm::ArrayRef<TemplateArgument> Elements;
  if (const auto *Special = dyn_cast<ClassTemplateSpecializationDecl>(&Class)) {
    Elements = Special->getTemplateArgs().asArray();
    if (!Elements.empty() && Elements[0].getKind() == TemplateArgument::Pack)
      Elements = Elements[0].getPackAsArray();
  }
  for (unsigned I = 0; I < Made.getNumArgs(); ++I) {
    const Expr &Arg = *Made.getArg(I);
    // `std::pair<const T &, U>(x, y)`
    if (I < Elements.size() &&
        Elements[I].getKind() == TemplateArgument::Type &&
        Elements[I].getAsType()->isReferenceType() &&
        Made.getNumArgs() == Elements.size()) {
      keptIn(Elements[I].getAsType(), Arg, {.Where = Where}, Out);
      continue;
    }
    // A container made of two iterators has copies of what they lead to.
    if (Made.getNumArgs() > 1 && !Arg.getType()->isPointerType() &&
        R.isView(Arg.getType()) &&
        Made.getArg(1 - (I > 0))->getType() == Arg.getType() &&
        Class.getName() != "pair" && Class.getName() != "tuple")
      continue;
    carriedBy(Arg, Where, Out);
  }
}

llvm::ArrayRef<Borrow> Borrows::keptBy(const CXXConstructorDecl &Constructor) {
  if (const auto It = Results.find(&Constructor); It != Results.end())
    return It->second;
  if (!Active.insert(&Constructor).second)
    return {};
  SmallVector<Borrow, 2> Result;
  for (const CXXCtorInitializer *Init : Constructor.inits())
    if (Init->isWritten() && Init->isAnyMemberInitializer())
      keptIn(Init->getAnyMember()->getType(), *Init->getInit(),
             {.Where = Init->getSourceLocation()}, Result);
    else if (Init->isWritten())
      carriedBy(*Init->getInit(), Init->getSourceLocation(), Result);
  Active.erase(&Constructor);
  return Results[&Constructor] = std::move(Result);
}

} // namespace corolint
