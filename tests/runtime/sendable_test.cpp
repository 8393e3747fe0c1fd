/// \file
/// sendable: which types are, what spawn takes, and how it calls.

#include "support.hpp"

#include "corort/sendable.hpp"
#include "corort/spawnable.hpp"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <functional>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <ranges>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace {

class window {
public:
  using corort_thread_bound = void;
};
class dialog : public window {};
struct gl_context {};
struct text_piece {};
struct interned {
  const char *text;
};
struct unknown;
struct shape {
  virtual ~shape() = default;
  virtual double area() const = 0;
};

} // namespace

template <> inline constexpr bool corort::thread_bound<gl_context> = true;
template <> struct corort::is_sendable<text_piece> : std::false_type {};
template <> struct corort::is_sendable<const interned *> : std::true_type {};

namespace {

using corort::block_on;
using corort::spawn;
using corort::task;
using corort::unsafe_send;

template <class... T>
constexpr bool all_sendable = (corort::sendable<T> && ...);
template <class... T>
constexpr bool none_sendable = (!corort::sendable<T> && ...);

// ---- types -----------------------------------------------------------------

using numbers = std::vector<int>;

static_assert(all_sendable<int, const int, std::nullptr_t, std::string, numbers,
                           std::filesystem::path, std::exception_ptr, task<>,
                           corort::join_handle<int>, std::thread>);

static_assert(none_sendable<int &, int &&, const std::string &,
                            std::reference_wrapper<int>>);

static_assert(none_sendable<int *, const char *, void *, int **, window *,
                            int *const, unknown *>);
static_assert(all_sendable<void (*)(int), int window::*, void (window::*)()>);

static_assert(
    none_sendable<std::string_view, std::span<int>,
                  std::ranges::ref_view<numbers>, std::initializer_list<int>>);
static_assert(all_sendable<
              std::ranges::owning_view<numbers>, std::ranges::single_view<int>,
              std::ranges::empty_view<int>, std::ranges::iota_view<int, int>>);

static_assert(none_sendable<numbers::iterator, numbers::const_iterator,
                            std::ranges::iota_view<numbers::iterator>,
                            std::back_insert_iterator<numbers>>);

static_assert(
    none_sendable<std::lock_guard<std::mutex>, std::unique_lock<std::mutex>,
                  std::shared_lock<std::shared_mutex>, std::scoped_lock<>,
                  std::scoped_lock<std::mutex, std::mutex>>);

static_assert(none_sendable<window, const window, dialog, gl_context>);
static_assert(corort::thread_bound<dialog> && !corort::thread_bound<unknown>);

static_assert(none_sendable<text_piece, const text_piece>);
static_assert(all_sendable<const interned *, std::optional<const interned *>>);
static_assert(none_sendable<interned *>);
static_assert(corort::is_sendable<const interned *const>::value);

// Parts count, as deep as they are.
static_assert(all_sendable<std::pair<const int, std::string>, std::tuple<>,
                           std::variant<std::monostate, numbers>,
                           std::optional<std::array<std::string, 2>>>);
static_assert(none_sendable<std::pair<int, int *>, std::tuple<int, window>,
                            std::variant<std::string, std::string_view>,
                            std::optional<std::array<int *, 2>>,
                            std::vector<std::tuple<std::optional<int *>>>,
                            std::vector<text_piece>>);

// So does what a smart pointer owns, where it is known.
static_assert(all_sendable<std::unique_ptr<shape>, std::shared_ptr<shape>,
                           std::unique_ptr<int[]>, std::shared_ptr<void>,
                           std::unique_ptr<unknown>, std::shared_ptr<unknown>>);
static_assert(none_sendable<std::unique_ptr<window>, std::shared_ptr<int *>,
                            std::unique_ptr<std::string_view[]>,
                            std::vector<std::shared_ptr<gl_context>>>);

// An adaptor is as good as what it adapts.
template <class Range>
using doubled = decltype(std::declval<Range>() |
                         std::views::transform([](int v) { return 2 * v; }) |
                         std::views::take(3));
static_assert(
    all_sendable<doubled<numbers>, doubled<std::ranges::iota_view<int>>>);
static_assert(none_sendable<doubled<numbers &>, doubled<std::span<int>>>);

// Captures are not visible.
constexpr auto borrowing = [](int &n) { return [&n] { return n; }; };
static_assert(all_sendable<decltype(borrowing), std::function<void()>,
                           decltype(borrowing(std::declval<int &>()))>);

// The user's word counts.
static_assert(all_sendable<decltype(unsafe_send("text")),
                           decltype(unsafe_send(std::declval<window &>())),
                           std::vector<corort::unsafe_sent<int *>>>);

// ---- calls -----------------------------------------------------------------

class account {
public:
  task<int> deposit(int amount) {
    co_await corort::yield();
    co_return balance += amount;
  }
  task<int> peek() const noexcept { co_return balance; }
  task<int> close() && { co_return std::exchange(balance, 0); }
  task<int> hold() & { co_return balance; }

