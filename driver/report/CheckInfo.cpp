/// \file
/// Implementation of CheckInfo; holds the doc pages.

#include "driver/report/CheckInfo.h"

#include "llvm/ADT/STLExtras.h"

namespace corolint {

const Check *findCheck(llvm::StringRef Name) {
  Name.consume_front("coro-");
  const auto It =
      llvm::find_if(allChecks(), [&](const Check *C) { return C->Id == Name; });
  return It == allChecks().end() ? nullptr : *It;
}

llvm::StringRef severityName(Severity Level) {
  switch (Level) {
  case Severity::Note:
    return "note";
  case Severity::Warning:
    return "warning";
  case Severity::Error:
    return "error";
  }
  return "";
}

Severity severityOf(llvm::StringRef Name) {
  const Check *C = findCheck(Name);
  return C ? C->Level : Severity::Warning;
}

llvm::StringRef docPage(const Check &C) {
  struct Page {
    llvm::StringRef Id, Text;
  };
  static constexpr Page Pages[] = {
#include "driver/report/DocPages.inc"
      {"", ""}};
  const auto *It =
      llvm::find_if(Pages, [&](const Page &P) { return P.Id == C.Id; });
  return It == std::end(Pages) ? "" : It->Text;
}

} // namespace corolint
