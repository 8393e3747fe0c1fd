/// \file
/// Finding calls that the source does not spell out.

#include "checks/model/ImpliedCalls.h"

#include "checks/model/Calls.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

namespace {

class CallFinder : public RecursiveASTVisitor<CallFinder> {
public:
  std::vector<const Expr *> Found;

  bool VisitCallExpr(CallExpr *E) {
    Found.push_back(E);
    return true;
  }
  bool VisitCXXConstructExpr(CXXConstructExpr *E) {
    Found.push_back(E);
    return true;
  }
  bool VisitCXXInheritedCtorInitExpr(CXXInheritedCtorInitExpr *E) {
    Found.push_back(E);
    return true;
  }
  bool VisitCXXDefaultArgExpr(CXXDefaultArgExpr *E) {
    return TraverseStmt(E->getExpr());
  }
  bool VisitCXXDefaultInitExpr(CXXDefaultInitExpr *E) {
    return TraverseStmt(E->getExpr());
  }
  bool TraverseLambdaExpr(LambdaExpr *) { return true; }
  bool TraverseUnaryExprOrTypeTraitExpr(UnaryExprOrTypeTraitExpr *) {
    return true;
  }
  bool TraverseCXXNoexceptExpr(CXXNoexceptExpr *) { return true; }
  bool TraverseDecltypeTypeLoc(DecltypeTypeLoc) { return true; }
};

const CXXRecordDecl *definedClass(QualType T, const ASTContext &Ast) {
  if (T.isNull() || T->isDependentType())
    return nullptr;
  const CXXRecordDecl *Class = Ast.getBaseElementType(T)->getAsCXXRecordDecl();
  return Class && Class->hasDefinition() ? Class->getDefinition() : nullptr;
}

/// The template arguments of a class of the standard library that keeps objects
/// of their types in itself: empty for all others.
llvm::SmallVector<TemplateArgument, 2> kept(const CXXRecordDecl &Class) {
  constexpr llvm::StringLiteral Owners[] = {"unique_ptr", "optional", "pair",
                                            "tuple", "array"};
  const auto *Special = dyn_cast<ClassTemplateSpecializationDecl>(&Class);
  if (!Special || !Special->isInStdNamespace() || !Special->getIdentifier() ||
      !llvm::is_contained(Owners, Special->getName()))
    return {};
  llvm::SmallVector<TemplateArgument, 2> Kept;
  const bool All =
      Special->getName() == "pair" || Special->getName() == "tuple";
  for (const TemplateArgument &Arg : Special->getTemplateArgs().asArray()) {
    if (Arg.getKind() == TemplateArgument::Pack)
      Kept.append(Arg.pack_begin(), Arg.pack_end());
    else
      Kept.push_back(Arg);
    if (!All)
      break;
  }
  return Kept;
}

/// A deleter of somebody's own may do anything.
bool hasOwnDeleter(const CXXRecordDecl &Class) {
  const auto *Special = dyn_cast<ClassTemplateSpecializationDecl>(&Class);
  if (!Special || Special->getName() != "unique_ptr" ||
      Special->getTemplateArgs().size() < 2)
    return false;
  const TemplateArgument &Deleter = Special->getTemplateArgs()[1];
  const CXXRecordDecl *Its = Deleter.getKind() == TemplateArgument::Type
                                 ? Deleter.getAsType()->getAsCXXRecordDecl()
                                 : nullptr;
  return !Its || !Its->isInStdNamespace();
}

} // namespace

std::vector<const Expr *> callsIn(const Expr &E) {
  CallFinder Finder;
  Finder.TraverseStmt(const_cast<Expr *>(&E));
  return std::move(Finder.Found);
}

static const CXXDestructorDecl *destructorOf(const CXXRecordDecl *Class) {
  const CXXDestructorDecl *Destructor =
      Class ? Class->getDestructor() : nullptr;
  return Destructor && !Destructor->isTrivial() ? Destructor : nullptr;
}

const CXXDestructorDecl *destructorOf(QualType T) {
  if (T.isNull() || T->isReferenceType() || T->isDependentType())
    return nullptr;
  while (const ArrayType *Array = T->getAsArrayTypeUnsafe())
    T = Array->getElementType();
  const CXXRecordDecl *Class = T->getAsCXXRecordDecl();
  return destructorOf(Class && Class->hasDefinition() ? Class->getDefinition()
                                                      : nullptr);
}

void addDestroyed(QualType T, SourceLocation Where,
                  std::vector<CallSite> &Sites) {
  const CXXDestructorDecl *Callee = destructorOf(T);
  if (!Callee)
    return;
  const CXXRecordDecl &Class = *Callee->getParent();
  const auto Kept = kept(Class);
  if (Kept.empty()) {
    CallSite Site{Where, nullptr, Callee, CallSite::Kind::Destroyed};
    Site.Exact = true;
    Sites.push_back(std::move(Site));
    return;
  }
  if (hasOwnDeleter(Class))
    return;
  for (const TemplateArgument &Arg : Kept) {
    if (Arg.getKind() != TemplateArgument::Type)
      continue;
    const size_t First = Sites.size();
    addDestroyed(Arg.getAsType(), Where, Sites);
    if (Class.getName() == "unique_ptr")
      for (size_t I = First; I < Sites.size(); ++I)
        Sites[I].Exact = false;
  }
}

