"""Rules: the list of checks, their code, pages and tests name the same checks."""

import json
import posixpath
import re

from rules import rule

# Folders of checks/ that hold no checks.
LAYERS = {"core", "roles", "model"}

GOOD_CHECK = """/// \\file
/// held-lock: a lock is held.

constexpr OptionInfo Options[] = {
    {.Name = "ExtraGuards", .Default = "", .Help = "more guard types"},
};

void run(Pass &P) { P.report({.What = "'" + Name + "' is still locked"}); }

extern constexpr Check HeldLock = {
    .Id = "held-lock",
    .Summary = "a lock is held",
};
"""

# The parts of a tree that follows every rule of this file.
GOOD = {
    "checks/CheckList.inc": '// CHECK(Name, "path")\nCHECK(HeldLock, "locking/held-lock")\n',
    "checks/locking/held-lock.cpp": GOOD_CHECK,
    "docs/checks/held-lock.md": "# held-lock\n\n`ExtraGuards`\n",
    "testdata/checks/held-lock.cpp": "// Guards.\n// RUN: %corolint check --checks=coro-held-lock %s | %FileCheck %s\n"
    "// CHECK: :1:2: warning: 'g' is still locked [coro-held-lock]\n",
    "checks/roles/data/std.json": '{"std::f": {"roles": ["blocks"], "by": "hand", "source": "https://eel.is"}}',
}


def listed(tree):
    """(class name, family, id) of every line of the list."""
    lines = tree.text("checks/CheckList.inc").splitlines()
    found = [re.match(r'CHECK\((\w+), "([\w-]+)/([\w-]+)"\)$', line) for line in lines]
    return [match.groups() for match in found if match]


@rule(
    missing_code=({"checks/locking/held-lock.cpp": None}, "no checks/locking/held-lock.cpp"),
    unlisted_code=({"checks/tasks/lost.cpp": GOOD_CHECK}, "checks/tasks/lost.cpp: not in"),
    other_id=(
        {"checks/locking/held-lock.cpp": GOOD_CHECK.replace('"held-lock"', '"lock"')},
        "does not define",
    ),
    other_class=(
        {"checks/CheckList.inc": 'CHECK(HeldLocks, "locking/held-lock")\n'},
        "HeldLocks is not held-lock",
    ),
    listed_twice=(
        {"checks/CheckList.inc": 'CHECK(HeldLock, "locking/held-lock")\n' * 2},
        "listed twice",
    ),
    empty_list=({"checks/CheckList.inc": ""}, "no checks"),
)
def every_check_has_code(tree):
    checks = listed(tree)
    if not checks:
        yield "checks/CheckList.inc: lists no checks"
    for name, family, check in checks:
        path = f"checks/{family}/{check}.cpp"
        if path not in tree.files:
            yield f"{check}: there is no {path}"
        elif not re.search(rf'Check {name} = {{\s*\.Id = "{check}"', tree.text(path)):
            yield f'{path}: does not define `Check {name}` with the id "{check}"'
        if name != "".join(word.capitalize() for word in check.split("-")):
            yield f"checks/CheckList.inc: {name} is not {check} in camel case"
    paths = [f"checks/{family}/{check}.cpp" for _, family, check in checks]
    for path in sorted({p for p in paths if paths.count(p) > 1}):
        yield f"checks/CheckList.inc: {path} is listed twice"
    for path, _ in tree.under("checks", suffix=".cpp"):
        if path.split("/")[1] not in LAYERS and path not in paths:
            yield f"{path}: not in checks/CheckList.inc"


@rule(
    missing_page=({"docs/checks/held-lock.md": None}, "no docs/checks/held-lock.md"),
    stray_page=({"docs/checks/lost.md": "# lost\n"}, "docs/checks/lost.md: no check"),
    other_title=({"docs/checks/held-lock.md": "# Locks\n`ExtraGuards`\n"}, "does not start with"),
    silent_option=({"docs/checks/held-lock.md": "# held-lock\n"}, "option ExtraGuards"),
)
def every_check_has_a_page(tree):
    ids = {check: family for _, family, check in listed(tree)}
    for check, family in ids.items():
        page = f"docs/checks/{check}.md"
        if page not in tree.files:
            yield f"{check}: there is no {page}"
            continue
        if not re.match(rf"# (coro-)?{check}\n", tree.text(page)):
            yield f"{page}: does not start with the title `# {check}`"
        for option in re.findall(r'\.Name = "(\w+)"', tree.text(f"checks/{family}/{check}.cpp")):
            if option not in tree.text(page):
                yield f"{page}: says nothing about the option {option}"
    for page, _ in tree.under("docs/checks", suffix=".md"):
        if page.split("/")[-1] not in {"README.md"} | {f"{check}.md" for check in ids}:
            yield f"{page}: no check has this name"


