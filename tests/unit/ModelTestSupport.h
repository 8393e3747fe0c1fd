/// \file
/// Parsed snippets with a small standard library in front of them, and the
/// model of their functions, for the tests of the models.

#ifndef COROLINT_TESTS_UNIT_MODELTESTSUPPORT_H
#define COROLINT_TESTS_UNIT_MODELTESTSUPPORT_H

#include "RoleTestSupport.h"

#include "checks/model/CoroutineModel.h"
#include "checks/model/Flow.h"

#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"

namespace corolint {

/// What of the standard library and of a task library the snippets use. Real
/// headers would take a second to parse, in each of a hundred tests.
inline constexpr llvm::StringLiteral LibraryHeader = R"cpp(
namespace std {
template <class T> struct remove_reference { using type = T; };
template <class T> struct remove_reference<T &> { using type = T; };
template <class T> struct remove_reference<T &&> { using type = T; };
template <class T>
constexpr typename remove_reference<T>::type &&move(T &&t) noexcept {
  return static_cast<typename remove_reference<T>::type &&>(t);
}
template <class T>
constexpr T &&forward(typename remove_reference<T>::type &t) noexcept {
  return static_cast<T &&>(t);
}
template <class T> void swap(T &, T &);
struct mutex { void lock(); bool try_lock(); void unlock(); };
struct defer_lock_t {}; inline constexpr defer_lock_t defer_lock{};
struct adopt_lock_t {}; inline constexpr adopt_lock_t adopt_lock{};
struct try_to_lock_t {}; inline constexpr try_to_lock_t try_to_lock{};
template <class M> struct lock_guard {
  explicit lock_guard(M &);
  lock_guard(M &, adopt_lock_t);
  lock_guard(const lock_guard &) = delete;
  ~lock_guard();
};
template <class M> struct unique_lock {
  unique_lock() noexcept;
  explicit unique_lock(M &);
  unique_lock(M &, defer_lock_t) noexcept;
  unique_lock(M &, adopt_lock_t);
  unique_lock(M &, try_to_lock_t);
  unique_lock(unique_lock &&) noexcept;
  unique_lock &operator=(unique_lock &&) noexcept;
  ~unique_lock();
  void lock();
  bool try_lock();
  void unlock();
  M *release() noexcept;
  bool owns_lock() const noexcept;
  explicit operator bool() const noexcept;
  void swap(unique_lock &) noexcept;
};
struct string {
  string();
  string(const char *);
  string(const string &);
  ~string();
  unsigned long size() const;
};
template <class T> struct shared_ptr {
  shared_ptr(const shared_ptr &);
  ~shared_ptr();
  T *operator->() const;
  T *get() const;
};
template <class T> struct enable_shared_from_this {
  shared_ptr<T> shared_from_this();
};
struct thread {
  template <class F, class... A> explicit thread(F &&, A &&...) {}
  thread(thread &&) noexcept;
  thread &operator=(thread &&) noexcept;
  ~thread();
  void join();
  void detach();
};
namespace this_thread { void sleep_for(int); }
template <class I, class F> F for_each(I, I, F f) { return f; }
}
template <class T = void> struct reading {
  bool await_ready() const noexcept;
  void await_suspend(std::coroutine_handle<>) noexcept;
  T await_resume() const;
};
struct ready_now {
  constexpr bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept;
  int await_resume() const noexcept;
};
template <class T = void> struct task {
  struct promise_type;
  task(task &&) noexcept;
  task &operator=(task &&) noexcept;
  ~task();
  reading<T> operator co_await() const noexcept;
};
template <class T> struct task<T>::promise_type {
  task get_return_object();
  std::suspend_always initial_suspend() const noexcept;
  std::suspend_always final_suspend() const noexcept;
  template <class V> void return_value(V &&);
  void unhandled_exception();
};
template <> struct task<void>::promise_type {
  task get_return_object();
  std::suspend_always initial_suspend() const noexcept;
  std::suspend_always final_suspend() const noexcept;
  void return_void();
  void unhandled_exception();
};
struct eager {
  struct promise_type {
    eager get_return_object();
    std::suspend_never initial_suspend() const noexcept;
    std::suspend_never final_suspend() const noexcept;
    void return_void();
    void unhandled_exception();
  };
};
template <class T> struct generator {
  struct promise_type {
    generator get_return_object();
    std::suspend_always initial_suspend() const noexcept;
    std::suspend_always final_suspend() const noexcept;
    std::suspend_always yield_value(T);
    void await_transform() = delete;
    void return_void();
    void unhandled_exception();
  };
};
namespace corort {
template <class T = void> struct join_handle {
  join_handle() noexcept;
  join_handle(join_handle &&) noexcept;
  join_handle &operator=(join_handle &&) noexcept;
  ~join_handle();
  reading<T> operator co_await() const noexcept;
  void detach();
};
template <class F> join_handle<> spawn(F &&) { return join_handle<>(); }
}
)cpp";

/// The model of some code. Line numbers count from the code's own first line.
class ModelCode {
public:
  explicit ModelCode(llvm::StringRef Code)
      : Parsed(withLibrary(Code)), Model(Parsed.ast(), Parsed.roles()) {}

  clang::ASTContext &ast() const { return Parsed.ast(); }
  const Roles &roles() const { return Parsed.roles(); }
  const CoroutineModel &model() const { return Model; }
  const ParsedCode &parsed() const { return Parsed; }

  /// The first function called \p Name as messages name it.
  const Function &function(llvm::StringRef Name) const {
    for (const auto &F : Model.functions())
      if (F->name() == Name)
        return *F;
    ADD_FAILURE() << "no function '" << Name.str() << "'";
    std::abort();
  }
  std::vector<std::string> names() const {
    std::vector<std::string> Names;
    for (const auto &F : Model.functions())
      Names.push_back(F->name());
    return Names;
  }

  unsigned line(clang::SourceLocation Loc) const {
    return ast().getSourceManager().getPresumedLineNumber(Loc);
  }
  /// The token at \p Loc.
  std::string token(clang::SourceLocation Loc) const {
    return clang::Lexer::getSpelling(Loc, Buffer, ast().getSourceManager(),
                                     ast().getLangOpts())
        .str();
  }
  /// `true: a, false: !b` for the branches of a way.
  std::string way(llvm::ArrayRef<BranchTaken> Branches) const {
    std::string Text;
    for (const BranchTaken &Branch : Branches) {
      if (!Text.empty())
        Text += ", ";
      Text += Branch.Value ? "true: " : "false: ";
      Text += clang::Lexer::getSourceText(
          clang::CharSourceRange::getTokenRange(
              Branch.Condition->getSourceRange()),
          ast().getSourceManager(), ast().getLangOpts());
    }
    return Text;
  }

private:
  // Line markers make the library a system header, as it is to users.
  static std::string withLibrary(llvm::StringRef Code) {
    return "# 1 \"library.h\" 1 3\n" + CoroutineHeader.str() +
           LibraryHeader.str() + "# 1 \"input.cpp\" 2\n" + Code.str();
  }

  ParsedCode Parsed;
  CoroutineModel Model;
  mutable llvm::SmallString<32> Buffer;
};

} // namespace corolint

#endif
