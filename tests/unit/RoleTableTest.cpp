/// \file
/// Reading role files: what is accepted, and what each mistake is called.

#include "checks/roles/RoleTable.h"
#include "checks/roles/RoleFile.h"
#include "tests/unit/RoleTestSupport.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <gtest/gtest.h>

namespace corolint {
namespace {

/// What reading \p Json as `p.json` says is wrong.
std::string errorOf(llvm::StringRef Json) {
  RoleTable Table;
  return llvm::toString(Table.add("p.json", Json));
}

/// What is wrong with an entry `f` that has \p Role as its only role.
std::string errorOfRole(llvm::StringRef Role) {
  return errorOf((R"({"f": {"roles": [)" + Role + "]}}").str());
}

TEST(RoleTable, ReadsRolesWithParameters) {
  RoleTable Table;
  llvm::Error E = Table.add("p.json", R"json({
    "lib::sleep": {
      "roles": [{"role": "blocks", "kind": "sleep",
                 "replacement": {"asio": "a timer", "corort": "sleep_for"},
                 "harmless-when": ["zero:0", "flag:NOW@1"]}],
      "by": "hand",
      "source": "https://lib.example/sleep"
    },
    "lib::scope": {"roles": [{"role": "scope", "join": ["close", "wait"]}]},
    "lib::run": {"roles": [{"role": "spawn", "arg": 2, "executor": "this"}]}
  })json");
  ASSERT_FALSE(E) << llvm::toString(std::move(E));

  llvm::ArrayRef<RoleTable::Entry> Sleep = Table.find("lib::sleep");
  ASSERT_EQ(Sleep.size(), 1u);
  EXPECT_EQ(Sleep[0].Parameters, std::nullopt);
  ASSERT_EQ(Sleep[0].Roles.size(), 1u);
  const Role &Blocks = Sleep[0].Roles[0];
  EXPECT_EQ(Blocks.Kind, RoleKind::Blocks);
  EXPECT_EQ(Blocks.By, Provenance::Hand);
  EXPECT_EQ(Blocks.Source, "https://lib.example/sleep");
  EXPECT_EQ(Blocks.get("kind"), "sleep");
  EXPECT_EQ(Blocks.get("replacement.asio"), "a timer");
  EXPECT_EQ(Blocks.get("replacement.corort"), "sleep_for");
  EXPECT_EQ(Blocks.get("replacement.any"), "");
  EXPECT_EQ(Blocks.get("output"), "false") << "the default";
  EXPECT_EQ(llvm::join(Blocks.list("harmless-when"), " "), "zero:0 flag:NOW@1");

  const Role &Scope = Table.find("lib::scope")[0].Roles[0];
  EXPECT_EQ(llvm::join(Scope.list("join"), " "), "close wait");
  const Role &Spawn = Table.find("lib::run")[0].Roles[0];
  EXPECT_EQ(Spawn.index("arg"), 2u);
  EXPECT_EQ(Spawn.index("executor"), std::nullopt);
  EXPECT_TRUE(Spawn.concerns("arg", 2));
  EXPECT_FALSE(Spawn.concerns("arg", 0));
  EXPECT_EQ(Spawn.get("keeps"), "") << "not known";

  EXPECT_TRUE(Table.find("lib").empty());
  EXPECT_TRUE(Table.find("sleep").empty());
  EXPECT_TRUE(Table.mentions("sleep"));
  EXPECT_FALSE(Table.mentions("lib"));
}

TEST(RoleTable, ReadsWhatLocksAreLike) {
  RoleTable Table = tableOf(R"({
    "lib::task": {"roles": [{"role": "task", "lock": "a lib::semaphore of 1",
                             "shared-lock": "lib::shared_mutex"}]},
    "lib::lazy": {"roles": ["task"]},
    "lib::guard": {"roles": ["lock-guard"]},
    "lib::lock": {"roles": ["acquires"]},
    "lib::try_lock": {"roles": [{"role": "acquires", "try": "minus-one"}]}
  })");
  const Role &Task = Table.find("lib::task")[0].Roles[0];
  EXPECT_EQ(Task.get("lock"), "a lib::semaphore of 1");
  EXPECT_EQ(Task.get("shared-lock"), "lib::shared_mutex");
  EXPECT_EQ(Table.find("lib::lazy")[0].Roles[0].get("lock"), "");
  const Role &Guard = Table.find("lib::guard")[0].Roles[0];
  EXPECT_TRUE(llvm::is_contained(Guard.list("tag-try"), "std::try_to_lock_t"));
  EXPECT_TRUE(
      llvm::is_contained(Guard.list("tag-try"), "boost::chrono::duration"))
      << "with a time, the constructor can fail, too";
  EXPECT_TRUE(Table.find("lib::lock")[0].Roles[0].is("try", "no"));
  EXPECT_TRUE(Table.find("lib::try_lock")[0].Roles[0].is("try", "minus-one"));
}

