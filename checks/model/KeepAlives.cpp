/// \file
/// What keeps an object alive while its own tasks run.

#include "checks/model/Works.h"

#include "checks/model/Calls.h"
#include "checks/model/OwnBody.h"
#include "checks/model/TaskContext.h"
#include "checks/roles/ClassWalk.h"

#include "clang/AST/RecursiveASTVisitor.h"
#include "llvm/ADT/STLExtras.h"

namespace corolint {

using namespace clang;

/// What runs tasks itself (`io_context`, `thread_pool`) can't be copied;
/// handles to it can.
static bool runsTasks(QualType T, const Roles &R) {
  const CXXRecordDecl *Class = T->getAsCXXRecordDecl();
  return Class && Class->hasDefinition() && R.of(T, RoleKind::Executor) &&
         (Class->defaultedCopyConstructorIsDeleted() ||
          llvm::any_of(Class->ctors(),
                       [](const CXXConstructorDecl *Constructor) {
                         return Constructor->isCopyConstructor() &&
                                (Constructor->isDeleted() ||
                                 Constructor->getAccess() == AS_private);
                       }));
}

bool ownsExecution(const VarDecl &Var, const Roles &R) {
  if (!Var.hasLocalStorage() || isa<ParmVarDecl>(Var) ||
      Var.getType()->isReferenceType())
    return false;
  if (runsTasks(Var.getType(), R))
    return true;
  class Sources : public RecursiveASTVisitor<Sources> {
  public:
    llvm::SmallVector<const VarDecl *, 2> Found;
    bool VisitDeclRefExpr(DeclRefExpr *Ref) {
      if (const auto *Var = dyn_cast<VarDecl>(Ref->getDecl()))
        Found.push_back(Var);
      return true;
    }
  } Finder;
  Finder.TraverseStmt(const_cast<Expr *>(Var.getInit()));
  return llvm::any_of(Finder.Found, [&](const VarDecl *Source) {
    return Source != &Var && ownsExecution(*Source, R);
  });
}

const Expr *executorNamed(const Expr &Call, const Role &Spawn) {
  const Expr *Executor = nullptr;
  const llvm::ArrayRef<const Expr *> Args = argumentsOf(Call);
  if (const std::optional<unsigned> Index = Spawn.index("executor"))
    Executor = *Index < Args.size() ? Args[*Index] : nullptr;
  else if (const std::optional<MemberCall> Member = asMemberCall(&Call))
    Executor = Member->Object;
  if (!Executor)
    return nullptr;
  Executor = skipWrappers(Executor);
  // `ctx.get_executor()`.
  if (const std::optional<MemberCall> Member = asMemberCall(Executor))
    Executor = skipWrappers(Member->Object);
  return Executor;
}

/// \p Executor is part of the object behind `this`, so its tasks end with it.
static bool isOwnMember(const Expr &Executor, const Roles &R) {
  const auto *Member = dyn_cast<MemberExpr>(&Executor);
  if (!Member || !isa<CXXThisExpr>(skipWrappers(Member->getBase())))
    return false;
  const QualType T = Member->getMemberDecl()->getType();
  return runsTasks(T, R) || R.of(T, RoleKind::Scope);
}

namespace {

/// Finds an owner of an object of class Mine among what is given along.
class OwnerFinder : public RecursiveASTVisitor<OwnerFinder> {
public:
  explicit OwnerFinder(const CXXRecordDecl &Mine) : Mine(Mine) {}

  bool Found = false;

  bool VisitExpr(Expr *E) {
    Found |= owns(E->getType());
    return !Found;
  }
  // Only what the lambda takes along, not what its body mentions.
  bool TraverseLambdaExpr(LambdaExpr *E) {
    for (Expr *Init : E->capture_inits())
      if (Init && !TraverseStmt(Init))
        return false;
    return true;
  }

private:
  bool owns(QualType T) const {
    const auto *Pointer = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
        T.getNonReferenceType()->getAsCXXRecordDecl());
    if (!Pointer || Pointer->getTemplateArgs().size() == 0 ||
        Pointer->getTemplateArgs()[0].getKind() != TemplateArgument::Type ||
        (!Pointer->getName().ends_with("ptr") &&
         llvm::none_of(Pointer->methods(), [](const CXXMethodDecl *Method) {
           return Method->getOverloadedOperator() == OO_Arrow;
         })))
      return false;
    const CXXRecordDecl *Pointee =
        Pointer->getTemplateArgs()[0].getAsType()->getAsCXXRecordDecl();
    return Pointee && Mine.hasDefinition() && Pointee->hasDefinition() &&
           (Pointee->getCanonicalDecl() == Mine.getCanonicalDecl() ||
            Mine.isDerivedFrom(Pointee) || Pointee->isDerivedFrom(&Mine) ||
            // The owner of an object that this one is part of.
            llvm::any_of(Pointee->fields(), [&](const FieldDecl *Field) {
              const CXXRecordDecl *Part =
                  Field->getType()->getAsCXXRecordDecl();
              return Part &&
                     Part->getCanonicalDecl() == Mine.getCanonicalDecl();
            }));
  }

