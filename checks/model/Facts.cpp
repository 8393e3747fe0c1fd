/// \file
/// Turning chains of calls into facts.

#include "checks/model/Facts.h"

#include "checks/model/CallGraph.h"
#include "checks/model/ChainNotes.h"
#include "checks/roles/Overload.h"
#include "checks/roles/RoleSchema.h"

#include "clang/AST/ExprCXX.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Path.h"

namespace corolint {
namespace {

using namespace clang;
using Shortener = llvm::function_ref<std::string(llvm::StringRef)>;

/// Whether a call of \p F is a call of this body and no other.
bool isExact(const FunctionDecl &F) {
  const auto *Method = dyn_cast<CXXMethodDecl>(&F);
  // Destructors of derived classes end in that of the base.
  if (!Method || !Method->isVirtual() || isa<CXXDestructorDecl>(Method))
    return true;
  return Method->hasAttr<FinalAttr>() ||
         Method->getParent()->isEffectivelyFinal();
}

/// Whether other files can declare \p F and call it by a name of its own.
bool isNamedElsewhere(const FunctionDecl &F) {
  if (!F.isExternallyVisible() || F.isMain() ||
      F.getTemplatedKind() != FunctionDecl::TK_NonTemplate)
    return false;
  for (const DeclContext *Scope = F.getDeclContext(); Scope;
       Scope = Scope->getParent()) {
    const auto *Class = dyn_cast<CXXRecordDecl>(Scope);
    if (Class && (Class->isDependentContext() ||
                  isa<ClassTemplateSpecializationDecl>(Class)))
      return false;
  }
  return true;
}

/// Whether somebody has said what \p F does with the thread.
bool isTold(const FunctionDecl &F, const Roles &R) {
  constexpr RoleKind Told[] = {
      RoleKind::Blocks,           RoleKind::WaitsForTask,
      RoleKind::Offload,          RoleKind::Spawn,
      RoleKind::SwitchesExecutor, RoleKind::AssumeNonblocking};
  return R.isDescribed(F) || llvm::any_of(Told, [&](RoleKind Kind) {
           return R.of(F, Kind) != nullptr;
         });
}

class FactMaker {
public:
  FactMaker(const CoroutineModel &Model, const Roles &R, Shortener Shorten)
      : Model(Model), R(R), Shorten(Shorten),
        Sources(R.ast().getSourceManager()) {}

  std::vector<RoleFileEntry> make() {
    // What waits for more than the console is the greater evil.
    const CallChains Waits = blockingChains(
        Model, R, CallChains::From::AllFunctions, [](const Role &Blocks) {
          return Blocks.is("output", "true") || Blocks.is("buffered", "true");
        });
    const CallChains Prints = blockingChains(
        Model, R, CallChains::From::AllFunctions, [](const Role &Blocks) {
          // Who calls it does not have the stream.
          return Blocks.is("buffered", "true");
        });
    const CallChains Tasks =
        taskWaitChains(Model, R, CallChains::From::AllFunctions);
    std::vector<RoleFileEntry> Facts;
    for (const auto &F : Model.functions()) {
      if (!speaksOf(F->Decl))
        continue;
      std::optional<RoleFileEntry> Fact = entry(F->Decl);
      if (!Fact)
        continue;
      const auto Add = [&](RoleKind Kind, const CallChains &Chains) {
        const auto Chain = Chains.chain(*F);
        if (Chain && twinsHave(Chains, F->Decl))
          Fact->Overload.Roles.push_back(role(Kind, *Chain));
        return Chain.has_value();
      };
      if (!Add(RoleKind::Blocks, Waits))
        Add(RoleKind::Blocks, Prints);
      Add(RoleKind::WaitsForTask, Tasks);
      if (!Fact->Overload.Roles.empty())
        Facts.push_back(std::move(*Fact));
    }
    return Facts;
  }

private:
  bool speaksOf(const FunctionDecl &F) const {
    return isNamedElsewhere(F) && isExact(F) && !isTold(F, R) &&
           !Model.find(&F)->isCoroutine();
  }

