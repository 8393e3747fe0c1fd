/// \file
/// What is inferred from code: classes that are bound to a thread, and
/// expressions that lead to thread-local storage.

#include "tests/unit/RoleTestSupport.h"

#include "checks/roles/ThreadLocals.h"

namespace corolint {
namespace {

constexpr llvm::StringLiteral Library = R"cpp(
  namespace std {
  int uncaught_exceptions() noexcept;
  template <class T, class U> T exchange(T &, U &&);
  template <class T> struct vector {
    T &operator[](unsigned long); T &front();
    void push_back(const T &); void pop_back(); T *begin();
  };
  template <class T> struct optional { T &operator*(); };
  template <class A, class B> struct pair { A first; B second; };
  template <class T> struct unique_ptr { T &operator*() const; T *get() const; };
  template <class T> struct shared_ptr { T &operator*() const; T *get() const; };
  struct mutex { void lock(); void unlock(); };
  template <class M> struct lock_guard {
    explicit lock_guard(M &); ~lock_guard();
  };
  }
)cpp";

/// The roles of the test's own functions.
constexpr llvm::StringLiteral Table = R"({
  "begin_section": {"roles": [{"role": "thread-bound", "until": ["end_section"],
                               "reason": "a section"}]},
  "own": {"roles": [{"role": "thread-bound", "reason": "everybody's own"}]},
  "told": {"roles": [{"role": "thread-bound", "reason": "told"}]},
  "handle": {"roles": [{"role": "thread-bound", "pointers": "yes"}]}
})";

/// Why the variable `x` of the type that is declared last in \p Code is bound;
/// `holds C: ` before it if it is a part that is, `?` if there can be nothing.
std::string reason(llvm::StringRef Code) {
  const RoleTable Roles = tableOf(Table);
  RoleTable All = RoleTable::shipped();
  EXPECT_FALSE(static_cast<bool>(All.add("t.json", Table)));
  const ParsedCode Parsed((Library +
                           "thread_local int depth; int all;\n"
                           "void begin_section(); void end_section();\n"
                           "struct told { ~told(); };\n" +
                           Code)
                              .str(),
                          All);
  const ThreadBoundTraits *Traits =
      Parsed.roles().threadBound(Parsed.type("x"));
  if (!Traits)
    return "";
  return (Traits->Contains ? "holds " + Traits->Class + ": " : "") +
         Traits->Reason + (Traits->MaybeEmpty ? "?" : "");
}

/// The same for a class with this constructor and destructor.
std::string ofBodies(llvm::StringRef Constructor, llvm::StringRef Destructor) {
  return reason(
      ("struct node { node *next; };\n"
       "thread_local node *top; thread_local std::vector<int> stack;\n"
       "struct scope { node *kept; int n;\n"
       "  scope() { " +
       Constructor + " }\n  ~scope() { " + Destructor + " }\n};\nscope x;")
          .str());
}

constexpr llvm::StringLiteral Depth =
    "it changes 'depth', which is thread_local, until it dies";
constexpr llvm::StringLiteral Top =
    "it changes 'top', which is thread_local, until it dies";
constexpr llvm::StringLiteral Exceptions =
    "it compares the exceptions in flight in this thread with those when it "
    "was "
    "made";

TEST(InferThreadBound, ChangesOfThreadLocalVariables) {
  EXPECT_EQ(ofBodies("depth = true;", "depth = false;"), Depth);
  EXPECT_EQ(ofBodies("n = depth; depth = 1;", "depth = n;"), Depth);
  EXPECT_EQ(ofBodies("kept = std::exchange(top, (node *)this);", "top = kept;"),
            Top);
  EXPECT_EQ(ofBodies("stack.push_back(1);", "stack.pop_back();"),
            "it changes 'stack', which is thread_local, until it dies");
}

TEST(InferThreadBound, WhatIsNotChangedBack) {
  EXPECT_EQ(ofBodies("++all;", "--all;"), "") << "one for all threads";
  EXPECT_EQ(ofBodies("++depth;", "++depth;"), "") << "counts what happens";
  EXPECT_EQ(ofBodies("++depth;", "--depth;"), "") << "counts what is alive";
  EXPECT_EQ(ofBodies("depth += n;", "depth -= n;"), "");
  EXPECT_EQ(ofBodies("depth = 1;", "depth = 2;"), "") << "says what was last";
  EXPECT_EQ(ofBodies("depth = true;", ""), "");
  EXPECT_EQ(ofBodies("", "depth = 0;"), "");
  EXPECT_EQ(ofBodies("stack.pop_back();", "stack.push_back(1);"), "")
      << "a store that any thread may give back to";
  EXPECT_EQ(ofBodies("kept = top; top = top->next;", "top = kept;"), "")
      << "a list that it is taken from";
  EXPECT_EQ(ofBodies("kept = top; top = kept->next;",
                     "kept->next = top; top = kept;"),
            "");
  EXPECT_EQ(ofBodies("kept = std::exchange(top, nullptr);", "top = kept;"), "")
      << "taken out of its place";
}

