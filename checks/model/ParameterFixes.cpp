/// \file
/// Suggestions for coroutines whose parameters refer to what is gone.

#include "checks/model/Calls.h"
#include "checks/model/CaptureWays.h"
#include "checks/model/LooseFixes.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {
namespace {

using namespace clang;

/// Whether \p Callee can take other parameters without anybody but this file
/// noticing.
bool isOurs(const FunctionDecl &Callee, const SourceManager &SM) {
  const auto *Method = dyn_cast<CXXMethodDecl>(&Callee);
  return !(Method && Method->isVirtual()) && Callee.hasBody() &&
         !Callee.getDescribedFunctionTemplate() &&
         !Callee.isTemplateInstantiation() && !Callee.isDependentContext() &&
         !Callee.getTemplateInstantiationPattern() &&
         llvm::all_of(Callee.redecls(), [&](const FunctionDecl *D) {
           return D->getLocation().isFileID() &&
                  SM.isWrittenInMainFile(D->getLocation());
         });
}

/// Whether \p Callee would be one of two functions that a call cannot tell
/// apart.
bool wouldClash(const FunctionDecl &Callee, unsigned Index, QualType T) {
  for (const NamedDecl *D :
       Callee.getDeclContext()->lookup(Callee.getDeclName())) {
    const auto *Other = dyn_cast<FunctionDecl>(D);
    if (!Other)
      return true;
    if (Other->getCanonicalDecl() != Callee.getCanonicalDecl() &&
        Other->getNumParams() == Callee.getNumParams() &&
        Other->getParamDecl(Index)
                ->getType()
                .getNonReferenceType()
                .getCanonicalType()
                .getUnqualifiedType() ==
            T.getCanonicalType().getUnqualifiedType())
      return true;
  }
  return false;
}

/// Replaces `const T &`, `T const &` or `T &&` by \p Type; nullopt if something
/// else is written there.
std::optional<FixItHint> retype(const ParmVarDecl &Param, std::string Type) {
  const ASTContext &Ast = Param.getASTContext();
  const SourceManager &SM = Ast.getSourceManager();
  const TypeLoc Whole = Param.getTypeSourceInfo()->getTypeLoc();
  SourceLocation Last = Whole.getEndLoc();
  TypeLoc Inner = Whole;
  if (const auto Ref = Whole.getAs<ReferenceTypeLoc>()) {
    Last = isa<RValueReferenceType>(Ref.getTypePtr())
               ? Ref.castAs<RValueReferenceTypeLoc>().getAmpAmpLoc()
               : Ref.castAs<LValueReferenceTypeLoc>().getAmpLoc();
    Inner = Ref.getPointeeLoc();
  }
  Inner = Inner.getUnqualifiedLoc();
  const auto TextOf = [&](SourceLocation From, SourceLocation To) {
    return Lexer::getSourceText(CharSourceRange::getTokenRange(From, To), SM,
                                Ast.getLangOpts());
  };
  if (Param.getBeginLoc().isMacroID() || Last.isMacroID())
    return std::nullopt;
  const llvm::StringRef Old = TextOf(Param.getBeginLoc(), Last);
  const llvm::StringRef Bare = TextOf(Inner.getBeginLoc(), Inner.getEndLoc());
  if (Bare.empty() || !Old.contains(Bare))
    return std::nullopt;
  // Nothing but the type, its qualifier and the reference.
  const auto [Before, After] = Old.split(Bare);
  const auto IsPlain = [](llvm::StringRef Text) {
    Text = Text.trim();
    Text.consume_front("const");
    return Text.trim().empty();
  };
  if (!IsPlain(Before) || !IsPlain(After.rtrim("& ")))
    return std::nullopt;
  if (Type.empty())
    Type = Bare.str();
  const SourceLocation End =
      Lexer::getLocForEndOfToken(Last, 0, SM, Ast.getLangOpts());
  const char Next = *SM.getCharacterData(End);
  if (llvm::isAlnum(Next) || Next == '_')
    Type += ' ';
  return FixItHint::CreateReplacement(
      CharSourceRange::getTokenRange(Param.getBeginLoc(), Last), Type);
}

std::optional<Fix> retypeAll(const FunctionDecl &Callee, unsigned Index,
                             const std::string &Type) {
  Fix Result{"take '" + Callee.getParamDecl(Index)->getNameAsString() + "' " +
                 (Type.empty() ? "by value" : "as '" + Type + "'"),
             {}};
  for (const FunctionDecl *D : Callee.redecls()) {
    std::optional<FixItHint> Edit = retype(*D->getParamDecl(Index), Type);
    if (!Edit)
      return std::nullopt;
    Result.Edits.push_back(std::move(*Edit));
  }
  return Result;
}

bool isString(QualType T) {
  const CXXRecordDecl *Class = T.getNonReferenceType()->getAsCXXRecordDecl();
  return Class && Class->isInStdNamespace() &&
         Class->getName() == "basic_string";
}

/// Whether everyone who calls \p Callee gives it something that a string can be
/// made of without saying so, and its body asks \p Param for nothing that a
/// string has not.
bool canBeString(const FunctionDecl &Callee, const ParmVarDecl &Param,
                 const CXXRecordDecl &String, const CoroutineModel &Model) {
  class Finder : public RecursiveASTVisitor<Finder> {
  public:
    Finder(const FunctionDecl &Callee, const ParmVarDecl &Param,
           const CXXRecordDecl &String)
        : Callee(Callee), Param(Param), String(String) {}
    bool VisitCallExpr(CallExpr *E) {
      if (E->getDirectCallee() &&
          E->getDirectCallee()->getCanonicalDecl() == Callee.getCanonicalDecl())
        Calls.insert(E);
      return true;
    }
    bool VisitMemberExpr(MemberExpr *E) {
      const auto *Ref = dyn_cast<DeclRefExpr>(skipWrappers(E->getBase()));
      if (Ref && Ref->getDecl() == &Param)
        Works &= !String.lookup(E->getMemberDecl()->getDeclName()).empty();
      return true;
    }
    const FunctionDecl &Callee;
    const ParmVarDecl &Param;
    const CXXRecordDecl &String;
    llvm::DenseSet<const CallExpr *> Calls;
    bool Works = true;
  } Search(Callee, Param, String);
  for (const auto &F : Model.functions())
    // A lambda is in the function around it, too.
    if (!F->Decl.getParent()->isRecord() ||
        !cast<CXXRecordDecl>(F->Decl.getParent())->isLambda())
      Search.TraverseStmt(const_cast<Stmt *>(F->Body));
  if (!Search.Works)
    return false;
  return llvm::all_of(Search.Calls, [&](const CallExpr *Call) {
    if (isa<CXXOperatorCallExpr>(Call) ||
        Param.getFunctionScopeIndex() >= Call->getNumArgs())
      return false;
    const Expr *Arg = Call->getArg(Param.getFunctionScopeIndex())
                          ->IgnoreUnlessSpelledInSource();
    return isString(Arg->getType()) || isa<StringLiteral>(Arg);
  });
}

} // namespace

