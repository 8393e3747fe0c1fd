/// \file
/// Compilation databases: what is read, what is refused, and the commands that
/// come out.

#include "driver/analysis/CompileCommands.h"

#include "llvm/ADT/STLExtras.h"
#include "gtest/gtest.h"

namespace corolint {
namespace {

using clang::tooling::CompileCommand;
using Strings = std::vector<std::string>;

std::unique_ptr<CompileDatabase> parse(llvm::StringRef Json) {
  auto Database = CompileDatabase::parse("/p/compile_commands.json", Json);
  if (Database)
    return std::move(*Database);
  ADD_FAILURE() << llvm::toString(Database.takeError());
  return std::make_unique<CompileDatabase>();
}

std::string errorOf(llvm::StringRef Json) {
  auto Database = CompileDatabase::parse("/p/compile_commands.json", Json);
  return Database ? "no error" : llvm::toString(Database.takeError());
}

Strings adjusted(Strings Args, bool KeepUnknown = false) {
  CompileCommand Command;
  Command.Directory = "/p";
  Command.Filename = "/p/a.cpp";
  Command.CommandLine = std::move(Args);
  return CommandAdjuster("/r").adjust(Command, KeepUnknown).CommandLine;
}

TEST(CompileDatabase, resolves_relative_paths_against_its_own_folder) {
  const auto Commands = parse(R"([{"directory": "sub/..", "file": "./a.cpp",
                                   "arguments": ["c++", "a.cpp"]}])")
                            ->getAllCompileCommands();
  ASSERT_EQ(Commands.size(), 1U);
  EXPECT_EQ(Commands[0].Directory, "/p");
  EXPECT_EQ(Commands[0].Filename, "/p/a.cpp");
}

TEST(CompileDatabase, names_each_cxx_file_once_and_sorted) {
  const auto Files = parse(R"([
    {"directory": "/p", "file": "b.cc", "command": "c++ b.cc"},
    {"directory": "/p", "file": "a.cpp", "command": "c++ a.cpp"},
    {"directory": "/p", "file": "/p/./b.cc", "command": "c++ -O2 b.cc"},
    {"directory": "/p", "file": "c.c", "command": "cc c.c"}])")
                         ->getAllFiles();
  EXPECT_EQ(Files, (Strings{"/p/a.cpp", "/p/b.cc"}));
}

TEST(CompileDatabase, splits_commands_like_a_shell) {
  const auto Commands = parse(R"([{"directory": "/p", "file": "a.cpp",
                 "command": "c++ '-DX=a b' -DY=\\\"z\\\" a.cpp"}])")
                            ->getCompileCommands("/p/a.cpp");
  ASSERT_EQ(Commands.size(), 1U);
  EXPECT_EQ(Commands[0].CommandLine,
            (Strings{"c++", "-DX=a b", "-DY=\"z\"", "a.cpp"}));
}

TEST(CompileDatabase, takes_launchers_away) {
  for (const char *Launcher : {"ccache", "/usr/bin/ccache", "sccache"}) {
    const auto Commands =
        parse((R"([{"directory": "/p", "file": "a.cpp", "arguments": [")" +
               llvm::Twine(Launcher) + R"(", "g++", "a.cpp"]}])")
                  .str())
            ->getAllCompileCommands();
    ASSERT_EQ(Commands.size(), 1U);
    EXPECT_EQ(Commands[0].CommandLine, (Strings{"g++", "a.cpp"}));
  }
}

TEST(CompileDatabase, says_which_entry_and_key_is_wrong) {
  const std::string Path = "/p/compile_commands.json: ";
  EXPECT_EQ(errorOf("{}"), Path + "not a JSON array");
  EXPECT_EQ(errorOf("[{\"directory\": \"/p\", \"file\": \"a.cpp\", "
                    "\"command\": \"c++\"}, 1]"),
            Path + "entry 2: not a JSON object");
  EXPECT_EQ(errorOf(R"([{"file": "a.cpp"}])"),
            Path + "entry 1: 'directory': a string is missing");
  EXPECT_EQ(errorOf(R"([{"directory": "/p", "file": 1}])"),
            Path + "entry 1: 'file': a string is missing");
  EXPECT_EQ(errorOf(R"([{"directory": "/p", "file": "a.cpp",
                         "command": ""}])"),
            Path + "entry 1: 'arguments': the command is empty");
  EXPECT_TRUE(llvm::StringRef(errorOf("[{]")).starts_with(Path + "not JSON: "));
}

TEST(CompileCommands, gain_the_resource_folder_and_lose_outputs) {
  EXPECT_EQ(
      adjusted({"clang++", "-O2", "-MD", "-MF", "a.d", "-o", "a.o", "a.cpp"}),
      (Strings{"clang++", "-w", "-resource-dir=/r", "--driver-mode=g++", "-O2",
               "a.cpp", "-fsyntax-only"}));
}

TEST(CompileCommands, keep_a_resource_folder_of_their_own) {
  const Strings Args = adjusted({"clang++", "-resource-dir=/own", "a.cpp"});
  EXPECT_FALSE(llvm::is_contained(Args, "-resource-dir=/r"));
}

TEST(CompileCommands, lose_what_only_gcc_knows) {
  const Strings Args = adjusted(
      {"g++", "-fmodules-ts", "-fmodule-mapper=x", "-fdeps-format=p1689r5",
       "-fno-canonical-system-headers", "-fconcepts-diagnostics-depth=2",
       "-fanalyzer", "-mno-direct-extern-access", "-fno-such-flag", "-Werror",
       "-DKEPT", "a.cpp"});
  EXPECT_EQ(Args, (Strings{"g++", "-w", "-resource-dir=/r", "--driver-mode=g++",
                           "-DKEPT", "a.cpp", "-fsyntax-only"}));
}

TEST(CompileCommands, lose_precompiled_headers_but_not_their_text) {
  const Strings Args =
      adjusted({"clang++", "-Xclang", "-include-pch", "-Xclang", "x.pch",
                "-Xclang", "-include", "-Xclang", "x.hxx", "a.cpp"});
  EXPECT_FALSE(llvm::is_contained(Args, "x.pch"));
  EXPECT_TRUE(llvm::is_contained(Args, "x.hxx"));
}

TEST(CompileCommands, keep_unknown_flags_that_a_user_typed) {
  EXPECT_TRUE(llvm::is_contained(
      adjusted({"clang++", "-fno-such-flag", "a.cpp"}, /*KeepUnknown=*/true),
      "-fno-such-flag"));
}

TEST(CompileCommands, take_the_target_from_the_compilers_name) {
  EXPECT_TRUE(llvm::is_contained(adjusted({"x86_64-linux-gnu-g++", "a.cpp"}),
                                 "--target=x86_64-linux-gnu"));
}

} // namespace
} // namespace corolint
