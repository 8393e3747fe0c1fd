/// \file
/// `corolint check`: analyses files and prints findings.

#include "driver/BuildInfo.h"
#include "driver/analysis/Configuration.h"
#include "driver/analysis/FactsFolder.h"
#include "driver/analysis/Pool.h"
#include "driver/analysis/Spelling.h"
#include "driver/analysis/Worker.h"
#include "driver/commands/Arguments.h"
#include "driver/commands/Command.h"
#include "driver/commands/Inputs.h"
#include "driver/report/Report.h"
#include "driver/tidy/ResourceDir.h"
#include "driver/tidy/RoleFiles.h"

#include "checks/roles/RoleTable.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Threading.h"

namespace corolint {
namespace {

using llvm::Error;
using llvm::StringRef;

struct Output {
  const Format *As;
  /// Empty for stdout.
  std::string Path;
};

struct CheckOptions {
  std::string DatabaseFolder;
  unsigned Parallel = llvm::hardware_concurrency().compute_thread_count();
  std::optional<std::string> Checks;
  Profile As = Profile::Default;
  std::vector<Output> Outputs;
  std::vector<std::string> RoleFiles;
  std::string FactsFolder;
  std::chrono::seconds Timeout{300};
  bool ExitZero = false;
};

Error wrong(const llvm::Twine &What) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), What);
}

Error parseNumber(StringRef Text, unsigned &Number) {
  if (Text.getAsInteger(10, Number) || Number == 0)
    return wrong("'" + Text + "' is not a number above 0");
  return Error::success();
}

Error parseFormat(StringRef Text, std::vector<Output> &Outputs) {
  const auto [Name, Path] = Text.split('=');
  std::vector<StringRef> Known;
  for (const Format &F : Formats) {
    Known.push_back(F.Name);
    if (F.Name == Name) {
      Outputs.push_back({&F, Path.str()});
      return Error::success();
    }
  }
  return wrong("'" + Name + "': no such format (text, concise, json, sarif)" +
               didYouMean(Name, Known));
}

std::vector<CommandOption> optionsInto(CheckOptions &O) {
  return {
      {"-p", "DIR", "folder (or path) of compile_commands.json",
       [&](StringRef Value) -> Error {
         O.DatabaseFolder = Value.str();
         return Error::success();
       }},
      {"-j", "N", "files analysed at the same time (default: all cores)",
       [&](StringRef Value) -> Error {
         return parseNumber(Value, O.Parallel);
       }},
      {"--checks", "GLOBS",
       "checks to run, as clang-tidy writes them; '-coro-x' removes one",
       [&](StringRef Value) -> Error {
         if (auto Wrong = wrongGlob(Value))
           return wrong(*Wrong);
         O.Checks = O.Checks ? *O.Checks + "," + Value.str() : Value.str();
         return Error::success();
       }},
      {"--profile", "NAME",
       "default, or strict: the C++ Core Guidelines' CP.51 to CP.53 to the "
       "letter",
       [&](StringRef Value) -> Error {
         auto Named = profileNamed(Value);
         if (!Named)
           return Named.takeError();
         O.As = *Named;
         return Error::success();
       }},
      {"--format", "F[=PATH]",
       "text, concise, json or sarif, to stdout or PATH; may be repeated",
       [&](StringRef Value) -> Error { return parseFormat(Value, O.Outputs); }},
      {"--roles", "PATH",
       "a role file on top of the shipped ones, or a folder of them; may be "
       "repeated",
       [&](StringRef Value) -> Error {
         O.RoleFiles.push_back(Value.str());
         return Error::success();
       }},
      {"--facts", "DIR",
       "write which functions of each file block to DIR/FILE.facts.json, for "
       "--roles DIR",
       [&](StringRef Value) -> Error {
         O.FactsFolder = Value.str();
         return Error::success();
       }},
      {"--timeout", "SECONDS", "limit for one file (default: 300)",
       [&](StringRef Value) -> Error {
         unsigned Seconds = 0;
         Error Wrong = parseNumber(Value, Seconds);
         O.Timeout = std::chrono::seconds(Seconds);
         return Wrong;
       }},
      {"--exit-zero", "", "exit with 0 though there are findings",
       [&](StringRef) -> Error {
         O.ExitZero = true;
         return Error::success();
       }},
  };
}

void say(const llvm::Twine &What) {
  llvm::errs() << "corolint: error: " << What << '\n';
}

