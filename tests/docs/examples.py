"""A lit format whose cases are the examples in the pages of docs/checks.

A block that starts with ```cpp bad must give at least one finding of the
page's check, a ```cpp good block none. Each is compiled on its own, after the
prelude, which declares what the examples on a page take for granted.
"""

import json
import os
import re
import subprocess

import lit.Test
import lit.formats

BLOCK = re.compile(r"^```cpp (bad|good)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(text):
    """The examples of a page: (kind, first line's number, code)."""
    for match in BLOCK.finditer(text):
        yield match[1], text.count("\n", 0, match.start(2)) + 1, match[2]


class DocExamples(lit.formats.FileBasedTest):
    def __init__(self, corolint, prelude, flags):
        self.corolint = corolint
        self.prelude = prelude
        self.flags = flags

    def getTestsForPath(self, suite, path_in_suite, lit_config, config):
        page = suite.getSourcePath(path_in_suite)
        if not page.endswith(".md") or os.path.basename(page) == "README.md":
            return
        with open(page, encoding="utf-8") as file:
            found = list(blocks(file.read()))
        # A page with no bad example still is a case, which fails.
        if not any(kind == "bad" for kind, _, _ in found):
            found.append(("bad", 1, ""))
        for kind, line, code in found:
            test = lit.Test.Test(suite, path_in_suite + (f"{kind}-{line}",), config)
            test.kind, test.line, test.code, test.page = kind, line, code, page
            yield test

    def execute(self, test, lit_config):
        check = "coro-" + os.path.splitext(os.path.basename(test.page))[0]
        source = test.getExecPath() + ".cpp"
        os.makedirs(os.path.dirname(source), exist_ok=True)
        with open(source, "w", encoding="utf-8") as file:
            file.write(f'#include "{self.prelude}"\n#line {test.line} "{test.page}"\n{test.code}')

        # A good example is one to follow, so no check at all finds anything in it.
        checks = check if test.kind == "bad" else "coro-*"
        command = [self.corolint, "check", f"--checks={checks}", "--format=json"]
        command += [source, "--", *self.flags]
        run = subprocess.run(command, capture_output=True, text=True)
        told = f"$ {' '.join(command)}\n{run.stdout}{run.stderr}exit status {run.returncode}\n"
        if run.returncode not in (0, 1):
            return lit.Test.FAIL, told
        found = [f["check"] for f in json.loads(run.stdout)["findings"]]
        if test.kind == "bad" and check not in found:
            return lit.Test.FAIL, told + f"the bad example has no finding of {check}\n"
        if test.kind == "good" and found:
            return lit.Test.FAIL, told + "the good example has findings\n"
        return lit.Test.PASS, ""
