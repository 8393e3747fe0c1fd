"""What the driver prints: the same bytes always, each format, and fixes."""

import json
import os
import re
import shutil

from cases import case, equal, run, same_findings
from project import FLAGS, ROOT, SOURCES, by_driver, create, from_text
from project import run as run_program

FORMATS = ("text", "concise", "json", "sarif")


def check(hosts, folder, *arguments, expected=1):
    return run_program([hosts.corolint, "check", *arguments], folder, expected=expected).stdout


@case
def same_bytes_for_any_number_of_processes(hosts, folder):
    create(folder)
    for name in FORMATS:
        outputs = {check(hosts, folder, f"--format={name}", f"-j{n}") for n in (1, 2, 5, 5)}
        equal(len(outputs), 1, f"different outputs in {name}")


@case
def several_formats_at_once(hosts, folder):
    create(folder)
    printed = check(hosts, folder, "--format=concise", *(f"--format={n}=out.{n}" for n in FORMATS))
    for name in FORMATS:
        alone = check(hosts, folder, f"--format={name}")
        equal((folder / f"out.{name}").read_text(), alone, name)
    equal(printed, (folder / "out.concise").read_text(), "stdout")


@case
def a_header_is_reported_once(hosts, folder):
    create(folder)
    found = [one for one in by_driver(hosts, folder) if one[0].endswith(".hpp")]
    equal(len(found), 1, "findings in headers")
    # With one file alone, too: the header belongs to the project.
    found = [one for one in by_driver(hosts, folder, "tasks.cpp") if one[0].endswith(".hpp")]
    equal(len(found), 1, "findings in headers")


@case
def header_filter_of_the_configuration(hosts, folder):
    create(folder)
    for regex, count in (("''", 1), ("'nothing'", 0)):
        (folder / ".clang-tidy").write_text(f"Checks: 'coro-*'\nHeaderFilterRegex: {regex}\n")
        found = [one for one in by_driver(hosts, folder, "tasks.cpp") if one[0].endswith(".hpp")]
        equal(len(found), count, f"findings in headers with {regex}")


@case
def concise_and_json_say_the_same(hosts, folder):
    create(folder)
    concise = from_text(check(hosts, folder, "--format=concise"), folder)
    same_findings(concise, by_driver(hosts, folder), "concise")


@case
def text_points_at_the_column(hosts, folder):
    create(folder)
    lines = check(hosts, folder, "locks.cpp").splitlines()
    carets = 0
    for headline, source, caret in zip(lines, lines[1:], lines[2:]):
        match = re.match(r"(\S+):(\d+):(\d+): \w+: ", headline)
        if not match or not caret.endswith("^"):
            continue
        carets += 1
        number, _, text = source.partition(" | ")
        equal(number.strip(), match[2], "line number")
        original = (folder / match[1]).read_text().splitlines()[int(match[2]) - 1]
        equal(text, original, "source line")
        before = original.encode()[: int(match[3]) - 1].decode()
        equal(len(caret) - 1, source.index(" | ") + 3 + len(before), "caret's column")
    if carets < 10:
        raise AssertionError(f"only {carets} carets")


@case
def paths_are_relative_to_the_working_directory(hosts, folder):
    create(folder)
    done = run_program([hosts.corolint, "check", "--format=concise", "-p", ".."], folder / "loud")
    files = {line.split(":")[0] for line in done.stdout.splitlines()}
    expected = {"console.cpp", f"{folder}/locks.cpp", f"{folder}/tasks.cpp"}
    equal(files, expected | {f"{folder}/include/app/counter.hpp"}, "files")


@case
def folders_and_databases_below_build(hosts, folder):
    create(folder)
    (folder / "build-debug").mkdir()
    os.rename(folder / "compile_commands.json", folder / "build-debug" / "compile_commands.json")
    everything = by_driver(hosts, folder)
    loud = by_driver(hosts, folder, "loud")
    equal({one[0] for one in loud}, {"loud/console.cpp"}, "files of the folder")
    same_findings([one for one in everything if one[0].startswith("loud/")], loud, "the folder")


