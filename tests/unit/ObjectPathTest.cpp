/// \file
/// Tests of ObjectPath: which expressions name the same object.

#include "ModelTestSupport.h"

#include "checks/model/ObjectPath.h"

#include "clang/ASTMatchers/ASTMatchFinder.h"
#include "clang/ASTMatchers/ASTMatchers.h"

namespace corolint {
namespace {

constexpr llvm::StringLiteral Declarations = R"cpp(
namespace std {
template <class T> struct optional {
  T &operator*();
  T *operator->();
  T &value();
};
template <class T> struct unique_ptr {
  T &operator*() const;
  T *operator->() const;
  T *get() const;
};
template <class T> struct vector {
  T &operator[](int);
  T &at(int);
  T &front();
  T *begin();
  T *end();
};
template <class A, class B> struct pair { A first; B second; };
template <int I, class A, class B> A &get(pair<A, B> &);
}
struct Inner { std::mutex m, n; };
struct Outer {
  Inner in;
  Inner &ref;
  Inner *ptr;
  std::mutex &mutex() const;
  static std::mutex shared;
};
extern Outer global;
template <class... T> void use(T &&...);
)cpp";

/// The objects that the arguments of the last `use(...)` name.
class Used {
public:
  explicit Used(llvm::StringRef Code) : M((Declarations + Code).str()) {
    using namespace clang::ast_matchers;
    // In templates, nothing says which function it is.
    const auto Callee = anyOf(callee(functionDecl(hasName("use"))),
                              callee(expr(unresolvedLookupExpr())));
    const auto Calls = match(callExpr(Callee).bind("use"), M.ast());
    for (const clang::Expr *Arg :
         Calls.back().getNodeAs<clang::CallExpr>("use")->arguments())
      Paths.push_back(objectPathOf(*Arg, M.ast()));
  }

