/// \file
/// Check, Finding and Pass: what a check is, what it reports, what it is given.

#ifndef COROLINT_CHECKS_CORE_CHECK_H
#define COROLINT_CHECKS_CORE_CHECK_H

#include "clang/AST/ASTContext.h"
#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/SourceLocation.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace corolint {

class CoroutineModel;
class OptionValues;
class Pass;
class Roles;

/// How bad a finding is. Reports that know levels (SARIF, JSON) carry it;
/// clang-tidy prints every finding as a warning, so `WarningsAsErrors` and
/// header filters keep working.
enum class Severity { Note, Warning, Error };

/// Another place in a finding's story.
struct FindingNote {
  clang::SourceLocation Where;
  std::string What;
};

/// An edit that resolves a finding.
struct Fix {
  /// What the edit does, for an editor's menu: lower case, imperative.
  std::string Title;
  std::vector<clang::FixItHint> Edits;
  /// A safe fix keeps every behaviour but the bug and is applied by `--fix`;
  /// any other is a suggestion, offered but never applied unasked.
  bool Safe = false;
};

/// One report.
struct Finding {
  clang::SourceLocation Where;
  /// States the fact: lower case, no full stop, variables in single quotes.
  std::string What;
  /// The rest of the story, in reading order; at least one note.
  std::vector<FindingNote> Why;
  std::vector<Fix> Fixes;
};

/// An option of a check, set as `coro-<id>.<Name>` in `CheckOptions`.
struct OptionInfo {
  llvm::StringRef Name;
  llvm::StringRef Default;
  /// What it changes, with units; one line.
  llvm::StringRef Help;
};

/// A rule: a constant record and one function.
struct Check {
  /// The stem of its source, doc page and test; clang-tidy name `coro-<Id>`.
  llvm::StringRef Id;
  llvm::StringRef Summary;
  Severity Level;
  llvm::ArrayRef<OptionInfo> Options;
  void (*Run)(Pass &);
};

/// Every check, in the order of `checks/CheckList.inc`.
llvm::ArrayRef<const Check *> allChecks();

/// The folder under `checks/` that holds \p C (`locking`), also its family.
llvm::StringRef familyOf(const Check &C);

/// One check over one file.
class Pass {
public:
  using Sink = llvm::function_ref<void(Finding)>;

  Pass(const Check &C, clang::ASTContext &Ast, const CoroutineModel &Model,
       const Roles &Roles, const OptionValues &Options, Sink Report)
      : C(C), Ast(Ast), Model(Model), Roles(Roles), Options(Options),
        Report(Report) {}

  /// Hands \p F to the host. A second finding at the same place is dropped: a
  /// template's pattern and its instantiations are one piece of source.
  void report(Finding F);

  const Check &C;
  clang::ASTContext &Ast;
  const CoroutineModel &Model;
  const corolint::Roles &Roles;
  const OptionValues &Options;

private:
  Sink Report;
  llvm::DenseSet<clang::SourceLocation> Seen;
};

} // namespace corolint

#endif
