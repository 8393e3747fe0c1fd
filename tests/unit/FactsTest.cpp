/// \file
/// Facts: which functions have one, what they are called, and that a role file
/// with them is read back as it was written.

#include "RoleTestSupport.h"

#include "checks/model/CoroutineModel.h"
#include "checks/model/Facts.h"
#include "checks/roles/RoleFile.h"

namespace corolint {
namespace {

constexpr llvm::StringLiteral Library = R"cpp(
extern "C" unsigned sleep(unsigned);
extern "C" int puts(const char *);
)cpp";

/// A file that includes `/p/h.h`, and what is known about its functions.
class FileWithHeader {
public:
  FileWithHeader(llvm::StringRef Header, llvm::StringRef Code,
                 const RoleTable &Table = RoleTable::shipped())
      : Unit(clang::tooling::buildASTFromCodeWithArgs(
            "#include \"h.h\"\n" + Code.str(),
            {"-std=c++20", "-Wno-everything"}, "/p/a.cpp", "clang",
            std::make_shared<clang::PCHContainerOperations>(),
            clang::tooling::getClangStripDependencyFileAdjuster(),
            {{"/p/h.h",
              Library.str() + CoroutineHeader.str() + Header.str()}})),
        R(Unit->getASTContext(), Table), Model(Unit->getASTContext(), R) {
    EXPECT_FALSE(Unit->getDiagnostics().hasErrorOccurred());
  }

  std::vector<RoleFileEntry> facts() const {
    return inferredFacts(Model, R, [](llvm::StringRef Path) {
      Path.consume_front("/p/");
      return Path.str();
    });
  }

  /// The names, as a role file has them.
  std::string names() const {
    std::string Text;
    for (const RoleFileEntry &Fact : facts())
      Text += (Text.empty() ? "" : "; ") + Fact.Name + "(" +
              *Fact.Overload.Parameters + ")";
    return Text;
  }

