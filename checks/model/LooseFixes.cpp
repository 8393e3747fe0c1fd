/// \file
/// Suggestions for what a lambda refers to; all suggestions together.

#include "checks/model/LooseFixes.h"

#include "checks/model/Calls.h"
#include "checks/model/CaptureWays.h"

#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

/// The `&` in front of the name at \p Name; invalid if something else is there.
static SourceLocation ampersandBefore(SourceLocation Name,
                                      const SourceManager &SM) {
  const auto [File, Offset] = SM.getDecomposedLoc(Name);
  const llvm::StringRef Before =
      SM.getBufferData(File).take_front(Offset).rtrim();
  if (!Before.ends_with("&"))
    return {};
  return Name.getLocWithOffset(int(Before.size()) - 1 - int(Offset));
}

/// Makes the captures of \p Lambda ones that its body can change.
static std::vector<FixItHint> makeMutable(const LambdaExpr &Lambda) {
  const CXXMethodDecl &Call = *Lambda.getCallOperator();
  if (Lambda.isMutable() || Call.isExplicitObjectMemberFunction())
    return {};
  if (!Lambda.hasExplicitParameters())
    return {FixItHint::CreateInsertion(
        Lambda.getIntroducerRange().getEnd().getLocWithOffset(1),
        "() mutable")};
  const TypeSourceInfo *Info = Call.getTypeSourceInfo();
  const auto Type = Info->getTypeLoc().getAsAdjusted<FunctionProtoTypeLoc>();
  return {FixItHint::CreateInsertion(Type.getRParenLoc().getLocWithOffset(1),
                                     " mutable")};
}

/// As a capture of \p Name is spelled that has a value of its own.
static std::string captured(llvm::StringRef Name, const CaptureWay &Way) {
  return Way.How == CaptureWay::Kind::Move
             ? (Name + " = std::move(" + Name + ")").str()
             : Name.str();
}

/// Whether `std::function` holds \p Lambda, which copies what it is given.
static bool isToBeCopied(const LambdaExpr &Lambda, const LooseTask &Task) {
  class Finder : public RecursiveASTVisitor<Finder> {
  public:
    explicit Finder(const LambdaExpr &Lambda) : Lambda(Lambda) {}
    bool shouldVisitImplicitCode() const { return true; }
    bool VisitCXXConstructExpr(CXXConstructExpr *E) {
      const CXXRecordDecl *Class = E->getConstructor()->getParent();
      Held |= Class->isInStdNamespace() && Class->getName() == "function";
      return true;
    }
    bool VisitLambdaExpr(LambdaExpr *E) {
      Given |= E == &Lambda;
      return true;
    }
    const LambdaExpr &Lambda;
    bool Held = false, Given = false;
  } Search(Lambda);
  Search.TraverseStmt(const_cast<Expr *>(Task.Made));
  // A lambda that has a name can be given to many.
  return Search.Held || !Search.Given;
}

/// The edit needs no copy where there can be none.
static bool fits(const CaptureWay &Way, QualType T, const LambdaExpr &Lambda,
                 const LooseTask &Task) {
  return Way.How != CaptureWay::Kind::None &&
         (Way.How != CaptureWay::Kind::Move ||
          isCopyable(T.getNonReferenceType()) || !isToBeCopied(Lambda, Task));
}

