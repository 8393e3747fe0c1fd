#!/usr/bin/env python3
"""Runs an example and checks that it prints what its head says, and succeeds.

    examples.py <source> <program>

The head has a comment `// Prints:` and below it the lines, indented; `…` stands
for anything.
"""

import re
import subprocess
import sys
from pathlib import Path

BLOCK = re.compile(r"^// Prints:\n((?:^//     .*\n)+)", re.MULTILINE)


def main():
    source, program = sys.argv[1:]
    block = BLOCK.search(Path(source).read_text(encoding="utf-8"))
    if not block:
        sys.exit(f"{source}: says nothing of what it prints")
    expected = "".join(line[len("//     ") :] for line in block[1].splitlines(keepends=True))
    pattern = ".*".join(re.escape(part) for part in expected.split("…"))
    done = subprocess.run([program], stdout=subprocess.PIPE, text=True, timeout=60)
    if not re.fullmatch(pattern, done.stdout):
        sys.exit(f"{source}: printed\n{done.stdout}instead of\n{expected}")
    if done.returncode != 0:
        sys.exit(f"{source}: exit status {done.returncode}")


if __name__ == "__main__":
    main()
