# The lit suite over the coroutine examples of Boost.Asio and Boost.Beast: real
# code, read line by line, in which nothing is wrong.

import os
import sys

tests = os.path.join(config.source_root, "tests")
sys.path.insert(0, os.path.join(tests, "marks"))
from marks import MarkedSources

packaged = "/usr/share/doc/libboost1.81-doc/examples"
# Where run.sh unpacks them if the system leaves out documentation.
unpacked = os.path.join(config.source_root, "build", "boost-doc") + packaged
examples = packaged if os.path.isdir(os.path.join(packaged, "libs")) else unpacked


def flags(source):
    with open(source, encoding="utf-8", errors="replace") as file:
        if "co_await" not in file.read():
            return None
    defines = ["-DBOOST_ASIO_HAS_CO_AWAIT", "-DBOOST_ASIO_HAS_STD_COROUTINE"]
    return ["-std=c++20", "-I" + os.path.join(examples, "libs", "beast"), *defines]


config.name = "boost"
# That one uses std::list without including <list>.
config.test_format = MarkedSources(
    config.corolint, flags, broken=["advanced_server_flex_awaitable.cpp"]
)
config.test_source_root = os.path.join(examples, "libs")
config.test_exec_root = os.path.join(config.build_root, "tests", "boost")
