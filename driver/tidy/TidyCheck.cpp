/// \file
/// Implementation of TidyCheck and of the state that checks share.

#include "driver/tidy/TidyCheck.h"

#include "checks/model/CoroutineModel.h"
#include "checks/roles/Roles.h"
#include "driver/tidy/RoleFiles.h"

#include "clang/ASTMatchers/ASTMatchFinder.h"
#include "clang/ASTMatchers/ASTMatchers.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace corolint {
namespace {

/// Never matches: it is there to learn the AST. A narrowed traversal (clangd,
/// our driver) never visits the translation unit itself, so the matcher has to
/// be one for any declaration.
class NoteContext
    : public clang::ast_matchers::internal::MatcherInterface<clang::Decl> {
public:
  explicit NoteContext(std::shared_ptr<FileState> State)
      : State(std::move(State)) {}

  bool matches(const clang::Decl & /*D*/,
               clang::ast_matchers::internal::ASTMatchFinder *Finder,
               clang::ast_matchers::internal::BoundNodesTreeBuilder * /*Bound*/)
      const override {
    State->Ast = &Finder->getASTContext();
    return false;
  }

private:
  std::shared_ptr<FileState> State;
};

/// \returns the first of \p AnalysedFile's folder and the folders above it that
/// has \p File, or \p File itself.
std::string locate(llvm::StringRef File, llvm::StringRef AnalysedFile) {
  if (llvm::sys::path::is_absolute(File))
    return File.str();
  llvm::SmallString<256> Folder(AnalysedFile);
  llvm::sys::fs::make_absolute(Folder);
  while (llvm::sys::path::has_relative_path(Folder)) {
    llvm::sys::path::remove_filename(Folder);
    llvm::SmallString<256> Candidate(Folder);
    llvm::sys::path::append(Candidate, File);
    if (llvm::sys::fs::exists(Candidate))
      return std::string(Candidate);
  }
  return File.str();
}

} // namespace

FileState::FileState() = default;
FileState::~FileState() = default;

std::vector<std::string> FileState::addRoleFiles(llvm::StringRef List,
                                                 llvm::StringRef AnalysedFile) {
  llvm::SmallVector<llvm::StringRef, 4> Names;
  List.split(Names, ';', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  std::vector<std::string> Files;
  for (llvm::StringRef Name : Names)
    llvm::append_range(Files, roleFilesAt(locate(Name, AnalysedFile)));
  std::vector<std::string> Wrong;
  for (const std::string &Path : Files) {
    auto Text = llvm::MemoryBuffer::getFile(Path, /*IsText=*/true);
    if (!Text) {
      Wrong.push_back(Path + ": " + Text.getError().message());
      continue;
    }
    if (!Extended)
      Extended = RoleTable::shipped();
    if (llvm::Error E = Extended->add(Path, (*Text)->getBuffer()))
      Wrong.push_back(llvm::toString(std::move(E)));
  }
  return Wrong;
}

const Roles &FileState::roles() {
  if (!TheRoles)
    TheRoles = std::make_unique<Roles>(*Ast, Extended ? *Extended
                                                      : RoleTable::shipped());
  return *TheRoles;
}

const CoroutineModel &FileState::model() {
  if (!TheModel)
    TheModel = std::make_unique<CoroutineModel>(*Ast, roles());
  return *TheModel;
}

void FileState::release() {
  TheModel.reset();
  TheRoles.reset();
}

std::shared_ptr<FileState>
FileStates::of(const clang::tidy::ClangTidyContext &Context) {
  const std::lock_guard<std::mutex> Held(Lock);
  std::weak_ptr<FileState> &Known = Living[&Context];
  if (std::shared_ptr<FileState> State = Known.lock())
    return State;
  // A state belongs to one file, of which a long-lived host opens many.
  auto State = std::make_shared<FileState>();
  Known = State;
  std::vector<const clang::tidy::ClangTidyContext *> Gone;
  for (const auto &[Key, Value] : Living)
    if (Value.expired())
      Gone.push_back(Key);
  for (const clang::tidy::ClangTidyContext *Key : Gone)
    Living.erase(Key);
  return State;
}

TidyCheck::TidyCheck(llvm::StringRef Name,
                     clang::tidy::ClangTidyContext *Context, const Check &C,
                     std::shared_ptr<FileState> State)
    : ClangTidyCheck(Name, Context), C(C), Values(C), Context(Context),
      State(std::move(State)) {
  for (const OptionInfo &Option : C.Options)
    Values.set(Option.Name, Options.get(Option.Name, Option.Default));

  const auto &Given = Context->getOptions().CheckOptions;
  if (const auto It = Given.find(RoleFilesOption); It != Given.end())
    RoleFiles = It->second.Value;
  if (llvm::StringSet<> *Known = Context->getOptionsCollector())
    Known->insert(RoleFilesOption);
}

bool TidyCheck::isLanguageVersionSupported(
    const clang::LangOptions &LangOpts) const {
  return LangOpts.CPlusPlus && LangOpts.Coroutines;
}

void TidyCheck::registerMatchers(clang::ast_matchers::MatchFinder *Finder) {
  namespace match = clang::ast_matchers;
  // clang-tidy tells those checks that a file has ended which registered a
  // matcher. One of ours looks at declarations; the others pick the rarest
  // kind, so that they cost nothing.
  if (State->ChecksLeft++ > 0) {
    Finder->addMatcher(match::translationUnitDecl(), this);
    return;
  }
  Finder->addMatcher(
      match::decl(match::internal::makeMatcher(new NoteContext(State))), this);
  if (RoleFiles.empty())
    return;
  for (const std::string &Wrong :
       State->addRoleFiles(RoleFiles, Context->getCurrentFile()))
    configurationDiag("%0") << Wrong;
}

void TidyCheck::onEndOfTranslationUnit() {
  if (State->Ast) {
    const auto Report = [this](const Finding &F) { report(F); };
    Pass P(C, *State->Ast, State->model(), State->roles(), Values, Report);
    C.Run(P);
  }
  if (--State->ChecksLeft == 0)
    State->release();
}

void TidyCheck::report(const Finding &F) {
  // Clang has room for one set of edits in a diagnostic.
  const Fix *FirstSafe = nullptr;
  for (const Fix &Fix : llvm::reverse(F.Fixes))
    if (Fix.Safe)
      FirstSafe = &Fix;
  {
    // Texts go in as arguments: a message is a format string to Clang.
    clang::DiagnosticBuilder Diag = diag(F.Where, "%0");
    Diag << F.What;
    if (FirstSafe)
      for (const clang::FixItHint &Edit : FirstSafe->Edits)
        Diag << Edit;
  }
  for (const FindingNote &Note : F.Why)
    diag(Note.Where, "%0", clang::DiagnosticIDs::Note) << Note.What;
  // Edits of notes are applied only on request (`--fix-notes`), and offered by
  // editors under the note's text.
  for (const Fix &Fix : F.Fixes) {
    if (&Fix == FirstSafe)
      continue;
    clang::DiagnosticBuilder Diag =
        diag(F.Where, "%0", clang::DiagnosticIDs::Note);
    Diag << Fix.Title;
    for (const clang::FixItHint &Edit : Fix.Edits)
      Diag << Edit;
  }
}

void TidyCheck::storeOptions(clang::tidy::ClangTidyOptions::OptionMap &Opts) {
  for (const OptionInfo &Option : C.Options)
    Options.store(Opts, Option.Name, Values.text(Option.Name));
  Opts[RoleFilesOption] = llvm::StringRef(RoleFiles);
}

} // namespace corolint
