/// \file
/// Finding the roles of what a call calls, in code that includes the real
/// standard library.

#include "tests/unit/RoleTestSupport.h"

namespace corolint {
namespace {

TEST(RolesOfCalls, InheritedMembersBelongToTheObjectsClass) {
  ParsedCode Code(R"cpp(
    #include <future>
    #include <fstream>
    #include <sstream>
    void wait(std::future<int> &f) { f.wait(); }
    void get(std::shared_future<int> &f) { f.get(); }
    void poll(std::future<int> &f) { f.wait_for(std::chrono::seconds(0)); }
    void wait_a_bit(std::future<int> &f) { f.wait_for(std::chrono::seconds(1)); }
    void atomic_wait(std::atomic<int> &a) { a.wait(1); }
    void from_file(std::ifstream &in, int &i) { in >> i; }
    void from_memory(std::istringstream &in, int &i) { in >> i; }
    void from_any(std::istream &in, int &i) { in >> i; }
    void file_line(std::ifstream &in, std::string &s) { std::getline(in, s); }
    void memory_line(std::istringstream &in, std::string &s) {
      std::getline(in, s);
    }
    struct my_file : std::ifstream {};
    void file_read(my_file *in, char *to) { in->read(to, 1); }
    void to_file(std::ofstream &out) { out << "x"; }
    void to_memory(std::ostringstream &out) { out << "x"; }
    void opens() { std::ifstream opened("x"); }
    void closed() { std::ifstream never_opened; }
  )cpp");
  for (llvm::StringRef Name :
       {"wait", "get", "wait_a_bit", "atomic_wait", "from_file", "file_line",
        "file_read", "to_file", "opens"})
    EXPECT_TRUE(Code.callRole(Name, RoleKind::Blocks)) << Name.str();
  for (llvm::StringRef Name : {"poll", "from_memory", "from_any", "memory_line",
                               "to_memory", "closed"})
    EXPECT_FALSE(Code.callRole(Name, RoleKind::Blocks)) << Name.str();
  EXPECT_TRUE(Code.callRole("wait", RoleKind::Blocks)->is("kind", "wait"));
  EXPECT_TRUE(Code.callRole("to_file", RoleKind::Blocks)->is("kind", "file"));
}

TEST(RolesOfCalls, TheConsoleIsToldByItsNames) {
  ParsedCode Code(R"cpp(
    #include <iostream>
    #include <cstdio>
    void in(int &i) { std::cin >> i; }
    void in_char(char &c) { std::cin >> c; }
    void out() { std::cout << 1; }
    void out_text() { std::cerr << "x"; }
    void to_parameter(std::ostream &o) { o << 1; }
    void prints() { std::printf("x"); }
    void to_stderr() { fputs("x", stderr); }
    void to_file(FILE *f) { fputs("x", f); }
    void from_stdin(char *s) { fgets(s, 1, stdin); }
  )cpp");
  auto Kind = [&](llvm::StringRef Name) -> std::string {
    const Role *R = Code.callRole(Name, RoleKind::Blocks);
    return !R ? "none"
              : (R->get("kind") + (R->is("output", "true") ? " output" : ""))
                    .str();
  };
  EXPECT_EQ(Kind("in"), "console");
  EXPECT_EQ(Kind("in_char"), "console");
  EXPECT_EQ(Kind("out"), "console output");
  EXPECT_EQ(Kind("out_text"), "console output");
  EXPECT_EQ(Kind("to_parameter"), "none");
  EXPECT_EQ(Kind("prints"), "console output");
  EXPECT_EQ(Kind("to_stderr"), "console output");
  EXPECT_EQ(Kind("to_file"), "file");
  EXPECT_EQ(Kind("from_stdin"), "console");
}

TEST(RolesOfCalls, PosixNamesNeedCLinkageAndFlagsMatter) {
  ParsedCode Code(R"cpp(
    #include <sys/socket.h>
    #include <sys/wait.h>
    #include <poll.h>
    #include <unistd.h>
    #include <time.h>
    #define NOW MSG_DONTWAIT
    namespace mine { int read(int, void *, unsigned long); }
    int sleep(const char *, int);
    struct alarm_clock { void sleep(unsigned); };
    void reads(char *p) { read(0, p, 1); }
    void my_read(char *p) { mine::read(0, p, 1); }
    void my_sleep() { sleep("x", 1); }
    void clock_sleep(alarm_clock &c) { c.sleep(1); }
    void sleeps() { ::sleep(1); }
    void sleeps_not() { ::sleep(0); }
    void receives(char *p) { recv(0, p, 1, 0); }
    void tries(char *p) { recv(0, p, 1, MSG_DONTWAIT); }
    void tries_both(char *p) { recv(0, p, 1, MSG_PEEK | MSG_DONTWAIT); }
    void tries_constant(char *p) {
      const int flags = MSG_DONTWAIT;
      recv(0, p, 1, flags);
    }
    void other_flag(char *p) { recv(0, p, 1, MSG_DONTROUTE); }
    void polls() { poll(nullptr, 0, 0); }
    void polls_long(int ms) { poll(nullptr, 0, ms); }
    void reaps() { waitpid(1, nullptr, WNOHANG); }
    void waits() { waitpid(1, nullptr, 0); }
    void naps() { nanosleep(nullptr, nullptr); }
    void no_nap() { const timespec none{}; nanosleep(&none, nullptr); }
  )cpp");
  for (llvm::StringRef Name :
       {"reads", "sleeps", "receives", "other_flag", "polls_long", "waits"})
    EXPECT_TRUE(Code.callRole(Name, RoleKind::Blocks)) << Name.str();
  for (llvm::StringRef Name :
       {"my_read", "my_sleep", "clock_sleep", "sleeps_not", "tries",
        "tries_both", "tries_constant", "polls", "reaps", "no_nap"})
    EXPECT_FALSE(Code.callRole(Name, RoleKind::Blocks)) << Name.str();
}

TEST(RolesOfCalls, LocksThatCanFailSayWhatSuccessIs) {
  ParsedCode Code(R"cpp(
    #include <mutex>
    #include <pthread.h>
    #include <cstdio>
    extern "C" int TryEnterCriticalSection(void *);
    struct wxMutex { int TryLock(); };
    std::mutex a, b;
    void locks(FILE *f) { flockfile(f); }
    void checks(pthread_mutex_t *m) { (void)pthread_mutex_lock(m); }
    void tries(pthread_mutex_t *m) { (void)pthread_mutex_trylock(m); }
    void tries_to_read(pthread_rwlock_t *l) { (void)pthread_rwlock_tryrdlock(l); }
    void tries_file(FILE *f) { (void)ftrylockfile(f); }
    void tries_both() { std::try_lock(a, b); }
    void tries_section(void *section) { TryEnterCriticalSection(section); }
    void tries_wx(wxMutex &m) { m.TryLock(); }
    void gives_back(pthread_mutex_t *m) { pthread_mutex_unlock(m); }
  )cpp");
  auto Try = [&](llvm::StringRef Name) -> std::string {
    const Role *R = Code.callRole(Name, RoleKind::Acquires);
    return R ? R->get("try").str() + " " + R->get("lock").str() : "no role";
  };
  EXPECT_EQ(Try("locks"), "no 0");
  EXPECT_EQ(Try("checks"), "zero 0");
  EXPECT_EQ(Try("tries"), "zero 0");
  EXPECT_EQ(Try("tries_to_read"), "zero 0");
  EXPECT_EQ(Try("tries_file"), "zero 0");
  EXPECT_EQ(Try("tries_both"), "minus-one 0+");
  EXPECT_EQ(Try("tries_section"), "yes 0");
  EXPECT_EQ(Try("tries_wx"), "zero this");
  EXPECT_EQ(Try("gives_back"), "no role");
  EXPECT_TRUE(Code.callRole("gives_back", RoleKind::Releases));
}

TEST(RolesOfCalls, DependentCallees) {
  ParsedCode Code(R"cpp(
    #include <future>
    #include <thread>
    #include <mutex>
    template <class D> void sleeps(D d) { std::this_thread::sleep_for(d); }
    template <class T> void waits(std::future<T> &f) { f.get(); }
    template <class M> void locks(M &m) {
      std::unique_lock<M> l(m);
    }
    template <class T> void unknown(T &t) { t.get(); }
    template <class T> void scoped() { std::future<T>::get(); }
    template <class F> auto starts(F f) { return std::thread(f); }
  )cpp");
  EXPECT_TRUE(Code.callRole("sleeps", RoleKind::Blocks));
  EXPECT_TRUE(Code.callRole("waits", RoleKind::Blocks));
  EXPECT_TRUE(Code.callRole("scoped", RoleKind::Blocks));
  EXPECT_TRUE(Code.callRole("starts", RoleKind::Spawn));
  EXPECT_FALSE(Code.callRole("unknown", RoleKind::Blocks));
}

TEST(RolesOfCalls, OverloadsByCountAndType) {
  RoleTable Table = tableOf(R"json({
    "f": {"roles": ["awaits-first"]},
    "f(2)": {"roles": ["awaits-all"]},
    "f(int, const char *)": {"roles": ["blocks"]},
    "f(const lib::box &)": {"roles": []},
    "g(1)": {"roles": ["blocks"]}
  })json");
  ParsedCode Code(R"cpp(
    namespace lib { template <class T> struct box {}; }
    void f(); void f(int, int); void f(int, const char *);
    void f(const lib::box<int> &);
    void g(int); void g(int, int);
    void none() { f(); }
    void count() { f(1, 2); }
    void types() { f(1, ""); }
    void plain_class(lib::box<int> &b) { f(b); }
    void one() { g(1); }
    void two() { g(1, 2); }
    template <class T> void dependent_one(T t) { g(t); }
    template <class T> void dependent_some(T t) { f(t, t); }
  )cpp",
                  Table);
  EXPECT_TRUE(Code.callRole("none", RoleKind::AwaitsFirst));
  EXPECT_TRUE(Code.callRole("count", RoleKind::AwaitsAll));
  EXPECT_FALSE(Code.callRole("count", RoleKind::AwaitsFirst));
  EXPECT_TRUE(Code.callRole("types", RoleKind::Blocks));
  EXPECT_FALSE(Code.callRole("plain_class", RoleKind::AwaitsFirst));
  EXPECT_TRUE(Code.callRole("one", RoleKind::Blocks));
  EXPECT_FALSE(Code.callRole("two", RoleKind::Blocks));
  EXPECT_TRUE(Code.callRole("dependent_one", RoleKind::Blocks));
  EXPECT_FALSE(Code.callRole("dependent_some", RoleKind::Blocks))
      << "only one of the two overloads blocks";
}

