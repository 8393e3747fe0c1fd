/// \file
/// Telling what does not block, whatever it is called.

#include "checks/model/Readiness.h"

#include "checks/model/Calls.h"
#include "checks/model/OwnBody.h"

#include "clang/AST/ExprCXX.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

const Role *nonblockingAfter(const Stmt &S, const Roles &R) {
  const auto *Call = dyn_cast<CallExpr>(&S);
  return Call ? R.ofCall(*Call, RoleKind::NonblockingAfter) : nullptr;
}

ObjectPath objectOf(const Expr &Call, const Role &After,
                    const ASTContext &Ast) {
  const Expr *Object = Roles::argument(Call, After.index("arg"));
  return Object ? objectPathOf(*Object, Ast) : ObjectPath::of(Call);
}

bool namesConstant(const Expr &E, llvm::StringRef Name) {
  const auto *Ref = dyn_cast<DeclRefExpr>(E.IgnoreParenImpCasts());
  return Ref && !Name.empty() && Roles::nameOf(*Ref->getDecl()) == Name;
}

const Expr *directResult(const Expr &E) {
  const Expr *Value = skipWrappers(&E);
  return isa<CallExpr>(Value) ? Value : nullptr;
}

namespace {

/// The one value that \p F returns, if returning it is all that it does.
const Expr *onlyResult(const FunctionDecl &F) {
  const auto *Body = dyn_cast_or_null<CompoundStmt>(F.getBody());
  const auto *Return = Body && Body->size() == 1
                           ? dyn_cast<ReturnStmt>(Body->body_front())
                           : nullptr;
  return Return ? Return->getRetValue() : nullptr;
}

/// The same test, seen from the caller.
std::optional<ReadyTest> testInside(const CallExpr &Call, const Roles &R) {
  const FunctionDecl *Callee = Call.getDirectCallee();
  const Expr *Value = Callee ? onlyResult(*Callee) : nullptr;
  if (!Value)
    return std::nullopt;
  bool Negated = false;
  Value = skipWrappers(Value);
  while (const auto *Not = dyn_cast<UnaryOperator>(Value)) {
    if (Not->getOpcode() != UO_LNot)
      return std::nullopt;
    Negated = !Negated;
    Value = skipWrappers(Not->getSubExpr());
  }
  // One level is enough, and keeps recursion out.
  if (const auto *Inner = dyn_cast<CallExpr>(Value);
      Inner && !nonblockingAfter(*Inner, R))
    return std::nullopt;
  std::optional<ReadyTest> Test = readyTest(*Value, R, directResult);
  if (!Test)
    return std::nullopt;
  Test->Value ^= Negated;
  const ASTContext &Ast = R.ast();
  const auto *Param = dyn_cast_or_null<ParmVarDecl>(Test->About.variable());
  const Expr *Given = nullptr;
  if (Param && Param->getDeclContext() == Callee->getDefinition())
    Given = Roles::argument(Call, Param->getFunctionScopeIndex());
  else if (Test->About.From == ObjectPath::Root::This)
    Given = Roles::argument(Call, std::nullopt);
  else if (Test->About.variable())
    return Test;
  if (!Given && Test->About.From == ObjectPath::Root::This)
    return Test;
  if (!Given)
    return std::nullopt;
  Test->About = Test->About.from(objectPathOf(*Given, Ast));
  return Test;
}

} // namespace

std::optional<ReadyTest> readyTest(const Stmt &S, const Roles &R,
                                   ResultOf Result) {
  if (const auto *Op = dyn_cast<BinaryOperator>(&S)) {
    if (!Op->isEqualityOp())
      return std::nullopt;
    for (auto [Side, Constant] : {std::pair(Op->getLHS(), Op->getRHS()),
                                  std::pair(Op->getRHS(), Op->getLHS())}) {
      const Expr *Call = Result(*Side);
      const Role *After = Call ? nonblockingAfter(*Call, R) : nullptr;
      if (!After)
        continue;
      const bool Equal = Op->getOpcode() == BO_EQ;
      if (namesConstant(*Constant, After->get("if")))
        return ReadyTest{objectOf(*Call, *After, R.ast()), Equal};
      if (namesConstant(*Constant, After->get("unless")))
        return ReadyTest{objectOf(*Call, *After, R.ast()), !Equal};
    }
    return std::nullopt;
  }
  const auto *Call = dyn_cast<CallExpr>(&S);
  if (!Call)
    return std::nullopt;
  const Role *After = nonblockingAfter(*Call, R);
  if (!After)
    return testInside(*Call, R);
  if (!After->is("if", "true") && !After->is("if", "false"))
    return std::nullopt;
  return ReadyTest{objectOf(*Call, *After, R.ast()), After->is("if", "true")};
}

