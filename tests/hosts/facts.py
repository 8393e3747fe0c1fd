"""What the driver writes with --facts, and what a later run makes of it."""

import json
import shutil

from cases import case, equal, run
from project import ROOT
from project import run as run_program

FLAGS = ["-std=c++20", f"-isystem{ROOT}/runtime/include"]
SOURCES = ["disk/store.cpp", "memory/store.cpp", "server.cpp"]


def create(folder):
    shutil.copytree(ROOT / "testdata" / "projects" / "facts", folder, dirs_exist_ok=True)
    (folder / ".clang-tidy").write_text("Checks: '-*,coro-blocking-call'\n")
    database = [
        {"directory": str(folder), "file": name, "arguments": ["c++", *FLAGS, "-c", name]}
        for name in SOURCES
    ]
    (folder / "compile_commands.json").write_text(json.dumps(database))


def check(hosts, folder, *arguments, expected=0):
    """The lines on stdout and those on stderr before the summary."""
    command = [hosts.corolint, "check", "--format=concise", *arguments]
    done = run_program(command, folder, expected=expected)
    return done.stdout.splitlines(), done.stderr.splitlines()[:-1]


def facts(folder, name):
    return json.loads((folder / "facts" / f"{name}.facts.json").read_text())


@case
def facts_of_each_file(hosts, folder):
    create(folder)
    equal(check(hosts, folder, "--facts", "facts"), ([], []), "output")
    found = facts(folder, "disk/store.cpp")
    equal(
        sorted(found),
        [
            "disk::store::flush()",
            "disk::store::~store()",
            "disk::sync(const disk::store &)",
            "disk::sync(int)",
            "sync_all()",
            "sync_now()",
        ],
        "facts",
    )
    equal(
        found["disk::store::flush()"],
        {
            "roles": [{"role": "blocks", "kind": "file"}],
            "by": "inferred",
            "declared-in": ["store.hpp"],
            "source": "calls 'write_out' at disk/store.cpp:18, "
            "which calls 'fsync' at disk/store.cpp:10",
        },
        "fact",
    )
    equal(found["sync_all()"]["linkage"], "C", "linkage")
    # Files of the same name keep apart; what is not a fact any more goes.
    equal(facts(folder, "memory/store.cpp"), {}, "facts")
    source = folder / "disk" / "store.cpp"
    source.write_text(source.read_text().replace("::fsync(file);", ""))
    check(hosts, folder, "--facts", "facts", "disk/store.cpp")
    equal(sorted(facts(folder, "disk/store.cpp")), ["disk::sync(const disk::store &)", "sync_all()", "sync_now()"])


STORY = [
    "server.cpp:10:3: warning: 'disk::store::flush' blocks the thread in coroutine 'serves' "
    "[coro-blocking-call]",
    "server.cpp:10:3: note: 'disk::store::flush' calls 'write_out' at disk/store.cpp:18, which "
    "calls 'fsync' at disk/store.cpp:10, which waits for a file; nothing else runs on this thread "
    "meanwhile",
    "server.cpp:10:3: note: use co_await corort::spawn_blocking(…) instead",
]


@case
def a_later_run_knows_them(hosts, folder):
    create(folder)
    equal(check(hosts, folder, "server.cpp"), ([], []), "without facts")
    check(hosts, folder, "--facts", "facts")
    found, said = check(hosts, folder, "--roles", "facts", "server.cpp", expected=1)
    equal(said, [], "stderr")
    equal(found[: len(STORY)], STORY, "story")
    warnings = [line.rpartition(" blocks ")[0] for line in found if " warning: " in line]
    equal(
        warnings,
        [
            "server.cpp:10:3: warning: 'disk::store::flush'",
            "server.cpp:21:3: warning: 'report'",
            "server.cpp:22:3: warning: 'sync_now'",
            "server.cpp:23:3: warning: 'disk::sync'",
            "server.cpp:24:15: warning: 'disk::store::~store'",
        ],
        "warnings",
    )
    # The whole project at once, and its facts with those of the run before.
    again, _ = check(hosts, folder, "--roles=facts", "--facts=facts", expected=1)
    equal(again, found, "findings")


