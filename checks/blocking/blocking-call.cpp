/// \file
/// blocking-call: a coroutine, or something it calls on its own thread, blocks
/// that thread. Doc: docs/checks/blocking-call.md.

#include "checks/core/Check.h"
#include "checks/core/Options.h"
#include "checks/model/CallGraph.h"
#include "checks/model/Calls.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/ParentMap.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "llvm/ADT/StringSwitch.h"

namespace corolint {
namespace {

constexpr OptionInfo Options[] = {
    {.Name = "ReportConsoleOutput",
     .Default = "false",
     .Help = "also report writing to the console (printf, std::cout)"},
};

clang::QualType objectType(const MemberCall &Call) {
  const clang::QualType T = Call.Object->IgnoreParenImpCasts()->getType();
  return T->isPointerType() ? T->getPointeeType() : T.getNonReferenceType();
}

/// A constructor goes by its class, as written.
std::string nameOf(const CallSite &Site) {
  if (const auto *Construct =
          llvm::dyn_cast_or_null<clang::CXXConstructExpr>(Site.Call))
    return "'" + Construct->getType().getUnqualifiedType().getAsString() + "'";
  if (!Site.Callee)
    return "this call";
  const auto *Method = llvm::dyn_cast<clang::CXXMethodDecl>(Site.Callee);
  if (Method && Method->getParent()->isLambda())
    return "the lambda";
  std::string Name = Roles::nameOf(*Site.Callee);
  // A member that an implementation's base class declares goes by the class
  // that the author used.
  if (const std::optional<MemberCall> Call = asMemberCall(Site.Call))
    if (const clang::NamedDecl *Class = Roles::classOf(objectType(*Call)))
      if (Call->Method && !Call->Name.empty() &&
          Class->getCanonicalDecl() != Call->Method->getParent())
        Name = Roles::nameOf(*Class) + "::" + Call->Name.str();
  return "'" + (Name.empty() ? Site.Callee->getNameAsString() : Name) + "'";
}

llvm::StringRef waitsFor(const Role &Blocks) {
  return llvm::StringSwitch<llvm::StringRef>(Blocks.get("kind"))
      .Case("sleep", "sleeps")
      .Case("file", "waits for a file")
      .Case("network", "waits for the network")
      .Case("process", "waits for a process")
      .Case("dns", "waits for a name server")
      .Case("console", "waits for the console")
      .Case("join", "waits for a thread to end")
      .Case("database", "waits for a database")
      .Default("waits");
}

/// The replacement for the library that \p Coroutine's task type comes from;
/// empty if no role knows one.
llvm::StringRef replacement(const Role &Blocks, const Function &Coroutine) {
  const clang::NamedDecl *Task = Roles::classOf(Coroutine.Decl.getReturnType());
  if (!Task)
    return "";
  const std::string Name = Roles::nameOf(*Task);
  // `boost::asio::awaitable` is asio's, `folly::coro::Task` is folly's.
  for (const auto &[Key, Text] : Blocks.Params) {
    llvm::StringRef Library = Key;
    if (Library.consume_front("replacement.") &&
        llvm::StringRef(Name).contains((Library + "::").str()))
      return Text;
  }
  return Blocks.get("replacement.any");
}

/// Whether \p Site waits for an object that an enclosing condition has found
/// ready, or that a loop has polled before:
/// `if (f.wait_for(0s) == std::future_status::ready) use(f.get());`
bool isProvenReady(const CallSite &Site, const Function &Coroutine,
                   const clang::ParentMap &Parents) {
  const std::optional<MemberCall> Wait = asMemberCall(Site.Call);
  const clang::VarDecl *Object = Wait ? localRoot(Wait->Object) : nullptr;
  if (!Object)
    return false;
  class Asks : public clang::RecursiveASTVisitor<Asks> {
  public:
    explicit Asks(const clang::VarDecl *Object) : Object(Object) {}
    const clang::VarDecl *Object;
    bool Ready = false;
    bool VisitCallExpr(clang::CallExpr *E) {
      const std::optional<MemberCall> Call = asMemberCall(E);
      Ready |= Call && localRoot(Call->Object) == Object &&
               (Call->Name == "wait_for" || Call->Name == "is_ready" ||
                Call->Name == "ready");
      return true;
    }
  };
  class Polls : public clang::RecursiveASTVisitor<Polls> {
  public:
    explicit Polls(Asks &Condition) : Condition(Condition) {}
    Asks &Condition;
    bool VisitWhileStmt(clang::WhileStmt *Loop) {
      return Condition.TraverseStmt(Loop->getCond());
    }
    bool VisitDoStmt(clang::DoStmt *Loop) {
      return Condition.TraverseStmt(Loop->getCond());
    }
  };
  Asks Polled(Object);
  Polls(Polled).TraverseStmt(const_cast<clang::Stmt *>(Coroutine.Body));
  if (Polled.Ready)
    return true;
  const clang::Stmt *Child = Site.Call;
  while (const clang::Stmt *Parent =
             Parents.getParent(const_cast<clang::Stmt *>(Child))) {
    const auto *If = llvm::dyn_cast<clang::IfStmt>(Parent);
    if (If && If->getThen() == Child) {
      Asks Condition(Object);
      Condition.TraverseStmt(const_cast<clang::Expr *>(If->getCond()));
      if (Condition.Ready)
        return true;
    }
    Child = Parent;
  }
  return false;
}

std::string describe(const Function &Coroutine) {
  const auto *Method = llvm::dyn_cast<clang::CXXMethodDecl>(&Coroutine.Decl);
  if (Method && Method->getParent()->isLambda())
    return "a lambda coroutine";
  return "coroutine '" + Coroutine.name() + "'";
}

void report(Pass &P, const Function &Coroutine,
            const CallChains::Chain &Chain) {
  const CallSite &First = *Chain.Links.front().Site;
  Finding F{First.Where,
            nameOf(First) + " blocks the thread in " + describe(Coroutine),
            {},
            {}};
  for (size_t I = 1; I < Chain.Links.size(); ++I) {
    const CallSite &Site = *Chain.Links[I].Site;
    const bool Last = I + 1 == Chain.Links.size();
    F.Why.push_back(
        {Site.Where,
         nameOf(*Chain.Links[I - 1].Site) + " calls " + nameOf(Site) +
             (Last ? ", which " + waitsFor(*Chain.End).str() : " here")});
  }
  if (Chain.Links.size() == 1)
    F.Why.push_back({First.Where, nameOf(First) + " " +
                                      waitsFor(*Chain.End).str() +
                                      "; nothing else runs on this thread "
                                      "meanwhile"});
  if (llvm::StringRef Instead = replacement(*Chain.End, Coroutine);
      !Instead.empty())
    F.Why.push_back({First.Where, ("use " + Instead + " instead").str()});
  P.report(std::move(F));
}

void run(Pass &P) {
  const bool Output = P.Options.flag("ReportConsoleOutput");
  const CallChains Calls =
      blockingChains(P.Model, P.Roles, CallChains::From::Coroutines,
                     [Output](const Role &Blocks) {
                       return Blocks.is("output", "true") && !Output;
                     });
  for (const Function *Coroutine : P.Model.coroutines()) {
    if (Coroutine->isGenerator())
      continue;
    std::unique_ptr<clang::ParentMap> Parents;
    for (const CallSite &Site : Calls.calls(*Coroutine)) {
      const std::optional<CallChains::Chain> Chain =
          Calls.chain(*Coroutine, Site);
      if (!Chain)
        continue;
      if (!Parents)
        Parents = std::make_unique<clang::ParentMap>(
            const_cast<clang::Stmt *>(Coroutine->Body));
      if (!isProvenReady(Site, *Coroutine, *Parents))
        report(P, *Coroutine, *Chain);
    }
  }
}

} // namespace

extern constexpr Check BlockingCall = {
    .Id = "blocking-call",
    .Summary = "a call blocks the thread that a coroutine runs on",
    .Level = Severity::Warning,
    .Options = Options,
    .Run = run,
};

} // namespace corolint
