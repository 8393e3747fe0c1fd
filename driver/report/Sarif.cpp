/// \file
/// The sarif format: SARIF 2.1.0, as code scanning services read it.

#include "driver/report/Report.h"

#include "driver/BuildInfo.h"
#include "driver/report/CheckInfo.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/SHA1.h"
#include <map>

namespace corolint {
namespace {

using llvm::StringRef;
using llvm::json::OStream;

/// What relative URIs are relative to.
constexpr StringRef RootId = "PROJECTROOT";

/// \p Path as the path of a URI (RFC 3986, section 3.3).
std::string uriPath(StringRef Path) {
  std::string Uri;
  for (const unsigned char C : Path) {
    if (llvm::isAlnum(C) || StringRef("/-._~!$&'()*+,;=:@").contains(C)) {
      Uri += static_cast<char>(C);
    } else {
      Uri += '%';
      Uri += llvm::hexdigit(C >> 4);
      Uri += llvm::hexdigit(C & 15);
    }
  }
  return Uri;
}

class SarifPrinter {
public:
  SarifPrinter(const Report &R, llvm::raw_ostream &Out) : R(R), J(Out, 2) {}

  void print() {
    J.object([&] {
      J.attribute("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
      J.attribute("version", "2.1.0");
      J.attributeArray("runs", [&] { J.object([&] { run(); }); });
    });
  }

private:
  void run() {
    J.attributeObject("tool",
                      [&] { J.attributeObject("driver", [&] { driver(); }); });
    J.attributeObject("originalUriBaseIds", [&] {
      J.attributeObject(RootId, [&] {
        J.attribute("uri", "file://" + uriPath(R.Root) +
                               (StringRef(R.Root).ends_with("/") ? "" : "/"));
      });
    });
    J.attributeArray("invocations", [&] { J.object([&] { invocation(); }); });
    J.attribute("columnKind", "unicodeCodePoints");
    J.attributeArray("results", [&] {
      for (const ResultFinding &F : R.Findings)
        J.object([&] { result(F); });
    });
  }

  void driver() {
    J.attribute("name", "corolint");
    J.attribute("version", COROLINT_VERSION);
    J.attribute("semanticVersion", COROLINT_VERSION);
    J.attributeArray("rules", [&] {
      for (const Check *C : allChecks())
        J.object([&] { rule(*C); });
    });
  }

  void rule(const Check &C) {
    J.attribute("id", ("coro-" + C.Id).str());
    J.attribute("name", ruleName(C.Id));
    J.attributeObject("shortDescription",
                      [&] { text("text", sentence(C.Summary)); });
    J.attributeObject("fullDescription",
                      [&] { text("text", sentence(C.Summary)); });
    // The whole page: a `helpUri` would have to be absolute.
    if (!docPage(C).empty())
      J.attributeObject("help", [&] {
        text("text", docPage(C));
        text("markdown", docPage(C));
      });
    J.attributeObject("defaultConfiguration",
                      [&] { J.attribute("level", severityName(C.Level)); });
    J.attributeObject("properties", [&] {
      J.attributeArray("tags", [&] {
        J.value("coroutines");
        J.value(familyOf(C));
      });
    });
  }

  /// `lock-across-await` to `LockAcrossAwait`, as SARIF wants names.
  static std::string ruleName(StringRef Id) {
    std::string Name;
    for (StringRef Part : llvm::split(Id, '-')) {
      Name += llvm::toUpper(Part.front());
      Name += Part.drop_front();
    }
    return Name;
  }

  /// SARIF texts are sentences.
  static std::string sentence(StringRef What) {
    std::string Text = What.str();
    if (!Text.empty() && Text.front() != '\'')
      Text.front() = llvm::toUpper(Text.front());
    return Text + ".";
  }

  void invocation() {
    const bool AllAnalysed = llvm::all_of(R.Files, [](const FileStatus &File) {
      return File.Failure.empty() && File.ErrorCount == 0;
    });
    J.attribute("executionSuccessful", AllAnalysed);
    if (AllAnalysed)
      return;
    J.attributeArray("toolExecutionNotifications", [&] {
      for (const ResultFinding &Error : R.Errors)
        notification(Error.Where, Error.What);
      for (const FileStatus &File : R.Files)
        if (!File.Failure.empty())
          notification({File.File}, File.Failure);
    });
  }

  void notification(const Place &Where, StringRef What) {
    J.object([&] {
      J.attribute("level", "error");
      J.attributeObject("message", [&] { text("text", What); });
      J.attributeArray("locations", [&] { location(Where, {}); });
    });
  }

  void result(const ResultFinding &F) {
    const auto Checks = allChecks();
    const auto It = llvm::find(Checks, findCheck(F.Check));
    J.attribute("ruleId", F.Check);
    if (It != Checks.end())
      J.attribute("ruleIndex", It - Checks.begin());
    J.attribute("level", severityName(severityOf(F.Check)));
    J.attributeObject("message", [&] { text("text", sentence(F.What)); });
    J.attributeArray("locations", [&] { location(F.Where, {}); });
    J.attributeObject("partialFingerprints", [&] {
      J.attribute("corolintFinding/v1", fingerprint(F));
    });
    if (!F.Notes.empty()) {
      J.attributeArray("relatedLocations", [&] {
        for (const auto &[Index, Note] : llvm::enumerate(F.Notes))
          location(Note.Where, sentence(Note.What), Index + 1);
      });
      J.attributeArray("codeFlows", [&] { codeFlow(F); });
    }
    if (!F.Fixes.empty())
      J.attributeArray("fixes", [&] {
        for (const ResultFix &Fix : F.Fixes)
          J.object([&] { fix(Fix); });
      });
  }

  /// One path: the finding, then its notes, which are in reading order.
  void codeFlow(const ResultFinding &F) {
    const auto Step = [&](const Place &Where, const std::string &What) {
      J.object([&] {
        J.attributeBegin("location");
        location(Where, What);
        J.attributeEnd();
      });
    };
    J.object([&] {
      J.attributeArray("threadFlows", [&] {
        J.object([&] {
          J.attributeArray("locations", [&] {
            Step(F.Where, sentence(F.What));
            for (const ResultNote &Note : F.Notes)
              Step(Note.Where, sentence(Note.What));
          });
        });
      });
    });
  }

  void fix(const ResultFix &Fix) {
    J.attributeObject("description",
                      [&] { text("text", sentence(Fix.Title)); });
    std::map<StringRef, std::vector<const ResultEdit *>> ByFile;
    for (const ResultEdit &Edit : Fix.Edits)
      ByFile[Edit.File].push_back(&Edit);
    J.attributeArray("artifactChanges", [&] {
      for (const auto &[File, Edits] : ByFile)
        J.object([&, File = File, &Edits = Edits] {
          artifact(File);
          J.attributeArray("replacements", [&] {
            for (const ResultEdit *Edit : Edits)
              J.object([&] { replacement(*Edit); });
          });
        });
    });
  }

  void replacement(const ResultEdit &Edit) {
    J.attributeObject("deletedRegion", [&] {
      J.attribute("byteOffset", Edit.Offset);
      J.attribute("byteLength", Edit.Length);
    });
    if (!Edit.Replacement.empty())
      J.attributeObject("insertedContent",
                        [&] { text("text", Edit.Replacement); });
  }

  void location(const Place &Where, const std::string &What, size_t Id = 0) {
    J.object([&] {
      if (Id != 0)
        J.attribute("id", static_cast<int64_t>(Id));
      J.attributeObject("physicalLocation", [&] {
        artifact(Where.File);
        if (Where.Line > 0)
          J.attributeObject("region", [&] {
            J.attribute("startLine", Where.Line);
            J.attribute("startColumn", codePointColumn(Where));
          });
      });
      if (!What.empty())
        J.attributeObject("message", [&] { text("text", What); });
    });
  }

  void artifact(StringRef File) {
    J.attributeObject("artifactLocation", [&] {
      const std::string Relative = relativePath(File, R.Root);
      if (Relative == File) {
        J.attribute("uri", "file://" + uriPath(File));
        return;
      }
      J.attribute("uri", uriPath(Relative));
      J.attribute("uriBaseId", RootId);
    });
  }

  int64_t codePointColumn(const Place &Where) {
    const StringRef Before =
        Lines.line(Where.File, Where.Line).take_front(Where.Column - 1);
    // Bytes that continue a UTF-8 sequence start with the bits 10.
    return 1 +
           llvm::count_if(Before, [](char C) { return (C & 0xC0) != 0x80; });
  }

  /// Does not change when lines are inserted elsewhere or the line is indented
  /// differently: the check, the file, the line's text, and which of the equal
  /// ones it is.
  std::string fingerprint(const ResultFinding &F) {
    std::string Text = F.Check + "\n" + relativePath(F.Where.File, R.Root) +
                       "\n" + F.What + "\n";
    for (const char C : Lines.line(F.Where.File, F.Where.Line))
      if (!llvm::isSpace(C))
        Text += C;
    Text += "\n" + std::to_string(Ordinals[Text]++);
    const std::array<uint8_t, 20> Hash =
        llvm::SHA1::hash(llvm::arrayRefFromStringRef(Text));
    return llvm::toHex(Hash, /*LowerCase=*/true);
  }

  void text(StringRef Key, StringRef Value) {
    J.attribute(Key, llvm::json::fixUTF8(Value));
  }

  const Report &R;
  OStream J;
  SourceLines Lines;
  std::map<std::string, unsigned> Ordinals;
};

} // namespace

void printSarif(const Report &R, llvm::raw_ostream &Out, bool /*Colour*/) {
  SarifPrinter(R, Out).print();
  Out << '\n';
}

} // namespace corolint