  const Roles &roles() const { return R; }
  const CoroutineModel &model() const { return Model; }
  clang::ASTContext &ast() const { return Unit->getASTContext(); }

private:
  std::unique_ptr<clang::ASTUnit> Unit;
  Roles R;
  CoroutineModel Model;
};

std::string factsOf(llvm::StringRef Header, llvm::StringRef Code) {
  return FileWithHeader(Header, Code).names();
}

TEST(Facts, functions_that_others_can_call) {
  EXPECT_EQ(factsOf("namespace n { void f(); }", "void n::f() { sleep(1); }"),
            "n::f()");
  EXPECT_EQ(factsOf("", "void f() { sleep(1); }"), "") << "in no header";
  EXPECT_EQ(factsOf("", "int main() { sleep(1); }"), "");
  EXPECT_EQ(factsOf("static void f() { sleep(1); }", ""), "");
  EXPECT_EQ(factsOf("namespace { void f() { sleep(1); } }", ""), "");
  EXPECT_EQ(factsOf("inline void f() { sleep(1); }", ""), "f()");
  EXPECT_EQ(factsOf("template <class T> void f(T) { sleep(1); }",
                    "template void f(int);"),
            "");
  EXPECT_EQ(factsOf("template <class T> struct S { void f() { sleep(1); } };",
                    "template struct S<int>; template <> void "
                    "S<char>::f() { sleep(1); }"),
            "");
  EXPECT_EQ(factsOf("auto l = [] { sleep(1); };", ""), "");
}

TEST(Facts, names_of_methods) {
  EXPECT_EQ(factsOf("struct S { S(int); ~S(); void operator()(); "
                    "operator bool(); static void f(); };",
                    "S::S(int) { sleep(1); } S::~S() { sleep(1); }"
                    "void S::operator()() { sleep(1); }"
                    "S::operator bool() { return sleep(1); }"
                    "void S::f() { sleep(1); }"),
            "S::S(int); S::~S(); S::operator()(); S::operator bool(); S::f()");
}

TEST(Facts, overloads_are_told_apart) {
  EXPECT_EQ(factsOf("void f(const int); void f(long); void f(const char *); "
                    "void f(int (*)(int)); template <class T> struct B; "
                    "void f(B<int> &); void f(B<char> &&); void f(int, ...);",
                    "void f(const int) { sleep(1); } void f(long) {}"
                    "void f(const char *) { sleep(1); }"
                    "void f(int (*)(int)) { sleep(1); }"
                    "void f(B<int> &) { sleep(1); } void f(B<char> &&) {}"
                    "void f(int, ...) { sleep(1); }"),
            "f(int); f(const char *); f(int (*)(int)); f(B<int> &); "
            "f(int, ...)");
}

TEST(Facts, methods_with_one_name_have_a_fact_together) {
  const std::string Class = "struct S { int get(); int get() const; };";
  EXPECT_EQ(factsOf(Class, "int S::get() { return sleep(1); }"
                           "int S::get() const { return 1; }"),
            "");
  EXPECT_EQ(factsOf(Class, "int S::get() { return sleep(1); }"), "");
  EXPECT_EQ(factsOf(Class, "int S::get() { return sleep(1); }"
                           "int S::get() const { return sleep(1); }"),
            "S::get(); S::get()");
}

TEST(Facts, virtual_methods_only_where_nobody_overrides_them) {
  EXPECT_EQ(factsOf("struct S { virtual void f(); virtual void g() final; "
                    "virtual ~S(); };"
                    "struct T final { virtual void f(); };",
                    "void S::f() { sleep(1); } void S::g() { sleep(1); }"
                    "S::~S() { sleep(1); } void T::f() { sleep(1); }"),
            "S::g(); S::~S(); T::f()");
}

TEST(Facts, functions_that_a_role_speaks_of_have_none) {
  EXPECT_EQ(factsOf("[[clang::annotate(\"corolint:assume-nonblocking\")]] "
                    "void f(); "
                    "[[clang::annotate(\"corolint:blocks\")]] void g();",
                    "void f() { sleep(1); } void g() { sleep(1); }"),
            "");
}

TEST(Facts, coroutines_have_none) {
  EXPECT_EQ(factsOf("struct task { struct promise_type {"
                    "task get_return_object();"
                    "std::suspend_always initial_suspend() noexcept;"
                    "std::suspend_always final_suspend() noexcept;"
                    "void return_void(); void unhandled_exception(); }; };"
                    "task f();",
                    "task f() { sleep(1); co_return; }"),
            "");
}

TEST(Facts, tell_the_way) {
  const FileWithHeader File("void f();\nvoid g();",
                            "static void h() {\n"
                            "  sleep(1);\n}\n"
                            "void f() { h(); }\n"
                            "void g() {\n  puts(\"\");\n  f();\n}\n");
  const std::vector<RoleFileEntry> Facts = File.facts();
  ASSERT_EQ(Facts.size(), 2u);
  const Role &First = Facts[0].Overload.Roles.front();
  EXPECT_EQ(First.Source,
            "calls 'h' at a.cpp:5, which calls 'sleep' at a.cpp:3");
  EXPECT_EQ(First.get("kind"), "sleep");
  EXPECT_EQ(First.By, Provenance::Inferred);
  EXPECT_EQ(Facts[0].Overload.DeclaredIn[0], "h.h");
  const Role &Second = Facts[1].Overload.Roles.front();
  EXPECT_EQ(Second.get("output"), "false") << "the console matters less";
  EXPECT_EQ(Second.Source, "calls 'f' at a.cpp:8, which calls 'h' at a.cpp:5, "
                           "which calls 'sleep' at a.cpp:3");
}

TEST(Facts, writing_to_the_console_stays_what_it_is) {
  const FileWithHeader File("void f();", "void f() { puts(\"\"); }");
  ASSERT_EQ(File.facts().size(), 1u);
  EXPECT_EQ(File.facts()[0].Overload.Roles[0].get("output"), "true");
}

TEST(Facts, a_file_with_them_is_read_back) {
  const FileWithHeader File(
      "extern \"C\" void f(); void g(const char *);",
      "void f() { sleep(1); } void g(const char *) { puts(\"\"); }");
  const std::string Text = writeRoleFile(File.facts());
  RoleTable Table;
  llvm::Error Wrong = Table.add("facts.json", Text);
  ASSERT_FALSE(Wrong) << llvm::toString(std::move(Wrong)) << Text;
  ASSERT_EQ(Table.find("f").size(), 1u);
  const RoleTable::Entry &F = Table.find("f")[0];
  EXPECT_EQ(F.Parameters, "");
  EXPECT_TRUE(F.CLinkage);
  EXPECT_TRUE(F.isFact());
  EXPECT_EQ(F.DeclaredIn[0], "h.h");
  EXPECT_EQ(F.Roles[0].get("kind"), "sleep");
  EXPECT_EQ(F.Roles[0].Source, "calls 'sleep' at a.cpp:2");
  EXPECT_EQ(Table.find("g")[0].Parameters, "const char *");
  EXPECT_EQ(Table.find("g")[0].Roles[0].get("output"), "true");
  EXPECT_FALSE(Table.describes("f"));
}

TEST(Facts, writing_keeps_every_kind_of_parameter) {
  const llvm::StringRef Json = R"json({
    "a": {"by": "hand", "roles": ["assume-nonblocking", {"role": "blocks",
      "kind": "file", "replacement": {"asio": "x", "corort": "y"},
      "harmless-when": ["zero:0", "flag:NOW@1"]}], "source": "s"},
    "b(2)": {"by": "hand", "roles": [{"role": "blocks", "replacement": "z"}]},
    "c": {"by": "hand", "roles": [{"role": "spawn", "arg": 1,
      "executor": "this"}]},
    "d": {"by": "hand", "roles": [{"role": "acquires", "lock": [0, "2+"]}]},
    "e": {"by": "hand", "roles": [{"role": "scope", "join": ["a", "b"]}]}
  })json";
  llvm::Expected<std::vector<RoleFileEntry>> First =
      readRoleFile("a.json", Json);
  ASSERT_TRUE(bool(First)) << llvm::toString(First.takeError());
  const std::string Written = writeRoleFile(*First);
  llvm::Expected<std::vector<RoleFileEntry>> Second =
      readRoleFile("b.json", Written);
  ASSERT_TRUE(bool(Second)) << llvm::toString(Second.takeError()) << Written;
  ASSERT_EQ(First->size(), Second->size());
  for (const auto &[A, B] : llvm::zip(*First, *Second)) {
    EXPECT_EQ(A.Name, B.Name);
    ASSERT_EQ(A.Overload.Roles.size(), B.Overload.Roles.size());
    for (const auto &[RoleA, RoleB] :
         llvm::zip(A.Overload.Roles, B.Overload.Roles))
      for (const auto &[Key, Value] : RoleA.Params)
        EXPECT_EQ(RoleB.get(Key), Value) << A.Name << ' ' << Key;
  }
}

