/// \file
/// Report: the findings of a run, and the formats that print it.

#ifndef COROLINT_DRIVER_REPORT_REPORT_H
#define COROLINT_DRIVER_REPORT_REPORT_H

#include "driver/analysis/FileResult.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <memory>
#include <string>
#include <vector>

namespace corolint {

/// One analysed file, without its findings.
struct FileStatus {
  std::string File;
  /// The compiler's errors in it; 0 if it compiles.
  unsigned ErrorCount = 0;
  /// Why there is no result; else empty.
  std::string Failure;
};

/// A run's findings over all files, in the order of all formats.
struct Report {
  /// Sorted by file, offset and check; each once, however many files include
  /// the header it is in.
  std::vector<ResultFinding> Findings;
  /// The compiler's first errors, in the same order.
  std::vector<ResultFinding> Errors;
  /// Sorted by file.
  std::vector<FileStatus> Files;
  /// The project's folder, absolute.
  std::string Root;
  /// Paths below it are printed relative to it; absolute.
  std::string WorkingDirectory;
};

/// Puts \p Results, in any order, together.
Report merge(std::vector<FileResult> Results, llvm::StringRef Root,
             llvm::StringRef WorkingDirectory);

/// \p Path relative to \p Folder if it is below it, else unchanged.
std::string relativePath(llvm::StringRef Path, llvm::StringRef Folder);

/// The lines of files, each file read once.
class SourceLines {
public:
  /// \returns the 1-based \p Line without its end; empty if there is none.
  llvm::StringRef line(llvm::StringRef File, unsigned Line);

  /// \returns the 1-based line and the 0-based column of the byte at \p Offset;
  /// line 0 if there is none.
  std::pair<unsigned, size_t> position(llvm::StringRef File, size_t Offset);

private:
  llvm::StringRef text(llvm::StringRef File);

  llvm::StringMap<std::unique_ptr<llvm::MemoryBuffer>> Files;
};

/// A way to print a report.
struct Format {
  llvm::StringRef Name;
  llvm::StringRef Summary;
  /// \p Colour asks for terminal colours, where the format knows any.
  void (*Print)(const Report &R, llvm::raw_ostream &Out, bool Colour);
};

void printText(const Report &R, llvm::raw_ostream &Out, bool Colour);
void printConcise(const Report &R, llvm::raw_ostream &Out, bool Colour);
void printJson(const Report &R, llvm::raw_ostream &Out, bool Colour);
void printSarif(const Report &R, llvm::raw_ostream &Out, bool Colour);

inline constexpr Format Formats[] = {
    {"text", "source line, caret and notes", printText},
    {"concise", "one line for each finding and each note", printConcise},
    {"json", "everything, in a versioned schema", printJson},
    {"sarif", "SARIF 2.1.0", printSarif},
};

} // namespace corolint

#endif