@rule(
    missing_cases=({"testdata/checks/held-lock.cpp": None}, "no testdata/checks/held-lock.cpp"),
    stray_cases=({"testdata/checks/lost.cpp": "// RUN: x --checks=coro-lost | %FileCheck %s\n"}, "no check"),
    other_check=(
        {"testdata/checks/held-lock-more.cpp": "// RUN: %corolint check %s | %FileCheck %s\n"},
        "does not run coro-held-lock",
    ),
)
def every_check_has_cases(tree):
    ids = [check for _, _, check in listed(tree)]
    for check in ids:
        if f"testdata/checks/{check}.cpp" not in tree.files:
            yield f"{check}: there is no testdata/checks/{check}.cpp"
    for path, text in tree.under("testdata/checks", suffix=".cpp"):
        stem = path.split("/")[-1].removesuffix(".cpp")
        # `<id>-<part>.cpp` holds more cases of the same check.
        owners = [check for check in ids if stem == check or stem.startswith(check + "-")]
        if not owners:
            yield f"{path}: no check has this name"
        elif f"coro-{max(owners, key=len)}" not in " ".join(re.findall(r"RUN:(.*)", text)):
            yield f"{path}: does not run coro-{max(owners, key=len)}"


@rule(
    unordered=(
        {"testdata/checks/held-lock.cpp": "// RUN: a coro-held-lock | %FileCheck %s\n// CHECK-DAG: x\n"},
        "CHECK-DAG",
    ),
    unguarded=(
        {"testdata/checks/held-lock.cpp": "// RUN: a coro-held-lock | FileCheck %s\n"},
        "%FileCheck",
    ),
)
def cases_catch_unexpected_findings(tree):
    for path, text in tree.under("testdata/checks", suffix=".cpp"):
        if "CHECK-DAG" in text:
            yield f"{path}: CHECK-DAG misses unexpected findings between two expected ones"
        for line in re.findall(r"RUN:(.*)", text):
            if "|" in line and not re.search(r"%FileCheck\b", line):
                yield f"{path}: a RUN line ends in something other than %FileCheck"


def entries(tree):
    """(path, name, entry, problem) of every entry of the shipped role files."""
    for path, text in tree.under("checks/roles/data", suffix=".json"):
        try:
            root = json.loads(text)
        except json.JSONDecodeError as error:
            yield path, "", {}, str(error)
            continue
        for name, entry in root.items():
            if name.startswith("$"):
                continue  # About the file itself.
            for one in entry if isinstance(entry, list) else [entry]:
                yield path, name, one, ""


@rule(
    not_json=({"checks/roles/data/std.json": "{"}, "std.json"),
    no_source=(
        {"checks/roles/data/std.json": '{"std::f": {"roles": ["blocks"], "by": "hand"}}'},
        "'std::f': no source",
    ),
    empty_source=(
        {"checks/roles/data/std.json": '{"std::f": [{"roles": [], "by": "hand", "source": " "}]}'},
        "'std::f': no source",
    ),
    by_nobody=(
        {"checks/roles/data/std.json": '{"std::f": {"roles": [], "source": "https://eel.is"}}'},
        "'std::f': shipped roles",
    ),
    none=({"checks/roles/data/std.json": None}, "no role files"),
)
def every_role_has_a_source(tree):
    found = list(entries(tree))
    if not found:
        yield "checks/roles/data: there are no role files"
    for path, name, entry, problem in found:
        if problem:
            yield f"{path}: {problem}"
        elif not str(entry.get("source", "")).strip():
            yield f"{path}: '{name}': no source"
        elif entry.get("by") != "hand":
            yield f"{path}: '{name}': shipped roles are written by hand"


def slashes(path):
    return [i for i, character in enumerate(path) if character == "/"]


def prose(text):
    """A page without its code blocks and code spans."""
    text = re.sub(r"^(```+).*?^\1$", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`]*`", "", text)


@rule(
    broken=({"docs/more.md": "# More\n[x](gone.md)\n"}, "docs/more.md: gone.md"),
    broken_upwards=({"docs/more.md": "# More\n[x](../gone/y.cpp#z)\n"}, "../gone/y.cpp"),
)
def links_lead_somewhere(tree):
    folders = {path[:end] for path in tree.files for end in slashes(path)}
    for page, text in tree.files.items():
        if page.endswith(".md"):
            for link in re.findall(r"\]\(([^)#\s]+)", prose(text)):
                target = posixpath.normpath(posixpath.join(posixpath.dirname(page), link))
                if "://" not in link and target not in tree.files and target not in folders:
                    yield f"{page}: {link} does not exist"


@rule(unlisted=({"docs/more.md": "# More\n"}, "docs/README.md: more.md"))
def every_page_is_in_the_index(tree):
    for page, _ in tree.under("docs", suffix=".md"):
        name = page.removeprefix("docs/")
        # The pages of the checks stand there as one folder.
        if "/" not in name and name != "README.md" and f"]({name})" not in tree.text("docs/README.md"):
            yield f"docs/README.md: {name} is not in the index"