TEST(InferThreadBound, Helpers) {
  EXPECT_EQ(
      reason(
          "struct scope { scope() { in(); } ~scope() { out(); }\n"
          "  void in() { depth = true; } void out() { depth = false; } } x;"),
      Depth);
  EXPECT_EQ(reason("int &level() { return depth; }\n"
                   "struct scope { scope() { level() = true; }\n"
                   "  ~scope() { level() = false; } } x;"),
            Depth);
  EXPECT_EQ(reason("struct scope { scope() : scope(1) {}\n"
                   "  explicit scope(int) { depth = true; }\n"
                   "  ~scope() { depth = false; } } x;"),
            Depth);
  EXPECT_EQ(
      reason("template <class T> struct scope { T t;\n"
             "  scope() { depth = true; } ~scope() { depth = false; } };\n"
             "scope<int> *y; decltype(scope<int>()) x;"),
      Depth);
}

TEST(InferThreadBound, OnlyConstructorsThatBind) {
  const ParsedCode Code(
      "thread_local int depth;\n"
      "struct scope { scope() {} explicit scope(int) { depth = true; }\n"
      "  ~scope() { depth = false; } } x;");
  const ThreadBoundTraits *Traits = Code.roles().threadBound(Code.type("x"));
  ASSERT_TRUE(Traits);
  ASSERT_EQ(Traits->Starts.size(), 1u);
  EXPECT_EQ(Traits->Starts[0]->getNumParams(), 1u);
}

TEST(InferThreadBound, Exceptions) {
  EXPECT_EQ(reason("struct scope { int n = std::uncaught_exceptions();\n"
                   "  ~scope() { if (std::uncaught_exceptions() > n) all = 1; }"
                   "} x;"),
            Exceptions);
  EXPECT_EQ(reason("struct detector { int n = std::uncaught_exceptions();\n"
                   "  bool fresh() { return std::uncaught_exceptions() != n; }"
                   "};\n"
                   "struct scope { detector d;\n"
                   "  ~scope() { if (d.fresh()) all = 1; } } x;"),
            Exceptions);
  EXPECT_EQ(
      reason("struct scope {\n"
             "  ~scope() { if (std::uncaught_exceptions()) all = 1; } } x;"),
      "")
      << "asks about now only";
}

TEST(InferThreadBound, Sections) {
  EXPECT_EQ(ofBodies("begin_section();", "end_section();"), "a section");
  EXPECT_EQ(ofBodies("begin_section();", ""), "");
}

TEST(InferThreadBound, PartsAndOwners) {
  EXPECT_EQ(reason("told x;"), "told");
  EXPECT_EQ(reason("struct owner { int n; told t; } x;"), "holds told: told");
  EXPECT_EQ(reason("struct derived : told {} x;"), "told");
  EXPECT_EQ(reason("told x[2];"), "told");
  EXPECT_EQ(reason("std::pair<int, told> x;"), "holds told: told");
  EXPECT_EQ(reason("std::optional<told> x;"), "holds told: told?");
  EXPECT_EQ(reason("struct owner { std::unique_ptr<told> t; } x;"),
            "holds told: told?");
  EXPECT_EQ(reason("auto x = [t = told()] {};"), "holds told: told");
  EXPECT_EQ(reason("told *x;"), "");
  EXPECT_EQ(
      reason("struct user { told *p; told &r; }; user *y; told &x = *y->p;"),
      "");
  EXPECT_EQ(reason("struct user { told *p; } x;"), "");
  EXPECT_EQ(reason("struct handle { ~handle(); } x;"), "")
      << "pointers to it are bound, it is not";
}

TEST(InferThreadBound, LockGuardsAreAnotherMatter) {
  EXPECT_EQ(reason("std::mutex m; std::lock_guard<std::mutex> x(m);"), "");
}