/// \returns those of the files at \p Paths that hold valid roles, absolute;
/// says what is wrong with the others, and sets \p Wrong.
std::vector<std::string> validRoleFiles(llvm::ArrayRef<std::string> Paths,
                                        StringRef WorkingDirectory,
                                        bool &Wrong) {
  std::vector<std::string> Files, Valid;
  for (const std::string &Path : Paths)
    llvm::append_range(Files, roleFilesAt(Path));
  RoleTable Table = RoleTable::shipped();
  for (const std::string &File : Files) {
    const auto Text = llvm::MemoryBuffer::getFile(File, /*IsText=*/true);
    if (!Text) {
      say(File + ": " + Text.getError().message());
      continue;
    }
    if (Error E = Table.add(File, (*Text)->getBuffer())) {
      say(llvm::toString(std::move(E)));
      continue;
    }
    Valid.push_back(absolutePath(File, WorkingDirectory));
  }
  Wrong |= Valid.size() != Files.size();
  return Valid;
}

std::string commandText(const CompileJob &Job) {
  std::string Text;
  llvm::raw_string_ostream Out(Text);
  Out << "cd ";
  llvm::sys::printArg(Out, Job.Directory, /*Quote=*/false);
  Out << " &&";
  for (const std::string &Arg : Job.CommandLine) {
    Out << ' ';
    llvm::sys::printArg(Out, Arg, /*Quote=*/false);
  }
  return Text;
}

/// Runs \p Jobs, each with its \p Options.
std::vector<FileResult>
analyseAll(llvm::ArrayRef<CompileJob> Jobs,
           llvm::ArrayRef<clang::tidy::ClangTidyOptions> Options,
           const Scope &Project, const CheckOptions &O) {
  // What every process needs is made once, before they are forked.
  RoleTable::shipped();
  std::vector<JobOutcome> Outcomes =
      runInProcesses(Jobs.size(), O.Parallel, O.Timeout, [&](size_t I) {
        std::string Text;
        llvm::raw_string_ostream(Text)
            << toJSON(analyse(Jobs[I], Options[I], Project,
                              /*WithFacts=*/!O.FactsFolder.empty()));
        return Text;
      });
  std::vector<FileResult> Results;
  for (const auto &[Job, Outcome] : llvm::zip(Jobs, Outcomes)) {
    std::optional<FileResult> Result;
    if (Outcome.Failure.empty()) {
      if (auto Json = llvm::json::parse(Outcome.Output))
        Result = fileResultFromJSON(*Json);
      else
        llvm::consumeError(Json.takeError());
    }
    if (!Result) {
      Result.emplace();
      Result->File = Job.File;
      Result->Failure =
          Outcome.Failure.empty() ? "ended early" : Outcome.Failure;
      Result->Failure += "; command: " + commandText(Job);
    }
    Results.push_back(std::move(*Result));
  }
  return Results;
}

/// Writes the facts of every file that has a result. \returns false, having
/// said why, if that is not possible: what stops one file stops them all.
bool writeFacts(llvm::ArrayRef<FileResult> Results, const FactsFolder &Folder,
                const Scope &Project) {
  for (const FileResult &Result : Results) {
    if (!Result.Failure.empty())
      continue;
    if (Error E = Folder.write(Result.File, Result.Facts, Project)) {
      say(llvm::toString(std::move(E)));
      return false;
    }
  }
  return true;
}

/// \returns false if a file could not be written.
bool print(const Report &R, std::vector<Output> Outputs) {
  if (llvm::none_of(Outputs, [](const Output &O) { return O.Path.empty(); }) &&
      Outputs.empty())
    Outputs.push_back({&Formats[0], ""});
  bool Written = true;
  for (const Output &O : Outputs) {
    if (O.Path.empty()) {
      const bool Colour = llvm::sys::Process::StandardOutHasColors() &&
                          !llvm::sys::Process::GetEnv("NO_COLOR");
      O.As->Print(R, llvm::outs(), Colour);
      llvm::outs().flush();
      continue;
    }
    std::error_code Error;
    llvm::raw_fd_ostream File(O.Path, Error);
    if (!Error)
      O.As->Print(R, File, /*Colour=*/false);
    File.flush();
    if (Error || File.has_error()) {
      say(O.Path + ": " + (Error ? Error : File.error()).message());
      File.clear_error();
      Written = false;
    }
  }
  return Written;
}

