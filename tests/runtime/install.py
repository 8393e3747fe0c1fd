#!/usr/bin/env python3
"""Uses corort as another project would, and runs what comes of it.

    install.py <package|subdirectory> <runtime> <consumer> <generator> <compiler>
"""

import subprocess
import sys
import tempfile
from pathlib import Path


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}: exit status {done.returncode}\n{done.stdout}")


def main():
    way, runtime, consumer, generator, compiler = sys.argv[1:]
    tools = ["-G", generator, f"-DCMAKE_CXX_COMPILER={compiler}"]
    with tempfile.TemporaryDirectory() as scratch:
        prefix, build = Path(scratch, "prefix"), Path(scratch, "build")
        if way == "package":
            own = Path(scratch, "corort")
            run("cmake", "-S", runtime, "-B", own, *tools, "-DCORORT_BUILD_EXAMPLES=OFF")
            run("cmake", "--install", own, "--prefix", prefix)
            found = [f"-DCMAKE_PREFIX_PATH={prefix}"]
        else:
            found = [f"-Dcorort_source={runtime}"]
        run("cmake", "-S", consumer, "-B", build, *tools, *found)
        run("cmake", "--build", build)
        run(build / "consumer")
    print(f"used as a {way}")


if __name__ == "__main__":
    main()