  /// Whether the methods that differ from \p F only in what comes after their
  /// parameters have a chain, too: `get()` and `get() const` have one name
  /// here.
  bool twinsHave(const CallChains &Chains, const FunctionDecl &F) const {
    if (!isa<CXXMethodDecl>(F))
      return true;
    for (const NamedDecl *Other :
         F.getDeclContext()->getPrimaryContext()->lookup(F.getDeclName())) {
      const auto *Twin = dyn_cast<CXXMethodDecl>(Other);
      if (!Twin || Twin->getCanonicalDecl() == F.getCanonicalDecl() ||
          parameterTypes(*Twin) != parameterTypes(F))
        continue;
      const Function *Body = Model.find(Twin);
      if (!Body || !speaksOf(Body->Decl) || !Chains.chain(*Body))
        return false;
    }
    return true;
  }

  /// What \p Chain makes of the function that it is in. Conditions were about
  /// the call in this body, and what ended the chain may be a role of another
  /// kind: the future of a spawned task that is dropped.
  Role role(RoleKind Kind, const CallChains::Chain &Chain) const {
    Role Fact{.Kind = Kind, .By = Provenance::Inferred};
    if (Chain.End->Kind == Kind)
      llvm::copy_if(Chain.End->Params, std::back_inserter(Fact.Params),
                    [](const auto &Param) {
                      const llvm::StringRef Key = Param.first;
                      return Key == "kind" || Key == "output" ||
                             Key.starts_with("replacement.");
                    });
    fillDefaults(Fact);
    Fact.Source = story(Chain);
    return Fact;
  }

  /// \returns an entry without roles; nullopt if only this file declares \p F.
  std::optional<RoleFileEntry> entry(const FunctionDecl &F) const {
    RoleFileEntry Entry;
    Entry.Name = Roles::nameOf(F);
    Entry.Overload.Parameters = parameterTypes(F);
    Entry.Overload.CLinkage = F.isExternC();
    Entry.Overload.By = Provenance::Inferred;
    // Unnamed types have no spelling that other files share.
    if (Entry.Name.empty() ||
        llvm::StringRef(*Entry.Overload.Parameters).contains("(unnamed"))
      return std::nullopt;
    const auto Main = Sources.getFileEntryRefForID(Sources.getMainFileID());
    const std::string MainFile = Main ? absolute(Main->getName()) : "";
    for (const std::string &Path : declaringFiles(F))
      if (Path != MainFile)
        Entry.Overload.DeclaredIn.push_back(Shorten(Path));
    if (Entry.Overload.DeclaredIn.empty())
      return std::nullopt;
    return Entry;
  }

  std::string place(SourceLocation Where) const {
    const PresumedLoc At =
        Sources.getPresumedLoc(Sources.getExpansionLoc(Where));
    if (At.isInvalid())
      return "";
    return " at " + Shorten(absolute(At.getFilename())) + ":" +
           std::to_string(At.getLine());
  }

  std::string absolute(llvm::StringRef File) const {
    llvm::SmallString<256> Path(File);
    Sources.getFileManager().makeAbsolutePath(Path);
    llvm::sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
    return std::string(Path);
  }

  std::string story(const CallChains::Chain &Chain) const {
    std::string Text;
    for (const CallChains::Link &Link : Chain.Links)
      Text += (Text.empty() ? "calls " : ", which calls ") +
              nameOf(*Link.Site) + place(Link.Site->Where);
    // The rest of the way, through files that an earlier run has read.
    llvm::StringRef Rest = Chain.End->Source;
    if (Chain.End->By == Provenance::Inferred && !Rest.empty())
      Text += (", which " + Rest).str();
    return Text;
  }

  const CoroutineModel &Model;
  const Roles &R;
  Shortener Shorten;
  const SourceManager &Sources;
};

} // namespace

std::vector<RoleFileEntry> inferredFacts(const CoroutineModel &Model,
                                         const Roles &R, Shortener Shorten) {
  return FactMaker(Model, R, Shorten).make();
}

} // namespace corolint
