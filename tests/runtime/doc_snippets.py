#!/usr/bin/env python3
"""Compiles the C++ examples of docs/runtime.md and runtime/README.md.

    doc_snippets.py <page> <compiler> <include directory>

Every block is compiled in a namespace of its own, after what the page takes for
granted; a block with includes is a whole file. One that says `example=<file>` is
not: it has to be a part of that file of runtime/examples.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

PRELUDE = """
#if defined(__GNUC__) && !defined(__clang__)
// The #line below makes g++ take the examples for a header.
#pragma GCC diagnostic ignored "-Wsubobject-linkage"
#endif
#include "corolint/annotations.hpp"
#include "corort/corort.hpp"
#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <string>
#include <vector>
using namespace std::chrono_literals;
using corort::block_on, corort::join_handle, corort::sleep_for, corort::spawn;
using corort::spawn_blocking, corort::task, corort::when_all, corort::yield;
"""

BLOCK = re.compile(r"^```cpp\n(.*?)^```$", re.MULTILINE | re.DOTALL)


QUOTE = re.compile(r"^```cpp example=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def check_quotes(page, text, examples):
    for quote in QUOTE.finditer(text):
        if quote[2] not in (examples / quote[1]).read_text(encoding="utf-8"):
            line = text.count("\n", 0, quote.start()) + 1
            sys.exit(f"{page}:{line}: {quote[1]} has nothing like this")


def main():
    page, compiler, include = sys.argv[1:]
    text = Path(page).read_text(encoding="utf-8")
    check_quotes(page, text, Path(include).parent / "examples")
    blocks = [(text.count("\n", 0, m.start(1)) + 1, m[1]) for m in BLOCK.finditer(text)]
    if not blocks:
        sys.exit(f"{page}: no examples")
    files = []
    together = PRELUDE
    for line, code in blocks:
        place = f'#line {line} "{page}"\n'
        if "#include" in code:
            files.append(place + code)
        else:
            together += f"namespace block_{line} {{\n{place}{code}}}\n"
    files.append(together)
    with tempfile.TemporaryDirectory() as scratch:
        for number, code in enumerate(files):
            source = Path(scratch, f"{number}.cpp")
            source.write_text(code, encoding="utf-8")
            command = [compiler, "-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
            command += ["-fsyntax-only", f"-I{include}", str(source)]
            if subprocess.run(command).returncode != 0:
                sys.exit(1)
    print(f"{len(blocks)} examples compile")


if __name__ == "__main__":
    main()
