"""`gristmill audit`."""

import json
import sys
from pathlib import Path
from statistics import median

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from gristmill.agents.audit.audit import audit
from gristmill.agents.audit.family_audit import DEADLINE_S
from gristmill.agents.audit.plan import NAMES, require_parts
from gristmill.agents.audit.report import FamilyReport, Finding
from gristmill.agents.audit.trials import Group, Result
from gristmill.cli.console import FAILED, PASSED, new_console, new_table
from gristmill.envs.episode.worlds import WORLD_SEEDS
from gristmill.errors import InvalidOptionError
from gristmill.plugins import installed

SHOWN = 5  # findings of one kind and family
NUMBERS = ("tasks", "oracle", "steps", "mutants", "equivalent", "ambiguous", "impossible", "lost", "s")


@click.command("audit")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--seeds", type=click.IntRange(1), default=50, show_default=True, help="Tasks of each family.")
@click.option("--first", type=click.IntRange(0), default=0, show_default=True, help="Seed of the first task.")
@click.option(
    "--split", type=click.Choice(list(WORLD_SEEDS)), default="train", show_default=True, help="Whose worlds."
)
@click.option(
    "--only", multiple=True, metavar="PART", help=f"Only this part; may be repeated: {', '.join(NAMES)}."
)
@click.option("--jobs", type=click.IntRange(1), default=2, show_default=True, help="Processes.")
@click.option(
    "--deadline",
    type=click.FloatRange(1),
    default=DEADLINE_S,
    show_default=True,
    help="Seconds for each family; what is left then is reported.",
)
@click.option(
    "--json", "path", type=click.Path(dir_okay=False, path_type=Path), help="Write the results to this file."
)
def audit_tasks(
    ids: tuple[str, ...],
    seeds: int,
    first: int,
    split: str,
    only: tuple[str, ...],
    jobs: int,
    deadline: float,
    path: Path | None,
) -> None:
    """Prove that verifiers accept what is right and nothing else.

    Of each family, tasks are played by the oracle and by adversaries, in other legitimate ways, and with the
    final state changed one row at a time. The exit code is 1 if it finds anything. See docs/audit.md.

    \b
    Examples:
      gristmill audit
      gristmill audit Shop-Checkout-v0 --seeds 10
      gristmill audit Shop-Checkout-v0 --first 17 --seeds 1 --only substitution
      gristmill audit --seeds 50 --split test --jobs 8 --json audit.json
    """  # noqa: D301 - click reads \b
    require_parts(only)
    require_writable(path)
    chosen = [installed().family(task_id).id for task_id in dict.fromkeys(ids)] or list(installed().families)
    console = new_console()
    with progress_bar(console) as progress:
        bar = progress.add_task("audit", total=len(chosen) * seeds)
        reports = audit(
            chosen,
            seeds=seeds,
            first=first,
            split=split,
            only=only,
            processes=jobs,
            deadline_s=deadline,
            on_progress=lambda done: progress.advance(bar, done),
        )
    show(console, reports)
    if path is not None:
        path.write_text(json.dumps([report.to_json() for report in reports], indent=2), encoding="utf-8")
    if not all(report.passed for report in reports):
        sys.exit(1)


def require_writable(path: Path | None) -> None:
    """Check that the results can be written, before anything is played.

    Raises:
        InvalidOptionError: they cannot.
    """
    try:
        if path is not None:
            path.touch()
    except OSError as error:
        raise InvalidOptionError(
            f"The results cannot be written to {path}: {error.strerror}. Choose another file with --json."
        ) from error


def progress_bar(console: Console) -> Progress:
    """A bar that counts tasks; it is gone once the audit is done, and not shown in a pipe."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=console, transient=True, disable=not console.is_terminal,
    )  # fmt: skip


def show(console: Console, reports: list[FamilyReport]) -> None:
    """Print a table with a row for each family, and the findings."""
    table = new_table(
        "id", "", "tasks", "oracle", "steps", "wins of adversaries", "ways refused", "mutants", "equivalent",
        "ambiguous", "impossible", "lost", "s", numbers=NUMBERS,
    )  # fmt: skip
    for report in reports:
        table.add_row(*row_of(report))
    table.columns[0].no_wrap = True
    console.print(table)
    for report in reports:
        for line in lines_of(report.findings):
            console.print(Text(line))


def row_of(report: FamilyReport) -> list[Text | str]:
    """A family's row."""
    steps = f"{median(report.steps):g} ({max(report.steps)})" if report.steps else "none"
    impossible = (report.refused + report.idle) / report.seeds if report.seeds else 0.0
    return [
        Text(report.task_id, "bold cyan"),
        PASSED if report.passed else FAILED,
        str(report.seeds),
        f"{report.share(Group.ORACLE, Result.RIGHT):.1%}",
        steps,
        counted(report.wrong(Group.ADVERSARY)),
        counted(report.wrong(Group.WAY)),
        f"{report.mutation.value:.1%} of {report.mutation.killed + len(report.mutation.survivors)}",
        str(report.mutation.equivalent.total()),
        str(report.ambiguous),
        f"{impossible:.0%}",
        f"{report.share(Group.REPLANNING, Result.UNWINNABLE):.0%}",
        f"{report.duration_s:.0f}",
    ]


def counted(numbers: dict[str, int]) -> str:
    """Names with their numbers; 0 if there are none."""
    return ", ".join(f"{name} {number}" for name, number in numbers.items()) or "0"


def lines_of(findings: list[Finding]) -> list[str]:
    """The first findings of each kind, with the command that repeats each."""
    lines: list[str] = []
    kinds: dict[str, list[Finding]] = {}
    for finding in findings:
        kinds.setdefault(finding.where, []).append(finding)
    for where, found in kinds.items():
        for finding in found[:SHOWN]:
            seed = f" seed {finding.seed}" if finding.seed >= 0 else ""
            repeat = f"\n    {finding.command}" if finding.seed >= 0 else ""
            lines.append(f"{finding.task_id} {finding.split}{seed}: {where}: {finding.detail}{repeat}")
        if len(found) > SHOWN:
            lines.append(f"{found[0].task_id}: {where}: {len(found) - SHOWN} more; see --json")
    return lines
