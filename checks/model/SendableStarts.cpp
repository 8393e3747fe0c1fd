/// \file
/// Telling which starts are on other threads.

#include "checks/model/SendableStarts.h"

#include "checks/model/Calls.h"
#include "checks/model/Executors.h"
#include "checks/model/OwnBody.h"
#include "checks/roles/StmtSearch.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"

namespace corolint {
namespace {

using namespace clang;

/// Whether \p E is, or has, an executor that was made with one thread:
/// `thread_pool pool(1);`.
bool madeWithOneThread(const Expr &E) {
  const VarDecl *Var = localRoot(&E);
  if (!Var)
    if (const auto *Ref = dyn_cast<DeclRefExpr>(skipWrappers(&E)))
      Var = dyn_cast<VarDecl>(Ref->getDecl());
  if (!Var || !Var->getInit())
    return false;
  llvm::SmallVector<const IntegerLiteral *, 2> Numbers;
  anyStmt(Var->getInit(), [&](const Stmt &S) {
    if (const auto *Number = dyn_cast<IntegerLiteral>(&S))
      Numbers.push_back(Number);
    return false;
  });
  return Numbers.size() == 1 && Numbers.front()->getValue() == 1;
}

/// What an executor is given along with the task: `co_withExecutor(pool, t)`,
/// `t.via(pool)`.
const Role *executorIn(const Expr &Subject, const Roles &R) {
  const auto *Call = dyn_cast<CallExpr>(skipWrappers(&Subject));
  if (!Call)
    return nullptr;
  for (const Expr *Arg : Call->arguments())
    if (const Role *Executor =
            Arg->getType().isNull() ? nullptr : executorRole(*Arg, R))
      return madeWithOneThread(*Arg) ? nullptr : Executor;
  if (const std::optional<MemberCall> Member = asMemberCall(Call))
    return executorIn(*Member->Object, R);
  return nullptr;
}

bool runsElsewhere(const SpawnSites::Start &Start, const Roles &R) {
  if (Start.Spawn.is("on", "other-thread"))
    return true;
  if (!Start.Spawn.is("on", "by-executor"))
    return false;
  const std::optional<unsigned> Index = Start.Spawn.index("executor");
  if (!Index && !Start.Spawn.is("executor", "this")) {
    const Expr *Subject =
        Roles::argument(*Start.Call, Start.Spawn.index("arg"));
    const Role *Given = Subject ? executorIn(*Subject, R) : nullptr;
    return Given && Given->is("threads", "many");
  }
  const Expr *Executor = Roles::argument(*Start.Call, Index);
  const Role *Known = Executor ? executorRole(*Executor, R) : nullptr;
  return Known && Known->is("threads", "many") && !madeWithOneThread(*Executor);
}

/// Starts that are none by name: work that is handed to other threads because
/// it blocks, and threads that a container makes.
class OtherStarts : public OwnBodyVisitor<OtherStarts> {
public:
  OtherStarts(const Roles &R, std::vector<SpawnSites::Start> &Starts)
      : R(R), Starts(Starts) {}

  bool VisitCallExpr(CallExpr *E) {
    if (const Role *Offload = R.ofCall(*E, RoleKind::Offload))
      add(*E, Offload->get("arg"), "yes");
    const Role *Constructs = R.ofCall(*E, RoleKind::Constructs);
    const CXXRecordDecl *Made =
        Constructs && Constructs->is("type", "this") ? element(*E) : nullptr;
    if (!Made || !Made->hasDefinition())
      return true;
    for (const Decl *D : Made->decls()) {
      if (const auto *Template = dyn_cast<FunctionTemplateDecl>(D))
        D = Template->getTemplatedDecl();
      const auto *Constructor = dyn_cast<CXXConstructorDecl>(D);
      const Role *Spawn =
          Constructor ? R.of(*Constructor, RoleKind::Spawn) : nullptr;
      const std::optional<unsigned> Index =
          Spawn ? Spawn->index("arg") : std::nullopt;
      if (!Index || !Spawn->is("on", "other-thread"))
        continue;
      add(*E, std::to_string(*Index + Constructs->index("from").value_or(0)),
          Spawn->get("joins"));
      break;
    }
    return true;
  }

private:
  static const CXXRecordDecl *element(const CallExpr &Call) {
    const std::optional<MemberCall> Member = asMemberCall(&Call);
    const auto *Container =
        Member ? dyn_cast_or_null<ClassTemplateSpecializationDecl>(
                     Member->Object->getType()
                         .getNonReferenceType()
                         ->getAsCXXRecordDecl())
               : nullptr;
    return Container && Container->getTemplateArgs().size() &&
                   Container->getTemplateArgs()[0].getKind() ==
                       TemplateArgument::Type
               ? Container->getTemplateArgs()[0]
                     .getAsType()
                     ->getAsCXXRecordDecl()
               : nullptr;
  }

  void add(const CallExpr &Call, llvm::StringRef Argument,
           llvm::StringRef Joins) {
    Role Spawn{RoleKind::Spawn};
    Spawn.Params = {{"arg", Argument.str()},
                    {"on", "other-thread"},
                    {"returns", "handle"},
                    {"joins", Joins.str()}};
    Starts.push_back({&Call, std::move(Spawn)});
  }

  const Roles &R;
  std::vector<SpawnSites::Start> &Starts;
};

} // namespace

std::vector<SpawnSites::Start>
startsElsewhere(const Function &F, const SpawnSites &Sites, const Roles &R) {
  std::vector<SpawnSites::Start> Elsewhere;
  llvm::copy_if(
      Sites.Starts, std::back_inserter(Elsewhere),
      [&](const SpawnSites::Start &Start) { return runsElsewhere(Start, R); });
  OtherStarts(R, Elsewhere).TraverseStmt(const_cast<Stmt *>(F.Body));
  return Elsewhere;
}

} // namespace corolint
