/// \file
/// The text format: each finding with its source line, a caret and its notes.

#include "driver/report/Report.h"

#include "llvm/Support/Unicode.h"

namespace corolint {
namespace {

using llvm::raw_ostream;

class TextPrinter {
public:
  TextPrinter(const Report &R, raw_ostream &Out, bool Colour) : R(R), Out(Out) {
    Out.enable_colors(Colour);
  }

  void print(const ResultFinding &F, llvm::StringRef Level,
             raw_ostream::Colors LevelColour) {
    headline(F.Where, Level, LevelColour, F.What, F.Check);
    source(F.Where);
    for (const ResultNote &Note : F.Notes) {
      headline(Note.Where, "note", raw_ostream::CYAN, Note.What, "");
      source(Note.Where);
    }
    for (const ResultFix &Fix : F.Fixes)
      if (!Fix.Safe) {
        headline(F.Where, "note", raw_ostream::CYAN, Fix.Title, "");
        for (const ResultEdit &Edit : Fix.Edits)
          edited(Edit);
      }
    Out << '\n';
  }

private:
  void headline(const Place &Where, llvm::StringRef Level,
                raw_ostream::Colors LevelColour, llvm::StringRef What,
                llvm::StringRef Check) {
    Out.changeColor(raw_ostream::SAVEDCOLOR, /*Bold=*/true);
    Out << relativePath(Where.File, R.WorkingDirectory) << ':';
    if (Where.Line > 0)
      Out << Where.Line << ':' << Where.Column << ':';
    Out << ' ';
    Out.changeColor(LevelColour, /*Bold=*/true) << Level << ": ";
    Out.resetColor();
    Out << What;
    if (!Check.empty())
      Out << " [" << Check << ']';
    Out << '\n';
  }

  /// `  12 | `; \returns the margin for lines below it.
  std::string numbered(unsigned Number) {
    const std::string Text = std::to_string(Number);
    const std::string Margin(std::max<size_t>(5, Text.size()), ' ');
    Out << llvm::StringRef(Margin).drop_front(Text.size()) << Text << " | ";
    return Margin;
  }

  /// The lines that an edit makes of the one it is in.
  void edited(const ResultEdit &Edit) {
    const auto [Number, Column] = Lines.position(Edit.File, Edit.Offset);
    const llvm::StringRef Line = Lines.line(Edit.File, Number);
    if (Number == 0 || Column > Line.size())
      return;
    const std::string New =
        (Line.take_front(Column) + Edit.Replacement +
         Line.drop_front(std::min<size_t>(Column + Edit.Length, Line.size())))
            .str();
    llvm::StringRef Rest = New;
    while (!Rest.empty()) {
      const auto [First, Others] = Rest.split('\n');
      const std::string Margin = numbered(Number);
      Out.changeColor(raw_ostream::GREEN) << "+ " << First;
      Out.resetColor();
      Out << '\n';
      Rest = Others;
    }
  }

  void source(const Place &Where) {
    if (Where.Line == 0)
      return;
    const llvm::StringRef Line = Lines.line(Where.File, Where.Line);
    const std::string Margin = numbered(Where.Line);
    Out << Line << '\n' << Margin << " | ";
    // Tabs stay tabs, so that the caret stands below its character however
    // wide the terminal makes them; other characters may be two columns wide.
    llvm::StringRef Before = Line.take_front(Where.Column - 1);
    while (!Before.empty()) {
      const llvm::StringRef Run =
          Before.take_until([](char C) { return C == '\t'; });
      const int Width = llvm::sys::unicode::columnWidthUTF8(Run);
      Out.indent(Width >= 0 ? Width : Run.size());
      Before = Before.drop_front(Run.size());
      if (Before.consume_front("\t"))
        Out << '\t';
    }
    Out.changeColor(raw_ostream::GREEN, /*Bold=*/true) << '^';
    Out.resetColor();
    Out << '\n';
  }

  const Report &R;
  raw_ostream &Out;
  SourceLines Lines;
};

} // namespace

void printText(const Report &R, llvm::raw_ostream &Out, bool Colour) {
  TextPrinter Printer(R, Out, Colour);
  for (const ResultFinding &Error : R.Errors)
    Printer.print(Error, "error", raw_ostream::RED);
  for (const ResultFinding &Finding : R.Findings)
    Printer.print(Finding, "warning", raw_ostream::MAGENTA);
}

} // namespace corolint