@case
def a_file_the_database_does_not_name(hosts, folder):
    create(folder)
    shutil.copy(folder / "locks.cpp", folder / "copied.cpp")
    found = [one for one in by_driver(hosts, folder, "copied.cpp") if one[0] == "copied.cpp"]
    expected = [one for one in by_driver(hosts, folder, "locks.cpp") if one[0] == "locks.cpp"]
    equal(len(found), len(expected), "findings")


@case
def flags_of_other_compilers(hosts, folder):
    create(folder)
    expected = by_driver(hosts, folder)
    database = json.loads((folder / "compile_commands.json").read_text())
    foreign = (
        "-fmodules-ts -fmodule-mapper=m.map -fdeps-format=p1689r5 -fno-canonical-system-headers "
        "-fconcepts-diagnostics-depth=2 -fanalyzer -mno-direct-extern-access -fcoroutines "
        "-Werror -Wno-such-warning"
    ).split()
    for entry in database:
        arguments = ["ccache", "g++", *foreign, *entry["arguments"][1:], "-o", "x.o", "-MD"]
        entry["arguments"] = arguments
    (folder / "compile_commands.json").write_text(json.dumps(database))
    same_findings(by_driver(hosts, folder), expected, "with GCC's flags")


@case
def exit_zero(hosts, folder):
    create(folder)
    equal(
        check(hosts, folder, "--format=concise", "--exit-zero", expected=0),
        check(hosts, folder, "--format=concise"),
        "stdout",
    )


@case
def checks_on_the_command_line(hosts, folder):
    create(folder)
    for globs, expected in (
        ("coro-blocking-call", {"coro-blocking-call"}),
        ("-coro-lock-across-await", {"coro-blocking-call", "coro-unawaited-task"}),
        ("coro-*,-coro-blocking-call", {"coro-lock-across-await", "coro-unawaited-task"}),
    ):
        found = by_driver(hosts, folder, f"--checks={globs}")
        equal({one[4] for one in found}, expected, globs)


@case
def role_files_of_the_command_line_and_the_configuration(hosts, folder):
    create(folder)
    (folder / "ours.cpp").write_text(
        "#include <corort/corort.hpp>\n"
        "void flush();\n"
        "corort::task<void> f() {\n  flush();\n  co_await corort::yield();\n}\n"
    )
    roles = {
        "flush": {
            "roles": [{"role": "blocks", "kind": "sleep"}],
            "by": "hand",
            "source": "https://example.org/flush",
        }
    }
    (folder / "ours.json").write_text(json.dumps(roles))
    check(hosts, folder, "ours.cpp", "--", *FLAGS, expected=0)
    on_command_line = from_text(
        check(hosts, folder, "--roles=ours.json", "--format=concise", "ours.cpp", "--", *FLAGS),
        folder,
    )
    equal([one[:3] for one in on_command_line], [("ours.cpp", 4, 3)], "places")
    (folder / ".clang-tidy").write_text(
        "Checks: '-*,coro-*'\nCheckOptions: {coro.RoleFiles: ours.json}\n"
    )
    configured = from_text(
        check(hosts, folder, "--format=concise", "ours.cpp", "--", *FLAGS), folder
    )
    same_findings(configured, on_command_line, "the driver, configured")
    done = run_program(
        ["clang-tidy-19", f"-load={hosts.plugin}", "ours.cpp", "--", *FLAGS], folder, expected=0
    )
    same_findings(from_text(done.stdout, folder), on_command_line, "the plugin, configured")


