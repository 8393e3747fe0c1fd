"""Adds up the test reports of a build tree and says what failed.

ctest-<suite>.xml has one case per ctest entry. Where there is also an
<entry>.xml, the entry ran many cases, and those are counted instead. Ends with
the line `N passed, M failed`; exits with 0 only if M is 0 and every suite asked
for has cases.
"""

import argparse
import collections
import os
import sys
import xml.etree.ElementTree as ElementTree

# What took longer than this many seconds is worth a line.
SLOW = 10.0
# Lines shown of a failed case's output.
TAIL = 40

Case = collections.namedtuple("Case", "suite name state seconds output")


def state_of(element):
    """`passed`, `failed` or `skipped`, from any of the JUnit dialects."""
    status = element.get("status", "run")
    if element.find("failure") is not None or element.find("error") is not None:
        return "failed"
    skipped = element.find("skipped")
    if skipped is not None:
        # ctest also says `skipped` of an entry whose program was not built.
        reason = skipped.get("message") or ""
        by_itself = status != "notrun" or reason.startswith("SKIP_")
        return "skipped" if by_itself else "failed"
    return {"fail": "failed", "notrun": "skipped", "disabled": "skipped"}.get(status, "passed")


def output_of(element):
    parts = []
    for tag in ("failure", "error", "skipped", "system-out", "system-err"):
        for found in element.findall(tag):
            parts += [found.get("message") or "", found.text or ""]
    return "\n".join(part.strip() for part in parts if part.strip())


def seconds_of(element):
    try:
        return float(element.get("time", "0"))
    except ValueError:
        return 0.0


def inner_cases(path, entry, suite):
    """The cases that an entry wrote down itself; None if it wrote none."""
    if not os.path.exists(path):
        return None
    try:
        root = ElementTree.parse(path).getroot()
    except ElementTree.ParseError:
        return None  # The entry died while writing; its own result counts.
    cases = []
    for element in root.iter("testcase"):
        name = "/".join(n for n in (element.get("classname"), element.get("name")) if n)
        cases.append(
            Case(suite, f"{entry}/{name}", state_of(element),
                 seconds_of(element), output_of(element)))
    return cases


def cases_of(reports, suite):
    """Every case of one suite."""
    path = os.path.join(reports, f"ctest-{suite}.xml")
    if not os.path.exists(path):
        return []
    try:
        root = ElementTree.parse(path).getroot()
    except ElementTree.ParseError as error:
        return [Case(suite, path, "failed", 0.0, str(error))]
    cases = []
    for element in root.iter("testcase"):
        entry, state = element.get("name", "?"), state_of(element)
        whole = Case(suite, entry, state, seconds_of(element), output_of(element))
        inner = inner_cases(os.path.join(reports, entry + ".xml"), entry, suite)
        if not inner:
            cases.append(whole)
            continue
        cases += inner
        # It died after its last case, or timed out: that counts as well.
        if state == "failed" and not any(c.state == "failed" for c in inner):
            cases.append(whole)
    return cases


def report(cases, suites, broken, out):
    """Prints the account and returns the exit status."""
    cases = cases + [Case("", what, "failed", 0.0, "") for what in broken]
    for suite in suites:
        if not any(c.suite == suite and c.state != "skipped" for c in cases):
            cases.append(Case(suite, f"{suite}: no case ran", "failed", 0.0, ""))

    for case in sorted((c for c in cases if c.seconds >= SLOW), key=lambda c: -c.seconds):
        print(f"{case.seconds:7.1f} s  {case.name}", file=out)
    for suite in suites:
        own = [c for c in cases if c.suite == suite]
        count = collections.Counter(c.state for c in own)
        print(f"{suite}: {count['passed']} passed, {count['failed']} failed, "
              f"{count['skipped']} skipped, {sum(c.seconds for c in own):.1f} s", file=out)
    for case in cases:
        if case.state == "skipped":
            print(f"skipped: {case.name} ({case.output or 'no reason given'})", file=out)
    for case in cases:
        if case.state == "failed":
            print(f"FAILED: {case.name}", file=out)
            for line in case.output.splitlines()[-TAIL:]:
                print(f"    {line}", file=out)

    passed = sum(c.state == "passed" for c in cases)
    failed = sum(c.state == "failed" for c in cases)
    print(f"{passed} passed, {failed} failed", file=out)
    return 0 if passed and not failed else 1


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reports", help="folder of the reports")
    parser.add_argument("--suites", nargs="+", required=True, help="suites that must have cases")
    parser.add_argument("--broken", nargs="*", default=[], help="steps that failed before the tests")
    options = parser.parse_args()
    cases = [case for suite in options.suites for case in cases_of(options.reports, suite)]
    return report(cases, options.suites, options.broken, sys.stdout)


if __name__ == "__main__":
    sys.exit(main())