  const CXXRecordDecl &Mine;
};

} // namespace

/// Whether something of the object behind `this` goes along that tells, by
/// itself, whether the object is there, or keeps it: a token (`alive_`), a
/// holder (`gate_.hold()`).
static bool takesToken(const Stmt &Whole) {
  class Tokens : public RecursiveASTVisitor<Tokens> {
  public:
    bool Found = false;
    bool TraverseLambdaExpr(LambdaExpr *E) {
      for (const LambdaCapture &Capture : E->captures()) {
        const auto *Var = Capture.capturesVariable()
                              ? dyn_cast<VarDecl>(Capture.getCapturedVar())
                              : nullptr;
        if (!Var || Capture.getCaptureKind() != LCK_ByCopy)
          continue;
        const CXXRecordDecl *Class = Var->getType()->getAsCXXRecordDecl();
        if (!Class || !Class->getDeclName().isIdentifier())
          continue;
        const llvm::StringRef Name = Class->getName();
        const bool OfThis = Var->isInitCapture() && Var->getInit() &&
                            mentions(Var->getInit(), nullptr);
        Found |= Name.contains("weak") ||
                 (OfThis && (Name.contains("shared") ||
                             (!Class->isInStdNamespace() &&
                              Class->hasNonTrivialDestructor())));
      }
      return !Found;
    }
  } Finder;
  Finder.TraverseStmt(const_cast<Stmt *>(&Whole));
  return Finder.Found;
}

/// An object of \p Class lives as long as the program, or until it ends its own
/// life.
static bool isItsOwnOwner(const CXXRecordDecl &Class, const Stmt &Whole,
                          Borrows &B) {
  class Deletions : public RecursiveASTVisitor<Deletions> {
  public:
    bool Found = false;
    bool VisitCXXDeleteExpr(CXXDeleteExpr *E) {
      Found |= isa<CXXThisExpr>(skipWrappers(E->getArgument()));
      return !Found;
    }
    // `own = std::unique_ptr<T>(this)`
    bool VisitCXXConstructExpr(CXXConstructExpr *E) {
      Found |= E->getNumArgs() == 1 && isStdClass(E->getType()) &&
               isa<CXXThisExpr>(skipWrappers(E->getArg(0)));
      return !Found;
    }
  };
  const auto Deletes = [](const Stmt *S) {
    Deletions Finder;
    Finder.TraverseStmt(const_cast<Stmt *>(S));
    return Finder.Found;
  };
  return Deletes(&Whole) ||
         llvm::any_of(Class.methods(), [&](const CXXMethodDecl *Method) {
           if (Method->isStatic())
             return Method->getReturnType()
                            .getNonReferenceType()
                            ->getAsCXXRecordDecl() == &Class &&
                    Method->getReturnType()->isReferenceType();
           const Function *Body = B.model().find(Method);
           return Body && Deletes(Body->Body);
         });
}

/// The class whose `this` the body of \p F means: for a lambda, that of the
/// function around it.
static const CXXRecordDecl *classOfThis(const Function &F) {
  const DeclContext *Context = &F.Decl;
  while (Context) {
    const auto *Method = dyn_cast<CXXMethodDecl>(Context);
    if (!Method) {
      Context = Context->getParent();
      continue;
    }
    if (!Method->getParent()->isLambda())
      return Method->getParent();
    Context = Method->getParent()->getDeclContext();
  }
  return nullptr;
}

bool isNamedLikeWaiting(llvm::StringRef Name) {
  constexpr llvm::StringLiteral Names[] = {
      "wait",    "join", "get",  "acquire",  "arrive_and_wait", "drain",
      "receive", "pop",  "take", "wait_for", "wait_until",      "run",
      "run_one", "exec", "poll", "loop",     "run_until",       "run_for"};
  return llvm::any_of(Names, [&](llvm::StringRef Known) {
    return Name.equals_insensitive(Known);
  });
}

bool waitsForOthers(const Stmt &Body, const Roles &R) {
  class Waits : public OwnBodyVisitor<Waits> {
  public:
    explicit Waits(const Roles &R) : R(R) {}
    bool Found = false;
    bool VisitCallExpr(CallExpr *E) {
      const Role *Blocks = R.ofCall(*E, RoleKind::Blocks);
      const std::optional<MemberCall> Call = asMemberCall(E);
      Found |= (Blocks && !Blocks->is("kind", "console") &&
                !Blocks->is("kind", "file")) ||
               R.ofCall(*E, RoleKind::WaitsForTask) ||
               (Call &&
                (isNamedLikeWaiting(Call->Name) ||
                 Call->Name.starts_with_insensitive("stop") ||
                 Call->Name.starts_with_insensitive("cancel")) &&
                !(Call->Method &&
                  Call->Method->getParent()->getName().ends_with("_ptr")));
      return !Found;
    }
    bool VisitCoawaitExpr(CoawaitExpr *) { return !(Found = true); }

  private:
    const Roles &R;
  } Finder(R);
  Finder.TraverseStmt(const_cast<Stmt *>(&Body));
  return Finder.Found;
}