TEST(RolesOfCalls, StandardCallables) {
  ParsedCode Code(R"cpp(
    #include <algorithm>
    #include <future>
    #include <optional>
    #include <ranges>
    #include <thread>
    #include <variant>
    #include <vector>
    std::vector<int> v;
    void each() { std::for_each(v.begin(), v.end(), [](int) {}); }
    void ranges_each() { std::ranges::for_each(v, [](int) {}); }
    void visits(std::variant<int> &a) { std::visit([](int) {}, a); }
    void starts() { std::thread t([] {}); }
    void starts_none() { std::thread t; }
    void moves(std::thread &a) { std::thread b(std::move(a)); }
    void launches() { std::async([] {}); }
    void launches_so() { std::async(std::launch::async, [] {}); }
  )cpp");
  const Role *Each = Code.callRole("each", RoleKind::CallsNow);
  ASSERT_TRUE(Each);
  EXPECT_TRUE(Each->concerns("arg", 2));
  EXPECT_TRUE(Code.callRole("ranges_each", RoleKind::CallsNow));
  EXPECT_TRUE(
      Code.roles().ofArgument(Code.call("visits"), 0, RoleKind::CallsNow));
  EXPECT_FALSE(
      Code.roles().ofArgument(Code.call("visits"), 1, RoleKind::CallsNow));
  EXPECT_TRUE(Code.callRole("starts", RoleKind::Spawn));
  EXPECT_FALSE(Code.callRole("starts_none", RoleKind::Spawn));
  EXPECT_FALSE(Code.callRole("moves", RoleKind::Spawn));
  ASSERT_TRUE(Code.callRole("launches", RoleKind::Spawn));
  EXPECT_EQ(Code.callRole("launches", RoleKind::Spawn)->index("arg"), 0u);
  ASSERT_TRUE(Code.callRole("launches_so", RoleKind::Spawn));
  EXPECT_EQ(Code.callRole("launches_so", RoleKind::Spawn)->index("arg"), 1u);
}