void addParameterFixes(const LooseTask &Task, const CoroutineModel &Model,
                       std::vector<Fix> &Out) {
  const Borrow &B = Task.What;
  const FunctionDecl *Callee = B.Holder ? B.Holder->getDefinition() : nullptr;
  const SourceManager &SM = Task.In->Decl.getASTContext().getSourceManager();
  if (!Callee || !B.Param || !isOurs(*Callee, SM))
    return;
  const unsigned Index = B.Param->getFunctionScopeIndex();
  const ParmVarDecl &Param = *Callee->getParamDecl(Index);
  const QualType T = Param.getType();
  const QualType Value = T.getNonReferenceType();
  std::string Type;
  if (B.How == Borrow::Kind::Reference && T->isReferenceType()) {
    const CXXRecordDecl *Class = Value->getAsCXXRecordDecl();
    if ((T->isLValueReferenceType() && !Value.isConstQualified()) ||
        !(T->isLValueReferenceType() ? isCopyable(Value) : isMovable(Value)) ||
        Value->isArrayType() ||
        (Class && Class->isPolymorphic() && !Class->isEffectivelyFinal()))
      return;
  } else {
    const QualType From = B.Temporary ? B.Temporary->getType()
                          : B.Of      ? B.Of->getType()
                                      : QualType();
    const CXXRecordDecl *View = T->getAsCXXRecordDecl();
    if (B.How != Borrow::Kind::View || From.isNull() || !isString(From) ||
        !View || !View->isInStdNamespace() ||
        View->getName() != "basic_string_view" ||
        !canBeString(*Callee, Param,
                     *From.getNonReferenceType()->getAsCXXRecordDecl(), Model))
      return;
    PrintingPolicy Policy(Param.getASTContext().getPrintingPolicy());
    Type = From.getNonReferenceType().getUnqualifiedType().getAsString(Policy);
    if (Type == "std::basic_string<char>" || Type == "basic_string<char>")
      Type = "std::string";
  }
  if (wouldClash(*Callee, Index, Value))
    return;
  if (std::optional<Fix> Result = retypeAll(*Callee, Index, Type))
    Out.push_back(std::move(*Result));
}

} // namespace corolint