TEST(RoleTable, KeepsOverloadsApart) {
  RoleTable Table;
  llvm::Error E = Table.add("p.json", R"json({
    "f": {"roles": ["blocks"]},
    "f(2)": {"roles": []},
    "f (int, const char *)": {"roles": ["awaits-all"]},
    "C::operator()": {"roles": ["awaits-all"]},
    "C::operator()(1)": {"roles": ["awaits-first"]}
  })json");
  ASSERT_FALSE(E) << llvm::toString(std::move(E));
  EXPECT_EQ(Table.find("f").size(), 3u);
  EXPECT_EQ(Table.find("C::operator()").size(), 2u);
}

TEST(RoleTable, LaterFilesReplaceEntries) {
  RoleTable Table;
  llvm::cantFail(Table.add("a.json", R"json({"f": {"roles": ["blocks"]},
                                             "f(1)": {"roles": ["blocks"]}})json"));
  llvm::cantFail(Table.add("b.json", R"({"f": {"roles": []}})"));
  for (const RoleTable::Entry &E : Table.find("f"))
    EXPECT_EQ(E.Roles.size(), E.Parameters ? 1u : 0u);
}

TEST(RoleTable, IsUnchangedByAnInvalidFile) {
  RoleTable Table;
  llvm::cantFail(Table.add("a.json", R"({"f": {"roles": ["blocks"]}})"));
  EXPECT_EQ(llvm::toString(Table.add("b.json", R"({
    "a": {"roles": ["awaits-all"]},
    "f": {"roles": ["bloks"]}
  })")),
            "b.json: 'f': 'roles': unknown role 'bloks', did you mean "
            "'blocks'");
  EXPECT_TRUE(Table.find("a").empty());
  EXPECT_FALSE(Table.mentions("a"));
  ASSERT_EQ(Table.find("f").size(), 1u);
  EXPECT_EQ(Table.find("f")[0].Roles[0].Kind, RoleKind::Blocks);
}

TEST(RoleTable, ShippedFilesAreValid) {
  const RoleTable &Table = RoleTable::shipped();
  for (llvm::StringRef Name :
       {"std::lock_guard", "read", "asio::awaitable", "boost::asio::co_spawn",
        "boost::unique_lock", "corort::task"})
    EXPECT_FALSE(Table.find(Name).empty()) << Name.str();
  for (const RoleTable::Entry &E : Table.find("std::this_thread::sleep_for"))
    for (const Role &R : E.Roles)
      EXPECT_FALSE(R.Source.empty());
}

TEST(RoleFileErrors, Syntax) {
  EXPECT_EQ(errorOf("{\n  \"f\": {\"roles\" []}\n}"),
            "p.json:2:17: not valid JSON");
  EXPECT_EQ(errorOf(""), "p.json:1:1: not valid JSON");
  EXPECT_EQ(errorOf("{\"f\": {\n"), "p.json:2:1: not valid JSON");
  EXPECT_EQ(errorOf("[]"), "p.json: not a JSON object");
}

TEST(RoleFileErrors, DuplicateKeys) {
  EXPECT_EQ(errorOf(R"({"f": {"roles": []}, "f": {"roles": []}})"),
            "p.json: 'f': key appears twice");
  EXPECT_EQ(errorOf(R"({"f": {"roles": [], "roles": []}})"),
            "p.json: 'f': 'roles': key appears twice");
}

