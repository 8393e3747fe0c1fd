/// \file
/// Tests of what a function does with its tasks, before anything follows the
/// flow: where it stores, names and discards them.

#include "ModelTestSupport.h"

#include "checks/model/TaskNames.h"
#include "checks/model/TaskUses.h"

#include "llvm/ADT/STLExtras.h"

namespace corolint {
namespace {

/// The uses of the body of `f`.
class Uses {
public:
  explicit Uses(llvm::StringRef Statements)
      : M(("struct job { int id; task<int> body; };\n"
           "task<int> fetch(); eager start(); bool ask(); void log();\n"
           "void use(task<int>); void look(const task<int> &);\n"
           "void ignore(task<int>) { log(); }\n"
           "task<> f(bool a) {\n" +
           Statements + "\n co_return; }")
              .str()),
        Found(M.function("f"), M.model(),
              TaskTypes(M.roles(), TaskTypes::Of::Await)) {}

  /// `await t, stored t, move u`, in the order of the source.
  std::string mentions() const {
    std::vector<std::pair<clang::SourceLocation, std::string>> All;
    for (const auto &[Ref, Mention] : Found.Mentions)
      All.emplace_back(Ref->getBeginLoc(),
                       (Mention.Stored ? "stored" : name(Mention.How)) + " " +
                           nameOfPart(Mention.At));
    return joined(All);
  }

  /// `initialise t (fresh)`, `assign j.body (fresh)`, in the order of the
  /// source.
  std::string stores() const {
    std::vector<std::pair<clang::SourceLocation, std::string>> All;
    for (const auto &[Where, Store] : Found.Stores) {
      clang::SourceLocation From;
      std::string Text = name(Store.How) + " " + nameOfPart(Store.To) + " (";
      for (const TaskLeaf &Leaf : Store.Tasks) {
        if (From.isInvalid())
          From = Leaf.From->getBeginLoc();
        else
          Text += ", ";
        Text += name(Leaf.How);
      }
      All.emplace_back(From, Text + (Store.Conditional ? ") if" : ")"));
    }
    return joined(All);
  }

  /// `fetch()`, `ignored fetch()`, in the order of the source.
  std::string discards() const {
    std::vector<std::pair<clang::SourceLocation, std::string>> All;
    for (const auto &[Maker, Discard] : Found.Discards)
      All.emplace_back(Maker->getBeginLoc(),
                       std::string(Discard.Explicit ? "explicit " : "") +
                           (Discard.Ignored ? "ignored " : "") +
                           describeMaker(*Discard.Maker, M.ast()));
    return joined(All);
  }

  bool empty() const { return Found.empty(); }

private:
  static std::string name(TaskUse How) {
    switch (How) {
    case TaskUse::Look:
      return "look";
    case TaskUse::Test:
      return "test";
    case TaskUse::Ask:
      return "ask";
    case TaskUse::Await:
      return "await";
    case TaskUse::Move:
      return "move";
    case TaskUse::Use:
      return "use";
    }
    return "?";
  }
  static std::string name(TaskStore::Kind How) {
    switch (How) {
    case TaskStore::Kind::Initialise:
      return "initialise";
    case TaskStore::Kind::Assign:
      return "assign";
    case TaskStore::Kind::Fill:
      return "fill";
    case TaskStore::Kind::Clear:
      return "clear";
    }
    return "?";
  }
  static std::string name(TaskLeaf::Kind How) {
    switch (How) {
    case TaskLeaf::Kind::Fresh:
      return "fresh";
    case TaskLeaf::Kind::Within:
      return "within";
    case TaskLeaf::Kind::Perhaps:
      return "perhaps";
    case TaskLeaf::Kind::Moved:
      return "moved";
    }
    return "?";
  }
  static std::string
  joined(std::vector<std::pair<clang::SourceLocation, std::string>> &All) {
    llvm::sort(All);
    std::string Text;
    for (const auto &[Where, One] : All)
      Text += (Text.empty() ? "" : ", ") + One;
    return Text;
  }

  const ModelCode M;
  const TaskUses Found;
};

TEST(TaskUsesTest, Discards) {
  EXPECT_EQ(Uses("fetch();").discards(), "'fetch'");
  EXPECT_EQ(Uses("(void)fetch();").discards(), "explicit 'fetch'");
  EXPECT_EQ(Uses("ignore(fetch());").discards(), "ignored 'fetch'");
  EXPECT_EQ(Uses("use(fetch());").discards(), "");
  EXPECT_EQ(Uses("co_await fetch();").discards(), "");
  EXPECT_TRUE(Uses("start();").empty());
}

TEST(TaskUsesTest, Stores) {
  EXPECT_EQ(Uses("auto t = fetch(); co_await t;").stores(),
            "initialise t (fresh)");
  EXPECT_EQ(Uses("auto t = fetch(); auto u = std::move(t);").stores(),
            "initialise t (fresh), initialise u (moved)");
  EXPECT_EQ(Uses("job j{1, fetch()};").stores(), "initialise j (fresh)");
  EXPECT_EQ(Uses("auto t = fetch(); if (a) t = fetch();").stores(),
            "initialise t (fresh), assign t (fresh) if");
  EXPECT_EQ(Uses("job j{1, fetch()}; j.body = fetch();").stores(),
            "initialise j (fresh), assign j.body (fresh)");
}

TEST(TaskUsesTest, Mentions) {
  EXPECT_EQ(Uses("auto t = fetch(); co_await t;").mentions(), "await t");
  EXPECT_EQ(Uses("auto t = fetch(); co_await std::move(t);").mentions(),
            "await t");
  EXPECT_EQ(Uses("auto t = fetch(); auto u = std::move(t);").mentions(),
            "stored t");
  EXPECT_EQ(Uses("auto t = fetch(); use(std::move(t));").mentions(), "move t");
  EXPECT_EQ(Uses("auto t = fetch(); (void)t;").mentions(), "look t");
  EXPECT_EQ(Uses("auto t = fetch(); look(t);").mentions(), "use t")
      << "whatever the callee does with the reference";
  EXPECT_EQ(Uses("job j{1, fetch()}; co_await j.body;").mentions(),
            "await j.body");
  EXPECT_EQ(Uses("auto t = fetch(); auto &r = t; co_await r;").mentions(),
            "look t, await t");
}

TEST(TaskUsesTest, NothingToFollow) {
  EXPECT_TRUE(Uses("log();").empty());
  EXPECT_FALSE(Uses("auto t = fetch();").empty());
}

} // namespace
} // namespace corolint
