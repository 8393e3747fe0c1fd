"""A lit format whose cases are whole sources, with a mark on each line that is wrong.

`// finding: coro-x` at the end of a line says that the check coro-x has a
finding there. Every finding must have its mark and every mark its finding.
"""

import json
import os
import re
import subprocess

import lit.Test
import lit.formats

MARK = re.compile(r"// finding: (\S+)")


def marks(text):
    """(line, check) of every mark."""
    for number, line in enumerate(text.splitlines(), 1):
        for check in MARK.findall(line):
            yield number, check


class MarkedSources(lit.formats.FileBasedTest):
    """A subclass says which sources are cases, and with which flags.

    BROKEN are the names of those that Clang cannot compile; what can be analysed
    of them still must match.
    """

    broken = ()

    def __init__(self, corolint):
        self.corolint = corolint

    def flags(self, source):
        """None: not a case. Empty: its compilation database has the flags."""
        raise NotImplementedError

    def getTestsForPath(self, suite, path_in_suite, lit_config, config):
        source = suite.getSourcePath(path_in_suite)
        if source.endswith(".cpp") and self.flags(source) is not None:
            yield lit.Test.Test(suite, path_in_suite, config)

    def execute(self, test, lit_config):
        source = test.getSourcePath()
        command = [self.corolint, "check", "--checks=coro-*", "--format=json", source]
        if self.flags(source):
            command += ["--", *self.flags(source)]
        run = subprocess.run(
            command, capture_output=True, text=True, cwd=os.path.dirname(source)
        )
        with open(source, encoding="utf-8") as file:
            expected = sorted(marks(file.read()))
        status = 3 if os.path.basename(source) in self.broken else 1 if expected else 0
        told = f"$ {' '.join(command)}\n{run.stderr}"
        if run.returncode != status:
            return lit.Test.FAIL, f"{told}exit status {run.returncode}, not {status}\n{run.stdout}"
        found = sorted((f["line"], f["check"]) for f in json.loads(run.stdout)["findings"])
        if found != expected:
            return lit.Test.FAIL, f"{told}found {found}\nmarked {expected}\n"
        return lit.Test.PASS, ""


class OwnPrograms(MarkedSources):
    """The pitfalls and the demo of TESTDATA, on corort in the folder RUNTIME."""

    def __init__(self, corolint, testdata, runtime):
        super().__init__(corolint)
        self.testdata = testdata
        self.runtime = runtime

    def flags(self, source):
        path = os.path.relpath(source, self.testdata)
        if path.startswith("pitfalls" + os.sep):
            return ["-std=c++20", f"-I{self.runtime}"]
        return [] if path.startswith(os.path.join("projects", "demo")) else None



class BoostExamples(MarkedSources):
    """Those of Boost's examples below EXAMPLES that hold coroutines."""

    # It uses std::list without including <list>.
    broken = ("advanced_server_flex_awaitable.cpp",)

    def __init__(self, corolint, examples):
        super().__init__(corolint)
        self.examples = examples

    def flags(self, source):
        with open(source, encoding="utf-8", errors="replace") as file:
            if "co_await" not in file.read():
                return None
        defines = ["-DBOOST_ASIO_HAS_CO_AWAIT", "-DBOOST_ASIO_HAS_STD_COROUTINE"]
        return ["-std=c++20", "-I" + os.path.join(self.examples, "libs", "beast"), *defines]