TEST(RoleFileErrors, Names) {
  EXPECT_EQ(errorOf(R"({"::f": {"roles": []}})"),
            "p.json: '::f': leave out the leading '::'");
  EXPECT_EQ(errorOf(R"({"a::b<int>": {"roles": []}})"),
            "p.json: 'a::b<int>': leave out template arguments");
  EXPECT_EQ(errorOf(R"({"f(int": {"roles": []}})"),
            "p.json: 'f(int': missing ')' at the end");
  EXPECT_EQ(errorOf(R"({"int f": {"roles": []}})"),
            "p.json: 'int f': not a qualified name");
  EXPECT_EQ(errorOf(R"({"": {"roles": []}})"), "p.json: '': empty name");
}

TEST(RoleFileErrors, Entries) {
  EXPECT_EQ(errorOf(R"({"f": ["blocks"]})"), "p.json: 'f': expected an object");
  EXPECT_EQ(errorOf(R"({"f": {"role": ["blocks"]}})"),
            "p.json: 'f': 'role': unknown key, did you mean 'roles'");
  EXPECT_EQ(errorOf(R"({"f": {"by": "hand"}})"),
            "p.json: 'f': 'roles': missing");
  EXPECT_EQ(errorOf(R"({"f": {"roles": "blocks"}})"),
            "p.json: 'f': 'roles': expected a list");
  EXPECT_EQ(errorOf(R"({"f": {"roles": [], "by": "hnd"}})"),
            "p.json: 'f': 'by': unknown value 'hnd', did you mean 'hand', "
            "expected one of hand, inferred, annotation");
  EXPECT_EQ(errorOf(R"({"f": {"roles": [], "by": 1}})"),
            "p.json: 'f': 'by': expected a text");
  EXPECT_EQ(errorOf(R"({"f": {"roles": [], "source": []}})"),
            "p.json: 'f': 'source': expected a text");
  EXPECT_EQ(errorOf(R"({"f": {"roles": [], "linkage": "D"}})"),
            "p.json: 'f': 'linkage': expected 'C'");
}

TEST(RoleFileErrors, Roles) {
  EXPECT_EQ(errorOfRole("\"lock-gard\""),
            "p.json: 'f': 'roles': unknown role 'lock-gard', did you mean "
            "'lock-guard'");
  EXPECT_EQ(errorOfRole("\"zzzzzzzz\""),
            "p.json: 'f': 'roles': unknown role 'zzzzzzzz'");
  EXPECT_EQ(errorOfRole("7"), "p.json: 'f': 'roles': expected a role or an "
                              "object with the key 'role'");
  EXPECT_EQ(errorOfRole(R"({"kind": "sleep"})"),
            "p.json: 'f': 'role': missing");
  EXPECT_EQ(errorOfRole(R"("blocks", "task")"),
            "p.json: 'f': 'roles': role 'task' is for types, 'blocks' for "
            "functions");
  EXPECT_EQ(errorOf(R"json({"f(1)": {"roles": ["task"]}})json"),
            "p.json: 'f(1)': 'roles': role 'task' is for types");
}

TEST(RoleFileErrors, Keys) {
  EXPECT_EQ(errorOfRole(R"({"role": "blocks", "knd": "sleep"})"),
            "p.json: 'f': 'knd': unknown key of role 'blocks', did you mean "
            "'kind'");
  EXPECT_EQ(errorOfRole(R"({"role": "awaits-all", "arg": 0})"),
            "p.json: 'f': 'arg': unknown key of role 'awaits-all'");
  EXPECT_EQ(errorOfRole(R"("offload")"),
            "p.json: 'f': 'arg': missing for role 'offload'");
}

TEST(RoleFileErrors, Values) {
  EXPECT_EQ(errorOfRole(R"({"role": "task", "start": "lasy"})"),
            "p.json: 'f': 'start': unknown value 'lasy', did you mean 'lazy', "
            "expected one of lazy, eager");
  EXPECT_EQ(errorOfRole(R"({"role": "task", "start": true})"),
            "p.json: 'f': 'start': expected a text");
  for (llvm::StringRef Bad : {"-1", "\"1\"", "1.5", "\"self\"", "[]"})
    EXPECT_EQ(
        errorOfRole((R"({"role": "offload", "arg": )" + Bad + "}").str()),
        "p.json: 'f': 'arg': expected an argument index, 'this' or 'all'");
  EXPECT_EQ(errorOfRole(R"({"role": "spawn", "arg": 0, "token": "this"})"),
            "p.json: 'f': 'token': expected an argument index");
  EXPECT_EQ(errorOfRole(R"({"role": "blocks", "output": "yes"})"),
            "p.json: 'f': 'output': expected true or false");
  EXPECT_EQ(errorOfRole(R"({"role": "scope", "join": "wait"})"),
            "p.json: 'f': 'join': expected a list of texts");
  EXPECT_EQ(errorOfRole(R"({"role": "scope", "join": ["a,b"]})"),
            "p.json: 'f': 'join': expected a list of texts without commas");
  EXPECT_EQ(errorOfRole(R"({"role": "acquires", "lock": "x"})"),
            "p.json: 'f': 'lock': expected argument indices, 'this' or 'N+'");
  EXPECT_EQ(errorOfRole(R"({"role": "acquires", "try": "null"})"),
            "p.json: 'f': 'try': unknown value 'null', expected one of no, "
            "yes, zero, minus-one");
  EXPECT_EQ(errorOfRole(R"({"role": "task", "lock": ["lib::mutex"]})"),
            "p.json: 'f': 'lock': expected a text");
  EXPECT_EQ(errorOfRole(R"({"role": "blocks", "replacement": 1})"),
            "p.json: 'f': 'replacement': expected a text, or an object from "
            "library to text");
  EXPECT_EQ(errorOfRole(R"({"role": "blocks", "replacement": {"asio": 1}})"),
            "p.json: 'f': 'replacement': expected a text for 'asio'");
  EXPECT_EQ(errorOfRole(R"({"role": "blocks", "harmless-when": ["never"]})"),
            "p.json: 'f': 'harmless-when': unknown condition 'never', expected "
            "zero:N, null:N, flag:NAME@N, type:N:NAME, names:N:NAME, "
            "text:N:TEXT, value:N:NUMBER, from:N:NAME, awaited:N, "
            "polled:N:NAME or around:NAME");
}

TEST(RoleFileErrors, RolesOfBoth) {
  RoleTable Table;
  EXPECT_FALSE(static_cast<bool>(Table.add("p.json", R"json({
    "lib::span": {"roles": [{"role": "thread-bound", "until": ["end"]}]},
    "lib::enter(1)": {"roles": [{"role": "thread-bound", "try": "yes",
                                 "until": ["lib::leave"]}]},
    "lib::both": {"roles": ["task", "thread-bound"]}})json")));
  EXPECT_EQ(
      errorOfRole(R"({"role": "thread-bound", "untill": ["x"]})"),
      "p.json: 'f': 'untill': unknown key of role 'thread-bound', did you "
      "mean 'until'");
  EXPECT_EQ(errorOfRole(R"({"role": "thread-bound", "until": "x"})"),
            "p.json: 'f': 'until': expected a list of texts");
  EXPECT_EQ(
      errorOfRole(R"({"role": "thread-bound", "pointers": "all"})"),
      "p.json: 'f': 'pointers': unknown value 'all', expected one of yes, "
      "no");
  EXPECT_EQ(errorOfRole(R"({"role": "task", "threads": "two"})"),
            "p.json: 'f': 'threads': unknown value 'two', expected one of one, "
            "many");
}

TEST(Annotation, StatesARole) {
  llvm::Expected<Role> R = readAnnotation(
      "corolint:spawn;arg=1;on=by-executor;executor=0;keeps=yes");
  ASSERT_TRUE(static_cast<bool>(R)) << llvm::toString(R.takeError());
  EXPECT_EQ(R->Kind, RoleKind::Spawn);
  EXPECT_EQ(R->By, Provenance::Annotation);
  EXPECT_EQ(R->index("arg"), 1u);
  EXPECT_TRUE(R->is("keeps", "yes"));
  EXPECT_TRUE(R->is("joins", "no")) << "the default";
}

TEST(Annotation, ReasonTakesTheRest) {
  llvm::Expected<Role> R =
      readAnnotation("corolint:not-send;reason=one thread; a=b, and no more");
  ASSERT_TRUE(static_cast<bool>(R)) << llvm::toString(R.takeError());
  EXPECT_EQ(R->get("reason"), "one thread; a=b, and no more");
}

TEST(Annotation, NamesReplacementsByLibrary) {
  llvm::Expected<Role> R = readAnnotation(
      "corolint:blocks;kind=file;replacement=x;replacement.asio=y");
  ASSERT_TRUE(static_cast<bool>(R)) << llvm::toString(R.takeError());
  EXPECT_EQ(R->get("replacement.any"), "x");
  EXPECT_EQ(R->get("replacement.asio"), "y");
}

TEST(Annotation, SaysWhatIsWrong) {
  auto Wrong = [](llvm::StringRef Text) {
    return llvm::toString(readAnnotation(Text).takeError());
  };
  EXPECT_EQ(Wrong("corolint:bloks"),
            "unknown role 'bloks', did you mean 'blocks'");
  EXPECT_EQ(Wrong("corolint:blocks;kin=file"),
            "'kin': unknown key of role 'blocks', did you mean 'kind'");
  EXPECT_EQ(Wrong("corolint:offload"), "'arg': missing for role 'offload'");
  EXPECT_EQ(Wrong("corolint:offload;arg=x"),
            "'arg': expected an argument index, 'this' or 'all'");
}

} // namespace
} // namespace corolint
