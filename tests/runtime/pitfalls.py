#!/usr/bin/env python3
"""Runs one program of testdata/pitfalls and checks that it ends as it must.

    pitfalls.py <pitfall> <bad|good> <source> <program>

A good program exits with 0. A bad one fails in its own way, and no other: a
crash or a failure of something else is an error of the test.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

# A program that is to hang is given up after HANG seconds, the others, on a
# loaded machine, after PATIENCE.
HANG = 3
PATIENCE = 60

USE_AFTER = r"ERROR: AddressSanitizer: (heap|stack)-use-after-(free|return|scope)"

# The check that finds each mistake, and what running the mistake looks like:
# a deadlock, or this exit code and this text in the output.
PITFALLS = {
    "lock-across-await": ("coro-lock-across-await", "deadlock"),
    "unsafe-capture": ("coro-borrow-in-spawned-task", (None, USE_AFTER)),
    "capture-outlives-closure": ("coro-capture-outlives-closure", (None, USE_AFTER)),
    "dangling-argument": ("coro-dangling-argument", (None, USE_AFTER)),
    "not-send": ("coro-not-send", (None, r"WARNING: ThreadSanitizer: data race")),
    "shared-mutation": (
        "coro-shared-mutation",
        (66, r"WARNING: ThreadSanitizer: data race"),
    ),
    "blocking-call": ("coro-blocking-call", (1, r"^0 ticks")),
    "dropped-task": ("coro-unawaited-task", (1, r"\Arefused: ann\Z")),
    "double-await": ("coro-double-await", (None, r"empty or already awaited")),
    "discarded-handle": ("coro-discarded-handle", (1, r"(?m)^all stored$")),
    "task-as-value": ("coro-task-as-value", (1, r"\A3 of 3 admitted\Z")),
    "task-in-void-callback": (
        "coro-task-in-void-callback",
        (1, r"\A3 sold, 0 mailed\Z"),
    ),
    "sync-wait": (
        "coro-sync-wait-in-coroutine",
        (None, r"^corort: block_on called by a task"),
    ),
}
GOOD_OUTPUT = {
    "lock-across-await": r"total 70",
    "unsafe-capture": r"3 visits noted",
    "capture-outlives-closure": r"\A3 orders confirmed\Z",
    "dangling-argument": r"\A3 ships entered\Z",
    "not-send": r"\A400000 found\Z",
    "shared-mutation": r"\A400000 votes\Z",
    "blocking-call": r"[1-9]\d* ticks",
    "dropped-task": r"ann to bob\nrefused: ann",
    "double-await": r"\Abusy\n42\Z",
    "discarded-handle": r"\Arefused: an empty line\Z",
    "task-as-value": r"\A2 of 3 admitted\Z",
    "task-in-void-callback": r"\A3 sold, 3 mailed\Z",
    "sync-wait": r"^total 120$",
}


def fail(message, output=""):
    print(f"pitfalls.py: {message}\n{output}", file=sys.stderr)
    sys.exit(1)


def check_marks(source, expected):
    """The bad program holds its one mark; the good one none."""
    marks = re.findall(r"// finding: (\S+)", source.read_text())
    if marks != expected:
        fail(f"{source}: marked findings are {marks}, not {expected}")


def sleeps(pid):
    """Whether every thread of the process waits for something."""
    for stat in Path(f"/proc/{pid}/task").glob("*/stat"):
        # The state follows the name, which is in parentheses.
        if stat.read_text().rpartition(")")[2].split()[0] != "S":
            return False
    return True


def expect_deadlock(program):
    process = subprocess.Popen(
        [program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        output, _ = process.communicate(timeout=HANG)
        fail(f"ended with {process.returncode} where it must hang", output)
    except subprocess.TimeoutExpired:
        # Busy threads would mean a slow program, not a deadlock.
        still = sleeps(process.pid)
        process.kill()
        process.communicate()
        if not still:
            fail("is busy where it must hang")


def expect_exit(program, code, pattern):
    """code None stands for any but 0."""
    try:
        done = subprocess.run(
            [program],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=PATIENCE,
            # What has raced can do anything, and never end.
            env={**os.environ, "TSAN_OPTIONS": "halt_on_error=1"},
        )
    except subprocess.TimeoutExpired as stuck:
        fail(f"did not end within {PATIENCE} s", stuck.output)
    if (done.returncode == 0) if code is None else (done.returncode != code):
        fail(f"exit code {done.returncode}", done.stdout)
    if not re.search(pattern, done.stdout.strip()):
        fail(f"output does not match {pattern!r}", done.stdout)


def main():
    if len(sys.argv) != 5 or sys.argv[2] not in ("bad", "good"):
        fail(__doc__)
    name, variant, source, program = sys.argv[1:]
    check, failure = PITFALLS[name]
    if variant == "good":
        check_marks(Path(source), [])
        expect_exit(program, 0, GOOD_OUTPUT[name])
        return
    check_marks(Path(source), [check])
    if failure == "deadlock":
        expect_deadlock(program)
    else:
        expect_exit(program, *failure)


if __name__ == "__main__":
    main()
