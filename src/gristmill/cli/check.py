"""`gristmill check`."""

import sys
from fnmatch import fnmatch

import click
from rich.text import Text

from gristmill.cli.console import FAILED, PASSED, new_console, new_table, print_json
from gristmill.errors import UnknownNameError
from gristmill.plugins import installed
from gristmill.testing import AppCheck, Outcome, Status, app_checks
from gristmill.testing.conformance import DEADLINE_S

STYLES = {Status.PASSED: PASSED, Status.FAILED: FAILED}


@click.command("check")
@click.argument("app")
@click.option(
    "--only",
    multiple=True,
    metavar="NAME",
    help="Only this check; may be repeated, and be a pattern: 'oracle-*'.",
)
@click.option("--seeds", type=click.IntRange(1), default=3, show_default=True, help="Tasks of each family.")
@click.option(
    "--deadline",
    "deadline_s",
    type=click.FloatRange(1),
    metavar="SECONDS",
    default=DEADLINE_S,
    show_default=True,
    help="Time for each check; one of a large app clone in a browser may take many minutes.",
)
@click.option("--list", "is_list", is_flag=True, help="Print the checks and what each claims, and make none.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
def check_app(
    app: str, only: tuple[str, ...], seeds: int, deadline_s: float, *, is_list: bool, as_json: bool
) -> None:
    """Check that an app clone keeps the contract.

    Its worlds are resettable and deterministic, its sessions isolated, its tasks honestly judged. The exit
    code is 1 if a check fails, or passes although `AppSpec.expected_failures` names it. In tests,
    `gristmill.testing.app_checks` gives the same checks. See docs/plugins.md.

    \b
    Examples:
      gristmill check shop
      gristmill check shop --only 'pages-*' --only caches-agree
      gristmill check shop --list
      gristmill check shop --json > check.json
    """  # noqa: D301 - click reads \b
    chosen = selected(app_checks(installed().app(app), seeds=seeds, deadline_s=deadline_s), only)
    if is_list:
        show_list(chosen)
        return
    outcomes = [made(check, is_shown=not as_json) for check in chosen]
    if as_json:
        print_json([outcome.to_json() for outcome in outcomes])
    else:
        show(outcomes)
    if not all(outcome.is_good for outcome in outcomes):
        sys.exit(1)


def selected(checks: list[AppCheck], only: tuple[str, ...]) -> list[AppCheck]:
    """The checks whose names match one of these patterns; all if there is no pattern.

    Raises:
        UnknownNameError: a pattern matches none.
    """
    for pattern in only:
        if not any(fnmatch(check.name, pattern) for check in checks):
            raise UnknownNameError("check", pattern, [check.name for check in checks])
    return [check for check in checks if not only or any(fnmatch(check.name, each) for each in only)]


def made(check: AppCheck, *, is_shown: bool) -> Outcome:
    """Make a check; on a terminal its name is printed meanwhile."""
    if is_shown and sys.stderr.isatty():
        click.echo(f"\r\033[K{check.name} ...", err=True, nl=False)
    outcome = check.run()
    if is_shown and sys.stderr.isatty():
        click.echo("\r\033[K", err=True, nl=False)
    return outcome


def show_list(checks: list[AppCheck]) -> None:
    """Print what each check claims."""
    table = new_table("check", "claim")
    for check in checks:
        table.add_row(Text(check.name, "bold cyan"), check.description)
    new_console().print(table)


def show(outcomes: list[Outcome]) -> None:
    """Print a row for each check, then what was found."""
    table = new_table("check", "", "s", "", numbers=["s"])
    for outcome in outcomes:
        status = STYLES.get(outcome.status, Text(outcome.status, "yellow"))
        table.add_row(
            Text(outcome.check, "bold cyan"), status, f"{outcome.duration_s:.1f}", Text(outcome.reason)
        )
    console = new_console()
    console.print(table)
    for outcome in outcomes:
        if not outcome.is_good:
            console.print(Text(f"\n{outcome.check}", "bold red"))
            console.print(Text(outcome.message))
    bad = sum(not outcome.is_good for outcome in outcomes)
    console.print(Text(f"\n{len(outcomes)} checks, {bad} failed."))
