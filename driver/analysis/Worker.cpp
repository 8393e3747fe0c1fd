/// \file
/// Runs the frontend over one file and turns clang-tidy's findings into ours.

#include "driver/analysis/Worker.h"

#include "driver/analysis/FactsFolder.h"
#include "driver/analysis/FrontendAction.h"

#include "clang-tidy/ClangTidyDiagnosticConsumer.h"
#include "clang/Basic/FileManager.h"
#include "clang/Basic/Stack.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

namespace corolint {
namespace {

namespace tidy = clang::tidy;
using clang::tooling::DiagnosticMessage;

/// How many of a file's compile errors are worth reading; the rest follow from
/// them more often than not.
constexpr size_t MaxErrorsShown = 3;

/// Turns clang-tidy's findings, which know byte offsets and paths as the
/// compiler was given them, into findings with absolute paths and lines.
class Converter {
public:
  explicit Converter(const CompileJob &Job) : Job(Job) {}

  ResultFinding convert(const tidy::ClangTidyError &Error) {
    ResultFinding Finding;
    Finding.Check = Error.DiagnosticName;
    Finding.Where = place(Error.Message);
    Finding.What = Error.Message.Message;
    if (!Error.Message.Fix.empty())
      Finding.Fixes.push_back(
          fix(Error.Message.Message, /*Safe=*/true, Error.Message));
    for (const DiagnosticMessage &Note : Error.Notes) {
      if (!Note.Fix.empty())
        Finding.Fixes.push_back(fix(Note.Message, /*Safe=*/false, Note));
      else
        Finding.Notes.push_back({place(Note), Note.Message});
    }
    return Finding;
  }

private:
  Place place(const DiagnosticMessage &Message) {
    Place P;
    if (Message.FilePath.empty()) {
      P.File = Job.File;
      return P;
    }
    P.File = absolutePath(Message.FilePath, Job.Directory);
    P.Offset = Message.FileOffset;
    const llvm::StringRef Before = text(P.File).take_front(P.Offset);
    P.Line = Before.count('\n') + 1;
    P.Column = Before.size() - (Before.rfind('\n') + 1) + 1;
    return P;
  }

  ResultFix fix(llvm::StringRef Title, bool Safe,
                const DiagnosticMessage &Message) {
    ResultFix Fix{Title.str(), Safe, {}};
    std::vector<llvm::StringRef> Files;
    for (const auto &Entry : Message.Fix)
      Files.push_back(Entry.getKey());
    llvm::sort(Files);
    for (llvm::StringRef File : Files)
      for (const clang::tooling::Replacement &Edit :
           Message.Fix.find(File)->second)
        Fix.Edits.push_back({absolutePath(File, Job.Directory),
                             Edit.getOffset(), Edit.getLength(),
                             Edit.getReplacementText().str()});
    return Fix;
  }

  llvm::StringRef text(llvm::StringRef File) {
    std::unique_ptr<llvm::MemoryBuffer> &Buffer = Texts[File];
    if (!Buffer) {
      auto Loaded = llvm::MemoryBuffer::getFile(File);
      Buffer =
          Loaded ? std::move(*Loaded) : llvm::MemoryBuffer::getMemBuffer("");
    }
    return Buffer->getBuffer();
  }

  const CompileJob &Job;
  llvm::StringMap<std::unique_ptr<llvm::MemoryBuffer>> Texts;
};

std::vector<std::string> withExtraArgs(const CompileJob &Job,
                                       const tidy::ClangTidyOptions &Options) {
  std::vector<std::string> Args = Job.CommandLine;
  // Both go before the file, as clang-tidy puts them; `Args` starts with the
  // compiler.
  if (Options.ExtraArgs)
    Args.insert(std::next(Args.begin()), Options.ExtraArgs->begin(),
                Options.ExtraArgs->end());
  if (Options.ExtraArgsBefore)
    Args.insert(std::next(Args.begin()), Options.ExtraArgsBefore->begin(),
                Options.ExtraArgsBefore->end());
  return Args;
}

} // namespace

FileResult analyse(const CompileJob &Job, const tidy::ClangTidyOptions &Options,
                   const Scope &Project, bool WithFacts) {
  FileResult Result;
  Result.File = Job.File;
  if (const std::error_code Error =
          llvm::sys::fs::set_current_path(Job.Directory)) {
    Result.Failure = Job.Directory + ": " + Error.message();
    return Result;
  }
  if (!llvm::sys::fs::exists(Job.File)) {
    Result.Failure = "no such file";
    return Result;
  }
  clang::noteBottomOfStack();

  tidy::ClangTidyContext Context(std::make_unique<tidy::DefaultOptionsProvider>(
      tidy::ClangTidyGlobalOptions(), Options));
  tidy::ClangTidyDiagnosticConsumer Consumer(Context);
  clang::DiagnosticsEngine Engine(new clang::DiagnosticIDs,
                                  new clang::DiagnosticOptions, &Consumer,
                                  /*ShouldOwnClient=*/false);
  Context.setDiagnosticsEngine(&Engine);
  Context.setCurrentBuildDirectory(Job.Directory);

  const llvm::IntrusiveRefCntPtr<clang::FileManager> Files(
      new clang::FileManager(clang::FileSystemOptions()));
  AstReader Read;
  if (WithFacts)
    Read = [&](clang::ASTContext &Ast) {
      Result.Facts = factsOf(Ast, Job.File, Options, Project);
    };
  clang::tooling::ToolInvocation Invocation(
      withExtraArgs(Job, Options),
      std::make_unique<AnalysisAction>(Context, std::move(Read)), Files.get());
  Invocation.setDiagnosticConsumer(&Consumer);
  const bool Ran = Invocation.run();

  Converter Convert(Job);
  for (const tidy::ClangTidyError &Error : Consumer.take()) {
    ResultFinding Finding = Convert.convert(Error);
    if (Finding.Check == "clang-diagnostic-error") {
      if (++Result.ErrorCount <= MaxErrorsShown)
        Result.Errors.push_back(std::move(Finding));
    } else if (Project.contains(Finding.Where.File) ||
               Finding.Where.File == Job.File) {
      Result.Findings.push_back(std::move(Finding));
    }
  }
  if (!Ran && Result.ErrorCount == 0)
    Result.Failure = "the compiler command could not be run";
  return Result;
}

} // namespace corolint
