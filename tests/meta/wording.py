"""Rules: how files begin, how long they are, and what their texts say."""

import re

from rules import rule

GOOD = {
    "CMakeLists.txt": "# The build.\n",
    "run.sh": "#!/bin/sh\n# Runs it.\n",
    "tests/a.py": '"""Helps."""\n',
    "docs/README.md": "# Index\n",
    "LICENSE": "licence\n",
}

CPP = (".cpp", ".h", ".hpp")
# A script may start with the line that names its interpreter.
SHEBANG = r"(?:#!.*\n)?(?:# shellcheck .*\n)?"
BEGINNINGS = {
    ".cpp": r"/// \\file\n/// \S|// \S",
    ".h": r"/// \\file\n/// \S",
    ".hpp": r"/// \\file\n/// \S",
    ".inc": r"// \S",
    ".def": r"// \S",
    ".py": SHEBANG + r'(?:# \S|r?""")',
    ".sh": SHEBANG + r"# \S",
    ".py.in": r"# \S",
    ".h.in": r"/// \\file\n/// \S",
    ".lua": SHEBANG + r"-- \S",
    ".md": r"# \S",
    ".cmake": r"# \S",
    "CMakeLists.txt": r"# \S",
    ".ci/run": SHEBANG + r"# \S",
}


@rule(
    cpp=({"checks/core/A.cpp": "#include <map>\n"}, "checks/core/A.cpp"),
    header=({"checks/core/A.h": "// A.\n#include <map>\n"}, "checks/core/A.h"),
    cmake=({"CMakeLists.txt": "project(x)\n"}, "CMakeLists.txt"),
    script=({"run.sh": "#!/bin/sh\nset -e\n"}, "run.sh"),
    page=({"docs/README.md": "Index\n"}, "docs/README.md"),
    python=({"tests/a.py": "import os\n"}, "tests/a.py"),
)
def files_say_what_they_hold(tree):
    for path, text in sorted(tree.files.items()):
        for suffix, beginning in BEGINNINGS.items():
            if path.endswith(suffix) and not re.match(beginning, text):
                yield f"{path}: does not start with a sentence that says what it holds"


LIMIT = 400


@rule(
    long=({"driver/A.cpp": "/// \\file\n/// A.\n" + "int x;\n" * LIMIT}, "402 lines"),
    reason_too_late=(
        {"driver/A.cpp": "int x;\n" * LIMIT + "// Over 400 lines because it is.\n"},
        "401 lines",
    ),
)
def long_files_say_why(tree):
    for path, text in sorted(tree.files.items()):
        lines = text.splitlines()
        reason = re.search(r"(?i)over 400 lines", "\n".join(lines[:20]))
        if len(lines) > LIMIT and not path.endswith(".json") and not reason:
            yield f"{path}: {len(lines)} lines; split it, or say at its top why it is over 400 lines"


HEDGE = re.compile(r"\b(may|might|possibly|perhaps|probably|should)\b", re.IGNORECASE)


def literals(text):
    """String literals of C++ code, without include lines and comments."""
    text = re.sub(r"^\s*(#.*|//.*)$", "", text, flags=re.MULTILINE)
    # Adjacent literals are one text.
    text = re.sub(r'(?<!\\)"\s*\n\s*"', "", text)
    return re.findall(r'"((?:[^"\\\n]|\\.)*)"', text)


def complaints(text):
    """What is wrong with a finding's text."""
    if text.endswith("."):
        yield f"'{text}' ends with a full stop"
    if re.match(r"[A-Z][a-z]* ", text):
        yield f"'{text}' starts with a capital letter"
    for word in HEDGE.findall(text):
        yield f"'{text}' says '{word}'"


@rule(
    full_stop=({"checks/a/b.cpp": 'x.What = "it is locked.";\n'}, "full stop"),
    capital=({"checks/a/b.cpp": 'x.What = "The lock is held";\n'}, "capital"),
    hedge=({"checks/a/b.cpp": 'x.What = "this may "\n  "block";\n'}, "says 'may'"),
    note=({"checks/model/Flow.cpp": 'note("should not");\n'}, "says 'should'"),
)
def findings_state_facts(tree):
    for path, text in tree.under("checks", suffix=".cpp"):
        # What the roles' reader says about files is no finding.
        if path.split("/")[1] in ("core", "roles"):
            continue
        for literal in literals(text):
            if " " in literal.strip():
                for complaint in complaints(literal):
                    yield f"{path}: {complaint}"


@rule(
    full_stop=(
        {"testdata/checks/a.cpp": "// CHECK: :1:2: warning: 'g' is locked. [coro-a]\n"},
        "full stop",
    ),
    hedge=({"testdata/checks/a.cpp": "// CHECK-NEXT: :1:2: note: 'g' might be locked\n"}, "might"),
)
def expected_findings_state_facts(tree):
    pattern = re.compile(r"CHECK[A-Z-]*:.*?(?:warning|note): (.*?)(?: \[coro-.*)?$", re.MULTILINE)
    for path, text in tree.under("testdata/checks"):
        for expected in pattern.findall(text):
            for complaint in complaints(expected):
                yield f"{path}: {complaint}"


MACHINE = re.compile(r"""(?:^|["'` (=])(/(?:work|root|home)/\S*|/tmp/[A-Za-z]\S*)""", re.MULTILINE)


@rule(
    work=({"docs/README.md": "# A\nsee /work/x\n"}, "/work/x"),
    home=({"run.sh": "#!/bin/sh\n# A.\ncd /home/me/x\n"}, "/home/me/x"),
    temporary=({"run.sh": '#!/bin/sh\n# A.\necho >"/tmp/log"\n'}, "/tmp/log"),
)
def no_path_of_one_machine(tree):
    for path, text in sorted(tree.files.items()):
        if not path.startswith("tests/meta/"):
            for found in MACHINE.findall(text):
                yield f"{path}: {found}"


LEFT_OVER = re.compile(
    r"\b(TODO|FIXME|XXX|HACK|not implemented|[Ii]ssue #?\d+)\b"
)


@rule(
    todo=({"driver/A.cpp": "// TODO: later\n"}, "TODO"),
    number=({"docs/README.md": "# A\nsee issue #12\n"}, "issue #12"),
    unfinished=({"driver/A.cpp": 'error("not implemented");\n'}, "not implemented"),
)
def no_left_overs(tree):
    for path, text in sorted(tree.files.items()):
        if not path.startswith("tests/meta/"):
            for found in sorted(set(LEFT_OVER.findall(text))):
                yield f"{path}: {found}"


TOP = set(
    "checks driver runtime testdata tests docs CMakeLists.txt README.md CMakePresets.json "
    "LICENSE .clang-format .clang-tidy .gitignore .ci run.sh test.sh".split()
)


@rule(
    file=({"notes.txt": "x"}, "notes.txt"),
    folder=({"src/a.cpp": "// A.\n"}, "src"),
)
def top_level_is_fixed(tree):
    for name in sorted({path.split("/")[0] for path in tree.files} - TOP):
        yield f"{name}: does not belong in the top level"
