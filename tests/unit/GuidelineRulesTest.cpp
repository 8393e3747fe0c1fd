/// \file
/// Tests of the Core Guidelines' rules on coroutines, taken to the letter.

#include "ModelTestSupport.h"

#include "checks/model/GuidelineRules.h"

namespace corolint {
namespace {

/// `x@2` for each lambda coroutine: its first capture and its line.
std::string capturing(llvm::StringRef Code) {
  const ModelCode M(("reading<> event(); int global; struct box { int v; };\n"
                     "# 1\n" +
                     Code)
                        .str());
  std::string Text;
  for (const CapturingCoroutine &Found : capturingCoroutines(M.model()))
    Text += (Text.empty() ? "" : " ") + Found.nameOfFirst() + "@" +
            std::to_string(M.line(Found.Lambda.Decl.getLocation()));
  return Text;
}

/// `x@2` for each reference parameter: its name and its line.
std::string references(llvm::StringRef Code) {
  const ModelCode M(("reading<> event(); struct view { const int *At; };\n"
                     "# 1\n" +
                     Code)
                        .str());
  std::string Text;
  for (const ReferenceParameter &Found : referenceParameters(M.model()))
    Text += (Text.empty() ? "" : " ") + Found.Param.getNameAsString() + "@" +
            std::to_string(M.line(Found.Param.getLocation()));
  return Text;
}

TEST(GuidelineRulesTest, EveryKindOfCapture) {
  EXPECT_EQ(capturing("void f(int x, int y) {\n"
                      "auto a = [x]() -> task<> { co_await event(); };\n"
                      "auto b = [&y]() -> task<> { co_await event(); };\n"
                      "auto c = [z = x]() -> task<> { co_await event(); };\n"
                      "auto d = [=]() -> task<int> { co_return x; };\n"
                      "auto e = [&, x]() -> task<int> { co_return y; };\n"
                      "}"),
            "x@2 y@3 z@4 x@5 x@6");
  EXPECT_EQ(capturing("struct s { int v; void f() {\n"
                      "auto a = [this]() -> task<> { co_await event(); };\n"
                      "auto b = [*this]() -> task<> { co_await event(); };\n"
                      "auto c = [&]() -> task<int> { co_return v; };\n"
                      "} };"),
            "this@2 this@3 this@4");
}

TEST(GuidelineRulesTest, NoCapture) {
  EXPECT_EQ(capturing("void f(int x) {\n"
                      "auto a = [](int x) -> task<int> { co_return x; };\n"
                      "auto b = [&]() -> task<int> { co_return global; };\n"
                      "auto c = [x] { return x; };\n"
                      "auto d = [x] { return [](int y) -> task<int> {"
                      " co_return y; }(x); };\n"
                      "}"),
            "");
}

TEST(GuidelineRulesTest, LambdasOfTemplatesOnce) {
  EXPECT_EQ(capturing("template <class T> void f(T x) {\n"
                      "[x]() -> task<> { co_await event(); }();\n"
                      "}\n"
                      "void g() { f(1); f(2L); }"),
            "x@2");
  EXPECT_EQ(capturing("template <class T> void f(T x) {\n"
                      "[&]() -> task<T> { co_return x; }();\n"
                      "}"),
            "x@2");
  EXPECT_EQ(
      capturing("void f(int x) {\n"
                "auto a = [&](auto y) -> task<int> { co_return x + y; };\n"
                "a(1); a(2L);\n"
                "auto b = [x](auto) -> task<> { co_await event(); };\n"
                "}"),
      "x@2 x@4");
}

TEST(GuidelineRulesTest, EveryReferenceParameter) {
  EXPECT_EQ(references("task<> f(int &a, const int &b,\n"
                       "int &&c, int (&d)[2]) { co_await event(); }\n"
                       "void plain(int &);\n"
                       "struct s { task<> m(int &e) { co_await event(); } };\n"
                       "auto l = [](const int &g) -> task<> {"
                       " co_await event(); };"),
            "a@1 b@1 c@2 d@2 e@4 g@5");
}

TEST(GuidelineRulesTest, NoReferenceParameter) {
  EXPECT_EQ(references("task<> f(int a, int *b, view c, const int d) {"
                       " co_await event(); }\n"
                       "struct s { int v; task<> m() { co_await event(); } };\n"
                       "task<> declared(int &a);\n"
                       "task<> forwards(int &a) { return f(a, &a, {}, a); }"),
            "");
}

TEST(GuidelineRulesTest, ParametersOfTemplatesOnce) {
  EXPECT_EQ(references("template <class T> task<> f(T &a, T b) {"
                       " co_await event(); }"),
            "a@1");
  EXPECT_EQ(references("template <class T> task<> f(T &a, T b) {"
                       " co_await event(); }\n"
                       "void g(int x, long y) { f(x, x); f(y, y); }"),
            "a@1");
  EXPECT_EQ(references("template <class... T> task<> f(T &&...a) {"
                       " co_await event(); }\n"
                       "void g() { f(); }"),
            "a@1");
  EXPECT_EQ(references("auto l = [](auto &a, auto b) -> task<> {"
                       " co_await event(); };\n"
                       "void g(int x) { l(x, x); }"),
            "a@1");
}

} // namespace
} // namespace corolint
