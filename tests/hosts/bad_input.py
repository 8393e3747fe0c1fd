"""Every kind of bad input: one clear line on stderr, the right exit status, and
nothing else lost."""

import json
import re
import shutil

from cases import case, equal, run
from project import ROOT
from project import run as run_program

FLAGS = ["--", "-std=c++20", f"-I{ROOT}/runtime/include"]
FOUND = "fine.cpp:11:19: warning: 'guard' is still locked when the coroutine suspends"
SUMMARY = re.compile(r"^analysed (\d+) files \(0 cached, (\d+) failed\) in \d+\.\d s: (\d+) findings$")


def check(hosts, folder, *arguments):
    """Exit status, stdout's findings and errors, stderr, numbers of the summary."""
    done = run_program([hosts.corolint, "check", "--format=concise", *arguments], folder)
    errors = done.stderr.splitlines()
    summary = None
    if errors and SUMMARY.match(errors[-1]):
        summary = tuple(map(int, SUMMARY.match(errors.pop()).groups()))
    reported = [line for line in done.stdout.splitlines() if ": note: " not in line]
    return done.returncode, reported, errors, summary


def expect(result, status, reported, errors, summary):
    equal(result[2], [f"corolint: error: {error}" for error in errors], "stderr")
    equal(result[0], status, "exit status")
    equal([line.rpartition(" [")[0] for line in result[1]], reported, "reported")
    equal(result[3], summary, "analysed, failed, findings")


def copy(folder):
    shutil.copytree(ROOT / "testdata" / "projects" / "broken", folder, dirs_exist_ok=True)


@case
def nothing_named_and_no_database(hosts, folder):
    error = (
        "nothing to analyse: no files are named and there is no compile_commands.json "
        f"in {folder}, the folders above, or their build*/"
    )
    expect(check(hosts, folder), 2, [], [error], (0, 0, 0))


@case
def file_that_does_not_exist(hosts, folder):
    copy(folder)
    result = check(hosts, folder, "gone.cpp", "fine.cpp", *FLAGS)
    expect(result, 2, [FOUND], ["gone.cpp: no such file or folder"], (1, 0, 1))


@case
def folder_without_sources(hosts, folder):
    copy(folder)
    (folder / "empty").mkdir()
    result = check(hosts, folder, "empty", "fine.cpp", *FLAGS)
    expect(result, 2, [FOUND], ["empty: holds no C++ sources"], (1, 0, 1))


@case
def database_that_is_not_json(hosts, folder):
    copy(folder)
    (folder / "compile_commands.json").write_text('[\n  {"directory": ".",]\n')
    result = check(hosts, folder)
    error = f"{folder}/compile_commands.json: not JSON: [2:21, byte=23]: Expected object key"
    expect(result, 2, [], [error], (0, 0, 0))


@case
def database_that_is_no_database(hosts, folder):
    for text, what in (
        ("{}", "not a JSON array"),
        ("[3]", "entry 1: not a JSON object"),
        ('[{"directory": "."}]', "entry 1: 'file': a string is missing"),
        (
            '[{"directory": ".", "file": "a.cpp"}]',
            "entry 1: 'arguments': a list of strings is missing",
        ),
        (
            '[{"directory": ".", "file": "a.cpp", "arguments": [1]}]',
            "entry 1: 'arguments': not a list of strings",
        ),
    ):
        (folder / "compile_commands.json").write_text(text)
        error = f"{folder}/compile_commands.json: {what}"
        expect(check(hosts, folder), 2, [], [error], (0, 0, 0))


@case
def database_without_entries(hosts, folder):
    (folder / "compile_commands.json").write_text("[]")
    error = f"nothing to analyse: {folder}/compile_commands.json names no C++ sources"
    expect(check(hosts, folder), 2, [], [error], (0, 0, 0))


@case
def database_that_is_not_there(hosts, folder):
    (folder / "b").mkdir()
    error = f"{folder}/b/compile_commands.json: no such file"
    expect(check(hosts, folder, "-p", "b"), 2, [], [error], (0, 0, 0))
    error = f"{folder}/c: no such file or folder"
    expect(check(hosts, folder, "-p", "c"), 2, [], [error], (0, 0, 0))


