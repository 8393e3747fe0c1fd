"""Runs the rules about the tree; each rule, and each proof of it, is one case.

A rule's cases: the tree at hand has no problem; a small tree that follows every
rule has none; and each small tree that breaks the rule has the one it must.
"""

import argparse
import os
import sys
import xml.etree.ElementTree as ElementTree

import counting
import inventory
import layers
import wording
from rules import RULES
from tree import Tree

HERE = os.path.dirname(os.path.abspath(__file__))
FOLLOWS_EVERY_RULE = Tree({**layers.GOOD, **wording.GOOD, **inventory.GOOD})


def cases(tree):
    """(name, problems) of every case; a case without problems has passed."""
    for rule in RULES:
        yield rule.name, list(rule.check(tree))
        yield f"{rule.name}/accepts", list(rule.check(FOLLOWS_EVERY_RULE))
        for label, (changes, expected) in rule.bad.items():
            found = list(rule.check(FOLLOWS_EVERY_RULE.changed(changes)))
            name = f"{rule.name}/rejects-{label.replace('_', '-')}"
            if any(expected in problem for problem in found):
                yield name, []
            else:
                yield name, [f"expected a problem with '{expected}', found {found}"]
    yield from counting.cases()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", default=os.path.join(HERE, "..", ".."), help="root of the tree")
    parser.add_argument("--xml", help="where to write a report in JUnit's format")
    options = parser.parse_args()

    suite = ElementTree.Element("testsuite", name="meta")
    failed = 0
    for name, problems in cases(Tree.load(options.tree)):
        case = ElementTree.SubElement(suite, "testcase", classname="meta", name=name)
        if problems:
            failed += 1
            ElementTree.SubElement(case, "failure").text = "\n".join(problems)
            print(f"FAILED: {name}", *problems, sep="\n    ")
    if options.xml:
        ElementTree.ElementTree(suite).write(options.xml)
    print(f"{len(suite) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
