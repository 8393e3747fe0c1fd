# The lit suite over the coroutine examples of Boost.Asio and Boost.Beast: real
# code, read line by line, in which nothing is wrong.

import os
import sys

tests = os.path.join(config.source_root, "tests")
sys.path.insert(0, os.path.join(tests, "marks"))
from marks import BoostExamples

packaged = "/usr/share/doc/libboost1.81-doc/examples"
# Where run.sh unpacks them if the system leaves out documentation.
unpacked = os.path.join(config.source_root, "build", "boost-doc") + packaged
examples = packaged if os.path.isdir(os.path.join(packaged, "libs")) else unpacked

config.name = "boost"
config.test_format = BoostExamples(config.corolint, examples)
config.test_source_root = os.path.join(examples, "libs")
config.test_exec_root = os.path.join(config.build_root, "tests", "boost")
