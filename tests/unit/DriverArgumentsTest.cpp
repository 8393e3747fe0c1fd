/// \file
/// The command line: the forms of an option, and what is said about wrong ones.

#include "driver/analysis/Configuration.h"
#include "driver/analysis/Spelling.h"
#include "driver/commands/Arguments.h"

#include "gtest/gtest.h"

namespace corolint {
namespace {

using llvm::StringRef;

class DriverArguments : public testing::Test {
protected:
  llvm::Expected<Arguments> parse(std::vector<StringRef> Args) {
    const CommandOption Options[] = {
        {"--checks", "GLOBS", "",
         [&](StringRef Value) -> llvm::Error {
           Values.push_back(Value.str());
           return llvm::Error::success();
         }},
        {"-j", "N", "",
         [&](StringRef Value) -> llvm::Error {
           Values.push_back("j" + Value.str());
           return llvm::Error::success();
         }},
        {"--quiet", "", "",
         [&](StringRef) -> llvm::Error {
           Values.push_back("quiet");
           return llvm::Error::success();
         }},
    };
    return parseArguments(Args, Options);
  }

  std::string errorOf(std::vector<StringRef> Args) {
    auto Parsed = parse(std::move(Args));
    return Parsed ? "no error" : llvm::toString(Parsed.takeError());
  }

  std::vector<std::string> Values;
};

TEST_F(DriverArguments, take_values_in_each_form) {
  auto Parsed = parse({"--checks", "a", "--checks=b=c", "-j", "1", "-j2",
                       "--quiet", "file", "-"});
  ASSERT_TRUE(bool(Parsed));
  EXPECT_EQ(Values,
            (std::vector<std::string>{"a", "b=c", "j1", "j2", "quiet"}));
  EXPECT_EQ(Parsed->Inputs, (std::vector<StringRef>{"file", "-"}));
  EXPECT_FALSE(Parsed->Flags);
}

TEST_F(DriverArguments, leave_what_follows_two_dashes_to_the_compiler) {
  auto Parsed = parse({"a.cpp", "--", "-j", "--no-such", "--"});
  ASSERT_TRUE(bool(Parsed));
  EXPECT_EQ(*Parsed->Flags,
            (std::vector<std::string>{"-j", "--no-such", "--"}));
  EXPECT_TRUE(Values.empty());
  Parsed = parse({"a.cpp", "--"});
  ASSERT_TRUE(bool(Parsed));
  EXPECT_TRUE(Parsed->Flags && Parsed->Flags->empty());
}

TEST_F(DriverArguments, name_what_is_wrong) {
  EXPECT_EQ(errorOf({"--chekcs=x"}),
            "'--chekcs': no such option; did you mean '--checks'?");
  EXPECT_EQ(errorOf({"--something-else"}),
            "'--something-else': no such option");
  EXPECT_EQ(errorOf({"--quiet=1"}), "'--quiet': takes no value");
  EXPECT_EQ(errorOf({"--checks"}), "'--checks': a value is missing (GLOBS)");
}

TEST(DriverSpelling, offers_only_what_is_near) {
  const StringRef Known[] = {"lock-across-await", "blocking-call"};
  EXPECT_EQ(didYouMean("blocking-cal", Known),
            "; did you mean 'blocking-call'?");
  EXPECT_EQ(didYouMean("Lock-Across-Await", Known),
            "; did you mean 'lock-across-await'?");
  EXPECT_EQ(didYouMean("performance", Known), "");
}

TEST(DriverGlobs, match_some_check) {
  EXPECT_FALSE(wrongGlob("*"));
  EXPECT_FALSE(wrongGlob("-*,coro-lock-*"));
  EXPECT_FALSE(wrongGlob("coro-lock-across-await, -coro-blocking-call"));
  EXPECT_EQ(wrongGlob("coro-*,coro-blocking-cal"),
            "'coro-blocking-cal': no such check; did you mean "
            "'coro-blocking-call'?");
}

TEST(DriverProfile, has_a_name) {
  auto Strict = profileNamed("strict");
  ASSERT_TRUE(bool(Strict));
  EXPECT_EQ(*Strict, Profile::Strict);
  auto Default = profileNamed("default");
  ASSERT_TRUE(bool(Default));
  EXPECT_EQ(*Default, Profile::Default);
  auto Other = profileNamed("Strictly");
  ASSERT_FALSE(bool(Other));
  EXPECT_EQ(llvm::toString(Other.takeError()),
            "'Strictly': no such profile (default, strict); did you mean "
            "'strict'?");
}

} // namespace
} // namespace corolint
