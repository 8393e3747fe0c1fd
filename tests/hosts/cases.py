"""Runs the functions marked as cases and reports each as a JUnit test case."""

import argparse
import sys
import tempfile
import traceback
import xml.etree.ElementTree as ElementTree
from pathlib import Path

CASES = []


def case(function):
    """Marks FUNCTION(hosts, folder) as a case; FOLDER is empty and its own."""
    CASES.append(function)
    return function


def equal(found, expected, what="value"):
    if found != expected:
        raise AssertionError(f"{what}:\n  found    {found!r}\n  expected {expected!r}")


def same_findings(found, expected, who):
    """Compares two collections of findings and tells each difference."""
    missing = sorted(set(expected) - set(found))
    extra = sorted(set(found) - set(expected))
    if missing or extra or len(found) != len(expected):
        lines = [f"{who} differs ({len(found)} findings, {len(expected)} expected)"]
        lines += [f"  missing: {one}" for one in missing]
        lines += [f"  extra:   {one}" for one in extra]
        raise AssertionError("\n".join(lines))


def run(suite):
    """Runs every case of the calling file; exits with 0 if all passed."""
    parser = argparse.ArgumentParser()
    for host in ("corolint", "plugin", "clangd"):
        parser.add_argument(f"--{host}", required=True, type=lambda p: str(Path(p).resolve()))
    parser.add_argument("--xml", help="where to write a report in JUnit's format")
    parser.add_argument("only", nargs="*", help="names of the cases to run")
    hosts = parser.parse_args()

    report = ElementTree.Element("testsuite", name=suite)
    failed = 0
    for function in CASES:
        name = function.__name__.replace("_", "-")
        if hosts.only and name not in hosts.only:
            continue
        element = ElementTree.SubElement(report, "testcase", classname=suite, name=name)
        try:
            with tempfile.TemporaryDirectory(prefix="corolint-") as folder:
                function(hosts, Path(folder).resolve())
        except Exception:
            failed += 1
            text = traceback.format_exc()
            ElementTree.SubElement(element, "failure").text = text
            print(f"FAILED: {name}\n{text}")
    if hosts.xml:
        ElementTree.ElementTree(report).write(hosts.xml)
    print(f"{len(report) - failed} passed, {failed} failed")
    sys.exit(1 if failed or not len(report) else 0)
