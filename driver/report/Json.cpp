/// \file
/// The json format. Its schema only grows; `version` changes if it breaks.

#include "driver/report/Report.h"

#include "driver/BuildInfo.h"
#include "driver/report/CheckInfo.h"

#include "llvm/Support/JSON.h"

namespace corolint {
namespace {

using llvm::json::OStream;

class JsonPrinter {
public:
  JsonPrinter(const Report &R, llvm::raw_ostream &Out) : R(R), J(Out, 2) {}

  void print() {
    J.object([&] {
      J.attribute("version", 1);
      J.attributeObject("tool", [&] {
        J.attribute("name", "corolint");
        J.attribute("version", COROLINT_VERSION);
      });
      J.attributeArray("findings", [&] {
        for (const ResultFinding &F : R.Findings)
          finding(F, severityName(severityOf(F.Check)));
      });
      J.attributeArray("errors", [&] {
        for (const ResultFinding &Error : R.Errors)
          finding(Error, "error");
      });
      J.attributeArray("files", [&] {
        for (const FileStatus &File : R.Files)
          J.object([&] { status(File); });
      });
    });
  }

private:
  void text(llvm::StringRef Key, llvm::StringRef Value) {
    J.attribute(Key, llvm::json::fixUTF8(Value));
  }

  void path(llvm::StringRef File) {
    text("file", relativePath(File, R.WorkingDirectory));
  }

  void place(const Place &Where) {
    path(Where.File);
    J.attribute("line", Where.Line);
    J.attribute("column", Where.Column);
    J.attribute("offset", Where.Offset);
  }

  void finding(const ResultFinding &F, llvm::StringRef Severity) {
    J.object([&] {
      J.attribute("check", F.Check);
      J.attribute("severity", Severity);
      place(F.Where);
      text("message", F.What);
      J.attributeArray("notes", [&] {
        for (const ResultNote &Note : F.Notes)
          J.object([&] {
            place(Note.Where);
            text("message", Note.What);
          });
      });
      J.attributeArray("fixes", [&] {
        for (const ResultFix &Fix : F.Fixes)
          J.object([&] { fix(Fix); });
      });
    });
  }

  void fix(const ResultFix &Fix) {
    text("title", Fix.Title);
    J.attribute("safe", Fix.Safe);
    J.attributeArray("edits", [&] {
      for (const ResultEdit &Edit : Fix.Edits)
        J.object([&] {
          path(Edit.File);
          J.attribute("offset", Edit.Offset);
          J.attribute("length", Edit.Length);
          text("replacement", Edit.Replacement);
        });
    });
  }

  void status(const FileStatus &File) {
    path(File.File);
    J.attribute("status", !File.Failure.empty() ? "failed"
                          : File.ErrorCount > 0 ? "does not compile"
                                                : "analysed");
    J.attribute("errors", File.ErrorCount);
    if (!File.Failure.empty())
      text("failure", File.Failure);
  }

  const Report &R;
  OStream J;
};

} // namespace

void printJson(const Report &R, llvm::raw_ostream &Out, bool /*Colour*/) {
  JsonPrinter(R, Out).print();
  Out << '\n';
}

} // namespace corolint