/// Collects what a function does to its parameters and its class's fields.
class NonblockingObjects::Finder : public OwnBodyVisitor<Finder> {
public:
  Finder(const FunctionDecl &F, NonblockingObjects &To) : F(F), To(To) {}

  bool VisitCallExpr(CallExpr *Call) {
    const Role *After = nonblockingAfter(*Call, To.R);
    if (After && After->get("if").empty() && After->get("unless").empty() &&
        !After->is("on", "result"))
      if (const Expr *Object = Roles::argument(*Call, After->index("arg")))
        note(*Object);
    return true;
  }
  bool VisitBinaryOperator(BinaryOperator *Op) {
    if (Op->getOpcode() == BO_Assign && makes(*Op->getRHS(), To.R))
      note(*Op->getLHS());
    return true;
  }

  static bool makes(const Expr &Value, const Roles &R) {
    const Role *After = nonblockingAfter(*skipWrappers(&Value), R);
    return After && After->is("on", "result");
  }

private:
  void note(const Expr &Object) {
    const Expr *E = skipWrappers(&Object);
    if (const auto *Ref = dyn_cast<DeclRefExpr>(E)) {
      const auto *Param = dyn_cast<ParmVarDecl>(Ref->getDecl());
      if (Param && Param->getDeclContext() == &F)
        To.Parameters[F.getCanonicalDecl()].push_back(
            Param->getFunctionScopeIndex());
    } else if (const auto *Member = dyn_cast<MemberExpr>(E)) {
      if (const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl()))
        To.Fields.insert(Field->getCanonicalDecl());
    }
  }

  const FunctionDecl &F;
  NonblockingObjects &To;
};

NonblockingObjects::NonblockingObjects(const CoroutineModel &Model,
                                       const Roles &R)
    : R(R) {
  for (const auto &F : Model.functions()) {
    Finder Find(F->Decl, *this);
    Find.TraverseStmt(const_cast<Stmt *>(F->Body));
    if (const auto *Constructor = dyn_cast<CXXConstructorDecl>(&F->Decl))
      for (const CXXCtorInitializer *Init : Constructor->inits())
        if (Init->getMember() && Init->getInit() &&
            Finder::makes(*Init->getInit(), R))
          Fields.insert(Init->getMember()->getCanonicalDecl());
  }
}

llvm::ArrayRef<unsigned>
NonblockingObjects::parameters(const FunctionDecl &F) const {
  auto It = Parameters.find(F.getCanonicalDecl());
  return It == Parameters.end() ? llvm::ArrayRef<unsigned>() : It->second;
}

bool NonblockingObjects::contains(const FieldDecl &Field) const {
  const Expr *Init = Field.getInClassInitializer();
  return Fields.contains(Field.getCanonicalDecl()) ||
         (Init && Finder::makes(*Init, R));
}

llvm::StringSet<> namesIn(const Function &F) {
  class NameFinder : public OwnBodyVisitor<NameFinder> {
  public:
    explicit NameFinder(const ASTContext &Ast) : Ast(Ast) {}
    const ASTContext &Ast;
    llvm::StringSet<> Found;
    llvm::SmallVector<const FunctionDecl *, 4> Called;

    bool VisitIntegerLiteral(IntegerLiteral *E) {
      if (E->getLocation().isMacroID())
        Found.insert(Lexer::getImmediateMacroName(
            E->getLocation(), Ast.getSourceManager(), Ast.getLangOpts()));
      return true;
    }
    bool VisitDeclRefExpr(DeclRefExpr *E) {
      if (const auto *Callee = dyn_cast<FunctionDecl>(E->getDecl())) {
        Called.push_back(Callee);
        if (Callee->isExternC())
          Found.insert(Callee->getName());
      } else if (isa<EnumConstantDecl>(E->getDecl())) {
        Found.insert(Roles::nameOf(*E->getDecl()));
      }
      return true;
    }
  } Find(F.Decl.getASTContext());
  Find.TraverseStmt(const_cast<Stmt *>(F.Body));
  // `bool would_block() { return errno == EAGAIN; }`.
  const auto Called = std::move(Find.Called);
  for (const FunctionDecl *Callee : Called)
    if (const Expr *Value = onlyResult(*Callee))
      Find.TraverseStmt(const_cast<Expr *>(Value));
  return std::move(Find.Found);
}

} // namespace corolint