/// Says on stderr why files have no or incomplete results. \returns how many.
size_t sayFailures(const Report &R) {
  size_t Failed = 0;
  for (const FileStatus &File : R.Files) {
    const std::string Path = relativePath(File.File, R.WorkingDirectory);
    if (!File.Failure.empty())
      say(Path + ": " + File.Failure);
    else if (File.ErrorCount > 0)
      say(Path + ": does not compile (" + llvm::Twine(File.ErrorCount) +
          (File.ErrorCount == 1 ? " error)" : " errors)") +
          ", analysed as far as it was understood");
    Failed += !File.Failure.empty() || File.ErrorCount > 0;
  }
  return Failed;
}

constexpr StringRef Usage =
    "corolint check [FILES|FOLDERS...] [options] [-- FLAGS...]";
constexpr StringRef About =
    "Analyses C++ files; without names, every file of the nearest "
    "compile_commands.json.\n"
    "FLAGS after -- compile the files without a compile_commands.json.\n\n"
    "exit codes: 0 no findings, 1 findings, 2 wrong usage or configuration or "
    "nothing\nto analyse, 3 some file could not be analysed";

} // namespace

int runCheck(llvm::ArrayRef<StringRef> Args) {
  const auto Start = std::chrono::steady_clock::now();
  CheckOptions O;
  const std::vector<CommandOption> Options = optionsInto(O);
  llvm::Expected<Arguments> Parsed = parseArguments(Args, Options);
  if (!Parsed)
    return usageError(llvm::toString(Parsed.takeError()));
  if (Parsed->Help) {
    printHelp(llvm::outs(), Usage, About, Options);
    return ExitClean;
  }

  llvm::SmallString<256> WorkingDirectory;
  llvm::sys::fs::current_path(WorkingDirectory);
  bool Wrong = false;
  const auto Complain = [&](const std::vector<std::string> &Errors) {
    for (const std::string &Error : Errors)
      say(Error);
    Wrong |= !Errors.empty();
  };

  const std::vector<std::string> RoleFiles =
      validRoleFiles(O.RoleFiles, WorkingDirectory, Wrong);

  const CommandAdjuster Adjuster(
      findResourceDir(COROLINT_RESOURCE_DIR,
                      llvm::sys::fs::getMainExecutable(
                          "corolint", reinterpret_cast<void *>(&runCheck))));
  Inputs In = findInputs({Parsed->Inputs, O.DatabaseFolder, Parsed->Flags,
                          std::string(WorkingDirectory)},
                         Adjuster);
  Complain(In.Errors);

  Configuration Config(O.Checks, RoleFiles, O.As);
  std::vector<CompileJob> Jobs;
  std::vector<clang::tidy::ClangTidyOptions> JobOptions;
  std::vector<std::string> Files;
  for (CompileJob &Job : In.Jobs) {
    Files.push_back(Job.File);
    auto Enabled = Config.optionsFor(Job.File);
    if (!Enabled)
      continue;
    Jobs.push_back(std::move(Job));
    JobOptions.push_back(std::move(*Enabled));
  }
  Complain(Config.errors());
  if (Jobs.empty() && !Files.empty())
    Complain({"nothing to analyse: 'Checks' in .clang-tidy leaves no coro-* "
              "check; add coro-* there or name checks with --checks"});

  const Scope Project(In.Database, Files);
  std::optional<FactsFolder> Facts;
  if (!O.FactsFolder.empty()) {
    auto Made =
        FactsFolder::make(absolutePath(O.FactsFolder, WorkingDirectory));
    if (Made)
      Facts = std::move(*Made);
    else
      Complain({llvm::toString(Made.takeError())});
  }
  std::vector<FileResult> Results = analyseAll(Jobs, JobOptions, Project, O);
  if (Facts)
    Wrong |= !writeFacts(Results, *Facts, Project);
  const Report R = merge(std::move(Results), Project.root(), WorkingDirectory);
  Wrong |= !print(R, O.Outputs);
  const size_t Failed = sayFailures(R);
  const std::chrono::duration<double> Took =
      std::chrono::steady_clock::now() - Start;
  llvm::errs() << "analysed " << R.Files.size() << " files (0 cached, "
               << Failed << " failed) in " << llvm::format("%.1f", Took.count())
               << " s: " << R.Findings.size() << " findings\n";

  if (Wrong)
    return ExitUsage;
  if (Failed > 0)
    return ExitFailed;
  return R.Findings.empty() || O.ExitZero ? ExitClean : ExitFindings;
}

} // namespace corolint