  int balance = 0;
};

template <class... Args>
concept can_spawn = requires(Args (&...make)()) {
  spawn(make()...);
};

template <class... Parameters> using taking = task<> (*)(Parameters...);

static_assert(can_spawn<taking<>>);
static_assert(can_spawn<taking<std::string>, std::string>);
static_assert(can_spawn<taking<std::string_view>, std::string>);
static_assert(!can_spawn<taking<std::string_view>, std::string_view>);
static_assert(!can_spawn<taking<std::string>, const char *>);
static_assert(!can_spawn<taking<std::string>, int>);
static_assert(!can_spawn<taking<std::string>>);
static_assert(!can_spawn<taking<int &>, int>); // It gets an rvalue.
static_assert(!can_spawn<taking<int &>, std::reference_wrapper<int>>);
static_assert(!can_spawn<taking<int, int, int, int, int *>, //
                         int, int, int, int, int *>);
static_assert(!can_spawn<void (*)()>);
static_assert(!can_spawn<decltype(&account::balance), account>);
static_assert(!can_spawn<decltype(&account::peek), account *>);
static_assert(!can_spawn<decltype(&account::hold), account>);

// A scope's child may borrow from its parent, but is on another thread.
using corort::spawnable_in_scope;
static_assert(spawnable_in_scope<taking<int &>, std::reference_wrapper<int>>);
static_assert(spawnable_in_scope<taking<std::string_view>, const char *>);
static_assert(spawnable_in_scope<decltype(&account::hold), account *>);
static_assert(!spawnable_in_scope<taking<window>, window>);
static_assert(!spawnable_in_scope<taking<std::unique_lock<std::mutex>>,
                                  std::unique_lock<std::mutex>>);
static_assert(!spawnable_in_scope<taking<text_piece>, text_piece>);
static_assert(!spawnable_in_scope<taking<int &>, int>);

TEST(Sendable, AMethodOfAnObjectThatIsSent) {
  account a{.balance = 5};
  EXPECT_EQ(block_on(spawn(&account::deposit, a, 2)), 7);
  EXPECT_EQ(block_on(spawn(&account::peek, a)), 5);
  EXPECT_EQ(block_on(spawn(&account::close, std::move(a))), 5);
}

TEST(Sendable, AMethodOfAnObjectThatIsOwned) {
  auto shared = std::make_shared<account>();
  EXPECT_EQ(block_on(spawn(&account::deposit, shared, 2)), 2);
  EXPECT_EQ(shared->balance, 2);
  EXPECT_EQ(block_on(spawn(&account::hold, shared)), 2);
  EXPECT_EQ(block_on(spawn(&account::peek, std::make_unique<account>())), 0);
}

TEST(Sendable, AMethodOfAnObjectThatIsVouchedFor) {
  account a;
  EXPECT_EQ(block_on(spawn(&account::deposit, unsafe_send(&a), 2)), 2);
  EXPECT_EQ(block_on(spawn(&account::hold, unsafe_send(std::ref(a)))), 2);
  EXPECT_EQ(a.balance, 2);
}

TEST(Sendable, TheObjectLivesAsLongAsTheTask) {
  int alive = 0;
  class busy {
  public:
    explicit busy(int &alive) : here_(alive) {}
    task<> work() { co_await corort::sleep_for(std::chrono::seconds(1)); }

  private:
    test::counted here_;
  };
  test::run_alone([&]() -> task<> {
    auto handle = spawn(&busy::work, busy(alive));
    co_await test::settle();
    EXPECT_EQ(alive, 1);
    co_await test::pass(std::chrono::seconds(1));
    EXPECT_EQ(alive, 0);
    co_await handle;
  });
}

TEST(Sendable, UnsafeSendIsUnwrapped) {
  auto write = [](int *place, int value) -> task<> {
    *place = value;
    co_return;
  };
  int place = 0;
  block_on(spawn(write, unsafe_send(&place), 3));
  EXPECT_EQ(place, 3);

  auto read = [](const char *text) -> task<std::string> { co_return text; };
  EXPECT_EQ(block_on(spawn(read, unsafe_send("literal"))), "literal");

  auto own = [](std::unique_ptr<int> p) -> task<int> { co_return *p; };
  EXPECT_EQ(block_on(spawn(own, unsafe_send(std::make_unique<int>(4)))), 4);
}

TEST(Sendable, UnsafeSendOfARefPassesAReference) {
  auto increment = [](auto &n) -> task<> {
    ++n;
    co_return;
  };
  int count = 0;
  block_on(spawn(increment, unsafe_send(std::ref(count))));
  EXPECT_EQ(count, 1);
}

TEST(Sendable, AScopesChildGetsAReference) {
  auto increment = [](auto &n, int by) -> task<> {
    n += by;
    co_return;
  };
  auto body = [&]() -> task<int> {
    int count = 0;
    auto children = co_await corort::open_scope();
    children.spawn(increment, std::ref(count), 3);
    co_await children.join();
    co_return count;
  };
  EXPECT_EQ(block_on(body()), 3);
}

TEST(Sendable, TheFunctionMayBeVouchedForToo) {
  struct widget : window {
    task<int> operator()(int v) const { co_return v; }
  };
  static_assert(!can_spawn<widget, int>);
  EXPECT_EQ(block_on(spawn(unsafe_send(widget()), 3)), 3);
}

} // namespace