/// Somebody ends the object's tasks before the object: its destructor, or a
/// method that is called before.
static bool endsItsTasks(const CXXRecordDecl &Class, Borrows &B) {
  const CXXDestructorDecl *Destructor = Class.getDestructor();
  if (Destructor && Destructor->isUserProvided())
    return true;
  return llvm::any_of(Class.methods(), [&](const CXXMethodDecl *Method) {
    constexpr llvm::StringLiteral Ends[] = {
        "join", "wait", "stop", "close", "drain", "cancel", "shutdown"};
    if (!Method->getDeclName().isIdentifier())
      return false;
    // `stop`, `stop_all`, `stopAndJoin`, but not `stopped`.
    const llvm::StringRef Name = Method->getName();
    if (llvm::none_of(Ends, [&](llvm::StringRef End) {
          const llvm::StringRef Rest =
              Name.drop_front(std::min(Name.size(), End.size()));
          return Name.starts_with_insensitive(End) &&
                 (Rest.empty() || !llvm::isLower(Rest.front()));
        }))
      return false;
    // Its caller may await it.
    const Function *Body = B.model().find(Method);
    return !Body || B.isCoroutineType(Method->getReturnType()) ||
           B.roles().isAwaitable(Method->getReturnType()) ||
           waitsForOthers(*Body->Body, B.roles());
  });
}

/// `auto self = shared_from_this();` among the first things that the coroutine
/// does.
static bool keepsItself(const Expr &Call, Borrows &B) {
  const auto *Plain = dyn_cast<CallExpr>(skipWrappers(&Call));
  const Function *Body =
      Plain ? B.model().find(Plain->getDirectCallee()) : nullptr;
  const auto *Block = Body ? dyn_cast<CompoundStmt>(Body->Body) : nullptr;
  if (!Block || !isa<CXXMethodDecl>(Body->Decl))
    return false;
  const auto Takes = [](const Stmt *S) {
    const auto *Decls = dyn_cast<DeclStmt>(S);
    const auto *Var = Decls && Decls->isSingleDecl()
                          ? dyn_cast<VarDecl>(Decls->getSingleDecl())
                          : nullptr;
    const std::optional<MemberCall> Take =
        Var && Var->getInit() ? asMemberCall(skipWrappers(Var->getInit()))
                              : std::nullopt;
    return Take &&
           (Take->Name == "shared_from_this" ||
            Take->Name == "weak_from_this" || Take->Name == "get_strong");
  };
  // What comes before is bookkeeping.
  return llvm::any_of(
      llvm::ArrayRef(Block->body_begin(), std::min<size_t>(3, Block->size())),
      Takes);
}

bool keepsThis(const Function &F, const Expr &Whole, const Expr &Call,
               const Role *Spawn, Borrows &B) {
  const Roles &R = B.roles();
  const CXXRecordDecl *Class = classOfThis(F);
  if (!Class || !Class->hasDefinition() || Class->isDependentContext() ||
      endsItsTasks(*Class, B) || keepsItself(Call, B) || takesToken(Whole) ||
      isItsOwnOwner(*Class, Whole, B))
    return true;
  // An awaiter lives in the frame of the coroutine that the task resumes.
  const auto *Method = dyn_cast<CXXMethodDecl>(&F.Decl);
  if (Method && Method->getDeclName().isIdentifier() &&
      Method->getName() == "await_suspend")
    return true;
  // What a lambda's own `this` is, is decided where it is made.
  if (Method && Method->getParent()->isLambda())
    return true;
  if (const Expr *Executor = Spawn ? executorNamed(Call, *Spawn) : nullptr)
    if (isOwnMember(*Executor, R))
      return true;
  // A task group of one's own.
  const std::optional<MemberCall> Group = asMemberCall(&Call);
  const auto *Part =
      Group ? dyn_cast<MemberExpr>(skipWrappers(Group->Object)) : nullptr;
  if (Part && isa<CXXThisExpr>(skipWrappers(Part->getBase())) &&
      Part->getType()->isRecordType() &&
      !R.of(Part->getType(), RoleKind::Executor))
    return true;
  const Role *Stores = B.roles().ofCall(Call, RoleKind::StoresCallable);
  const llvm::ArrayRef<const Expr *> Args = argumentsOf(Call);
  const std::optional<unsigned> Subject =
      Spawn ? Spawn->index("arg") : std::nullopt;
  for (unsigned I = 0; I < Args.size(); ++I) {
    const Expr *Arg = Args[I];
    if (keepsItself(*Arg, B))
      return true;
    // What follows a callable is for it to be called with.
    if (!Stores && Subject && I > *Subject)
      continue;
    // Its context: `connect(&timer_, &Timer::timeout, this, …)`.
    const Expr *Named = objectNamed(Arg);
    if (isa<CXXThisExpr>(Named) ||
        (Stores && isa<MemberExpr>(Named) && mentions(Named, nullptr)))
      return true;
  }
  OwnerFinder Owners(*Class);
  Owners.TraverseStmt(const_cast<Expr *>(&Whole));
  return Owners.Found;
}

} // namespace corolint
