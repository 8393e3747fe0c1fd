/// \file
/// Finding roles by declaration, type and call, in code that includes the real
/// standard library.

#include "tests/unit/RoleTestSupport.h"

namespace corolint {
namespace {

TEST(RoleNames, LeaveOutInlineNamespacesAndArguments) {
  ParsedCode Code(R"cpp(
    namespace a { inline namespace v1 { namespace b {
      template <class T> struct box {
        box(); ~box(); explicit operator bool() const;
        void open(); struct inner { void deep(); };
        box &operator++();
      };
      template <class T> void fill(T);
    } } namespace { void hidden(); } }
    typedef struct { int old_field; } old;
    enum class colour { red_one };
    void plain() { struct local { void inside(); }; }
    a::b::box<int> user;
  )cpp");
  auto Name = [&](llvm::StringRef D) { return Roles::nameOf(Code.decl(D)); };
  EXPECT_EQ(Name("box"), "a::b::box");
  EXPECT_EQ(Name("open"), "a::b::box::open");
  EXPECT_EQ(Name("deep"), "a::b::box::inner::deep");
  EXPECT_EQ(Name("fill"), "a::b::fill");
  EXPECT_EQ(Name("hidden"), "a::hidden");
  EXPECT_EQ(Name("operator++"), "a::b::box::operator++");
  EXPECT_EQ(Name("old_field"), "old::old_field");
  EXPECT_EQ(Name("red_one"), "colour::red_one");
  EXPECT_EQ(Name("inside"), "");
  using namespace clang;
  EXPECT_EQ(Roles::nameOf(Code.decl<CXXConstructorDecl>("box")),
            "a::b::box::box");
  EXPECT_EQ(Roles::nameOf(Code.decl<CXXDestructorDecl>("~box")),
            "a::b::box::~box");
  const auto *Special = Code.type("user")->getAsCXXRecordDecl();
  ASSERT_TRUE(Special);
  EXPECT_EQ(Roles::nameOf(*Special), "a::b::box");
  for (const CXXConstructorDecl *C : Special->ctors())
    EXPECT_EQ(Roles::nameOf(*C), "a::b::box::box");
}

TEST(RolesOfTypes, SeeThroughSugarAndDependence) {
  ParsedCode Code(R"cpp(
    #include <mutex>
    std::mutex m;
    using my_guard = std::lock_guard<std::mutex>;
    template <class M> using guard_of = std::unique_lock<M>;
    struct derived_guard : std::unique_lock<std::mutex> {
      using unique_lock::unique_lock;
    };
    template <class M> struct derived_template : std::lock_guard<M> {
      derived_template(M &m) : std::lock_guard<M>(m) {}
      void self(derived_template &injected);
    };
    void f() {
      std::lock_guard deduced(m);
      my_guard alias(m);
      guard_of<std::mutex> alias_template(m);
      auto by_auto = std::unique_lock(m);
      derived_guard derived(m);
      derived_template<std::mutex> from_template(m);
      const std::scoped_lock constant(m);
      std::lock_guard<std::mutex> &reference = alias;
    }
    template <class M> void g(M &dependent) {
      std::lock_guard still_to_deduce(dependent);
      std::lock_guard<M> of_parameter(dependent);
      guard_of<M> dependent_alias(dependent);
      derived_template<M> dependent_derived(dependent);
    }
  )cpp");
  for (llvm::StringRef Name :
       {"deduced", "alias", "alias_template", "by_auto", "derived",
        "from_template", "constant", "still_to_deduce", "of_parameter",
        "dependent_alias", "dependent_derived"})
    EXPECT_TRUE(Code.roles().of(Code.type(Name), RoleKind::LockGuard))
        << Name.str();
  EXPECT_TRUE(Code.roles().of(Code.type("injected").getNonReferenceType(),
                              RoleKind::LockGuard));
  EXPECT_FALSE(Code.roles().of(Code.type("reference"), RoleKind::LockGuard));
  EXPECT_FALSE(Code.roles().of(Code.type("dependent"), RoleKind::LockGuard));
  EXPECT_TRUE(Code.roles().of(Code.type("m"), RoleKind::ThreadLock));
  EXPECT_FALSE(Code.roles().of(Code.type("m"), RoleKind::LockGuard));
}

TEST(RolesOfTypes, MayNameAnAlias) {
  RoleTable Table = tableOf(R"({"lib::job": {"roles": ["scope"]}})");
  ParsedCode Code("namespace lib { struct impl {}; using job = impl; }"
                  "lib::job by_alias; lib::impl by_class;",
                  Table);
  EXPECT_TRUE(Code.roles().of(Code.type("by_alias"), RoleKind::Scope));
  EXPECT_FALSE(Code.roles().of(Code.type("by_class"), RoleKind::Scope));
}

// A class that people know by a using-declaration or an alias template has its
// roles under the name it was declared with.
TEST(RolesOfTypes, ShippedNamesAreTheClassesOwn) {
  ParsedCode Code(R"cpp(
    namespace tbb { namespace detail { namespace d1 {
      template <class M> struct unique_scoped_lock { unique_scoped_lock(M &); };
      struct spin_mutex { using scoped_lock = unique_scoped_lock<spin_mutex>; };
    } } inline namespace v1 { using detail::d1::spin_mutex; } }
    namespace folly {
      namespace detail { namespace distributed_mutex {
        template <class T = void> struct DistributedMutex { int lock(); };
      } }
      using DistributedMutex = detail::distributed_mutex::DistributedMutex<>;
    }
    namespace exec {
      namespace __task { template <class T, class C> struct basic_task {}; }
      template <class T> using task = __task::basic_task<T, int>;
    }
    namespace unifex {
      namespace _task {
        template <class T, bool> struct _task { struct type; };
        template <class T, bool Nothrow> struct _task<T, Nothrow>::type {};
      }
      template <class T> using task = typename _task::_task<T, false>::type;
      inline namespace v1 { struct async_mutex {}; }
    }
    tbb::spin_mutex spin;
    tbb::spin_mutex::scoped_lock spin_guard(spin);
    folly::DistributedMutex distributed;
    exec::task<int> exec_task;
    unifex::task<int> unifex_task;
    unifex::async_mutex unifex_lock;
  )cpp");
  auto Has = [&](llvm::StringRef Name, RoleKind Kind) {
    return Code.roles().of(Code.type(Name), Kind) != nullptr;
  };
  EXPECT_TRUE(Has("spin", RoleKind::ThreadLock));
  EXPECT_TRUE(Has("spin_guard", RoleKind::LockGuard));
  EXPECT_TRUE(Has("distributed", RoleKind::ThreadLock));
  EXPECT_TRUE(Has("exec_task", RoleKind::Task));
  EXPECT_TRUE(Has("unifex_task", RoleKind::Task));
  EXPECT_TRUE(Has("unifex_lock", RoleKind::AsyncLock));
}

TEST(RolesOfTypes, TasksNameTheLocksThatMayBeHeld) {
  ParsedCode Code(R"cpp(
    namespace folly { namespace coro { template <class T> class Task; } }
    namespace QCoro { template <class T> class Task; }
    folly::coro::Task<int> *folly_task;
    QCoro::Task<int> *qcoro_task;
  )cpp");
  auto Lock = [&](llvm::StringRef Name, llvm::StringRef Key) {
    const Role *Task =
        Code.roles().of(Code.type(Name)->getPointeeType(), RoleKind::Task);
    return Task ? Task->get(Key) : "no task";
  };
  EXPECT_EQ(Lock("folly_task", "lock"), "folly::coro::Mutex");
  EXPECT_EQ(Lock("folly_task", "shared-lock"), "folly::coro::SharedMutex");
  EXPECT_EQ(Lock("qcoro_task", "lock"), "") << "QCoro has none";
}

TEST(RolesOfAttributes, Annotations) {
  ParsedCode Code(R"cpp(
    #define ROLE(...) [[clang::annotate("corolint:" __VA_ARGS__)]]
    ROLE("blocks;kind=file;harmless-when=zero:0") void slow(int);
    void slow(int);
    template <class F> ROLE("spawn;arg=0;keeps=yes") void start(F f) {}
    class ROLE("not-send;reason=one thread; only") bound {};
    template <class T> class ROLE("task;start=lazy") work { T t; };
    struct with_method { ROLE("waits-for-task") void join(); };
    struct derived_method : with_method {};
    ROLE("bloks") ROLE("blocks;kind=nothing") void mistaken();
    void calls_slow() { slow(1); }
    void calls_slow_zero() { slow(0); }
    void calls_start() { start([] {}); }
    template <class T> void calls_start_dependent(T t) { start(t); }
    void calls_join(derived_method &d) { d.join(); }
    void calls_mistaken() { mistaken(); }
    bound a_bound;
    work<int> *a_work;
    template <class T> void uses(work<T> dependent_work) {}
  )cpp");
  EXPECT_TRUE(Code.callRole("calls_slow", RoleKind::Blocks));
  EXPECT_EQ(Code.callRole("calls_slow", RoleKind::Blocks)->By,
            Provenance::Annotation);
  EXPECT_FALSE(Code.callRole("calls_slow_zero", RoleKind::Blocks));
  EXPECT_TRUE(Code.callRole("calls_start", RoleKind::Spawn));
  EXPECT_TRUE(Code.callRole("calls_start_dependent", RoleKind::Spawn));
  EXPECT_TRUE(Code.callRole("calls_join", RoleKind::WaitsForTask));
  EXPECT_FALSE(Code.callRole("calls_mistaken", RoleKind::Blocks));
  const Role *Bound = Code.roles().of(Code.type("a_bound"), RoleKind::NotSend);
  ASSERT_TRUE(Bound);
  EXPECT_EQ(Bound->get("reason"), "one thread; only");
  EXPECT_TRUE(
      Code.roles().of(Code.type("a_work")->getPointeeType(), RoleKind::Task))
      << "not instantiated";
  EXPECT_TRUE(Code.roles().of(Code.type("dependent_work"), RoleKind::Task));
}

TEST(RolesOfAttributes, WinOverRoleFiles) {
  RoleTable Table = tableOf(R"({
    "f": {"roles": [{"role": "blocks", "kind": "file"}]},
    "base::get": {"roles": ["blocks"]}, "derived::get": {"roles": ["blocks"]}
  })");
  ParsedCode Code(R"cpp(
    [[clang::annotate("corolint:blocks;kind=dns")]] void f();
    struct base { [[clang::annotate("corolint:assume-nonblocking")]] void get(); };
    struct derived : base {};
    void calls() { f(); }
    void gets(derived &d) { d.get(); }
  )cpp",
                  Table);
  EXPECT_TRUE(Code.callRole("calls", RoleKind::Blocks)->is("kind", "dns"));
  EXPECT_TRUE(Code.callRole("gets", RoleKind::AssumeNonblocking));
}

