/// \file
/// Jobs in processes of their own: results by index, and what a crash, a hang
/// or an early end of one does to the others.

#include "driver/analysis/Pool.h"

#include "gtest/gtest.h"
#include <csignal>
#include <cstdlib>
#include <unistd.h>

namespace corolint {
namespace {

constexpr std::chrono::seconds Patience(300);

TEST(DriverPool, returns_outputs_by_index_whatever_the_number_of_processes) {
  for (const unsigned Parallel : {1U, 3U, 64U}) {
    const auto Outcomes = runInProcesses(
        20, Parallel, Patience, [](size_t I) { return std::to_string(I * I); });
    ASSERT_EQ(Outcomes.size(), 20U);
    for (size_t I = 0; I < Outcomes.size(); ++I) {
      EXPECT_EQ(Outcomes[I].Output, std::to_string(I * I));
      EXPECT_EQ(Outcomes[I].Failure, "");
    }
  }
}

TEST(DriverPool, carries_more_than_a_pipe_holds) {
  const std::string Long(3 << 20, 'x');
  const auto Outcomes =
      runInProcesses(3, 2, Patience, [&](size_t) { return Long; });
  for (const JobOutcome &Outcome : Outcomes)
    EXPECT_EQ(Outcome.Output, Long);
}

TEST(DriverPool, loses_only_the_job_that_crashes) {
  const auto Outcomes = runInProcesses(4, 2, Patience, [](size_t I) {
    if (I == 1)
      raise(SIGKILL);
    if (I == 2)
      _exit(7);
    return std::string("done");
  });
  EXPECT_EQ(Outcomes[0].Output, "done");
  EXPECT_EQ(Outcomes[1].Failure, "crashed: Killed");
  EXPECT_EQ(Outcomes[1].Output, "");
  EXPECT_EQ(Outcomes[2].Failure, "crashed: exit code 7");
  EXPECT_EQ(Outcomes[3].Output, "done");
}

TEST(DriverPool, ends_a_job_that_hangs) {
  const auto Outcomes =
      runInProcesses(3, 3, std::chrono::seconds(1), [](size_t I) {
        while (I == 1)
          pause();
        return std::string("done");
      });
  EXPECT_EQ(Outcomes[0].Output, "done");
  EXPECT_EQ(Outcomes[1].Failure, "no result after 1 s");
  EXPECT_EQ(Outcomes[2].Output, "done");
}

TEST(DriverPool, does_nothing_for_no_jobs) {
  EXPECT_TRUE(runInProcesses(0, 2, Patience, [](size_t) {
                return std::string();
              }).empty());
}

} // namespace
} // namespace corolint
