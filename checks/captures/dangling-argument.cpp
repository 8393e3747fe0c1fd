/// \file
/// dangling-argument: a coroutine refers to an argument that is gone when it is
/// resumed. Doc: docs/checks/dangling-argument.md.

#include "checks/core/Check.h"
#include "checks/core/Options.h"
#include "checks/model/GuidelineRules.h"
#include "checks/model/LooseFixes.h"
#include "checks/model/TypeNames.h"

namespace corolint {
namespace {

/// As the parameter's author has written it, if that is the same type.
std::string typeOf(const Borrow &B, const clang::ASTContext &Ast) {
  const clang::QualType T = B.Temporary->getType();
  const clang::QualType Wanted =
      B.Param ? B.Param->getType().getNonReferenceType() : T;
  return Ast.hasSameUnqualifiedType(T, Wanted)
             ? Wanted.getUnqualifiedType().getAsString(Ast.getPrintingPolicy())
             : typeName(T, Ast);
}

std::string what(const LooseTask &Task, const clang::ASTContext &Ast) {
  const Borrow &B = Task.What;
  const std::string Holder = B.Holder ? "coroutine" : "task";
  const std::string Kind = B.How == Borrow::Kind::Pointer ? "pointer to"
                           : B.How == Borrow::Kind::View  ? "view of"
                                                          : "reference to";
  const std::string Dies = B.Of ? ", which dies before the task is awaited"
                                : ", which dies at the end of the statement";
  std::string Named;
  if (B.Of && B.Of->isImplicit())
    Named = "the range of this loop";
  else if (B.Of)
    Named = "'" + B.Of->getNameAsString() + "'";
  else if (const clang::CXXRecordDecl *Class =
               B.Temporary->getType()->getAsCXXRecordDecl();
           Class && Class->isLambda())
    Named = "a temporary lambda";
  else
    Named = "a temporary '" + typeOf(B, Ast) + "'";
  return Holder + " keeps a " + Kind + " " + Named + Dies;
}

/// CP.53, whatever the callers give.
void runStrict(Pass &P) {
  for (const ReferenceParameter &R : referenceParameters(P.Model))
    P.report({R.Param.getLocation(),
              R.Param.getName().empty()
                  ? "coroutine has a reference parameter"
                  : "coroutine takes '" + R.Param.getNameAsString() +
                        "' by reference",
              {{R.Coroutine.Decl.getLocation(),
                "what it refers to can be gone when the coroutine is resumed "
                "(C++ Core Guidelines, CP.53)"}},
              {}});
}

void run(Pass &P) {
  const auto &All = P.Model.shared<LooseTasks>(P.Roles).Found;
  for (const LooseTask &Task : All)
    if (Task.What.How != Borrow::Kind::Closure &&
        (Task.What.Temporary ||
         (Task.How == LooseTask::End::Late && Task.What.Of)))
      P.report({Task.What.Where, what(Task, P.Ast), notesOn(Task),
                fixesFor(Task, All, P.Model, P.Roles)});
  if (P.Options.flag("Strict"))
    runStrict(P);
}

constexpr OptionInfo Options[] = {
    {.Name = "Strict",
     .Default = "false",
     .Help = "also report every reference parameter of a coroutine "
             "(C++ Core Guidelines, CP.53)"},
};

} // namespace

extern constexpr Check DanglingArgument = {
    .Id = "dangling-argument",
    .Summary = "a coroutine refers to an argument that dies before it does",
    .Level = Severity::Error,
    .Options = Options,
    .Run = run,
};

} // namespace corolint