TEST(RolesOfAttributes, Clangs) {
  ParsedCode Code(R"cpp(
    struct __attribute__((capability("mutex"))) latch {
      void take() __attribute__((acquire_capability()));
      bool try_take() __attribute__((try_acquire_capability(true)));
      void give() __attribute__((release_capability()));
    };
    struct __attribute__((capability("role"))) ui_thread {};
    struct __attribute__((scoped_lockable)) holder {
      holder(latch &l) __attribute__((acquire_capability(l)));
      ~holder() __attribute__((release_capability()));
    };
    void take_it(int, latch &l) __attribute__((acquire_capability(l)));
    void give_it(latch *l) __attribute__((release_capability(*l)));
    struct [[gsl::Pointer]] points {};
    struct [[gsl::Owner]] owns {};
    struct [[clang::coro_return_type]] future {};
    void waits() [[clang::blocking]];
    void fast() [[clang::nonblocking]];
    void fast_if() [[clang::nonblocking(false)]];
    latch a_latch; ui_thread an_ui; points a_pointer; owns an_owner;
    future a_future;
    void calls_take(latch &l) { take_it(1, l); }
    void calls_give(latch &l) { give_it(&l); }
    void calls_waits() { waits(); }
    void calls_fast() { fast(); }
    void calls_fast_if() { fast_if(); }
  )cpp");
  const Roles &R = Code.roles();
  const Role *Lock = R.of(Code.type("a_latch"), RoleKind::ThreadLock);
  ASSERT_TRUE(Lock);
  EXPECT_EQ(Lock->get("lock"), "take");
  EXPECT_EQ(Lock->get("try"), "try_take");
  EXPECT_EQ(Lock->get("unlock"), "give");
  EXPECT_FALSE(R.of(Code.type("an_ui"), RoleKind::ThreadLock));
  EXPECT_TRUE(
      R.of(Code.decl<clang::CXXRecordDecl>("holder"), RoleKind::LockGuard));
  EXPECT_TRUE(R.of(Code.type("a_pointer"), RoleKind::View));
  EXPECT_TRUE(R.isView(Code.type("a_pointer")));
  EXPECT_TRUE(R.of(Code.type("an_owner"), RoleKind::Owner));
  EXPECT_TRUE(R.task(Code.type("a_future")));
  const Role *Takes = Code.callRole("calls_take", RoleKind::Acquires);
  ASSERT_TRUE(Takes);
  EXPECT_EQ(Takes->index("lock"), 1u);
  const Role *Gives = Code.callRole("calls_give", RoleKind::Releases);
  ASSERT_TRUE(Gives);
  EXPECT_EQ(Gives->index("lock"), 0u);
  EXPECT_TRUE(Code.callRole("calls_waits", RoleKind::Blocks));
  EXPECT_TRUE(Code.callRole("calls_fast", RoleKind::AssumeNonblocking));
  EXPECT_FALSE(Code.callRole("calls_fast_if", RoleKind::AssumeNonblocking));
}

TEST(Views, AreToldFromOwners) {
  ParsedCode Code(R"cpp(
    #include <functional>
    #include <map>
    #include <span>
    #include <string>
    #include <string_view>
    #include <vector>
    std::string_view text; std::span<int> span_of = {}; int *pointer;
    std::reference_wrapper<int> wrapper = *pointer;
    std::vector<int>::iterator element; std::map<int, int>::iterator node;
    std::string owner; std::vector<int> items; int number;
    void (*function)();
  )cpp");
  for (llvm::StringRef Name :
       {"text", "span_of", "pointer", "wrapper", "element", "node"})
    EXPECT_TRUE(Code.roles().isView(Code.type(Name))) << Name.str();
  for (llvm::StringRef Name : {"owner", "items", "number", "function"})
    EXPECT_FALSE(Code.roles().isView(Code.type(Name))) << Name.str();
}

} // namespace
} // namespace corolint
