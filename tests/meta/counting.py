"""Cases of tests/summary.py: what the last line of a test run counts."""

import os
import subprocess
import sys
import tempfile

SUMMARY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "summary.py")

# As ctest writes them.
PASSED = '<testcase name="{0}" status="run"/>'
FAILED = '<testcase name="{0}" status="fail"><failure message=""/></testcase>'
NOT_BUILT = '<testcase name="{0}" status="notrun"><skipped message="Unable to find executable"/></testcase>'
SKIPPED = '<testcase name="{0}" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/></testcase>'
# As GoogleTest and lit write them.
INNER_PASSED = '<testcase classname="c" name="{0}" time="0.1"/>'
INNER_FAILED = '<testcase classname="c" name="{0}"><failure message="no"/></testcase>'


def suite(*parts):
    cases = "".join(shape.format(f"t{i}") for i, shape in enumerate(parts))
    return f"<testsuites><testsuite>{cases}</testsuite></testsuites>"


# What is reported, with which arguments, the last line and the exit status.
SITUATIONS = {
    "entries": ({"ctest-a": suite(PASSED, PASSED)}, [], "2 passed, 0 failed", 0),
    "failed-entry": ({"ctest-a": suite(PASSED, FAILED)}, [], "1 passed, 1 failed", 1),
    "entry-not-built": ({"ctest-a": suite(PASSED, NOT_BUILT)}, [], "1 passed, 1 failed", 1),
    "skipped-entry": ({"ctest-a": suite(PASSED, SKIPPED)}, [], "1 passed, 0 failed", 0),
    "only-skipped": ({"ctest-a": suite(SKIPPED)}, [], "0 passed, 1 failed", 1),
    "inner-cases-in-place-of-the-entry": (
        {"ctest-a": suite(PASSED, PASSED), "t0": suite(INNER_PASSED, INNER_PASSED)},
        [],
        "3 passed, 0 failed",
        0,
    ),
    "failed-inner-case": (
        {"ctest-a": suite(FAILED), "t0": suite(INNER_PASSED, INNER_FAILED)},
        [],
        "1 passed, 1 failed",
        1,
    ),
    "died-after-its-last-case": (
        {"ctest-a": suite(FAILED), "t0": suite(INNER_PASSED)},
        [],
        "1 passed, 1 failed",
        1,
    ),
    "died-while-reporting": (
        {"ctest-a": suite(FAILED, PASSED), "t0": "<testsuites>"},
        [],
        "1 passed, 1 failed",
        1,
    ),
    "no-report": ({}, [], "0 passed, 1 failed", 1),
    "suite-without-cases": ({"ctest-a": suite(PASSED)}, ["b"], "1 passed, 1 failed", 1),
    "broken-step": (
        {"ctest-a": suite(PASSED)},
        ["--broken", "the build"],
        "1 passed, 1 failed",
        1,
    ),
}


def cases():
    """(name, problems) of every situation."""
    for name, (reports, arguments, line, status) in SITUATIONS.items():
        with tempfile.TemporaryDirectory() as folder:
            for report, text in reports.items():
                with open(os.path.join(folder, report + ".xml"), "w", encoding="utf-8") as file:
                    file.write(text)
            run = subprocess.run(
                [sys.executable, SUMMARY, folder, "--suites", "a", *arguments],
                capture_output=True,
                text=True,
            )
        last = run.stdout.splitlines()[-1:]
        if last == [line] and run.returncode == status:
            yield f"counting/{name}", []
        else:
            told = f"expected '{line}' and {status}, got {last} and {run.returncode}"
            yield f"counting/{name}", [told, run.stderr]