TEST(RolesOfCalls, AsioUnderBothNames) {
  ParsedCode Code(R"cpp(
    #define ASIO                                                              \
      struct detached_t {}; inline constexpr detached_t detached{};           \
      template <class T> struct awaitable {};                                 \
      struct io_context { unsigned long run(); };                             \
      struct thread_pool { void join(); };                                    \
      template <class C, class E> struct basic_waitable_timer { void wait(); }; \
      template <class E, class A, class T> void co_spawn(E &, A, T);          \
      template <class E, class F> void post(E &, F) {}                          \
      template <class F> void post(F) {}
    namespace asio { ASIO }
    namespace boost { namespace asio { ASIO } }
    asio::awaitable<int> work(); boost::asio::awaitable<int> boost_work();
    void spawns(asio::io_context &c) {
      asio::co_spawn(c, work(), asio::detached);
    }
    void boost_spawns(boost::asio::io_context &c) {
      co_spawn(c, boost_work(), boost::asio::detached);
    }
    void posts(asio::io_context &c) { asio::post(c, [] {}); }
    void posts_alone() { asio::post([] {}); }
    void runs(boost::asio::io_context &c) { c.run(); }
    void joins(asio::thread_pool &p) { p.join(); }
    void waits(boost::asio::basic_waitable_timer<int, int> &t) { t.wait(); }
  )cpp");
  for (llvm::StringRef Name : {"spawns", "boost_spawns"}) {
    const Role *Spawn = Code.callRole(Name, RoleKind::Spawn);
    ASSERT_TRUE(Spawn) << Name.str();
    EXPECT_EQ(Spawn->index("executor"), 0u);
    EXPECT_EQ(Spawn->index("arg"), 1u);
    EXPECT_EQ(Spawn->index("token"), 2u);
    EXPECT_TRUE(Spawn->is("keeps", "yes"));
  }
  ASSERT_TRUE(Code.callRole("posts", RoleKind::Spawn));
  EXPECT_EQ(Code.callRole("posts", RoleKind::Spawn)->index("arg"), 1u);
  ASSERT_TRUE(Code.callRole("posts_alone", RoleKind::Spawn));
  EXPECT_EQ(Code.callRole("posts_alone", RoleKind::Spawn)->index("arg"), 0u);
  EXPECT_TRUE(Code.callRole("runs", RoleKind::WaitsForTask));
  EXPECT_TRUE(Code.callRole("joins", RoleKind::WaitsForTask));
  const Role *Waits = Code.callRole("waits", RoleKind::Blocks);
  ASSERT_TRUE(Waits);
  EXPECT_FALSE(Waits->get("replacement.asio").empty());
  for (llvm::StringRef Name : {"work", "boost_work"}) {
    auto Task =
        Code.roles().task(Code.decl<clang::FunctionDecl>(Name).getReturnType());
    ASSERT_TRUE(Task) << Name.str();
    EXPECT_EQ(Task->StartsAt, TaskTraits::Start::Lazy);
  }
}

TEST(RolesOfCalls, Arguments) {
  ParsedCode Code(R"cpp(
    struct s { void m(int, int); s &operator<<(int); };
    void member(s &object) { object.m(1, 2); }
    void op(s &object) { object << 3; }
    template <class T> void dependent(T &object, int a) { object.m(4, a); }
  )cpp");
  auto Text = [&](llvm::StringRef F, std::optional<unsigned> I) -> std::string {
    const clang::Expr *E = Roles::argument(Code.call(F), I);
    if (!E)
      return "none";
    std::string Out;
    llvm::raw_string_ostream Stream(Out);
    E->printPretty(Stream, nullptr, {Code.ast().getLangOpts()});
    return Out;
  };
  EXPECT_EQ(Text("member", std::nullopt), "object");
  EXPECT_EQ(Text("member", 1), "2");
  EXPECT_EQ(Text("member", 2), "none");
  EXPECT_EQ(Text("op", std::nullopt), "object");
  EXPECT_EQ(Text("op", 0), "3");
  EXPECT_EQ(Text("op", 1), "none");
  EXPECT_EQ(Text("dependent", std::nullopt), "object");
  EXPECT_EQ(Text("dependent", 0), "4");
}

} // namespace
} // namespace corolint
