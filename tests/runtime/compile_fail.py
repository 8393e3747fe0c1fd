#!/usr/bin/env python3
"""Checks what compilers say of wrong uses of corort.

    compile_fail.py <source> <include directory> <compiler>...

The source compiles as it is. Each comment `// refused: <code>` is a wrong use:
put in place of the comment, the code is an error on that line, and the message
has the texts of the `// because: <text>` comments that follow. A text may go on
in further comments that begin with `//   `.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

REFUSED = re.compile(r"(\s*)// refused: (.*)")
BECAUSE = re.compile(r"\s*// because: (.*)")
MORE = re.compile(r"\s*//   (\S.*)")

ERROR = re.compile(r"\S+:\d+:\d+: error: ")
# What g++ writes before an error to say where it is.
CONTEXT = re.compile(r"In file included from |\s+from |\S+: In |\S+:\s+required ")


def read_cases(lines):
    """\\returns code and texts of each wrong use, by the index of its line."""
    found = {}
    for index, line in enumerate(lines):
        if match := REFUSED.fullmatch(line):
            texts = []
            found[index] = (match[1] + match[2], texts)
        elif match := BECAUSE.fullmatch(line):
            texts.append(match[1])
        elif (match := MORE.fullmatch(line)) and found and texts:
            texts[-1] += " " + match[1]
    return found


def compile_lines(compiler, include, name, lines):
    """\\returns the messages, one string for each error."""
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch, name)
        source.write_text("\n".join(lines) + "\n", encoding="utf-8")
        command = [compiler, "-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
        command += ["-fsyntax-only", f"-I{include}", str(source)]
        done = subprocess.run(
            command, stderr=subprocess.PIPE, text=True, env=dict(os.environ, LC_ALL="C")
        )
    output = done.stderr.splitlines()
    starts = []
    for index, line in enumerate(output):
        if ERROR.match(line):
            while index > 0 and CONTEXT.match(output[index - 1]):
                index -= 1
            starts.append(index)
    if done.returncode != 0 and not starts:
        return [done.stderr]
    ends = starts[1:] + [len(output)]
    return ["\n".join(output[begin:end]) for begin, end in zip(starts, ends)]


def normal(text):
    """Clang writes `int *` where g++ writes `int*`."""
    return re.sub(r" (?=[*&>])", "", text)


def problems(source, include, compiler):
    """Yields what is wrong, and the messages it can be seen from."""
    lines = source.read_text(encoding="utf-8").splitlines()
    for error in compile_lines(compiler, include, source.name, lines):
        yield "does not compile as it is", error
    cases = read_cases(lines)
    for index, (code, _) in cases.items():
        lines[index] = code
    errors = compile_lines(compiler, include, source.name, lines)
    for index, (code, texts) in cases.items():
        place = f"{source.name}:{index + 1}:"
        here = [error for error in errors if place in error]
        errors = [error for error in errors if place not in error]
        if not here:
            yield f"{place} compiles: {code.strip()}", ""
        for text in texts:
            if not any(normal(text) in normal(error) for error in here):
                yield f"{place} no '{text}' in the message", "\n".join(here)
    for error in errors:
        yield "an error on a line that is right", error


def main():
    source, include, *compilers = sys.argv[1:]
    source = Path(source)
    if not read_cases(source.read_text(encoding="utf-8").splitlines()):
        sys.exit(f"{source}: no cases")
    failed = False
    for compiler in compilers:
        for what, output in problems(source, include, compiler):
            print(f"{compiler}: {what}\n{output}\n", file=sys.stderr)
            failed = True
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