@case
def database_that_names_a_missing_file(hosts, folder):
    copy(folder)
    entries = [
        {"directory": ".", "file": name, "arguments": ["c++", *FLAGS[1:], name]}
        for name in ("gone.cpp", "fine.cpp")
    ]
    (folder / "compile_commands.json").write_text(json.dumps(entries))
    expect(check(hosts, folder), 3, [FOUND], ["gone.cpp: no such file"], (2, 1, 1))


@case
def file_that_does_not_compile(hosts, folder):
    copy(folder)
    result = check(hosts, folder, "broken.cpp", "fine.cpp", *FLAGS)
    locked = "warning: 'guard' is still locked when the coroutine suspends"
    reported = [
        "broken.cpp:5:10: error: 'not_there.hpp' file not found",
        "broken.cpp:13:1: error: unknown type name 'unknown_type'",
        "broken.cpp:18:3: error: use of undeclared identifier 'undeclared'",
        f"broken.cpp:16:19: {locked}",
        f"broken.cpp:22:19: {locked}",
        FOUND,
    ]
    error = "broken.cpp: does not compile (4 errors), analysed as far as it was understood"
    expect(result, 3, reported, [error], (2, 1, 3))


@case
def flag_that_clang_does_not_know(hosts, folder):
    copy(folder)
    result = check(hosts, folder, "fine.cpp", *FLAGS, "-fno-such-thing")
    reported = ["fine.cpp: error: unknown argument: '-fno-such-thing'", FOUND]
    error = "fine.cpp: does not compile (1 error), analysed as far as it was understood"
    expect(result, 3, reported, [error], (1, 1, 1))


@case
def role_file_with_a_wrong_key(hosts, folder):
    copy(folder)
    (folder / "ours.json").write_text('{"app::flush": {"rols": ["blocks-thread"]}}')
    result = check(hosts, folder, "--roles", "ours.json", "fine.cpp", *FLAGS)
    error = "ours.json: 'app::flush': 'rols': unknown key, did you mean 'roles'"
    expect(result, 2, [FOUND], [error], (1, 0, 1))


@case
def role_file_that_is_not_there(hosts, folder):
    copy(folder)
    result = check(hosts, folder, "--roles", "gone.json", "fine.cpp", *FLAGS)
    expect(result, 2, [FOUND], ["gone.json: No such file or directory"], (1, 0, 1))


@case
def check_that_does_not_exist(hosts, folder):
    for globs, what in (
        (
            "coro-lock-accross-await",
            "'coro-lock-accross-await': no such check; did you mean 'coro-lock-across-await'?",
        ),
        ("coro-*,-bugprone-*", "'bugprone-*': no such check"),
    ):
        result = check(hosts, folder, f"--checks={globs}", "fine.cpp", *FLAGS)
        expect(result, 2, [], [f"'--checks': {what}"], None)


@case
def no_check_left(hosts, folder):
    copy(folder)
    (folder / ".clang-tidy").write_text("Checks: '-*,bugprone-*'\n")
    error = (
        "nothing to analyse: 'Checks' in .clang-tidy leaves no coro-* check; "
        "add coro-* there or name checks with --checks"
    )
    expect(check(hosts, folder, "fine.cpp", *FLAGS), 2, [], [error], (0, 0, 0))
    result = check(hosts, folder, "--checks=coro-*", "fine.cpp", *FLAGS)
    expect(result, 1, [FOUND], [], (1, 0, 1))


@case
def option_of_a_check_that_does_not_exist(hosts, folder):
    copy(folder)
    (folder / ".clang-tidy").write_text(
        "Checks: 'coro-*,bugprone-*'\n"
        "CheckOptions:\n"
        "  bugprone-argument-comment.StrictMode: true\n"
        "  coro-blocking-call.ReportConsolOutput: true\n"
        "  coro-blocking-cal.ReportConsoleOutput: true\n"
    )
    result = check(hosts, folder, "fine.cpp", *FLAGS)
    errors = [
        f"{folder}/.clang-tidy: 'coro-blocking-cal.ReportConsoleOutput': "
        "no such check; did you mean 'coro-blocking-call'?",
        f"{folder}/.clang-tidy: 'coro-blocking-call.ReportConsolOutput': "
        "no such option; did you mean 'ReportConsoleOutput'?",
    ]
    expect(result, 2, [FOUND], errors, (1, 0, 1))


