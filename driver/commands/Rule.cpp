/// \file
/// `corolint rule`: explains a check: its options and its page.

#include "driver/analysis/Spelling.h"
#include "driver/commands/Arguments.h"
#include "driver/commands/Command.h"
#include "driver/report/CheckInfo.h"

#include "llvm/Support/JSON.h"

namespace corolint {
namespace {

using llvm::StringRef;

void ruleText(const Check &C, llvm::raw_ostream &Out) {
  Out << "coro-" << C.Id << " (" << familyOf(C) << ", " << severityName(C.Level)
      << ")\n"
      << C.Summary << '\n';
  if (!C.Options.empty())
    Out << "\noptions:\n";
  for (const OptionInfo &Option : C.Options)
    Out << "  coro-" << C.Id << '.' << Option.Name
        << " (default: " << (Option.Default.empty() ? "empty" : Option.Default)
        << ")\n    " << Option.Help << '\n';
  if (!docPage(C).empty())
    Out << '\n' << docPage(C).trim() << '\n';
}

void ruleMarkdown(const Check &C, llvm::raw_ostream &Out) {
  if (!docPage(C).empty()) {
    Out << docPage(C).trim() << '\n';
    return;
  }
  Out << "# " << C.Id << "\n\n" << C.Summary << '\n';
  for (const OptionInfo &Option : C.Options)
    Out << "\n- `" << Option.Name << "` (default `" << Option.Default
        << "`): " << Option.Help;
  Out << (C.Options.empty() ? "" : "\n");
}

void ruleJson(const Check &C, llvm::json::OStream &J) {
  J.object([&] {
    J.attribute("check", "coro-" + C.Id.str());
    J.attribute("family", familyOf(C));
    J.attribute("severity", severityName(C.Level));
    J.attribute("summary", C.Summary);
    J.attributeArray("options", [&] {
      for (const OptionInfo &Option : C.Options)
        J.object([&] {
          J.attribute("name", ("coro-" + C.Id + "." + Option.Name).str());
          J.attribute("default", Option.Default);
          J.attribute("help", Option.Help);
        });
    });
    J.attribute("page", docPage(C));
  });
}

} // namespace

int runRule(llvm::ArrayRef<StringRef> Args) {
  bool All = false;
  std::string Format = "text";
  const CommandOption Options[] = {
      {"--all", "", "every check",
       [&](StringRef) -> llvm::Error {
         All = true;
         return llvm::Error::success();
       }},
      {"--format", "F", "text (default), json or md",
       [&](StringRef Value) -> llvm::Error {
         Format = Value.str();
         if (Value == "text" || Value == "json" || Value == "md")
           return llvm::Error::success();
         return llvm::createStringError(
             llvm::inconvertibleErrorCode(),
             "'" + Value + "': no such format (text, json, md)");
       }}};
  llvm::Expected<Arguments> Parsed = parseArguments(Args, Options);
  if (!Parsed)
    return usageError(llvm::toString(Parsed.takeError()));
  if (Parsed->Help) {
    printHelp(llvm::outs(), "corolint rule CHECK... | --all [--format F]",
              "Explains checks: what they find, why, and what to do.", Options);
    return ExitClean;
  }

  std::vector<const Check *> Chosen;
  if (All)
    Chosen.assign(allChecks().begin(), allChecks().end());
  std::vector<StringRef> Known;
  for (const Check *C : allChecks())
    Known.push_back(C->Id);
  for (StringRef Name : Parsed->Inputs) {
    const Check *C = findCheck(Name);
    if (!C) {
      StringRef Id = Name;
      Id.consume_front("coro-");
      return usageError("'" + Name + "': no such check" +
                        didYouMean(Id, Known));
    }
    Chosen.push_back(C);
  }
  if (Chosen.empty())
    return usageError("a check is missing (or --all); 'corolint list' prints "
                      "their names");

  if (Format == "json") {
    llvm::json::OStream J(llvm::outs(), 2);
    J.array([&] {
      for (const Check *C : Chosen)
        ruleJson(*C, J);
    });
    J.flush();
    llvm::outs() << '\n';
    return ExitClean;
  }
  for (const Check *C : Chosen) {
    if (C != Chosen.front())
      llvm::outs() << '\n';
    Format == "md" ? ruleMarkdown(*C, llvm::outs())
                   : ruleText(*C, llvm::outs());
  }
  return ExitClean;
}

} // namespace corolint
