/// \file
/// Implementation of runInProcesses with fork, pipes and poll.

#include "driver/analysis/Pool.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Errno.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace corolint {
namespace {

using Clock = std::chrono::steady_clock;

struct Running {
  size_t Index;
  pid_t Process;
  int Pipe;
  Clock::time_point Deadline;
};

void writeAll(int Pipe, llvm::StringRef Text) {
  while (!Text.empty()) {
    const ssize_t Written = write(Pipe, Text.data(), Text.size());
    if (Written < 0 && errno == EINTR)
      continue;
    if (Written <= 0)
      _exit(1);
    Text = Text.drop_front(Written);
  }
}

std::string describe(int Status) {
  if (WIFSIGNALED(Status))
    return std::string("crashed: ") + strsignal(WTERMSIG(Status));
  if (WEXITSTATUS(Status) != 0)
    return "crashed: exit code " + std::to_string(WEXITSTATUS(Status));
  return {};
}

class Pool {
public:
  Pool(size_t Count, std::chrono::seconds Timeout,
       llvm::function_ref<std::string(size_t)> Job)
      : Outcomes(Count), Timeout(Timeout), Job(Job) {}

  void start(size_t Index) {
    int Ends[2];
    if (pipe(Ends) != 0) {
      Outcomes[Index].Failure = "no pipe: " + llvm::sys::StrError();
      return;
    }
    const pid_t Process = fork();
    if (Process == 0) {
      close(Ends[0]);
      // A core file of a crashed analysis is of no use to the user.
      const rlimit NoCore = {0, 0};
      setrlimit(RLIMIT_CORE, &NoCore);
      writeAll(Ends[1], Job(Index));
      // Not exit(): buffers and static objects belong to the parent.
      _exit(0);
    }
    close(Ends[1]);
    if (Process < 0) {
      close(Ends[0]);
      Outcomes[Index].Failure = "no process: " + llvm::sys::StrError();
      return;
    }
    Processes.push_back({Index, Process, Ends[0], Clock::now() + Timeout});
  }

  /// Waits until a process has something to say or is out of time.
  void step() {
    std::vector<pollfd> Polled;
    Clock::time_point Next = Processes.front().Deadline;
    for (const Running &R : Processes) {
      Polled.push_back({R.Pipe, POLLIN, 0});
      Next = std::min(Next, R.Deadline);
    }
    const auto Left = std::chrono::duration_cast<std::chrono::milliseconds>(
        Next - Clock::now());
    poll(Polled.data(), Polled.size(),
         static_cast<int>(std::max<long long>(Left.count() + 1, 0)));
    for (const pollfd &P : Polled)
      if (P.revents != 0)
        receive(*llvm::find_if(
            Processes, [&](const Running &R) { return R.Pipe == P.fd; }));
    for (const Running &R : std::vector<Running>(Processes))
      if (Clock::now() >= R.Deadline)
        expire(R);
  }

  bool idle() const { return Processes.empty(); }
  size_t running() const { return Processes.size(); }

  std::vector<JobOutcome> Outcomes;

private:
  void receive(const Running &R) {
    char Buffer[1 << 16];
    const ssize_t Read = read(R.Pipe, Buffer, sizeof Buffer);
    if (Read < 0 && errno == EINTR)
      return;
    if (Read > 0) {
      Outcomes[R.Index].Output.append(Buffer, Read);
      return;
    }
    finish(R);
  }

  void expire(const Running &R) {
    kill(R.Process, SIGKILL);
    const size_t Index = R.Index;
    finish(R);
    Outcomes[Index].Output.clear();
    Outcomes[Index].Failure =
        "no result after " + std::to_string(Timeout.count()) + " s";
  }

  void finish(const Running &R) {
    int Status = 0;
    while (waitpid(R.Process, &Status, 0) < 0 && errno == EINTR)
      ;
    JobOutcome &Outcome = Outcomes[R.Index];
    Outcome.Failure = describe(Status);
    if (!Outcome.Failure.empty())
      Outcome.Output.clear();
    close(R.Pipe);
    const pid_t Process = R.Process;
    llvm::erase_if(Processes,
                   [&](const Running &Q) { return Q.Process == Process; });
  }

  std::vector<Running> Processes;
  std::chrono::seconds Timeout;
  llvm::function_ref<std::string(size_t)> Job;
};

} // namespace

std::vector<JobOutcome>
runInProcesses(size_t Count, unsigned Parallel, std::chrono::seconds Timeout,
               llvm::function_ref<std::string(size_t)> Job) {
  // A child that is copied with text in a buffer must not print it again.
  std::fflush(nullptr);
  Pool P(Count, Timeout, Job);
  for (size_t Next = 0; Next < Count || !P.idle();) {
    while (Next < Count && P.running() < std::max(Parallel, 1U))
      P.start(Next++);
    if (!P.idle())
      P.step();
  }
  return std::move(P.Outcomes);
}

} // namespace corolint
