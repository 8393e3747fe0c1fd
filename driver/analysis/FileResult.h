/// \file
/// FileResult: everything one analysed file has to say, independent of Clang,
/// so that it can cross a pipe.

#ifndef COROLINT_DRIVER_ANALYSIS_FILERESULT_H
#define COROLINT_DRIVER_ANALYSIS_FILERESULT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/JSON.h"
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace corolint {

/// A place in a file. Line and column are 1-based, the column counts bytes;
/// both are 0 where there is no more to say than the file.
struct Place {
  /// Absolute, without `.` and `..`.
  std::string File;
  unsigned Line = 0;
  unsigned Column = 0;
  /// Byte offset from the start of the file.
  unsigned Offset = 0;

  auto key() const { return std::tie(File, Offset); }
};

struct ResultNote {
  Place Where;
  std::string What;
};

struct ResultEdit {
  std::string File;
  unsigned Offset = 0;
  unsigned Length = 0;
  std::string Replacement;
};

struct ResultFix {
  std::string Title;
  bool Safe = false;
  std::vector<ResultEdit> Edits;
};

/// One finding, or one error of the compiler.
struct ResultFinding {
  /// `coro-<id>`, or `clang-diagnostic-error`.
  std::string Check;
  Place Where;
  std::string What;
  std::vector<ResultNote> Notes;
  std::vector<ResultFix> Fixes;
};

struct FileResult {
  /// The file that was compiled, absolute.
  std::string File;
  std::vector<ResultFinding> Findings;
  /// The compiler's first errors; there were ErrorCount.
  std::vector<ResultFinding> Errors;
  unsigned ErrorCount = 0;
  /// What the file's functions do, as the text of a role file; empty if nobody
  /// asked.
  std::string Facts;
  /// Why there is no result at all (a crash, a timeout); else empty.
  std::string Failure;

  bool failed() const { return ErrorCount > 0 || !Failure.empty(); }
};

llvm::json::Value toJSON(const FileResult &Result);
/// \returns nullopt if \p Value is not what toJSON makes.
std::optional<FileResult> fileResultFromJSON(const llvm::json::Value &Value);

} // namespace corolint

#endif
