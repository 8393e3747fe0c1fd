# The lit suite over testdata/checks: each file runs the analyser on itself and
# compares what it prints with the expectations beside its lines.

import os

import lit.formats

config.name = "cases"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".cpp"]
config.test_source_root = os.path.join(config.source_root, "testdata", "checks")
config.test_exec_root = os.path.join(config.build_root, "tests", "cases")

include = os.path.join(config.source_root, "testdata", "include")
runtime = os.path.join(config.source_root, "runtime", "include")
filecheck = os.path.join(config.llvm_tools, "FileCheck")

config.substitutions += [
    ("%corolint", config.corolint),
    ("%plugin", config.plugin),
    ("%clang_tidy", os.path.join(config.llvm_tools, "clang-tidy")),
    # Flags that find corort, and the small headers that stand for libraries.
    ("%runtime", f"-I{runtime}"),
    ("%include", f"-I{include}"),
    # An unexpected finding between two expected ones is a failure.
    (
        "%FileCheck",
        f"{filecheck} --allow-empty --implicit-check-not=warning: --implicit-check-not=error:",
    ),
]
