#!/usr/bin/env python3
"""Runs one program of testdata/pitfalls and checks that it ends as it must.

    pitfalls.py <pitfall> <bad|good|confirmed> <source> <program>

A good program exits with 0. A bad one fails in its own way, and no other: a
crash or a failure of something else is an error of the test. One that is to be
confirmed is a bad program in a debug build of corort.

What confirms a mistake, a sanitizer or a detector, must name the line of the
finding: the one marked `// finding: <check>`. Some see where its consequence
shows, by nature; the program marks that line `// reported`.
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
# What a sanitizer sees, it sees in the bad program itself. It shows the access,
# not the mistake: the use of what is gone, or one of those that race.
REPORTED_BY_SANITIZER = {
    "unsafe-capture": ("reported",),
    "capture-outlives-closure": ("reported",),
    "dangling-argument": (),  # In the helper; its detector names the call.
    # The first access of a reader, or one of the spawner while a reader runs.
    "not-send": ("finding", "reported"),
    "shared-mutation": ("finding",),
}

# What corort says of the others in a debug build. Each report names the finding
# as one of the calls that led to it, or by itself.
CONFIRMED = {
    # The call that locked.
    "lock-across-await": r"a thread's lock is locked \[coro-lock-across-await\]",
    "blocking-call": r"called what blocks its worker \[coro-blocking-call\]",
    "dangling-argument": r"into the spawner's stack \[coro-dangling-argument\]",
    "dropped-task": r"task destroyed, never awaited \[coro-unawaited-task\]",
    "discarded-handle": r"join_handle dropped, .* \[coro-discarded-handle\]",
    # These two are tasks that are not awaited, too, and seen as such.
    "task-as-value": r"task destroyed, never awaited \[coro-unawaited-task\]",
    "task-in-void-callback": r"task destroyed, never awaited \[coro-unawaited-task\]",
    # Not detectors but contracts; corort ends the program.
    "double-await": r"co_await of a task that is empty or already awaited",
    "sync-wait": r"block_on called by a task",
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
    """A bad program holds its one mark; a good one none."""
    marks = re.findall(r"// finding: (\S+)", source.read_text())
    if marks != expected:
        fail(f"{source}: marked findings are {marks}, not {expected}")


def line_of(mark, source):
    lines = [
        number
        for number, line in enumerate(source.read_text().splitlines(), 1)
        if f"// {mark}" in line
    ]
    if len(lines) != 1:
        fail(f"{source}: lines marked {mark!r}: {lines}")
    return lines[0]


def calls_in(output, program):
    """The places, file:line, of the stacks that corort has printed."""
    # Of a program that can be loaded anywhere its name comes with an offset.
    found = re.findall(rf"{re.escape(program)}\((?:\+|\) ?\[)(0x[0-9a-f]+)", output)
    if not found:
        return ""
    # A call is before the address it returns to; inlined ones are told, too.
    calls = [hex(int(address, 16) - 1) for address in found]
    return subprocess.run(
        ["addr2line", "-i", "-e", program, *calls],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout


def expect_line(output, source, marks):
    """One of the lines with these marks is named."""
    wanted = {line_of(mark, source) for mark in marks}
    named = re.findall(rf"{source.parent.name}/{source.name}:(\d+)", output)
    if wanted.isdisjoint(map(int, named)):
        fail(f"line {wanted} is not among those named, {named}", output)


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
    """code None stands for any but 0. Returns the output."""
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
    return done.stdout


def main():
    if len(sys.argv) != 5 or sys.argv[2] not in ("bad", "good", "confirmed"):
        fail(__doc__)
    name, variant, source, program = sys.argv[1:]
    source = Path(source)
    check, failure = PITFALLS[name]
    if variant == "good":
        check_marks(source, [])
        output = expect_exit(program, 0, GOOD_OUTPUT[name])
        if "corort: " in output or "WARNING: " in output:
            fail("something is reported", output)
        return
    check_marks(source, [check])
    if variant == "confirmed":
        output = expect_exit(program, None, CONFIRMED[name])
        expect_line(output + calls_in(output, program), source, ["finding"])
    elif failure == "deadlock":
        expect_deadlock(program)
    else:
        output = expect_exit(program, *failure)
        if marks := REPORTED_BY_SANITIZER.get(name):
            expect_line(output, source, marks)


if __name__ == "__main__":
    main()