@case
def configuration_that_is_not_yaml(hosts, folder):
    copy(folder)
    (folder / ".clang-tidy").write_text("Checks: 'coro-*'\nChekcs: x\n")
    result = check(hosts, folder, "fine.cpp", *FLAGS)
    expect(result, 2, [FOUND], [f"{folder}/.clang-tidy:2:1: unknown key 'Chekcs'"], (1, 0, 1))


@case
def wrong_usage(hosts, folder):
    for arguments, what in (
        (["--chekcs=x"], "'--chekcs': no such option; did you mean '--checks'?"),
        (["-x"], "'-x': no such option"),
        (["--exit-zero=1"], "'--exit-zero': takes no value"),
        (["-j"], "'-j': a value is missing (N)"),
        (["-j0"], "'-j': '0' is not a number above 0"),
        (["-jmany"], "'-j': 'many' is not a number above 0"),
        (
            ["--format=sarf"],
            "'--format': 'sarf': no such format (text, concise, json, sarif); "
            "did you mean 'sarif'?",
        ),
        (
            ["--profile=strickt"],
            "'--profile': 'strickt': no such profile (default, strict); "
            "did you mean 'strict'?",
        ),
    ):
        expect(check(hosts, folder, *arguments), 2, [], [what], None)


@case
def report_that_cannot_be_written(hosts, folder):
    copy(folder)
    result = check(hosts, folder, "--format=json=no/such/folder.json", "fine.cpp", *FLAGS)
    expect(result, 2, [FOUND], ["no/such/folder.json: No such file or directory"], (1, 0, 1))


@case
def wrong_command(hosts, folder):
    for arguments, what in (
        (["chek"], "'chek': no such command; did you mean 'check'?"),
        (["rule"], "a check is missing (or --all); 'corolint list' prints their names"),
        (
            ["rule", "lock-accross-await"],
            "'lock-accross-await': no such check; did you mean 'lock-across-await'?",
        ),
        (["list", "all"], "'all': list takes no names"),
        (["list", "--format=xml"], "'--format': 'xml': no such format (text, json)"),
    ):
        done = run_program([hosts.corolint, *arguments], folder, expected=2)
        equal(done.stderr, f"corolint: error: {what}\n", "stderr")
        equal(done.stdout, "", "stdout")


@case
def file_that_takes_too_long(hosts, folder):
    copy(folder)
    # Doubles at each level: nobody waits for 2^60 instantiations.
    (folder / "endless.cpp").write_text(
        "template <int N, int M> struct tree {\n"
        "  static constexpr int value = tree<N - 1, 2 * M>::value + tree<N - 1, 2 * M + 1>::value;\n"
        "};\n"
        "template <int M> struct tree<0, M> { static constexpr int value = 1; };\n"
        "int count = tree<30, 0>::value;\n"
    )
    status, reported, errors, summary = check(
        hosts, folder, "--timeout=20", "-j2", "endless.cpp", "fine.cpp", *FLAGS
    )
    equal((status, summary), (3, (2, 1, 1)), "exit status and summary")
    equal([line.rpartition(" [")[0] for line in reported], [FOUND], "reported")
    wanted = r"corolint: error: endless\.cpp: no result after 20 s; command: cd \S+ && clang\+\+ .*endless\.cpp.*"
    if len(errors) != 1 or not re.fullmatch(wanted, errors[0]):
        raise AssertionError(f"stderr: {errors}")


@case
def file_that_crashes_the_compiler(hosts, folder):
    copy(folder)
    (folder / "crash.cpp").write_text("#pragma clang __debug crash\n")
    status, reported, errors, summary = check(hosts, folder, "crash.cpp", "fine.cpp", *FLAGS)
    equal((status, summary), (3, (2, 1, 1)), "exit status and summary")
    equal([line.rpartition(" [")[0] for line in reported], [FOUND], "reported")
    wanted = r"corolint: error: crash\.cpp: crashed: .*; command: cd \S+ && clang\+\+ .*crash\.cpp.*"
    if len(errors) != 1 or not re.fullmatch(wanted, errors[0]):
        raise AssertionError(f"stderr: {errors}")


if __name__ == "__main__":
    run("hosts.bad_input")