@case
def suggestions_are_not_applied_unasked(hosts, folder):
    create(folder)
    report = json.loads(check(hosts, folder, "--format=json"))
    fixes = [fix for finding in report["findings"] for fix in finding["fixes"]]
    suggestions = [fix for fix in fixes if not fix["safe"]]
    if not suggestions:
        raise AssertionError("the project has no suggestion")
    before = {name: (folder / name).read_text() for name in SOURCES}
    command = ["clang-tidy-19", f"-load={hosts.plugin}", "-p", ".", "--fix", *SOURCES]
    run_program(command, folder)
    after = {name: (folder / name).read_text() for name in SOURCES}
    if len(suggestions) == len(fixes):
        equal(after, before, "sources after --fix")
    run_program([*command[:-len(SOURCES)], "--fix-notes", *SOURCES], folder)
    changed = [name for name in SOURCES if (folder / name).read_text() != after[name]]
    if not changed:
        raise AssertionError("--fix-notes changes nothing")


@case
def sarif(hosts, folder):
    create(folder)
    report = json.loads(check(hosts, folder, "--format=json"))
    log = json.loads(check(hosts, folder, "--format=sarif"))
    equal(log["version"], "2.1.0", "version")
    [one_run] = log["runs"]
    rules = [rule["id"] for rule in one_run["tool"]["driver"]["rules"]]
    for rule in one_run["tool"]["driver"]["rules"]:
        page = run_program([hosts.corolint, "rule", rule["id"], "--format=md"], folder, 0).stdout
        equal(rule["help"]["markdown"].strip(), page.strip(), "help")
    base = one_run["originalUriBaseIds"]["PROJECTROOT"]["uri"]
    equal(base, folder.as_uri() + "/", "root")
    equal(len(one_run["results"]), len(report["findings"]), "results")
    for result, finding in zip(one_run["results"], report["findings"]):
        equal(result["ruleId"], finding["check"], "rule")
        equal(rules[result["ruleIndex"]], finding["check"], "rule by index")
        equal(result["level"], finding["severity"], "level")
        [location] = result["locations"]
        place = location["physicalLocation"]
        equal(place["artifactLocation"]["uri"], finding["file"], "file")
        line = (folder / finding["file"]).read_text().splitlines()[finding["line"] - 1]
        before = line.encode()[: finding["column"] - 1].decode()
        region = {"startLine": finding["line"], "startColumn": len(before) + 1}
        equal(place["region"], region, "region")
        equal(len(result["relatedLocations"]), len(finding["notes"]), "related locations")
        [flow] = result["codeFlows"]
        [thread] = flow["threadFlows"]
        equal(len(thread["locations"]), 1 + len(finding["notes"]), "steps")


@case
def sarif_fingerprints_do_not_depend_on_lines(hosts, folder):
    create(folder)

    def fingerprints():
        [one_run] = json.loads(check(hosts, folder, "--format=sarif"))["runs"]
        return [result["partialFingerprints"] for result in one_run["results"]]

    before = fingerprints()
    equal(len({json.dumps(one) for one in before}), len(before), "distinct fingerprints")
    for name in SOURCES:
        lines = (folder / name).read_text().splitlines()
        (folder / name).write_text("\n\n\n" + "\n".join("  " + line for line in lines) + "\n")
    equal(fingerprints(), before, "fingerprints after moving and indenting every line")


@case
def list_and_rule(hosts, folder):
    listed = json.loads(run_program([hosts.corolint, "list", "--format=json"], folder, 0).stdout)
    names = [one["check"] for one in listed]
    text = run_program([hosts.corolint, "list"], folder, 0).stdout
    equal([line.split()[0] for line in text.splitlines()], names, "list")
    rules = json.loads(
        run_program([hosts.corolint, "rule", "--all", "--format=json"], folder, 0).stdout
    )
    equal([rule["check"] for rule in rules], names, "rule --all")
    for rule, one in zip(rules, listed):
        equal({key: rule[key] for key in one}, one, "rule and list")
        page = (ROOT / "docs" / "checks" / f"{rule['check'].removeprefix('coro-')}.md").read_text()
        equal(rule["page"], page, "page")
        markdown = run_program(
            [hosts.corolint, "rule", rule["check"], "--format=md"], folder, 0
        ).stdout
        equal(markdown.strip(), page.strip(), "page")


if __name__ == "__main__":
    run("hosts.reports")
