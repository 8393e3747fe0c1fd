"""Rules: which folder includes what (docs/architecture.md, Layers)."""

import re

from rules import rule

GOOD = {
    "checks/core/Check.h": '/// \\file\n/// Check.\n#include "clang/AST/Decl.h"\n',
    "checks/model/Flow.cpp": '/// \\file\n/// Flow.\n#include "checks/core/Check.h"\n',
    "runtime/include/corort/task.hpp": "/// \\file\n/// task.\n#include <coroutine>\n",
    "driver/report/Json.cpp": "/// \\file\n/// JSON.\n#include <nlohmann/json.hpp>\n",
}

CORE = ["checks/core"]
ROLES = CORE + ["checks/roles"]
MODEL = ROLES + ["checks/model"]
# What each folder includes of the project besides itself. The driver's order
# is that of the layers: the adapter, then analysis, reports, subcommands.
ADAPTER = MODEL + ["checks/CheckList.inc"]
# BuildInfo.h is what the build knows: versions and paths.
ANALYSIS = ADAPTER + ["driver/tidy", "driver/BuildInfo.h"]
REPORT = ANALYSIS + ["driver/analysis"]
COMMANDS = REPORT + ["driver/report"]
ALLOWED = {
    "runtime": [],
    "checks/core": ["checks/CheckList.inc"],
    "checks/roles": CORE,
    "checks/model": ROLES,
    "driver/tidy": ADAPTER,
    "driver/analysis": ANALYSIS,
    "driver/report": REPORT,
    "driver/commands": COMMANDS,
    "driver/clangd": ANALYSIS,
    "driver": COMMANDS + ["driver/commands"],
}


def sources(tree, *folders):
    for path, text in tree.under(*folders):
        if path.endswith((".h", ".hpp", ".cpp", ".inc", ".def")):
            yield path, text


def includes(text):
    return re.findall(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', text, re.MULTILINE)


def layer(path):
    """The folder of PATH that the layers speak of."""
    parts = path.split("/")
    if parts[0] == "runtime":
        return "runtime"
    return "/".join(parts[:2]) if len(parts) > 2 else parts[0]


@rule(
    upwards=(
        {"checks/core/Check.h": '#include "checks/model/Flow.h"\n'},
        "checks/core/Check.h: includes checks/model/Flow.h",
    ),
    between_families=(
        {"checks/locking/held-lock.cpp": '#include "checks/tasks/Helper.h"\n'},
        "includes checks/tasks/Helper.h",
    ),
    check_to_driver=(
        {"checks/locking/held-lock.cpp": '#include "driver/tidy/TidyCheck.h"\n'},
        "includes driver/tidy/TidyCheck.h",
    ),
    adapter_to_command=(
        {"driver/tidy/TidyCheck.cpp": '#include "driver/commands/Check.h"\n'},
        "includes driver/commands/Check.h",
    ),
    runtime_to_checks=(
        {"runtime/include/corort/task.hpp": '#include "checks/core/Check.h"\n'},
        "includes checks/core/Check.h",
    ),
)
def lower_never_includes_higher(tree):
    for path, text in sources(tree, "checks", "driver", "runtime"):
        own = layer(path)
        # A family of checks includes the layers below and nothing else.
        allowed = ALLOWED.get(own, MODEL) + [own]
        for name in includes(text):
            if name.startswith(("checks/", "driver/")) and layer(name) not in allowed:
                if name not in allowed:
                    yield f"{path}: includes {name}"


@rule(
    clang=({"runtime/src/a.cpp": '#include "clang/AST/Decl.h"\n'}, "includes clang/AST/Decl.h"),
    llvm=({"runtime/src/a.cpp": "#include <llvm/ADT/StringRef.h>\n"}, "includes llvm/ADT"),
    json=({"runtime/src/a.cpp": "#include <nlohmann/json.hpp>\n"}, "includes nlohmann/json.hpp"),
)
def runtime_stands_alone(tree):
    for path, text in sources(tree, "runtime/include", "runtime/src"):
        for name in includes(text):
            if name.startswith(("clang/", "clang-tidy/", "llvm/", "nlohmann/")):
                yield f"{path}: includes {name}"


@rule(
    header=({"driver/report/Json.h": "#include <nlohmann/json.hpp>\n"}, "driver/report/Json.h"),
    check=({"checks/locking/held-lock.cpp": '#include "nlohmann/json.hpp"\n'}, "held-lock.cpp"),
)
def json_only_where_files_are_read_or_written(tree):
    allowed = ("checks/roles/", "driver/report/", "driver/analysis/")
    for path, text in sources(tree, "checks", "driver"):
        for name in includes(text):
            if name.startswith("nlohmann/"):
                if not (path.startswith(allowed) and path.endswith(".cpp")):
                    yield f"{path}: includes {name}"


@rule(
    check=({"checks/core/Check.h": '#include "clang-tidy/ClangTidy.h"\n'}, "checks/core/Check.h"),
    command=({"driver/commands/Check.cpp": '#include "clang-tidy/ClangTidy.h"\n'}, "Check.cpp"),
)
def clang_tidy_only_in_the_adapter_and_analysis(tree):
    allowed = ("driver/tidy/", "driver/analysis/", "driver/clangd/")
    for path, text in sources(tree, "checks", "driver"):
        for name in includes(text):
            if name.startswith("clang-tidy/") and not path.startswith(allowed):
                yield f"{path}: includes {name}"


@rule(
    clang=({"checks/model/Flow.cpp": "#if CLANG_VERSION_MAJOR >= 20\n"}, "checks/model/Flow.cpp"),
    llvm=({"driver/main.cpp": "#if  LLVM_VERSION_MAJOR > 19\n"}, "driver/main.cpp"),
)
def versions_only_in_clang_compat(tree):
    pattern = re.compile(r"^\s*#\s*(?:el)?if.*\b(?:CLANG|LLVM)_VERSION", re.MULTILINE)
    for path, text in sources(tree, "checks", "driver"):
        if path != "checks/core/ClangCompat.h" and pattern.search(text):
            yield f"{path}: depends on LLVM's version"


@rule(
    file=({"checks/locking/held-lock.cpp": "#include <fstream>\n"}, "includes fstream"),
    llvm=(
        {"checks/locking/held-lock.cpp": '#include "llvm/Support/FileSystem.h"\n'},
        "includes llvm/Support/FileSystem.h",
    ),
    model=({"checks/model/Flow.cpp": "#include <iostream>\n"}, "includes iostream"),
)
def checks_do_no_io(tree):
    io = {"fstream", "iostream", "cstdio", "filesystem", "stdio.h"}
    io |= {f"llvm/Support/{name}.h" for name in ("FileSystem", "MemoryBuffer", "VirtualFileSystem")}
    for path, text in sources(tree, "checks"):
        # Role files are read, by their layer.
        if not path.startswith("checks/roles/"):
            for name in includes(text):
                if name in io:
                    yield f"{path}: includes {name}"
