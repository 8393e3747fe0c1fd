"""Checks that corolint finds nothing in the examples of the runtime.

    examples_clean.py <corolint> <root of the tree>
"""

import re
import subprocess
import sys
from pathlib import Path


def main():
    corolint, root = sys.argv[1:]
    files = sorted(str(f.relative_to(root)) for f in Path(root, "runtime/examples").glob("*.cpp"))
    command = [corolint, "check", "--format=concise", "--checks=coro-*", *files, "--"]
    # One of them is a simulation, which needs CORORT_DEBUG.
    command += ["-std=c++20", "-DCORORT_DEBUG=1", "-Iruntime/include"]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True)
    told = run.stdout + run.stderr
    counts = re.search(r"analysed (\d+) files \(\d+ cached, (\d+) failed\).* (\d+) findings", told)
    if not counts or [int(n) for n in counts.groups()] != [len(files), 0, 0]:
        sys.exit(f"examples of the runtime: not clean\n{told}")


if __name__ == "__main__":
    main()