/// The thread_local variable, or the reason of the role, that the result of the
/// function `f` leads to.
std::string leadsTo(llvm::StringRef Expression) {
  RoleTable All = RoleTable::shipped();
  EXPECT_FALSE(static_cast<bool>(All.add("t.json", Table)));
  const ParsedCode Code(
      (Library +
       "int any; struct part { int n; int &r = any; part *next; int a[2]; };\n"
       "thread_local part tl; thread_local part *tp; thread_local int "
       "array[3];\n"
       "thread_local std::vector<part> tv; thread_local std::unique_ptr<part> "
       "tu;\n"
       "thread_local std::shared_ptr<part> ts; part global; bool yes;\n"
       "part &own(); part &other();\n"
       "part &get() { return tl; } part &again() { return get(); }\n"
       "part &one() { thread_local part *p = &tl; return *p; }\n"
       "part *maybe() { if (yes) return nullptr; return &tl; }\n"
       "part &mixed() { if (yes) return tl; return global; }\n"
       "part &by_name() { auto &p = tl; return p; }\n"
       "struct worker { part own; part *far; part &mine() { return own; }\n"
       "  part *all() { return &mine(); } part &others() { return *far; } };\n"
       "thread_local worker tw; worker gw; worker &here() { return tw; }\n"
       "struct base { virtual part &v() { return tl; } } b;\n"
       "decltype(auto) f() { return " +
       Expression + "; }")
          .str(),
      All);
  const auto &F = Code.decl<clang::FunctionDecl>("f");
  const auto *Body = clang::cast<clang::CompoundStmt>(F.getBody());
  const clang::Expr *Value =
      clang::cast<clang::ReturnStmt>(Body->body_back())->getRetValue();
  const ThreadLocals Storage(Code.roles());
  const auto Source = F.getReturnType()->isReferenceType()
                          ? Storage.object(Value)
                          : Storage.value(Value);
  if (!Source)
    return "";
  return Source->Var ? Source->Var->getNameAsString()
                     : Source->Said->get("reason").str();
}

TEST(ThreadLocals, ObjectsAndParts) {
  EXPECT_EQ(leadsTo("(tl)"), "tl");
  EXPECT_EQ(leadsTo("(tl.n)"), "tl");
  EXPECT_EQ(leadsTo("(tl.a[1])"), "tl");
  EXPECT_EQ(leadsTo("&tl.n"), "tl");
  EXPECT_EQ(leadsTo("array + 1"), "array");
  EXPECT_EQ(leadsTo("(yes ? tl : *&tl)"), "tl");
  EXPECT_EQ(leadsTo("(tp)"), "tp") << "the pointer itself";
}

TEST(ThreadLocals, Owners) {
  EXPECT_EQ(leadsTo("(tv[0])"), "tv");
  EXPECT_EQ(leadsTo("(tv.front().n)"), "tv");
  EXPECT_EQ(leadsTo("tv.begin()"), "tv");
  EXPECT_EQ(leadsTo("*tu"), "tu");
  EXPECT_EQ(leadsTo("tu.get()"), "tu");
}

TEST(ThreadLocals, WhatMayBeAnybodys) {
  EXPECT_EQ(leadsTo("*tp"), "");
  EXPECT_EQ(leadsTo("tp->next"), "");
  EXPECT_EQ(leadsTo("(tl.r)"), "");
  EXPECT_EQ(leadsTo("*tl.next"), "");
  EXPECT_EQ(leadsTo("*ts"), "");
  EXPECT_EQ(leadsTo("(global)"), "");
  EXPECT_EQ(leadsTo("(yes ? tl : global)"), "");
}

TEST(ThreadLocals, Functions) {
  EXPECT_EQ(leadsTo("get()"), "tl");
  EXPECT_EQ(leadsTo("(again().n)"), "tl");
  EXPECT_EQ(leadsTo("maybe()"), "tl");
  EXPECT_EQ(leadsTo("by_name()"), "tl");
  EXPECT_EQ(leadsTo("own()"), "everybody's own");
  EXPECT_EQ(leadsTo("(own().n)"), "everybody's own");
  EXPECT_EQ(leadsTo("tw.mine()"), "tw");
  EXPECT_EQ(leadsTo("here().all()"), "tw");
  EXPECT_EQ(leadsTo("tw.others()"), "");
  EXPECT_EQ(leadsTo("gw.mine()"), "");
  EXPECT_EQ(leadsTo("one()"), "");
  EXPECT_EQ(leadsTo("mixed()"), "");
  EXPECT_EQ(leadsTo("other()"), "");
  EXPECT_EQ(leadsTo("b.v()"), "") << "an override decides";
}

} // namespace
} // namespace corolint
