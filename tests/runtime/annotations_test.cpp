/// \file
/// corolint/annotations.hpp: what each macro expands to.

#include "corolint/annotations.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace {

#define TEXT_OF_TOKENS(...) #__VA_ARGS__
#define TEXT_OF(...) TEXT_OF_TOKENS(__VA_ARGS__)
/// The text that an annotation carries.
#define ANNOTATION(...) join_literals(TEXT_OF(__VA_ARGS__))

/// Joins the string literals in \p Tokens, as the compiler does.
std::string join_literals(std::string_view tokens) {
  std::string text;
  bool inside = false;
  for (char c : tokens) {
    if (c == '"')
      inside = !inside;
    else if (inside)
      text += c;
  }
  return text;
}

#if defined(__clang__)

TEST(Annotations, AreClangAttributes) {
  const std::string_view tokens = TEXT_OF(COROLINT_AWAITABLE());
  EXPECT_TRUE(tokens.starts_with("[[clang::annotate(")) << tokens;
  EXPECT_TRUE(tokens.ends_with(")]]")) << tokens;
}

TEST(Annotations, TypeRoles) {
  EXPECT_EQ(
      ANNOTATION(COROLINT_TASK("start=lazy", "drop=nothing", "await=once")),
      "corolint:task;start=lazy;drop=nothing;await=once");
  EXPECT_EQ(ANNOTATION(COROLINT_AWAITABLE()), "corolint:awaitable");
  EXPECT_EQ(ANNOTATION(COROLINT_STREAM()), "corolint:stream");
  EXPECT_EQ(ANNOTATION(COROLINT_GENERATOR()), "corolint:generator");
  EXPECT_EQ(ANNOTATION(COROLINT_JOIN_HANDLE("join=join,wait")),
            "corolint:join-handle;join=join,wait");
  EXPECT_EQ(ANNOTATION(COROLINT_THREAD_LOCK()), "corolint:thread-lock");
  EXPECT_EQ(ANNOTATION(COROLINT_LOCK_GUARD()), "corolint:lock-guard");
  EXPECT_EQ(ANNOTATION(COROLINT_LOCKED_POINTER()), "corolint:locked-pointer");
  EXPECT_EQ(ANNOTATION(COROLINT_ASYNC_LOCK()), "corolint:async-lock");
  EXPECT_EQ(ANNOTATION(COROLINT_ASYNC_GUARD()), "corolint:async-guard");
  EXPECT_EQ(ANNOTATION(COROLINT_THREAD_BOUND("a, b; c=d")),
            "corolint:thread-bound;reason=a, b; c=d");
  EXPECT_EQ(ANNOTATION(COROLINT_THREAD_BOUND_UNTIL("leave,end", "why")),
            "corolint:thread-bound;until=leave,end;reason=why");
  EXPECT_EQ(ANNOTATION(COROLINT_NOT_SEND("why")),
            "corolint:not-send;reason=why");
  EXPECT_EQ(ANNOTATION(COROLINT_SEND("why")), "corolint:send;reason=why");
  EXPECT_EQ(ANNOTATION(COROLINT_NOT_SYNC("why")),
            "corolint:not-sync;reason=why");
  EXPECT_EQ(ANNOTATION(COROLINT_SYNC("why")), "corolint:sync;reason=why");
  EXPECT_EQ(ANNOTATION(COROLINT_VIEW("of=text")), "corolint:view;of=text");
  EXPECT_EQ(ANNOTATION(COROLINT_OWNER()), "corolint:owner");
  EXPECT_EQ(ANNOTATION(COROLINT_SCOPE("join=join", "drop=terminates")),
            "corolint:scope;join=join;drop=terminates");
  EXPECT_EQ(ANNOTATION(COROLINT_EXECUTOR("threads=one")),
            "corolint:executor;threads=one");
}

TEST(Annotations, FunctionRoles) {
  EXPECT_EQ(ANNOTATION(COROLINT_BLOCKS("sleep")), "corolint:blocks;kind=sleep");
  EXPECT_EQ(ANNOTATION(COROLINT_BLOCKS("file", "replacement=read_async")),
            "corolint:blocks;kind=file;replacement=read_async");
  EXPECT_EQ(ANNOTATION(COROLINT_NONBLOCKING_AFTER("if=true")),
            "corolint:nonblocking-after;if=true");
  EXPECT_EQ(ANNOTATION(COROLINT_WAITS_FOR_TASK()), "corolint:waits-for-task");
  EXPECT_EQ(ANNOTATION(COROLINT_SPAWN(0, "on=other-thread", "keeps=yes")),
            "corolint:spawn;arg=0;on=other-thread;keeps=yes");
  EXPECT_EQ(ANNOTATION(COROLINT_SPAWN(this)), "corolint:spawn;arg=this");
  EXPECT_EQ(ANNOTATION(COROLINT_OFFLOAD(1)), "corolint:offload;arg=1");
  EXPECT_EQ(ANNOTATION(COROLINT_CALLS_NOW(0)), "corolint:calls-now;arg=0");
  EXPECT_EQ(ANNOTATION(COROLINT_STORES_CALLABLE(0)),
            "corolint:stores-callable;arg=0");
  EXPECT_EQ(ANNOTATION(COROLINT_CONSTRUCTS("type=this")),
            "corolint:constructs;type=this");
  EXPECT_EQ(ANNOTATION(COROLINT_AWAITS_ALL()), "corolint:awaits-all");
  EXPECT_EQ(ANNOTATION(COROLINT_AWAITS_FIRST()), "corolint:awaits-first");
  EXPECT_EQ(ANNOTATION(COROLINT_SWITCHES_EXECUTOR("to=0")),
            "corolint:switches-executor;to=0");
  EXPECT_EQ(ANNOTATION(COROLINT_ACQUIRES("lock=0")),
            "corolint:acquires;lock=0");
  EXPECT_EQ(ANNOTATION(COROLINT_RELEASES()), "corolint:releases");
  EXPECT_EQ(ANNOTATION(COROLINT_CONSUMES_TASK(2)),
            "corolint:consumes-task;arg=2");
  EXPECT_EQ(ANNOTATION(COROLINT_KEEPS_ALIVE(0, "for=task")),
            "corolint:keeps-alive;arg=0;for=task");
  EXPECT_EQ(ANNOTATION(COROLINT_NEVER_SUSPENDS()), "corolint:never-suspends");
  EXPECT_EQ(ANNOTATION(COROLINT_ASSUME_NONBLOCKING()),
            "corolint:assume-nonblocking");
}

#else

TEST(Annotations, AreNothingElsewhere) {
  EXPECT_EQ(ANNOTATION(COROLINT_TASK("start=lazy")), "");
  EXPECT_EQ(ANNOTATION(COROLINT_NOT_SEND("why")), "");
  EXPECT_EQ(ANNOTATION(COROLINT_SPAWN(0, "keeps=yes")), "");
}

#endif

// Where the macros go: all of these must compile without a warning.
class COROLINT_TASK("start=eager") job {};
class COROLINT_NOT_SEND("counts its users without atomics")
    COROLINT_VIEW() cursor {};
struct door {
  COROLINT_ACQUIRES() void open() {}
};
template <class T> COROLINT_SPAWN(0, "returns=handle") job start(T) {
  return {};
}
COROLINT_BLOCKS("console") void ask() {}

TEST(Annotations, GoWhereAttributesGo) {
  door().open();
  ask();
  (void)start(cursor());
}

} // namespace
