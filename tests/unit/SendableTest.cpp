/// \file
/// Tests of Send and Sync by structure: verdicts, ways to the part that
/// decides, cycles, and reference counts read off constructors and destructors.

#include "ModelTestSupport.h"

#include "checks/model/Sendable.h"
#include "checks/model/SendableCounts.h"

namespace corolint {
namespace {

constexpr llvm::StringLiteral Prelude =
    "struct [[clang::annotate(\"corolint:not-send;reason=it is one\")]] bound {"
    "  int n; };\n"
    "struct [[clang::annotate(\"corolint:send\")]] free_again { bound b; };\n"
    "template <class T> struct box { T value; };\n"
    "namespace std { template <class T> struct vector { T *begin_; };\n"
    "  template <class T> struct less {}; }\n"
    "# 1\n";

std::string text(const SendAnswer &Answer) {
  switch (Answer.Is) {
  case SendAnswer::Verdict::Unknown:
    return "unknown";
  case SendAnswer::Verdict::Yes:
    return "yes";
  case SendAnswer::Verdict::No:
    break;
  }
  std::string Text;
  for (const SendAnswer::Part &Part : Answer.Path)
    Text += Part.Name + " ";
  return Text + Answer.Leaf + ": " + Answer.Reason;
}

/// The verdict on the type of `x` in \p Code.
std::string send(llvm::StringRef Code) {
  const ModelCode M((Prelude + Code).str());
  Sendable Types(M.roles());
  return text(Types.send(M.parsed().type("x")));
}

std::string sync(llvm::StringRef Code) {
  const ModelCode M((Prelude + Code).str());
  Sendable Types(M.roles());
  return text(Types.sync(M.parsed().type("x")));
}

TEST(SendableTest, Values) {
  EXPECT_EQ(send("int x;"), "yes");
  EXPECT_EQ(send("enum class e { a }; e x[2];"), "yes");
  EXPECT_EQ(send("struct s { int a; double b[3]; }; s x;"), "yes");
  EXPECT_EQ(send("void (*x)(int);"), "yes");
  EXPECT_EQ(send("int *x;"), "unknown") << "whose int it is, nobody says";
  EXPECT_EQ(send("struct s; extern s x;"), "unknown");
  EXPECT_EQ(send("template <class T> struct s { T x; };"), "unknown");
}

TEST(SendableTest, Parts) {
  EXPECT_EQ(send("bound x;"), "bound: it is one");
  EXPECT_EQ(send("struct s { int n; bound b; }; s x[3];"),
            "'s::b' bound: it is one");
  EXPECT_EQ(send("struct s { bound b; }; struct t : s {}; t x;"),
            "base 's' 's::b' bound: it is one");
  EXPECT_EQ(send("box<box<bound>> x;"),
            "'box::value' 'box::value' bound: it is one");
  EXPECT_EQ(send("struct s { std::vector<bound> all; }; s x;"),
            "'s::all' bound: it is one");
  EXPECT_EQ(send("bound b; auto x = [] { return b.n; };"), "yes")
      << "a global is not captured";
  EXPECT_EQ(send("void f(bound b) { auto x = [b] { return b.n; }; }"),
            "capture 'b' bound: it is one");
  EXPECT_EQ(send("struct s { static bound b; int n; }; s x;"), "yes");
  EXPECT_EQ(send("std::less<bound> x;"), "unknown");
  EXPECT_EQ(send("struct s { bound &b; }; extern s x;"), "unknown");
}

TEST(SendableTest, Annotations) {
  EXPECT_EQ(send("free_again x;"), "yes");
  EXPECT_EQ(send("struct s { free_again f; }; s x;"), "yes");
  EXPECT_EQ(send("struct s : bound {}; s x;"), "s: it is one");
}

TEST(SendableTest, Cycles) {
  const std::string Two = "struct b; struct a { std::vector<b> bs; };"
                          "struct b { std::vector<a> as; bound n; };";
  EXPECT_EQ(send(Two + "a x;"), "'a::bs' 'b::n' bound: it is one");
  EXPECT_EQ(send(Two + "b x;"), "'b::n' bound: it is one");
  EXPECT_EQ(send("struct a { std::vector<a> as; int n; }; a x;"), "yes");

  // What a cycle says before it is closed is not remembered.
  const ModelCode M((Prelude + "struct b; struct a { std::vector<b> bs;"
                               "  bound n; };"
                               "struct b { std::vector<a> as; };"
                               "a first; b second;")
                        .str());
  Sendable Types(M.roles());
  EXPECT_TRUE(Types.send(M.parsed().type("first")).no());
  EXPECT_TRUE(Types.send(M.parsed().type("second")).no());
}

TEST(SendableTest, Locks) {
  EXPECT_EQ(send("struct s { std::mutex m; bound b; }; s x;"), "unknown");
  EXPECT_EQ(send("std::unique_lock<std::mutex> x;"),
            "std::unique_lock<std::mutex>: the thread that locked the mutex "
            "must unlock it");
}

TEST(SendableTest, Sync) {
  const std::string Marked =
      "struct [[clang::annotate(\"corolint:not-sync;reason=it caches\")]] c "
      "{};";
  EXPECT_EQ(sync(Marked + "c x;"), "c: it caches");
  EXPECT_EQ(send(Marked + "c x;"), "yes");
  EXPECT_EQ(sync(Marked + "struct s { c part; }; s x;"), "unknown")
      << "what is done to it decides";
  EXPECT_EQ(sync("bound x;"), "bound: it is one");
  EXPECT_EQ(sync("std::mutex x;"), "yes");
}

constexpr llvm::StringLiteral Count =
    "struct shared { int owners; };"
    "struct handle { shared *to; handle(const handle &o) : to(o.to) { UP; }"
    "  ~handle() { DOWN; } }; extern handle x;";

std::string counted(std::string Up, std::string Down) {
  std::string Code = Count.str();
  Code.replace(Code.find("UP"), 2, Up);
  Code.replace(Code.find("DOWN"), 4, Down);
  return send(Code);
}

TEST(SendableTest, Counts) {
  const std::string No = "handle: its reference count is not atomic";
  EXPECT_EQ(counted("++to->owners", "if (--to->owners == 0) delete to"), No);
  EXPECT_EQ(counted("to->owners += 1", "if (!(to->owners -= 1)) delete to"),
            No);
  EXPECT_EQ(counted("++to->owners", "--to->owners"), "unknown")
      << "nothing is let go of";
  EXPECT_EQ(counted("", "if (--to->owners == 0) delete to"), "unknown");
  EXPECT_EQ(counted("__atomic_fetch_add(&to->owners, 1, 5)",
                    "if (--to->owners == 0) delete to"),
            "unknown");
  EXPECT_EQ(counted("static std::mutex m; std::lock_guard<std::mutex> l(m); "
                    "++to->owners",
                    "if (--to->owners == 0) delete to"),
            "unknown");
}

} // namespace
} // namespace corolint