/// `[&x]` becomes `[x]` or `[x = std::move(x)]`.
static void ownOne(const LooseTask &Task, const CapturePlace &Place,
                   const Roles &R, std::vector<Fix> &Out) {
  const ASTContext &Ast = Task.In->Decl.getASTContext();
  const LambdaCapture &Capture = *Place.Capture;
  const ValueDecl *Var = Capture.getCapturedVar();
  const SourceLocation Name = Capture.getLocation();
  const SourceLocation Ampersand =
      ampersandBefore(Name, Ast.getSourceManager());
  if (Ampersand.isInvalid() || Capture.isPackExpansion())
    return;
  std::string Text;
  const auto *Init = dyn_cast<VarDecl>(Var);
  const ValueDecl *Given = Var;
  CharSourceRange Replaced = CharSourceRange::getTokenRange(Ampersand, Name);
  if (Init && Init->isInitCapture()) {
    // `[&alias = x]`
    const auto *Ref = dyn_cast_or_null<DeclRefExpr>(
        Init->getInit() ? skipWrappers(Init->getInit()) : nullptr);
    if (!Ref || Init->getInitStyle() != VarDecl::CInit)
      return;
    Given = Ref->getDecl();
    Replaced.setEnd(Ref->getEndLoc());
  }
  CaptureWay Way = wayInto(*Place.Lambda, *Given, *Task.In, R);
  if (Given != Var) {
    // The body has another name for it.
    const CaptureWay Inside = wayInto(*Place.Lambda, *Var, *Task.In, R);
    Way.Writes = Inside.Writes;
    if (Inside.Writes && Way.How == CaptureWay::Kind::Copy)
      return;
  }
  if (!fits(Way, Given->getType(), *Place.Lambda, Task))
    return;
  const std::string Source = Given->getNameAsString();
  const bool Moves = Way.How == CaptureWay::Kind::Move;
  Text = Given == Var ? captured(Source, Way)
                      : Var->getNameAsString() + " = " +
                            (Moves ? "std::move(" + Source + ")" : Source);
  std::vector<FixItHint> Edits{FixItHint::CreateReplacement(Replaced, Text)};
  if (Way.Writes)
    llvm::append_range(Edits, makeMutable(*Place.Lambda));
  Out.push_back({Moves ? "move '" + Source + "' into the task"
                       : "capture '" + Source + "' by value",
                 std::move(Edits)});
}

/// Whether \p Class, or what it derives from, is `enable_shared_from_this`.
static bool sharesItself(const CXXRecordDecl &Class, unsigned Depth = 0) {
  if (Class.getDeclName().isIdentifier() &&
      Class.getName() == "enable_shared_from_this")
    return true;
  return Class.hasDefinition() && Depth < 8 &&
         llvm::any_of(Class.bases(), [&](const CXXBaseSpecifier &Base) {
           const CXXRecordDecl *Of = Base.getType()->getAsCXXRecordDecl();
           return Of && Base.getAccessSpecifier() == AS_public &&
                  sharesItself(*Of, Depth + 1);
         });
}

/// The capture that keeps the object of \p F alive beside `this`; empty if
/// there is none, or the name for it is taken.
static std::string ownerOfThis(const LambdaExpr &Lambda, const Function &F) {
  const auto *Method = dyn_cast<CXXMethodDecl>(&F.Decl);
  // There is no owner yet, or none any more.
  if (!Method || isa<CXXConstructorDecl, CXXDestructorDecl>(Method) ||
      !sharesItself(*Method->getParent()) || names(*Lambda.getBody(), "self") ||
      llvm::any_of(Lambda.captures(), [](const LambdaCapture &C) {
        return C.capturesVariable() && C.getCapturedVar()->getName() == "self";
      }))
    return "";
  // In a template the base class is not looked into.
  const bool Template =
      Method->getParent()->getTemplateInstantiationPattern() ||
      Method->getParent()->isDependentContext();
  return Template ? "self = this->shared_from_this()"
                  : "self = shared_from_this()";
}

