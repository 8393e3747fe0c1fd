"""Checks that the finding in README.md is what corolint prints today.

    readme.py <corolint> <root of the tree>
"""

import re
import subprocess
import sys


def main():
    corolint, root = sys.argv[1:]
    with open(f"{root}/README.md", encoding="utf-8") as file:
        shown = re.search(r"^```\n(testdata/.*?)^```$", file.read(), re.MULTILINE | re.DOTALL)
    if not shown:
        sys.exit("README.md: shows no finding of the demo project")
    command = [corolint, "check", "-p", "testdata/projects/demo", "--format=text", "--exit-zero"]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True)
    if run.returncode or shown[1] not in run.stdout:
        sys.exit(f"README.md: its finding is not in this\n{run.stdout}{run.stderr}")


if __name__ == "__main__":
    main()