@case
def a_body_in_the_file_says_it_better(hosts, folder):
    create(folder)
    check(hosts, folder, "--facts", "facts")
    path = folder / "facts" / "memory" / "store.cpp.facts.json"
    path.write_text('{"memory::store::flush()": {"roles": ["blocks"], "by": "inferred"}}')
    source = folder / "memory" / "store.cpp"
    source.write_text(
        source.read_text() + "corort::task<> uses(memory::store &s) {\n  s.flush();\n  co_return;\n}\n"
    )
    equal(check(hosts, folder, "--roles=facts", "memory/store.cpp"), ([], []), "output")


@case
def a_role_that_was_written_stands_against_them(hosts, folder):
    create(folder)
    check(hosts, folder, "--facts", "facts")
    (folder / "ours.json").write_text(
        '{"disk::store::flush": {"roles": ["assume-nonblocking"]}, "disk::sync": {"roles": []},\n'
        ' "disk::store::~store": {"roles": []}, "sync_all": {"roles": []}}'
    )
    for order in (["--roles=facts", "--roles=ours.json"], ["--roles=ours.json", "--roles=facts"]):
        equal(check(hosts, folder, *order, "server.cpp"), ([], []), "output")


@case
def another_declaration_of_that_name(hosts, folder):
    create(folder)
    check(hosts, folder, "--facts", "facts")
    (folder / "other.cpp").write_text(
        '#include "corort/task.hpp"\n'
        'extern "C" void sync_all(void);\n'
        "corort::task<> uses() {\n  sync_all();\n  co_return;\n}\n"
    )
    output = check(hosts, folder, "--roles=facts", "other.cpp", "--", *FLAGS)
    equal(output, ([], []), "output")


@case
def the_plugin_takes_a_folder_too(hosts, folder):
    create(folder)
    check(hosts, folder, "--facts", "facts")
    (folder / ".clang-tidy").write_text(
        "Checks: '-*,coro-blocking-call'\nCheckOptions:\n  coro.RoleFiles: facts\n"
    )
    command = ["clang-tidy-19", f"-load={hosts.plugin}", "-p", ".", "server.cpp"]
    done = run_program(command, folder)
    equal(done.stdout.count("warning: "), 5, "warnings")


@case
def a_file_outside_the_project(hosts, folder):
    create(folder)
    outside = folder / "elsewhere"
    project = folder / "project"
    project.mkdir()
    outside.mkdir()
    for name in (project / "a.cpp", outside / "a.cpp"):
        name.write_text("int a;\n")
    database = [
        {"directory": str(project), "file": str(name), "arguments": ["c++", *FLAGS, str(name)]}
        for name in (project / "a.cpp", outside / "a.cpp")
    ]
    (project / "compile_commands.json").write_text(json.dumps(database))
    (project / ".clang-tidy").write_text("Checks: '-*,coro-*'\n")
    check(hosts, project, "--facts", "facts")
    written = sorted(
        str(path.relative_to(project / "facts")) for path in (project / "facts").rglob("*.json")
    )
    equal(written, [f"@{outside}/a.cpp.facts.json", "a.cpp.facts.json"], "files")


@case
def a_folder_that_cannot_be_written(hosts, folder):
    create(folder)
    (folder / "file").write_text("")
    for name, why in (("file", "Not a directory"), ("file/below", "Not a directory")):
        _, said = check(hosts, folder, "--facts", name, expected=2)
        equal(said, [f"corolint: error: {folder}/{name}: {why}"], "stderr")
    (folder / "facts" / "disk" / "store.cpp.facts.json").mkdir(parents=True)
    _, said = check(hosts, folder, "--facts", "facts", expected=2)
    equal(said, [f"corolint: error: {folder}/facts/disk/store.cpp.facts.json: Is a directory"])


if __name__ == "__main__":
    run("hosts.facts")
