/// \file
/// The concise format: `path:line:col: level: message [check]`, one line for
/// each finding and, without the check, for each note.

#include "driver/report/Report.h"

namespace corolint {
namespace {

class ConcisePrinter {
public:
  ConcisePrinter(const Report &R, llvm::raw_ostream &Out) : R(R), Out(Out) {}

  void print(const ResultFinding &F, llvm::StringRef Level) {
    line(F.Where, Level, F.What);
    Out << " [" << F.Check << "]\n";
    for (const ResultNote &Note : F.Notes) {
      line(Note.Where, "note", Note.What);
      Out << '\n';
    }
    for (const ResultFix &Fix : F.Fixes) {
      if (Fix.Safe)
        continue;
      line(F.Where, "note", Fix.Title);
      Out << '\n';
    }
  }

private:
  void line(const Place &Where, llvm::StringRef Level, llvm::StringRef What) {
    Out << relativePath(Where.File, R.WorkingDirectory) << ':';
    if (Where.Line > 0)
      Out << Where.Line << ':' << Where.Column << ':';
    Out << ' ' << Level << ": " << What;
  }

  const Report &R;
  llvm::raw_ostream &Out;
};

} // namespace

void printConcise(const Report &R, llvm::raw_ostream &Out, bool /*Colour*/) {
  ConcisePrinter Printer(R, Out);
  for (const ResultFinding &Error : R.Errors)
    Printer.print(Error, "error");
  for (const ResultFinding &Finding : R.Findings)
    Printer.print(Finding, "warning");
}

} // namespace corolint
