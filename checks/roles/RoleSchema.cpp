/// \file
/// The keys of every role. Their meaning is in data/README.md.

#include "checks/roles/RoleSchema.h"
#include "checks/roles/RoleCondition.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include <algorithm>

namespace corolint {
namespace {

using enum ParamType;

constexpr llvm::StringLiteral DropWords =
    "nothing,cancels,detaches,blocks,terminates";

constexpr llvm::StringLiteral ExceptionWords = "lost,reported,terminates";
constexpr llvm::StringLiteral ResultWords = "dropped,tested,returned";

constexpr ParamSchema TaskKeys[] = {
    {.Key = "start", .Type = Word, .Words = "lazy,eager"},
    {.Key = "drop", .Type = Word, .Words = DropWords},
    {.Key = "exception", .Type = Word, .Words = ExceptionWords},
    {.Key = "await", .Type = Word, .Words = "once,many"},
    {.Key = "threads", .Type = Word, .Words = "one,many"},
    {.Key = "lock"},
    {.Key = "shared-lock"},
    {.Key = "sleep"},
    {.Key = "offload"}};

constexpr ParamSchema AwaitableKeys[] = {
    {.Key = "takes", .Type = Word, .Words = "lock,permit"}};

constexpr ParamSchema JoinHandleKeys[] = {
    {.Key = "drop", .Type = Word, .Words = DropWords},
    {.Key = "exception", .Type = Word, .Words = ExceptionWords},
    {.Key = "join", .Type = List},
    {.Key = "detach", .Type = List}};

constexpr ParamSchema ScopeKeys[] = {
    {.Key = "join", .Type = List},
    {.Key = "drop", .Type = Word, .Words = DropWords}};

constexpr ParamSchema ThreadLockKeys[] = {
    {.Key = "lock", .Type = List, .Default = "lock,lock_shared"},
    {.Key = "try",
     .Type = List,
     .Default = "try_lock,try_lock_for,try_lock_until,try_lock_shared,"
                "try_lock_shared_for,try_lock_shared_until"},
    {.Key = "unlock", .Type = List, .Default = "unlock,unlock_shared"}};

constexpr ParamSchema AsyncLockKeys[] = {
    {.Key = "lock", .Type = List, .Default = "lock,lock_shared"},
    {.Key = "unlock", .Type = List, .Default = "unlock,unlock_shared"}};

constexpr ParamSchema LockGuardKeys[] = {
    {.Key = "lock", .Type = List, .Default = "lock"},
    {.Key = "try",
     .Type = List,
     .Default = "try_lock,try_lock_for,try_lock_until"},
    {.Key = "unlock", .Type = List, .Default = "unlock"},
    {.Key = "release", .Type = List, .Default = "release"},
    {.Key = "test", .Type = List, .Default = "owns_lock,operator bool"},
    {.Key = "tag-defer",
     .Type = List,
     .Default = "std::defer_lock_t,boost::defer_lock_t"},
    {.Key = "tag-try",
     .Type = List,
     .Default = "std::try_to_lock_t,boost::try_to_lock_t,std::chrono::duration,"
                "std::chrono::time_point,boost::chrono::duration,"
                "boost::chrono::time_point"},
    {.Key = "tag-adopt",
     .Type = List,
     .Default = "std::adopt_lock_t,boost::adopt_lock_t"},
    {.Key = "starts",
     .Type = Word,
     .Words = "locked,unlocked",
     .Default = "locked"}};

constexpr ParamSchema ReasonKeys[] = {{.Key = "reason"}};

constexpr ParamSchema NotSendKeys[] = {
    {.Key = "reason"}, {.Key = "only-owner", .Type = Word, .Words = "yes,no"}};

constexpr ParamSchema ThreadBoundKeys[] = {
    {.Key = "reason"},
    {.Key = "until", .Type = List},
    {.Key = "try", .Type = Word, .Words = "yes,no"},
    {.Key = "pointers", .Type = Word, .Words = "yes,no"},
    {.Key = "harmless-when", .Type = Conditions},
    {.Key = "only-when", .Type = Conditions}};

constexpr ParamSchema OfKeys[] = {{.Key = "of"}};

constexpr ParamSchema ExecutorKeys[] = {
    {.Key = "threads", .Type = Word, .Words = "one,many"},
    {.Key = "blocking", .Type = Word, .Words = "yes,no"}};

constexpr ParamSchema BlocksKeys[] = {
    {.Key = "kind",
     .Type = Word,
     .Words = "sleep,file,network,process,dns,console,join,wait,database",
     .Default = "wait"},
    {.Key = "replacement", .Type = Replacement},
    {.Key = "fix", .Type = Replacement},
    {.Key = "would-block", .Type = List},
    {.Key = "harmless-when", .Type = Conditions},
    {.Key = "only-when", .Type = Conditions},
    {.Key = "buffered", .Type = Flag, .Default = "false"},
    {.Key = "output", .Type = Flag, .Default = "false"}};

constexpr ParamSchema NonblockingAfterKeys[] = {
    {.Key = "arg", .Type = Argument, .Default = "this"},
    {.Key = "on",
     .Type = Word,
     .Words = "argument,result",
     .Default = "argument"},
    {.Key = "if"},
    {.Key = "unless"},
    {.Key = "harmless-when", .Type = Conditions},
    {.Key = "only-when", .Type = Conditions}};

constexpr ParamSchema ConstructsKeys[] = {
    {.Key = "type", .Type = Argument, .Default = "0"},
    {.Key = "from", .Type = Index, .Default = "0"},
    {.Key = "only-when", .Type = Conditions}};

constexpr ParamSchema OptionalArgKeys[] = {
    {.Key = "arg", .Type = Argument},
    {.Key = "harmless-when", .Type = Conditions},
    {.Key = "only-when", .Type = Conditions}};

constexpr ParamSchema SpawnKeys[] = {
    {.Key = "arg", .Type = Argument, .Required = true},
    {.Key = "on",
     .Type = Word,
     .Words = "same-thread,other-thread,by-executor"},
    {.Key = "executor", .Type = Argument},
    {.Key = "keeps", .Type = Word, .Words = "yes,no"},
    {.Key = "dies", .Type = Word, .Words = "here,there", .Default = "there"},
    {.Key = "context", .Type = Argument},
    {.Key = "returns", .Type = Word, .Words = "handle,task,nothing"},
    {.Key = "drop", .Type = Word, .Words = DropWords},
    {.Key = "exception", .Type = Word, .Words = ExceptionWords},
    {.Key = "token", .Type = Index},
    {.Key = "joins", .Type = Word, .Words = "yes,no", .Default = "no"},
    {.Key = "result", .Type = Word, .Words = ResultWords},
    {.Key = "harmless-when", .Type = Conditions},
    {.Key = "only-when", .Type = Conditions}};

constexpr ParamSchema CallableKeys[] = {
    {.Key = "arg", .Type = Argument, .Required = true},
    {.Key = "keeps", .Type = Word, .Words = "yes,no"},
    {.Key = "context", .Type = Argument},
    {.Key = "result", .Type = Word, .Words = ResultWords},
    {.Key = "only-when", .Type = Conditions}};

constexpr ParamSchema ArgKeys[] = {
    {.Key = "arg", .Type = Argument, .Required = true},
    {.Key = "only-when", .Type = Conditions}};

constexpr ParamSchema SwitchesKeys[] = {
    {.Key = "to", .Type = Argument},
    {.Key = "blocking",
     .Type = Word,
     .Words = "yes,no,by-executor",
     .Default = "by-executor"},
    {.Key = "only-when", .Type = Conditions}};

constexpr ParamSchema AcquiresKeys[] = {
    {.Key = "lock", .Type = Arguments, .Default = "this"},
    {.Key = "try",
     .Type = Word,
     .Words = "no,yes,zero,minus-one",
     .Default = "no"}};

constexpr ParamSchema ReleasesKeys[] = {
    {.Key = "lock", .Type = Arguments, .Default = "this"}};

constexpr ParamSchema KeepsAliveKeys[] = {
    {.Key = "arg", .Type = Argument, .Required = true},
    {.Key = "for",
     .Type = Word,
     .Words = "result,task,call",
     .Default = "result"}};

llvm::SmallVector<llvm::StringRef, 8> words(const ParamSchema &Param) {
  llvm::SmallVector<llvm::StringRef, 8> Words;
  Param.Words.split(Words, ',');
  return Words;
}

bool isIndex(llvm::StringRef Value) {
  unsigned Index = 0;
  return !Value.getAsInteger(10, Index);
}

} // namespace

llvm::ArrayRef<ParamSchema> schema(RoleKind Kind) {
  switch (Kind) {
  case RoleKind::Task:
    return TaskKeys;
  case RoleKind::Awaitable:
    return AwaitableKeys;
  case RoleKind::JoinHandle:
    return JoinHandleKeys;
  case RoleKind::ThreadLock:
    return ThreadLockKeys;
  case RoleKind::LockGuard:
  case RoleKind::LockedPointer:
    return LockGuardKeys;
  case RoleKind::ThreadBound:
    return ThreadBoundKeys;
  case RoleKind::NotSend:
    return NotSendKeys;
  case RoleKind::Send:
  case RoleKind::NotSync:
  case RoleKind::Sync:
    return ReasonKeys;
  case RoleKind::View:
  case RoleKind::Owner:
    return OfKeys;
  case RoleKind::Scope:
    return ScopeKeys;
  case RoleKind::Executor:
    return ExecutorKeys;
  case RoleKind::Blocks:
    return BlocksKeys;
  case RoleKind::NonblockingAfter:
    return NonblockingAfterKeys;
  case RoleKind::WaitsForTask:
    return OptionalArgKeys;
  case RoleKind::Spawn:
    return SpawnKeys;
  case RoleKind::Offload:
  case RoleKind::CallsNow:
  case RoleKind::StoresCallable:
    return CallableKeys;
  case RoleKind::ConsumesTask:
    return ArgKeys;
  case RoleKind::Constructs:
    return ConstructsKeys;
  case RoleKind::SwitchesExecutor:
    return SwitchesKeys;
  case RoleKind::Acquires:
    return AcquiresKeys;
  case RoleKind::Releases:
    return ReleasesKeys;
  case RoleKind::KeepsAlive:
    return KeepsAliveKeys;
  case RoleKind::AsyncLock:
    return AsyncLockKeys;
  case RoleKind::Stream:
  case RoleKind::Generator:
  case RoleKind::AsyncGuard:
  case RoleKind::AwaitsAll:
  case RoleKind::AwaitsFirst:
  case RoleKind::NeverSuspends:
  case RoleKind::AssumeNonblocking:
    return {};
  }
  return {};
}

RoleTarget target(RoleKind Kind) {
  switch (Kind) {
#define ROLE(Enumerator, Spelling, On)                                         \
  case RoleKind::Enumerator:                                                   \
    return RoleTarget::On;
#include "checks/roles/Roles.def"
#undef ROLE
  }
  return RoleTarget::Both;
}

std::string checkValue(const ParamSchema &Param, llvm::StringRef Value) {
  switch (Param.Type) {
  case Text:
  case Replacement:
    return Value.empty() ? "expected a text" : "";
  case List:
    return Value.empty() ? "expected a list of names" : "";
  case Word: {
    llvm::SmallVector<llvm::StringRef, 8> Known = words(Param);
    if (llvm::is_contained(Known, Value))
      return "";
    return ("unknown value '" + Value + "'" +
            (Value.empty() ? "" : nearest(Value, Known)) +
            ", expected one of " + llvm::join(Known, ", "))
        .str();
  }
  case Index:
    return isIndex(Value) ? "" : "expected an argument index";
  case Argument:
    return isIndex(Value) || Value == "this" || Value == "all"
               ? ""
               : "expected an argument index, 'this' or 'all'";
  case Arguments: {
    llvm::SmallVector<llvm::StringRef, 2> Items;
    Value.split(Items, ',');
    for (llvm::StringRef Item : Items) {
      Item.consume_back("+");
      if (!isIndex(Item) && Item != "this")
        return "expected argument indices, 'this' or 'N+'";
    }
    return "";
  }
  case Flag:
    return Value == "true" || Value == "false" ? "" : "expected true or false";
  case Conditions: {
    llvm::SmallVector<llvm::StringRef, 4> Items;
    Value.split(Items, ',');
    for (llvm::StringRef Item : Items)
      if (!RoleCondition::parse(Item))
        return ("unknown condition '" + Item + "', expected " +
                RoleCondition::forms())
            .str();
    return "";
  }
  }
  return "";
}

llvm::StringRef fillDefaults(Role &R) {
  for (const ParamSchema &Param : schema(R.Kind)) {
    bool Present = llvm::any_of(
        R.Params, [&](const auto &P) { return P.first == Param.Key; });
    if (Present)
      continue;
    if (Param.Required)
      return Param.Key;
    if (!Param.Default.empty())
      R.Params.emplace_back(Param.Key.str(), Param.Default.str());
  }
  return {};
}

std::string nearest(llvm::StringRef Spelling,
                    llvm::ArrayRef<llvm::StringRef> Known) {
  // Farther than half the word is another word, not a typing error.
  unsigned Best = std::max<unsigned>(2, Spelling.size() / 2) + 1;
  llvm::StringRef Found;
  for (llvm::StringRef Candidate : Known) {
    unsigned Distance = Spelling.edit_distance_insensitive(Candidate);
    if (Distance < Best) {
      Best = Distance;
      Found = Candidate;
    }
  }
  return Found.empty() ? "" : (", did you mean '" + Found + "'").str();
}

llvm::ArrayRef<llvm::StringRef> roleSpellings() {
  static constexpr llvm::StringRef All[] = {
#define ROLE(Enumerator, Spelling, On) Spelling,
#include "checks/roles/Roles.def"
#undef ROLE
  };
  return All;
}

const ParamSchema *findParam(RoleKind Kind, llvm::StringRef Key) {
  for (const ParamSchema &Param : schema(Kind))
    if (Param.Key == Key)
      return &Param;
  return nullptr;
}

std::string nearestKey(RoleKind Kind, llvm::StringRef Key) {
  llvm::SmallVector<llvm::StringRef, 8> Known;
  for (const ParamSchema &Param : schema(Kind))
    Known.push_back(Param.Key);
  return nearest(Key, Known);
}

} // namespace corolint
