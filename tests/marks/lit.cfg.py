# The lit suite over testdata/pitfalls and testdata/projects: the analyser finds
# what is marked as wrong in our own programs, and nothing else.

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from marks import MarkedSources

testdata = os.path.join(config.source_root, "testdata")
runtime = os.path.join(config.source_root, "runtime", "include")


def flags(source):
    folder = os.path.relpath(source, testdata).split(os.sep)[0]
    return {"pitfalls": ["-std=c++20", f"-I{runtime}"], "projects": []}.get(folder)


config.name = "marks"
config.test_format = MarkedSources(config.corolint, flags)
config.test_source_root = testdata
config.test_exec_root = os.path.join(config.build_root, "tests", "marks")