/// `[&]` becomes a list of what is used, with values of its own.
static void ownAll(const LooseTask &Task, const LambdaExpr &Lambda,
                   const Roles &R, std::vector<Fix> &Out) {
  const ASTContext &Ast = Task.In->Decl.getASTContext();
  if (Lambda.isGenericLambda())
    return;
  std::string List;
  bool Writes = false;
  for (const LambdaCapture &Capture : Lambda.captures()) {
    if (!List.empty())
      List += ", ";
    if (Capture.isExplicit()) {
      const SourceLocation From =
          Capture.getCaptureKind() == LCK_ByRef
              ? ampersandBefore(Capture.getLocation(), Ast.getSourceManager())
              : Capture.getLocation();
      const auto *Var = Capture.capturesVariable()
                            ? dyn_cast<VarDecl>(Capture.getCapturedVar())
                            : nullptr;
      if (From.isInvalid() || Capture.isPackExpansion() ||
          (Var && Var->isInitCapture() &&
           Var->getInitStyle() != VarDecl::CInit) ||
          Capture.getCaptureKind() == LCK_StarThis)
        return;
      const SourceLocation To = Var && Var->isInitCapture()
                                    ? Var->getInit()->getEndLoc()
                                    : Capture.getLocation();
      List += Lexer::getSourceText(CharSourceRange::getTokenRange(From, To),
                                   Ast.getSourceManager(), Ast.getLangOpts());
      continue;
    }
    if (Capture.capturesThis()) {
      const std::string Owner = ownerOfThis(Lambda, *Task.In);
      List += Owner.empty() ? "this" : "this, " + Owner;
      continue;
    }
    if (!Capture.capturesVariable())
      return;
    const ValueDecl &Var = *Capture.getCapturedVar();
    if (isa<ParmVarDecl>(Var) && Var.getType()->isReferenceType()) {
      List += "&" + Var.getNameAsString();
      continue;
    }
    const CaptureWay Way = wayInto(Lambda, Var, *Task.In, R);
    if (!fits(Way, Var.getType(), Lambda, Task))
      return;
    List += captured(Var.getName(), Way);
    Writes |= Way.Writes;
  }
  std::vector<FixItHint> Edits{FixItHint::CreateReplacement(
      Lambda.getIntroducerRange(), "[" + List + "]")};
  if (Writes)
    llvm::append_range(Edits, makeMutable(Lambda));
  Out.push_back({"capture what the task uses by value: '[" + List + "]'",
                 std::move(Edits)});
}

/// `[this]` gets an owner of `this` beside it.
static void holdThis(const LooseTask &Task, const CapturePlace &Place,
                     std::vector<Fix> &Out) {
  const ASTContext &Ast = Task.In->Decl.getASTContext();
  const std::string Owner = ownerOfThis(*Place.Lambda, *Task.In);
  const SourceLocation After = Lexer::getLocForEndOfToken(
      Task.What.Where, 0, Ast.getSourceManager(), Ast.getLangOpts());
  if (!Owner.empty() && After.isValid())
    Out.push_back({"keep the object alive with '" + Owner + "'",
                   {FixItHint::CreateInsertion(After, ", " + Owner)}});
}

void addCaptureFixes(const LooseTask &Task, const Roles &R,
                     std::vector<Fix> &Out) {
  const CapturePlace Place = captureAt(Task.What.Where, *Task.In->Body);
  // What a coroutine's own lambda owns is gone as soon as what it refers to.
  if (!Place.Lambda || Task.What.Where.isMacroID() ||
      Place.Lambda->getEndLoc().isMacroID() ||
      callOf(*Place.Lambda, *Task.In->Body))
    return;
  if (Task.What.How == Borrow::Kind::This)
    return holdThis(Task, Place, Out);
  if (Task.What.How != Borrow::Kind::Reference ||
      Place.Capture->getCaptureKind() != LCK_ByRef)
    return;
  if (Place.Capture->isImplicit())
    ownAll(Task, *Place.Lambda, R, Out);
  else
    ownOne(Task, Place, R, Out);
}

std::vector<Fix> fixesFor(const LooseTask &Task, llvm::ArrayRef<LooseTask> All,
                          const CoroutineModel &Model, const Roles &R) {
  std::vector<Fix> Result;
  if (!Task.In)
    return Result;
  if (Task.What.How == Borrow::Kind::Closure) {
    addClosureFixes(Task, All, R, Result);
  } else {
    addCaptureFixes(Task, R, Result);
    addParameterFixes(Task, Model, Result);
  }
  return Result;
}

} // namespace corolint
