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
    """The sources that FLAGS, a function of the path, gives flags for.

    It returns None for a source that is no case, and an empty list for one that
    has a compilation database. BROKEN are the names of those that Clang cannot
    compile; what can be analysed of them still must match.
    """

    def __init__(self, corolint, flags, broken=()):
        self.corolint = corolint
        self.flags = flags
        self.broken = broken

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