void addElements(QualType T, SourceLocation Where,
                 std::vector<CallSite> &Sites) {
  const auto *Container = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      T->getAsCXXRecordDecl());
  if (Container && Container->isInStdNamespace() &&
      Container->getTemplateArgs().size() &&
      Container->getTemplateArgs()[0].getKind() == TemplateArgument::Type)
    addDestroyed(Container->getTemplateArgs()[0].getAsType(), Where, Sites);
}

namespace {

/// Whether \p Arg has the type that \p Param takes, without conversion.
bool fits(const Expr &Arg, const ParmVarDecl &Param) {
  return Arg.getType()
             .getNonReferenceType()
             .getCanonicalType()
             .getUnqualifiedType() == Param.getType()
                                          .getNonReferenceType()
                                          .getCanonicalType()
                                          .getUnqualifiedType();
}

/// The type of what \p Call makes.
QualType madeBy(const Expr &Call, const Role &Constructs) {
  const TemplateArgumentList *Args = nullptr;
  if (const std::optional<unsigned> Index = Constructs.index("type")) {
    const auto *C = dyn_cast<CallExpr>(&Call);
    const FunctionDecl *Callee = C ? C->getDirectCallee() : nullptr;
    Args = Callee ? Callee->getTemplateSpecializationArgs() : nullptr;
    if (Args && *Index < Args->size() &&
        Args->get(*Index).getKind() == TemplateArgument::Type)
      return Args->get(*Index).getAsType();
    return {};
  }
  QualType Object = Call.getType();
  if (const std::optional<MemberCall> Member = asMemberCall(&Call))
    Object = Member->Object->getType();
  if (Object->isPointerType())
    Object = Object->getPointeeType();
  const auto *Special = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      Object.getNonReferenceType()->getAsCXXRecordDecl());
  if (Special && Special->getTemplateArgs().size() &&
      Special->getTemplateArgs()[0].getKind() == TemplateArgument::Type)
    return Special->getTemplateArgs()[0].getAsType();
  return {};
}

} // namespace

CallTargets constructorsOf(const Expr &Call, const Roles &R) {
  const Role *Constructs = R.ofCall(Call, RoleKind::Constructs);
  if (!Constructs)
    return {};
  const CXXRecordDecl *Class = definedClass(madeBy(Call, *Constructs), R.ast());
  if (!Class)
    return {};
  llvm::SmallVector<const Expr *, 4> Args;
  for (unsigned I = Constructs->index("from").value_or(0);
       const Expr *Arg = Roles::argument(Call, I); ++I)
    Args.push_back(Arg);
  CallTargets All;
  for (const Decl *D : Class->decls()) {
    const auto *Template = dyn_cast<FunctionTemplateDecl>(D);
    const auto *Constructor = dyn_cast<CXXConstructorDecl>(
        Template ? Template->getTemplatedDecl() : D);
    if (!Constructor || Constructor->isDeleted() ||
        Args.size() < Constructor->getMinRequiredArguments() ||
        Args.size() > Constructor->getNumParams())
      continue;
    // A template can be chosen for whatever it is given. The library's are for
    // what needs converting.
    if (Template && Class->isInStdNamespace())
      continue;
    if (Template)
      return {};
    const bool Fits = llvm::all_of(llvm::enumerate(Args), [&](auto Each) {
      return fits(*Each.value(), *Constructor->getParamDecl(Each.index()));
    });
    if (Fits)
      return {Constructor};
    if (!Constructor->isCopyOrMoveConstructor())
      All.push_back(Constructor);
  }
  return All;
}

CallsOfFunction callsOfImplicit(const FunctionDecl &Special, const Roles &R) {
  CallsOfFunction Result;
  const auto Add = [&](const Expr &E) {
    for (const Expr *Call : callsIn(E)) {
      SourceLocation Where = Call->getBeginLoc();
      if (Where.isInvalid())
        Where = Special.getLocation();
      if (const auto *Inherited = dyn_cast<CXXInheritedCtorInitExpr>(Call)) {
        Result.Sites.push_back(
            {Where, Call, Inherited->getConstructor(), CallSite::Kind::Made});
        continue;
      }
      const auto *Construct = dyn_cast<CXXConstructExpr>(Call);
      const auto *Written = dyn_cast<CallExpr>(Call);
      const FunctionDecl *Callee =
          Construct ? Construct->getConstructor() : Written->getDirectCallee();
      Result.Sites.push_back({Where, Call, Callee});
      if (CallTargets Made = constructorsOf(*Call, R); !Made.empty()) {
        CallSite Site{Where, Call, Made.front(), CallSite::Kind::Made};
        Site.Others.append(Made.begin() + 1, Made.end());
        Result.Sites.push_back(std::move(Site));
      }
    }
  };
  if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&Special)) {
    const FunctionDecl *Definition = nullptr;
    if (!Constructor->isDefined(Definition))
      return Result;
    for (const CXXCtorInitializer *Init :
         cast<CXXConstructorDecl>(Definition)->inits())
      if (Init->getInit())
        Add(*Init->getInit());
  } else if (const auto *Destructor = dyn_cast<CXXDestructorDecl>(&Special)) {
    const CXXRecordDecl *Class = Destructor->getParent()->getDefinition();
    if (!Class || Class->isDependentContext() || Class->isUnion())
      return Result;
    for (const FieldDecl *Field : Class->fields())
      addDestroyed(Field->getType(), Field->getLocation(), Result.Sites);
    for (const CXXBaseSpecifier &Base : Class->bases())
      addDestroyed(Base.getType(), Base.getBeginLoc(), Result.Sites);
  }
  return Result;
}

} // namespace corolint
