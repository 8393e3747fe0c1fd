#!/usr/bin/env python3
"""CPU time of `corolint check` beside `clang++-19 -fsyntax-only` and stock
clang-tidy with its coroutine checks, file by file.

    ratio.py --corolint build/release/driver/corolint            Boost's examples
    ratio.py --corolint … FILE... -- -std=c++20 -Iinclude        other files

User and system time of the process and its children; each figure is the least of
the runs, because other work on the machine only ever adds. The last line has the
geometric means of the ratios. A file that Clang cannot compile is left out.
"""

import argparse
import math
import os
import subprocess
import sys
from pathlib import Path

EXAMPLES = Path("/usr/share/doc/libboost1.81-doc/examples")
BOOST_FLAGS = [
    "-std=c++20",
    f"-I{EXAMPLES}/libs/beast",
    "-DBOOST_ASIO_HAS_CO_AWAIT",
    "-DBOOST_ASIO_HAS_STD_COROUTINE",
]
TIDY_CHECKS = ",".join(
    [
        "-*",
        "misc-coroutine-hostile-raii",
        "cppcoreguidelines-no-suspend-with-lock",
        "cppcoreguidelines-avoid-capturing-lambda-coroutines",
        "cppcoreguidelines-avoid-reference-coroutine-parameters",
    ]
)


def cpu_seconds(command):
    """The CPU time of COMMAND and its exit status."""
    null = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=null, stderr=null)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, process.returncode


def least(commands, runs):
    """The least CPU time of each of COMMANDS; they take turns."""
    best = [math.inf] * len(commands)
    for _ in range(runs):
        for index, command in enumerate(commands):
            best[index] = min(best[index], cpu_seconds(command)[0])
    return best


def geometric_mean(values):
    return math.exp(sum(map(math.log, values)) / len(values))


def main():
    arguments = sys.argv[1:]
    flags = BOOST_FLAGS
    if "--" in arguments:
        flags = arguments[arguments.index("--") + 1 :]
        arguments = arguments[: arguments.index("--")]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corolint", required=True)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("files", nargs="*")
    options = parser.parse_args(arguments)

    files = options.files
    if not files:
        files = [
            str(path)
            for path in sorted(EXAMPLES.rglob("*.cpp"))
            if "co_await" in path.read_text(errors="replace")
        ]
    if not files:
        sys.exit(f"ratio.py: no coroutine examples in {EXAMPLES}")

    print(f"{'clang':>7} {'corolint':>9} {'tidy':>7} {'/clang':>7} {'/tidy':>7}  file")
    by_clang, by_tidy = [], []
    for file in files:
        syntax = ["clang++-19", "-fsyntax-only", "-w", *flags, file]
        if cpu_seconds(syntax)[1] != 0:
            print(f"{'does not compile':>42}  {file}")
            continue
        check = [options.corolint, "check", "-j1", "--checks=coro-*", file, "--", *flags]
        tidy = ["clang-tidy-19", f"--checks={TIDY_CHECKS}", file, "--", *flags]
        clang_time, check_time, tidy_time = least([syntax, check, tidy], options.runs)
        by_clang.append(check_time / clang_time)
        by_tidy.append(check_time / tidy_time)
        print(
            f"{clang_time:7.2f} {check_time:9.2f} {tidy_time:7.2f} {by_clang[-1]:7.2f} "
            f"{by_tidy[-1]:7.2f}  {Path(file).name}",
            flush=True,
        )
    if by_clang:
        means = f"{geometric_mean(by_clang):7.2f} {geometric_mean(by_tidy):7.2f}"
        print(f"{'':>25} {means}  geometric mean of {len(by_clang)} files")


if __name__ == "__main__":
    main()