  const ObjectPath &operator[](unsigned I) const { return Paths.at(I); }

private:
  ModelCode M;
  std::vector<ObjectPath> Paths;
};

/// How two expressions relate: "same", "perhaps" the same, "part" if the first
/// contains the second, or "other".
std::string relation(llvm::StringRef Statements, llvm::StringRef Two) {
  const Used Paths(("void f(Outer a, Outer b, Outer *p, std::vector<Inner> v,"
                    " int i, int j) {\n" +
                    Statements + "\nuse(" + Two + ");\n}")
                       .str());
  if (Paths[0] == Paths[1])
    return "same";
  if (Paths[0].isPerhaps(Paths[1]))
    return "perhaps";
  return Paths[0].contains(Paths[1]) ? "part" : "other";
}

TEST(ObjectPathTest, Members) {
  EXPECT_EQ(relation("", "a.in.m, a.in.m"), "same");
  EXPECT_EQ(relation("", "a.in.m, (a).in.m"), "same");
  EXPECT_EQ(relation("", "a.in.m, a.in.n"), "other");
  EXPECT_EQ(relation("", "a.in.m, b.in.m"), "other");
  EXPECT_EQ(relation("", "a.in.m, global.in.m"), "other");
  EXPECT_EQ(relation("", "a.shared, b.shared"), "same") << "one for all";
}

TEST(ObjectPathTest, Contains) {
  EXPECT_EQ(relation("", "a, a.in.m"), "part");
  EXPECT_EQ(relation("", "a.in, a.in.m"), "part");
  EXPECT_EQ(relation("", "a.in.m, a.in"), "other");
  EXPECT_EQ(relation("", "b, a.in.m"), "other");
}

TEST(ObjectPathTest, MembersOfThis) {
  const Used Paths("struct S { std::mutex m;\n"
                   "void f(S &o) { use(m, this->m, (*this).m, o.m); } };");
  EXPECT_EQ(Paths[0], Paths[1]);
  EXPECT_EQ(Paths[0], Paths[2]);
  EXPECT_FALSE(Paths[0] == Paths[3]);
  EXPECT_EQ(Paths[0].From, ObjectPath::Root::This);
  EXPECT_EQ(Paths[0].variable(), nullptr);
}

TEST(ObjectPathTest, MembersOfThisInTemplates) {
  const Used Paths("template <class T> struct S : T { std::mutex m;\n"
                   "void f(S &o) { use(m, this->m, this->n, this->n); } };");
  EXPECT_EQ(Paths[0], Paths[1]);
  EXPECT_EQ(Paths[2], Paths[3]) << "whatever it is";
  EXPECT_FALSE(Paths[0] == Paths[2]);
}

TEST(ObjectPathTest, PointersAndReferences) {
  EXPECT_EQ(relation("", "p->in.m, (*p).in.m"), "same");
  EXPECT_EQ(relation("", "p->in.m, p[0].in.n"), "other");
  EXPECT_EQ(relation("auto &r = a.in;", "r.m, a.in.m"), "same");
  EXPECT_EQ(relation("auto &r = a; auto &s = r.in;", "s.m, a.in.m"), "same");
  EXPECT_EQ(relation("auto *q = &a.in;", "q->m, a.in.m"), "same");
  EXPECT_EQ(relation("auto *q = p;", "q->in.m, p->in.m"), "other")
      << "both can be changed";
  EXPECT_EQ(relation("", "a, std::move(a)"), "same");
  EXPECT_EQ(relation("auto &&r = Outer(a);", "r.in.m, a.in.m"), "other");
}

TEST(ObjectPathTest, TheWayThere) {
  const Used Paths("void f(Outer a, Outer *p, Outer &r) {\n"
                   "use(a.in.m, p->in.m, r.in.m, a.ref.m, a.ptr->m); }");
  EXPECT_FALSE(Paths[0].Indirect) << "it ends with its root";
  for (unsigned I = 1; I <= 4; ++I)
    EXPECT_TRUE(Paths[I].Indirect) << I;
  ASSERT_NE(Paths[0].variable(), nullptr);
  EXPECT_EQ(Paths[0].variable()->getName(), "a");
}

TEST(ObjectPathTest, Elements) {
  EXPECT_EQ(relation("", "v[1].m, v[1].m"), "same");
  EXPECT_EQ(relation("", "v[1].m, v.at(1).m"), "same");
  EXPECT_EQ(relation("", "v[i].m, v[i].m"), "same");
  EXPECT_EQ(relation("", "v[0].m, v[1].m"), "other");
  EXPECT_EQ(relation("", "v[i].m, v[1].m"), "perhaps");
  EXPECT_EQ(relation("", "v[i].m, v[j].m"), "perhaps");
  EXPECT_EQ(relation("", "v[i].m, v[j].n"), "other");
  EXPECT_EQ(relation("", "v, v[i].m"), "part");
  EXPECT_EQ(relation("Inner w[2];", "w[i + 1].m, w[i + 1].m"), "same");
  EXPECT_EQ(relation("Inner w[2];", "w[1].m, v[1].m"), "other");
}

TEST(ObjectPathTest, ElementsOfLoops) {
  const Used Paths("void f(std::vector<Inner> v, std::vector<Inner> w) {\n"
                   "for (auto &x : v) use(x.m, v[3].m, x.n, w[3].m); }");
  EXPECT_FALSE(Paths[0] == Paths[1]);
  EXPECT_TRUE(Paths[0].isPerhaps(Paths[1]));
  EXPECT_TRUE(Paths[1].isPerhaps(Paths[0]));
  EXPECT_FALSE(Paths[0].isPerhaps(Paths[2]));
  EXPECT_FALSE(Paths[0].isPerhaps(Paths[3]));
}

TEST(ObjectPathTest, OwnersStandForWhatTheyHold) {
  const llvm::StringRef Optional = "std::optional<Inner> o;";
  EXPECT_EQ(relation(Optional, "o->m, (*o).m"), "same");
  EXPECT_EQ(relation(Optional, "o->m, o.value().m"), "same");
  EXPECT_EQ(relation(Optional, "o, *o"), "same");
  EXPECT_EQ(relation("std::unique_ptr<Inner> o;", "o->m, o.get()->m"), "same");

  const Used Paths("void f(std::unique_ptr<Inner> u, std::shared_ptr<Inner> s)"
                   " { use((*u).m, s->m); }");
  EXPECT_FALSE(Paths[0].Indirect);
  EXPECT_TRUE(Paths[1].Indirect) << "others own it, too";
}

TEST(ObjectPathTest, PairsAndBindings) {
  const llvm::StringRef Pair = "std::pair<Inner, Inner> q;";
  EXPECT_EQ(relation(Pair, "q.first.m, std::get<0>(q).m"), "same");
  EXPECT_EQ(relation(Pair, "q.second.m, std::get<0>(q).m"), "other");
  EXPECT_EQ(relation(Pair, "q, q.second.m"), "part");
  EXPECT_EQ(relation("auto &[in, ref, ptr] = a;", "in.m, a.in.m"), "same");
  EXPECT_EQ(relation("auto [in, ref, ptr] = a;", "in.m, in.m"), "same");
  EXPECT_EQ(relation("auto [in, ref, ptr] = a;", "in.m, a.in.m"), "other")
      << "a copy";
  EXPECT_EQ(relation("auto [in, ref, ptr] = a;", "in.m, ref.m"), "other");
}

TEST(ObjectPathTest, CallsByHowTheyAreSpelled) {
  EXPECT_EQ(relation("", "a.mutex(), a.mutex()"), "same");
  EXPECT_EQ(relation("", "a.mutex(), b.mutex()"), "other");
  const Used Paths("void f(Outer a) { use(a.mutex()); }");
  EXPECT_EQ(Paths[0].From, ObjectPath::Root::Other);
  EXPECT_TRUE(Paths[0].Indirect);
}

TEST(ObjectPathTest, FromAnotherRoot) {
  const Used Paths("void f(Outer a, Outer *p) {\n"
                   "use(a.in.m, p->in.m, a.in.n); }");
  const Used Root("struct S { void f(Inner i, Outer o) { use(o, o.in.m); } };");
  EXPECT_EQ(Paths[0].from(Root[0]).Members, Paths[0].Members);
  EXPECT_EQ(Paths[0].from(Root[0]).Id, Root[0].Id);
  EXPECT_FALSE(Paths[0].from(Root[0]).Indirect);
}

} // namespace
} // namespace corolint