/// Whether the first call in `use` is known to block, with \p Facts.
bool blocks(llvm::StringRef Facts, llvm::StringRef Header,
            llvm::StringRef Code) {
  RoleTable Table = tableOf(Facts);
  const FileWithHeader File(Header, Code, Table);
  using namespace clang::ast_matchers;
  const auto Calls = match(
      functionDecl(hasName("use"), forEachDescendant(callExpr().bind("call"))),
      File.ast());
  return !Calls.empty() &&
         File.roles().ofCall(*Calls.front().getNodeAs<clang::Expr>("call"),
                             RoleKind::Blocks) != nullptr;
}

constexpr llvm::StringLiteral Fact =
    "{\"f(int)\": {\"roles\": [\"blocks\"], \"by\": \"inferred\"}}";

/// The same of the function that \p Path declares.
std::string factIn(llvm::StringRef Path) {
  return ("{\"f(int)\": {\"roles\": [\"blocks\"], \"by\": \"inferred\", "
          "\"declared-in\": [\"" +
          Path + "\"]}}")
      .str();
}

TEST(Facts, are_believed_of_that_overload_alone) {
  EXPECT_TRUE(blocks(Fact, "void f(int);", "void use() { f(1); }"));
  EXPECT_FALSE(blocks(Fact, "void f(long);", "void use() { f(1); }"));
  EXPECT_FALSE(
      blocks(Fact, "template <class T> void f(T);", "void use() { f(1); }"));
}

TEST(Facts, yield_to_bodies_and_to_what_is_written) {
  EXPECT_FALSE(
      blocks(Fact, "void f(int);", "void use() { f(1); } void f(int) {}"));
  EXPECT_FALSE(
      blocks("{\"f(int)\": {\"roles\": [\"blocks\"], \"by\": \"inferred\"}, "
             "\"f\": {\"roles\": [\"assume-nonblocking\"]}}",
             "void f(int);", "void use() { f(1); }"));
  EXPECT_FALSE(blocks(
      Fact, "[[clang::annotate(\"corolint:assume-nonblocking\")]] void f(int);",
      "void use() { f(1); }"));
}

TEST(Facts, are_about_functions_declared_in_their_header) {
  EXPECT_TRUE(blocks(factIn("h.h"), "void f(int);", "void use() { f(1); }"));
  EXPECT_FALSE(blocks(factIn("h.h"), "", "void f(int); void use() { f(1); }"));
  EXPECT_FALSE(
      blocks(factIn("other/h.h"), "void f(int);", "void use() { f(1); }"));
}

} // namespace
} // namespace corolint
