#!/usr/bin/env python3
"""Measures corort beside its floor, and writes the table, the plot and the values.

    run.py <build directory> [--rounds N] [--rows await,chain] [--scale S]
           [--also NAME=PROGRAM]... --out <directory>

The build directory holds bench_floor and bench_corort. A program of --also is
listed beside them if it speaks their protocol (harness.hpp). Every round runs
each row once in each program, one process after the other, so that whatever
else slows the machine down slows them all.

The output directory gets performance.json, all values, and from them
performance.md and performance.svg (report.py).
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

import report

# No row takes this many seconds; a program that does hangs.
PATIENCE = 300


def listed(program):
    """The rows that the program has: their descriptions by name, in order."""
    lines = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    return dict(line.split("\t") for line in lines.splitlines())


def measure(program, row, scale):
    """One measurement, as the program prints it."""
    command = [program, row, str(scale)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE)
    if run.returncode != 0:
        sys.exit(f"{' '.join(command)}: exit status {run.returncode}: {run.stderr.strip()}")
    return json.loads(run.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=Path, help="where the programs are")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", help="only these, separated by commas")
    parser.add_argument("--scale", type=float, default=1, help="of the counts of operations")
    parser.add_argument("--also", action="append", default=[], metavar="NAME=PROGRAM")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()

    programs = {name: str(options.build / f"bench_{name}") for name in ("floor", "corort")}
    programs |= dict(other.split("=", 1) for other in options.also)
    rows = {name: listed(program) for name, program in programs.items()}
    wanted = options.rows.split(",") if options.rows else list(rows["corort"])
    if unknown := set(wanted) - set(rows["corort"]):
        sys.exit(f"no such rows: {', '.join(sorted(unknown))}")

    values = {row: {name: [] for name in programs if row in rows[name]} for row in wanted}
    for round_ in range(options.rounds):
        for row, by_program in values.items():
            for name, measured in by_program.items():
                measured.append(measure(programs[name], row, options.scale))
        print(f"round {round_ + 1} of {options.rounds}", file=sys.stderr)

    result = {
        "rounds": options.rounds,
        "rows": [
            {
                "name": row,
                "title": rows["corort"][row],
                "floor": rows["floor"][row],
                "programs": {
                    name: {key: [each[key] for each in measured] for key in report.VALUES}
                    for name, measured in by_program.items()
                },
            }
            for row, by_program in values.items()
        ],
    }
    options.out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(result, indent=1)
    # A list of one value a round is one line.
    text = re.sub(r"\[[\s\d,]+\]", lambda m: f"[{' '.join(m[0][1:-1].split())}]", text)
    (options.out / "performance.json").write_text(text + "\n", encoding="utf-8")
    report.write(result, options.out)


if __name__ == "__main__":
    main()
