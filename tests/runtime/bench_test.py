#!/usr/bin/env python3
"""Measures a little of every row of the benchmark and looks at what comes out.

    bench_test.py <runtime/bench> <directory of the programs>
"""

import json
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROUNDS = 2
SVG = "{http://www.w3.org/2000/svg}"


def run(script, *arguments):
    return subprocess.run([sys.executable, script, *arguments]).returncode


def names(program):
    lines = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    return [line.split("\t")[0] for line in lines.splitlines()]


def check_values(rows, other):
    for row in rows:
        programs = row["programs"]
        assert set(programs) == {"corort", "floor", other}, row["name"]
        for name, measured in programs.items():
            for key in ("operations", "wall_ns", "peak_kib"):
                values = measured[key]
                assert len(values) == ROUNDS and min(values) > 0, (row["name"], name, key)


def main():
    bench, programs = map(Path, sys.argv[1:])
    floor, corort = (str(programs / f"bench_{name}") for name in ("floor", "corort"))
    assert names(corort) == names(floor), "the programs do not have the same rows"
    assert subprocess.run([corort, "no such row"], stderr=subprocess.DEVNULL).returncode == 2

    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch)
        command = [programs, "--rounds", str(ROUNDS), "--scale", "0.0005", "--out", out]
        assert run(bench / "run.py", *map(str, command), "--also", f"again={corort}") == 0

        result = json.loads((out / "performance.json").read_text(encoding="utf-8"))
        assert [row["name"] for row in result["rows"]] == names(corort)
        check_values(result["rows"], "again")

        page = (out / "performance.md").read_text(encoding="utf-8")
        texts = [e.text for e in ElementTree.parse(out / "performance.svg").iter(f"{SVG}text")]
        for row in result["rows"]:
            assert f"\n| {row['title']} | **" in page, f"{row['name']} is not in the table"
            assert row["title"] in texts, f"{row['name']} is not in the plot"
        assert {"corort", "floor", "again"} <= set(texts)

        # A page keeps what is around the tables, and is known to be old.
        (out / "performance.md").write_text(f"# Ours\n\n{page}\nThe end.\n", encoding="utf-8")
        assert run(bench / "report.py", str(out)) == 0
        assert (out / "performance.md").read_text(encoding="utf-8").endswith("\nThe end.\n")
        assert run(bench / "report.py", str(out), "--check") == 0
        (out / "performance.svg").write_text("<svg/>\n", encoding="utf-8")
        assert run(bench / "report.py", str(out), "--check") != 0
    print(f"{len(result['rows'])} rows")


if __name__ == "__main__":
    main()
