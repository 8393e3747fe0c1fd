"""corolint-clangd in a real editor, Neovim, and at the corners of its protocol."""

import json
import os

from cases import case, equal, run, same_findings
from lsp import Server, by_clangd
from project import SOURCES, by_driver, create, relative, small
from project import run as run_program


def in_neovim(hosts, folder, name, fix=""):
    """Opens the file NAME and applies the first quick fix titled FIX."""
    result = folder / "neovim.json"
    environment = {"SERVER": hosts.clangd, "FILE": name, "RESULT": str(result), "FIX": fix}
    os.environ.update(environment, HOME=str(folder), XDG_STATE_HOME=str(folder))
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "neovim.lua")
    run_program(["nvim", "--headless", "--clean", "-u", script], folder, expected=0)
    return json.loads(result.read_text())


def byte_column(folder, file, start):
    """The 1-based column in bytes of START, whose character counts UTF-16."""
    line = (folder / file).read_text().splitlines()[start["line"]]
    before = line.encode("utf-16-le")[: 2 * start["character"]].decode("utf-16-le")
    return len(before.encode()) + 1


def from_neovim(findings, name, folder):
    found = []
    for finding in findings:
        if not str(finding["check"]).startswith("coro-"):
            continue
        notes = []
        for note in finding["notes"]:
            file = relative(note["location"]["uri"].removeprefix("file://"), folder)
            start = note["location"]["range"]["start"]
            column = byte_column(folder, file, start)
            notes.append((file, start["line"] + 1, column, small(note["message"])))
        found.append(
            (
                name,
                finding["line"],
                finding["column"],
                small(finding["message"]),
                finding["check"],
                tuple(notes),
            )
        )
    return sorted(found)


def without_suggestions(findings, report):
    """FINDINGS less the notes that editors show as quick fixes."""
    titles = {
        small(fix["title"])
        for finding in report["findings"]
        for fix in finding["fixes"]
        if not fix["safe"]
    }
    return sorted(
        (*finding[:-1], tuple(note for note in finding[-1] if note[3] not in titles))
        for finding in findings
    )


@case
def neovim_and_driver(hosts, folder):
    create(folder, configured=False)
    for name in SOURCES:
        found = from_neovim(in_neovim(hosts, folder, name)["before"], name, folder)
        done = run_program([hosts.corolint, "check", "--format=json", name], folder, expected=1)
        expected = by_driver(hosts, folder, name)
        expected = [finding for finding in expected if finding[0] == name]
        expected = without_suggestions(expected, json.loads(done.stdout))
        same_findings(found, expected, f"Neovim in {name}")


@case
def neovim_applies_a_quick_fix(hosts, folder):
    create(folder, configured=False)
    # A safe fix goes by the title that clangd makes from its edit.
    result = in_neovim(hosts, folder, "tasks.cpp", fix="insert 'co_await '")
    before = from_neovim(result["before"], "tasks.cpp", folder)
    after = from_neovim(result["after"], "tasks.cpp", folder)
    gone = [finding for finding in before if finding not in after]
    equal([finding[4] for finding in gone], ["coro-unawaited-task"], "findings that are gone")
    line = gone[0][1]
    if "co_await" not in result["text"][line - 1]:
        raise AssertionError(f"line {line} is {result['text'][line - 1]!r}")


@case
def edits_change_the_findings(hosts, folder):
    create(folder, configured=False)
    (folder / "edited.cpp").write_text((folder / "locks.cpp").read_text())
    with Server([hosts.clangd, "--log=error"], folder) as server:
        before = server.findings("edited.cpp")
        text = (folder / "edited.cpp").read_text().replace("std::unique_lock guard(m);", "")
        server.notify(
            "textDocument/didChange",
            textDocument={"uri": (folder / "edited.cpp").as_uri(), "version": 2},
            contentChanges=[{"text": text}],
        )
        after = [
            one for one in server.diagnostics("edited.cpp") if one["code"].startswith("coro-")
        ]
    equal(len(after), len(before) - 1, "findings after the guard is gone")


@case
def a_configuration_turns_checks_off(hosts, folder):
    create(folder, configured=False)
    (folder / ".clang-tidy").write_text("Checks: '-coro-lock-across-await'\n")
    found = by_clangd(hosts, folder, ["locks.cpp", "tasks.cpp"])
    checks = sorted({finding[4] for finding in found})
    equal(checks, ["coro-blocking-call", "coro-unawaited-task"], "checks that report")


@case
def clangds_own_checks_stay_on(hosts, folder):
    (folder / "own.cpp").write_text("int half(int n) { double d = n / 2; return d; }\n")
    with Server([hosts.clangd, "--log=error"], folder) as server:
        codes = [diagnostic.get("code") for diagnostic in server.open("own.cpp")]
    equal(codes, ["bugprone-integer-division"], "findings")


if __name__ == "__main__":
    run("hosts.editor")
