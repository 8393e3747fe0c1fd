"""The three hosts find the same in the same project: every place, text, check
and note, with and without configuration."""

from cases import case, run, same_findings
from lsp import by_clangd
from project import FLAGS, HEADERS, SOURCES, by_driver, by_plugin, create, from_text
from project import run as run_program


@case
def plugin_and_driver(hosts, folder):
    create(folder)
    expected = by_driver(hosts, folder)
    for check in ("lock-across-await", "blocking-call", "unawaited-task"):
        if not any(finding[4] == f"coro-{check}" for finding in expected):
            raise AssertionError(f"the project has no finding of coro-{check}")
    if not any(finding[0] in HEADERS for finding in expected):
        raise AssertionError("the project has no finding in a header")
    same_findings(by_plugin(hosts, folder), expected, "the plugin")


@case
def clangd_and_driver(hosts, folder):
    create(folder)
    found = by_clangd(hosts, folder, SOURCES + HEADERS)
    same_findings(found, by_driver(hosts, folder), "clangd")


@case
def without_configuration(hosts, folder):
    create(folder, configured=False)
    expected = by_driver(hosts, folder)
    same_findings(by_clangd(hosts, folder, SOURCES + HEADERS), expected, "clangd")
    # Stock clang-tidy has defaults of its own, so it is told what to check; the
    # folder with a configuration keeps it.
    create(folder, configured=True)
    same_findings(by_driver(hosts, folder), expected, "the driver, configured")


@case
def run_clang_tidy_and_driver(hosts, folder):
    create(folder)
    done = run_program(
        ["run-clang-tidy-19", f"-load={hosts.plugin}", "-p", ".", "-quiet", "-j2"], folder
    )
    same_findings(from_text(done.stdout, folder), by_driver(hosts, folder), "run-clang-tidy")


@case
def option_on_the_command_line(hosts, folder):
    """clang-tidy's own way to set an option reaches the checks."""
    create(folder)
    done = run_program(
        [
            "clang-tidy-19",
            f"-load={hosts.plugin}",
            "--config={Checks: '-*,coro-blocking-call', "
            "CheckOptions: {coro-blocking-call.ReportConsoleOutput: true}}",
            "tasks.cpp",
            "--",
            *FLAGS,
        ],
        folder,
    )
    expected = by_driver(hosts, folder, "--checks=coro-blocking-call", "tasks.cpp")
    found = from_text(done.stdout, folder)
    extra = [finding for finding in found if finding not in expected]
    if len(extra) != 1 or "'puts'" not in extra[0][3]:
        raise AssertionError(f"not the one finding that the option adds: {extra}")


@case
def strict_profile(hosts, folder):
    """The profile adds findings; a configuration file that sets the option wins;
    the option alone does the same in every host."""
    create(folder)
    (folder / "tasks.cpp").write_text(
        "#include <corort/corort.hpp>\n\n"
        "static corort::mutex m;\n\n"
        "corort::task<void> held() {\n"
        "  auto guard = co_await m.lock();\n"
        "  co_await corort::yield();\n"
        "}\n"
    )
    only = ["--checks=coro-lock-across-await", "tasks.cpp"]
    run_program([hosts.corolint, "check", "--profile=default", *only], folder, expected=0)
    expected = by_driver(hosts, folder, "--profile=strict", *only)
    if [finding[3] for finding in expected] != [
        "'guard' is still locked when the coroutine suspends"
    ]:
        raise AssertionError(f"not the one finding that the profile adds: {expected}")
    configuration = (folder / ".clang-tidy").read_text()
    option = "CheckOptions:\n  coro-lock-across-await.Strict: "
    (folder / ".clang-tidy").write_text(configuration + option + "false\n")
    run_program([hosts.corolint, "check", "--profile=strict", *only], folder, expected=0)
    (folder / ".clang-tidy").write_text(configuration + option + "true\n")
    same_findings(by_driver(hosts, folder, *only), expected, "the driver")
    done = run_program(
        ["clang-tidy-19", f"-load={hosts.plugin}", "--checks=-*,coro-lock-across-await", "tasks.cpp"],
        folder,
    )
    same_findings(from_text(done.stdout, folder), expected, "the plugin")
    found = by_clangd(hosts, folder, ["tasks.cpp"])
    same_findings([one for one in found if one[4] == expected[0][4]], expected, "clangd")


@case
def verify_config_knows_the_options(hosts, folder):
    create(folder)
    command = ["clang-tidy-19", f"-load={hosts.plugin}", "--verify-config", "loud/console.cpp", "--"]
    done = run_program(command, folder, expected=0)
    if "No config errors detected" not in done.stdout + done.stderr:
        raise AssertionError(done.stdout + done.stderr)
    (folder / "loud" / ".clang-tidy").write_text(
        "Checks: '-*,coro-*'\nCheckOptions: {coro-blocking-call.ReportConsolOutput: true}\n"
    )
    done = run_program(command, folder, expected=1)
    if "coro-blocking-call.ReportConsolOutput" not in done.stdout + done.stderr:
        raise AssertionError(done.stdout + done.stderr)


@case
def dump_config_shows_the_options(hosts, folder):
    create(folder)
    command = ["clang-tidy-19", f"-load={hosts.plugin}", "--dump-config", "loud/console.cpp", "--"]
    done = run_program(command, folder, expected=0)
    lines = [" ".join(line.split()) for line in done.stdout.splitlines()]
    for line in ("coro-blocking-call.ReportConsoleOutput: 'true'", "coro.RoleFiles: ''"):
        if line not in lines:
            raise AssertionError(f"no line {line} in\n{done.stdout}")


if __name__ == "__main__":
    run("hosts.agree")
