"""The project in testdata/projects/hosts, copied to where a test may write, and
what the three hosts find in it, in one form.

A finding is a tuple: file relative to the project, line, column in bytes, the
message, the check, and its notes as (file, line, column, message). What stands
in a note and what an editor offers as a quick fix is a note here. Editors write
the first letter of a text as a capital one; here it is small.
"""

import json
import re
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ["locks.cpp", "tasks.cpp", "loud/console.cpp"]
HEADERS = ["include/app/counter.hpp"]
# corort stands for an installed library: its headers are system headers.
FLAGS = ["-std=c++20", "-Iinclude", f"-isystem{ROOT}/runtime/include"]
CONFIGURATION = "Checks: '-*,coro-*'\nHeaderFilterRegex: '.*'\n"

LINE = re.compile(r"(?P<file>[^:\n]+):(?P<line>\d+):(?P<column>\d+): (?P<level>warning|note|error): (?P<text>.*)")
CHECK = re.compile(r" \[([a-z-]+)\]$")


def create(folder, configured=True):
    """Copies the project into FOLDER and writes its compilation database."""
    shutil.copytree(ROOT / "testdata" / "projects" / "hosts", folder, dirs_exist_ok=True)
    if configured:
        (folder / ".clang-tidy").write_text(CONFIGURATION)
    database = [
        {"directory": str(folder), "file": name, "arguments": ["clang++", *FLAGS, "-c", name]}
        for name in SOURCES
    ]
    (folder / "compile_commands.json").write_text(json.dumps(database))
    return folder


def small(text):
    """TEXT as the check wrote it: clangd makes sentences and counts fixes."""
    text = re.sub(r" \(fix(es)? available\)$", "", text)
    return text[:1].lower() + text[1:]


def relative(path, folder):
    path = Path(path)
    return str(path.relative_to(folder)) if path.is_absolute() else str(path)


def from_text(output, folder):
    """The findings in OUTPUT, lines as compilers print them."""
    findings = []
    for line in output.splitlines():
        match = LINE.match(line)
        if not match:
            continue
        place = (relative(match["file"], folder), int(match["line"]), int(match["column"]))
        if match["level"] == "note":
            findings[-1][-1].append((*place, small(match["text"])))
            continue
        check = CHECK.search(match["text"])
        findings.append([*place, small(match["text"][: check.start()]), check[1], []])
    return sorted({(*finding[:-1], tuple(finding[-1])) for finding in findings})


def from_json(report):
    """The findings in the driver's json format."""
    def place(thing):
        return (thing["file"], thing["line"], thing["column"])

    findings = []
    for finding in report["findings"]:
        notes = [(*place(note), small(note["message"])) for note in finding["notes"]]
        notes += [
            (*place(finding), small(fix["title"])) for fix in finding["fixes"] if not fix["safe"]
        ]
        findings.append((*place(finding), small(finding["message"]), finding["check"], tuple(notes)))
    return sorted(findings)


def run(command, folder, expected=None):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=280)
    if expected is not None and done.returncode != expected:
        raise AssertionError(
            f"{command} exits with {done.returncode}, not {expected}\n{done.stdout}{done.stderr}"
        )
    return done


def by_driver(hosts, folder, *arguments):
    done = run([hosts.corolint, "check", "--format=json", *arguments], folder, expected=1)
    return from_json(json.loads(done.stdout))


def by_plugin(hosts, folder, *arguments):
    done = run(["clang-tidy-19", f"-load={hosts.plugin}", "-p", ".", *arguments, *SOURCES], folder)
    if "error:" in done.stdout + done.stderr:
        raise AssertionError(done.stdout + done.stderr)
    return from_text(done.stdout, folder)
