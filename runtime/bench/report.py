#!/usr/bin/env python3
"""Makes a table and a plot of what run.py measured.

    report.py <folder> [--check]

The folder holds performance.json. It gets performance.svg and performance.md; if
there is such a page already, only what is between its lines `<!-- measured -->`
and `<!-- end -->` is replaced. With --check nothing is written, and it is an
error if one of the two is not what it would become.
"""

import argparse
import json
import statistics
import sys
from pathlib import Path

import plot

# What a program measures, for all operations of a row together.
VALUES = ("operations", "wall_ns", "cpu_ns", "allocations", "peak_kib")
# What is measured first, and what everything is compared with.
SUBJECT, FLOOR = "corort", "floor"
# Around what the page shows of the measurement.
BEGIN, END = "<!-- measured -->", "<!-- end -->"


def per_operation(measured, key):
    """One value a round."""
    return [value / n for value, n in zip(measured[key], measured["operations"])]


def number(value):
    """Three significant digits, no more than two after the point."""
    if value >= 99.95:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 9.995 else f"{value:.2f}"


def cells(row, others):
    """One line of the table."""
    times = {name: per_operation(m, "wall_ns") for name, m in row["programs"].items()}
    floor = statistics.median(times[FLOOR])

    def timed(name):
        if name not in times:
            return ["–", "–"]
        middle = statistics.median(times[name])
        spread = f"{number(min(times[name]))}–{number(max(times[name]))}"
        return [f"**{number(middle)}** ({spread})", f"{middle / floor:.1f}"]

    allocations = statistics.median(per_operation(row["programs"][SUBJECT], "allocations"))
    line = [row["title"], *timed(SUBJECT)]
    line += [f"{number(floor)} ({number(min(times[FLOOR]))}–{number(max(times[FLOOR]))})"]
    for name in others:
        line += timed(name)
    return [*line, "0" if allocations < 0.01 else f"{allocations:.2f}"]


def markdown(lines, right_from=1):
    """A table; the first line is its head."""
    rule = ["---" if i < right_from else "--:" for i in range(len(lines[0]))]
    return "\n".join(f"| {' | '.join(line)} |" for line in [lines[0], rule, *lines[1:]])


def table(result):
    """The tables of the page."""
    rows = result["rows"]
    others = sorted({name for row in rows for name in row["programs"]} - {SUBJECT, FLOOR})
    head = ["ns per operation", SUBJECT, "× floor", FLOOR]
    for name in others:
        head += [name, "× floor"]
    text = [markdown([[*head, "allocations"], *(cells(row, others) for row in rows)])]
    for row in rows:
        if row["name"] == "skynet":
            peak = {name: max(m["peak_kib"]) / 1024 for name, m in row["programs"].items()}
            text.append(
                f"Skynet's process never held more than {peak[SUBJECT]:.1f} MiB; "
                f"the floor's {peak[FLOOR]:.1f} MiB."
            )
    text.append(
        markdown(
            [["row", "what its floor is"], *([row["title"], row["floor"]] for row in rows)],
            right_from=2,
        )
    )
    return "\n\n".join(text) + "\n"


def picture(result):
    """The plot of the medians and spreads."""
    lines = []
    for row in result["rows"]:
        times = {name: per_operation(m, "wall_ns") for name, m in row["programs"].items()}
        lines.append(
            plot.Line(
                row["title"],
                {n: plot.Span(min(t), statistics.median(t), max(t)) for n, t in times.items()},
            )
        )
    return plot.svg("Nanoseconds per operation: median and spread", lines, FLOOR, number)


def page(path, result):
    """The page at PATH with the tables of RESULT on it."""
    text = f"{BEGIN}\n\n{table(result)}\n{END}\n"
    if not path.exists():
        return f"# Performance\n\n{text}"
    old = path.read_text(encoding="utf-8")
    before, begin, rest = old.partition(f"{BEGIN}\n")
    _, end, after = rest.partition(f"{END}\n")
    if not begin or not end:
        sys.exit(f"{path}: there are no lines {BEGIN} and {END}")
    return before + text + after


def write(result, folder, check=False):
    """Writes page and plot, or checks that they are as they would be written."""
    files = {
        folder / "performance.md": page(folder / "performance.md", result),
        folder / "performance.svg": picture(result),
    }
    for path, text in files.items():
        if not check:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            sys.exit(f"{path}: does not show the measured values; run report.py")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    values = options.folder / "performance.json"
    write(json.loads(values.read_text(encoding="utf-8")), options.folder, options.check)


if __name__ == "__main__":
    main()
