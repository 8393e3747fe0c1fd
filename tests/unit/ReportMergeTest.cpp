/// \file
/// Reports: findings of many files in one order, each once, and how they print.

#include "driver/analysis/Scope.h"
#include "driver/report/Report.h"

#include "gtest/gtest.h"

namespace corolint {
namespace {

ResultFinding finding(std::string File, unsigned Offset, std::string Check,
                      std::string What, std::string Note) {
  ResultFinding F;
  F.Check = std::move(Check);
  F.Where = {std::move(File), 1, Offset + 1, Offset};
  F.What = std::move(What);
  F.Notes.push_back({F.Where, std::move(Note)});
  return F;
}

FileResult result(std::string File, std::vector<ResultFinding> Findings) {
  FileResult R;
  R.File = std::move(File);
  R.Findings = std::move(Findings);
  return R;
}

std::string concise(const Report &R) {
  std::string Text;
  llvm::raw_string_ostream Out(Text);
  printConcise(R, Out, /*Colour=*/false);
  return Text;
}

TEST(Report, sorts_by_file_then_place_then_check) {
  const Report R =
      merge({result("/p/b.cpp", {finding("/p/b.cpp", 9, "coro-b", "x", "n"),
                                 finding("/p/b.cpp", 9, "coro-a", "x", "n"),
                                 finding("/p/b.cpp", 2, "coro-z", "x", "n")}),
             result("/p/a.cpp", {finding("/p/a.cpp", 50, "coro-a", "x", "n")})},
            "/p", "/p");
  EXPECT_EQ(concise(R), "a.cpp:1:51: warning: x [coro-a]\n"
                        "a.cpp:1:51: note: n\n"
                        "b.cpp:1:3: warning: x [coro-z]\n"
                        "b.cpp:1:3: note: n\n"
                        "b.cpp:1:10: warning: x [coro-a]\n"
                        "b.cpp:1:10: note: n\n"
                        "b.cpp:1:10: warning: x [coro-b]\n"
                        "b.cpp:1:10: note: n\n");
}

TEST(Report, has_a_headers_finding_once_with_the_notes_of_the_first_file) {
  const auto InHeader = [](std::string Note) {
    return finding("/p/h.hpp", 3, "coro-a", "x", std::move(Note));
  };
  for (const bool Swapped : {false, true}) {
    std::vector<FileResult> Results;
    Results.push_back(result("/p/a.cpp", {InHeader("from a")}));
    Results.push_back(result("/p/b.cpp", {InHeader("from b")}));
    if (Swapped)
      std::swap(Results[0], Results[1]);
    EXPECT_EQ(concise(merge(Results, "/p", "/p")),
              "h.hpp:1:4: warning: x [coro-a]\nh.hpp:1:4: note: from a\n");
  }
}

TEST(Report, keeps_findings_that_differ_in_their_message) {
  const Report R =
      merge({result("/p/a.cpp", {finding("/p/a.cpp", 3, "coro-a", "x", "n"),
                                 finding("/p/a.cpp", 3, "coro-a", "y", "n")})},
            "/p", "/p");
  EXPECT_EQ(R.Findings.size(), 2U);
}

TEST(Report, prints_errors_without_a_place_with_the_file_alone) {
  FileResult Broken = result("/p/a.cpp", {});
  ResultFinding Error;
  Error.Check = "clang-diagnostic-error";
  Error.Where.File = "/p/a.cpp";
  Error.What = "unknown argument";
  Broken.Errors = {Error};
  Broken.ErrorCount = 1;
  EXPECT_EQ(concise(merge({Broken}, "/p", "/p")),
            "a.cpp: error: unknown argument [clang-diagnostic-error]\n");
}

TEST(ReportFileResult, survives_the_way_through_json) {
  FileResult Before = result(
      "/p/a.cpp",
      {finding("/p/h.hpp", 7, "coro-a", "\xff 'x'", "gr\xc3\xb6\xc3\x9f")});
  Before.Findings[0].Fixes = {{"do this", true, {{"/p/a.cpp", 1, 2, "text"}}},
                              {"or that", false, {}}};
  Before.ErrorCount = 4000000000;
  Before.Failure = "no";
  const auto After = fileResultFromJSON(toJSON(Before));
  ASSERT_TRUE(After);
  EXPECT_EQ(toJSON(*After), toJSON(Before));
  EXPECT_EQ(After->ErrorCount, 4000000000);
  EXPECT_EQ(After->Findings[0].Notes[0].What, "gr\xc3\xb6\xc3\x9f");
  EXPECT_EQ(After->Findings[0].What, "\xef\xbf\xbd 'x'");
  EXPECT_FALSE(fileResultFromJSON(llvm::json::Object{{"file", 1}}));
}

TEST(ReportPaths, are_relative_only_below_the_folder) {
  EXPECT_EQ(relativePath("/p/a/b.cpp", "/p"), "a/b.cpp");
  EXPECT_EQ(relativePath("/p/a/b.cpp", "/"), "p/a/b.cpp");
  EXPECT_EQ(relativePath("/pp/b.cpp", "/p"), "/pp/b.cpp");
  EXPECT_EQ(relativePath("/p", "/p"), "/p");
}

TEST(ReportScope, is_the_project_less_its_build_folder) {
  const Scope Project("/nowhere/p/build/compile_commands.json",
                      {"/nowhere/p/src/a.cpp", "/nowhere/p/src/b.cpp"});
  EXPECT_EQ(Project.root(), "/nowhere/p");
  EXPECT_TRUE(Project.contains("/nowhere/p/include/h.hpp"));
  EXPECT_FALSE(Project.contains("/nowhere/p/build/generated.cpp"));
  EXPECT_FALSE(Project.contains("/nowhere/other/h.hpp"));
}

TEST(ReportScope, is_the_common_folder_without_a_database) {
  const Scope Project("", {"/nowhere/p/src/a.cpp", "/nowhere/p/test/b.cpp"});
  EXPECT_EQ(Project.root(), "/nowhere/p");
  const Scope One("", {"/nowhere/p/src/a.cpp"});
  EXPECT_EQ(One.root(), "/nowhere/p/src");
}

TEST(ReportScope, keeps_sources_that_lie_beside_the_database) {
  const Scope Project("/nowhere/p/compile_commands.json", {"/nowhere/p/a.cpp"});
  EXPECT_EQ(Project.root(), "/nowhere/p");
  EXPECT_TRUE(Project.contains("/nowhere/p/a.cpp"));
}

} // namespace
} // namespace corolint
