# The lit suite over testdata/pitfalls and the demo project: the analyser finds
# what is marked as wrong in our own programs, and nothing else.

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from marks import OwnPrograms

testdata = os.path.join(config.source_root, "testdata")
runtime = os.path.join(config.source_root, "runtime", "include")

config.name = "marks"
config.test_format = OwnPrograms(config.corolint, testdata, runtime)
config.test_source_root = testdata
config.test_exec_root = os.path.join(config.build_root, "tests", "marks")
