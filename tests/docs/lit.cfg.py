# The lit suite over docs/checks: the examples of each page do what it says.

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from examples import DocExamples

include = os.path.join(config.source_root, "testdata", "include")
runtime = os.path.join(config.source_root, "runtime", "include")

config.name = "docs"
config.test_format = DocExamples(
    corolint=config.corolint,
    prelude=os.path.join(include, "doc_prelude.hpp"),
    flags=["-std=c++20", f"-I{include}", f"-I{runtime}"],
)
config.test_source_root = os.path.join(config.source_root, "docs", "checks")
config.test_exec_root = os.path.join(config.build_root, "tests", "docs")
