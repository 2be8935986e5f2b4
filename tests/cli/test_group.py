import subprocess
import sys
from collections.abc import Callable

import click
import pytest
from click.testing import CliRunner, Result

from gristmill import __version__
from gristmill.cli import main
from gristmill.cli.group import COMMANDS, CleanGroup
from gristmill.errors import BrowserNotFoundError
from gristmill.plugins import installed

Run = Callable[..., Result]


@pytest.mark.parametrize("arguments", [["play", "Shop-Cart-v0"], ["demo", "--task", "Shop-Cart-v0"]])
def test_an_unknown_task_is_one_line_that_lists_the_known(run: Run, arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    assert line.startswith("Error: Unknown task id 'Shop-Cart-v0'. Did you mean Shop-AddToCart-v0")
    assert line.endswith(f"? Available: {', '.join(installed().families)}.")


def test_an_unknown_command_is_one_line_that_lists_the_known(run: Run) -> None:
    result = run("frobnicate")
    assert result.exit_code == 2
    assert (
        result.stderr == f"Error: Unknown command 'frobnicate'. Available: {', '.join(sorted(COMMANDS))}.\n"
    )


@pytest.mark.parametrize(
    ("raised", "code", "stderr"),
    [
        (BrowserNotFoundError("No Chromium was found."), 1, "Error: No Chromium was found.\n"),
        (KeyboardInterrupt(), 130, "\nStopped.\n"),
    ],
)
def test_an_error_of_ours_and_an_interrupt_leave_no_traceback(
    raised: BaseException, code: int, stderr: str
) -> None:
    @click.group(cls=CleanGroup)
    def group() -> None: ...

    @group.command()
    def fail() -> None:
        raise raised

    result = CliRunner().invoke(group, ["fail"])
    assert (result.exit_code, result.stderr) == (code, stderr)


def test_errors_that_are_not_ours_are_not_hidden() -> None:
    @click.group(cls=CleanGroup)
    def group() -> None: ...

    @group.command()
    def fail() -> None:
        raise ZeroDivisionError

    assert isinstance(CliRunner().invoke(group, ["fail"]).exception, ZeroDivisionError)


def test_the_version_is_the_packages(run: Run) -> None:
    assert run("--version").output == f"gristmill {__version__}\n"


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_explains_itself_with_examples(run: Run, command: str) -> None:
    text = run(command, "--help").output
    assert "Examples:\n" in text
    assert f"    gristmill {command}" in text


def test_the_module_runs_as_the_command_does() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gristmill", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"gristmill {__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_commands_line_in_the_list_is_the_first_of_its_help(command: str) -> None:
    found = main.get_command(click.Context(main), command)
    assert found is not None
    assert found.name == command
    assert (found.help or "").splitlines()[0] == COMMANDS[command][2]


def test_help_loads_neither_app_clones_nor_gymnasium() -> None:
    statements = (
        "import sys, gristmill.cli\n"
        "try: gristmill.cli.main(['--help'])\n"
        "except SystemExit: print(sorted({'flask', 'gymnasium', 'numpy', 'rich'} & {*sys.modules}))"
    )
    for _ in range(2):  # the first may have to make the index of tasks
        done = subprocess.run([sys.executable, "-c", statements], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
