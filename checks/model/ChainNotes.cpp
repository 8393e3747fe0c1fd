/// \file
/// Implementation of the notes on chains of calls.

#include "checks/model/ChainNotes.h"

#include "checks/model/Calls.h"

#include "clang/AST/DeclCXX.h"

namespace corolint {

using namespace clang;

namespace {

std::string quoted(llvm::StringRef Name) { return ("'" + Name + "'").str(); }

/// A constructor goes by its class, a lambda by what it is.
std::string nameOf(const FunctionDecl &F) {
  if (const auto *Method = dyn_cast<CXXMethodDecl>(&F)) {
    if (Method->getParent()->isLambda())
      return "the lambda";
    if (isa<CXXConstructorDecl>(Method)) {
      const std::string Class = Roles::nameOf(*Method->getParent());
      return quoted(Class.empty() ? Method->getParent()->getNameAsString()
                                  : Class);
    }
  }
  const std::string Name = Roles::nameOf(F);
  return quoted(Name.empty() ? F.getNameAsString() : Name);
}

/// A member that an implementation's base class declares goes by the class that
/// the author used.
std::string memberName(const Expr *E) {
  const std::optional<MemberCall> Call = asMemberCall(E);
  if (!Call || !Call->Method || Call->Name.empty())
    return "";
  const auto *Member =
      dyn_cast<MemberExpr>(cast<CallExpr>(E)->getCallee()->IgnoreParens());
  if (Member && Member->hasQualifier())
    return "";
  const QualType T = Call->Object->IgnoreParenImpCasts()->getType();
  const NamedDecl *Class = Roles::classOf(
      T->isPointerType() ? T->getPointeeType() : T.getNonReferenceType());
  if (!Class || Class->getCanonicalDecl() == Call->Method->getParent())
    return "";
  return Roles::nameOf(*Class) + "::" + Call->Name.str();
}

} // namespace

std::string nameOf(const CallSite &Site) {
  if (Site.How == CallSite::Kind::Awaited) {
    const FunctionDecl *Starter = cast<CallExpr>(Site.Call)->getDirectCallee();
    return Starter ? "destroying the result of " + nameOf(*Starter)
                   : "destroying the result of this call";
  }
  if (Site.How == CallSite::Kind::Written && Site.Call) {
    if (isa<CXXConstructExpr>(Site.Call))
      return quoted(Site.Call->getType().getUnqualifiedType().getAsString());
    if (const std::string Member = memberName(Site.Call);
        !Member.empty() && Site.Callee)
      return Site.Callee == cast<CallExpr>(Site.Call)->getDirectCallee()
                 ? quoted(Member)
                 : nameOf(*Site.Callee);
  }
  return Site.Callee ? nameOf(*Site.Callee) : "this call";
}

std::string describe(const Function &Coroutine) {
  const auto *Method = dyn_cast<CXXMethodDecl>(&Coroutine.Decl);
  if (Method && Method->getParent()->isLambda())
    return "a lambda coroutine";
  return "coroutine '" + Coroutine.name() + "'";
}

std::vector<FindingNote> notesOn(const CallChains::Chain &Chain,
                                 llvm::StringRef Does) {
  std::vector<FindingNote> Notes;
  for (size_t I = 1; I < Chain.Links.size(); ++I) {
    const CallSite &Site = *Chain.Links[I].Site;
    const bool Last = I + 1 == Chain.Links.size();
    Notes.push_back(
        {Site.Where, nameOf(*Chain.Links[I].Caller) + " calls " + nameOf(Site) +
                         (Last ? (", which " + Does).str() : " here")});
  }
  return Notes;
}

llvm::StringRef forLibraryOf(const Function &Coroutine, const Role &R,
                             llvm::StringRef Key) {
  const NamedDecl *Task = Roles::classOf(Coroutine.Decl.getReturnType());
  if (!Task)
    return "";
  // `boost::asio::awaitable` is asio's, too, unless there is a text for
  // `boost::asio`.
  const std::string Name = "::" + Roles::nameOf(*Task);
  llvm::StringRef Best, Text;
  for (const auto &[Param, Value] : R.Params) {
    llvm::StringRef Library = Param;
    if (Library.consume_front((Key + ".").str()) &&
        Library.size() > Best.size() &&
        llvm::StringRef(Name).contains(("::" + Library + "::").str())) {
      Best = Library;
      Text = Value;
    }
  }
  return Best.empty() ? R.get((Key + ".any").str()) : Text;
}

std::string wayElsewhere(const Role &End) {
  return End.By == Provenance::Inferred && !End.Source.empty()
             ? End.Source + ", which "
             : std::string();
}

} // namespace corolint
