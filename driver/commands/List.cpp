/// \file
/// `corolint list`: prints the checks.

#include "driver/commands/Arguments.h"
#include "driver/commands/Command.h"
#include "driver/report/CheckInfo.h"

#include "llvm/Support/JSON.h"

namespace corolint {
namespace {

void listText(llvm::raw_ostream &Out) {
  size_t Width = 0;
  for (const Check *C : allChecks())
    Width = std::max(Width, C->Id.size());
  for (const Check *C : allChecks()) {
    Out << "coro-" << C->Id;
    Out.indent(Width - C->Id.size() + 2) << severityName(C->Level);
    Out.indent(9 - severityName(C->Level).size()) << C->Summary << '\n';
  }
}

void listJson(llvm::raw_ostream &Out) {
  llvm::json::OStream J(Out, 2);
  J.array([&] {
    for (const Check *C : allChecks())
      J.object([&] {
        J.attribute("check", "coro-" + C->Id.str());
        J.attribute("family", familyOf(*C));
        J.attribute("severity", severityName(C->Level));
        J.attribute("summary", C->Summary);
      });
  });
  Out << '\n';
}

} // namespace

int runList(llvm::ArrayRef<llvm::StringRef> Args) {
  bool Json = false;
  const CommandOption Options[] = {{"--format", "F", "text (default) or json",
                                    [&](llvm::StringRef Value) -> llvm::Error {
                                      Json = Value == "json";
                                      if (Json || Value == "text")
                                        return llvm::Error::success();
                                      return llvm::createStringError(
                                          llvm::inconvertibleErrorCode(),
                                          "'" + Value +
                                              "': no such format (text, json)");
                                    }}};
  llvm::Expected<Arguments> Parsed = parseArguments(Args, Options);
  if (!Parsed)
    return usageError(llvm::toString(Parsed.takeError()));
  if (Parsed->Help) {
    printHelp(llvm::outs(), "corolint list [--format F]", "Prints the checks.",
              Options);
    return ExitClean;
  }
  if (!Parsed->Inputs.empty())
    return usageError("'" + Parsed->Inputs.front() + "': list takes no names");
  Json ? listJson(llvm::outs()) : listText(llvm::outs());
  return ExitClean;
}

} // namespace corolint
