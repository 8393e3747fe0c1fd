/// \file
/// The shipped corort.json says what the annotations in corort's headers say.

#include "checks/roles/Overload.h"
#include "checks/roles/RoleFile.h"
#include "tests/unit/RoleTestSupport.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <algorithm>

namespace corolint {
namespace {

std::string inProject(llvm::StringRef Path) {
  llvm::SmallString<128> Root(__FILE__);
  for (int Levels = 0; Levels < 3; ++Levels)
    llvm::sys::path::remove_filename(Root);
  llvm::sys::path::append(Root, Path);
  return std::string(Root);
}

std::vector<RoleFileEntry> corortFile() {
  std::string Path = inProject("checks/roles/data/corort.json");
  auto Text = llvm::MemoryBuffer::getFile(Path);
  if (!Text) {
    ADD_FAILURE() << "no file " << Path;
    return {};
  }
  return llvm::cantFail(readRoleFile(Path, (*Text)->getBuffer()));
}

/// A role with its parameters in one order, to compare and to print.
std::string text(const Role &R) {
  std::vector<std::string> Params;
  for (const auto &[Key, Value] : R.Params)
    Params.push_back(Key + "=" + Value);
  std::sort(Params.begin(), Params.end());
  std::string Out = spelling(R.Kind).str();
  for (const std::string &Param : Params)
    Out += ";" + Param;
  return Out;
}

class RoleCorort : public testing::Test {
protected:
  RoleCorort()
      : Code("#include \"corort/corort.hpp\"\n", Empty,
             {"-std=c++20", "-I" + inProject("runtime/include")}) {}

  /// What the annotations of \p D say, by kind.
  std::string annotated(const clang::NamedDecl &D, RoleKind Kind) const {
    const Role *R = Code.roles().of(D, Kind);
    return R ? text(*R) : "";
  }

  /// Classes and functions of corort in corort's headers.
  std::vector<const clang::NamedDecl *> declarations() const {
    using namespace clang::ast_matchers;
    std::vector<const clang::NamedDecl *> Found;
    for (const auto &Match :
         match(namedDecl(anyOf(functionDecl(), cxxRecordDecl()),
                         unless(isImplicit()), matchesName("^::corort::"))
                   .bind("d"),
               Code.ast())) {
      const auto *D = Match.getNodeAs<clang::NamedDecl>("d");
      if (!Roles::nameOf(*D).empty())
        Found.push_back(D);
    }
    return Found;
  }

  RoleTable Empty;
  ParsedCode Code;
};

constexpr RoleKind AllKinds[] = {
#define ROLE(Enumerator, Spelling, On) RoleKind::Enumerator,
#include "checks/roles/Roles.def"
#undef ROLE
};

TEST_F(RoleCorort, FileAndAnnotationsAgree) {
  std::vector<RoleFileEntry> File = corortFile();
  RoleTable Table;
  auto Text =
      llvm::MemoryBuffer::getFile(inProject("checks/roles/data/corort.json"));
  ASSERT_TRUE(static_cast<bool>(Text));
  llvm::cantFail(Table.add("corort.json", (*Text)->getBuffer()));

  llvm::StringSet<> Seen;
  unsigned Compared = 0;
  for (const clang::NamedDecl *D : declarations()) {
    std::string Name = Roles::nameOf(*D);
    Seen.insert(Name);
    const RoleTable::Entry *E = pickOverload(Table.find(Name), *D);
    for (RoleKind Kind : AllKinds) {
      std::string InFile;
      if (E)
        for (const Role &R : E->Roles)
          if (R.Kind == Kind)
            InFile = text(R);
      EXPECT_EQ(InFile, annotated(*D, Kind)) << Name;
      Compared += !InFile.empty();
    }
  }
  EXPECT_GE(Compared, File.size());
  for (const RoleFileEntry &E : File)
    EXPECT_TRUE(Seen.contains(E.Name)) << E.Name << " is not in the headers";
}

} // namespace
} // namespace corolint
