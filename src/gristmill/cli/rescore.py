"""`gristmill rescore`."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track
from rich.text import Text

from gristmill.agents.bench.rescoring import Rescored, rescored
from gristmill.agents.bench.run import load_run
from gristmill.cli.console import new_console
from gristmill.errors import InvalidOptionError


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--json", "path", type=click.Path(dir_okay=False, path_type=Path), help="Write the results to this file."
)
def rescore(directory: Path, path: Path | None) -> None:
    """Judge the stored episodes of a run with today's verifiers, and show what moved and why.

    Nothing is played, and the run is not changed. The exit code is 1 if a verdict moved, or an episode could
    not be judged.

    \b
    Examples:
      gristmill rescore runs/mine
      gristmill rescore runs/mine --json moved.json
    """  # noqa: D301 - click reads \b
    run = load_run(directory)
    console = new_console()
    playing = rescored(run)
    if console.is_terminal:
        playing = iter(track(playing, "rescore", len(run.episodes), console=console, transient=True))
    found = list(playing)
    show(console, found)
    if path is not None:
        write(path, found)
    if any(each.has_moved or each.problem for each in found):
        sys.exit(1)


def show(console: Console, found: Sequence[Rescored]) -> None:
    """Print the episodes that moved, those that cannot be judged, and how many stayed as they were."""
    moved = [each for each in found if each.has_moved]
    problems = [each for each in found if each.problem]
    words = {True: "success", False: "failure", None: "no verdict"}
    for each in moved:
        console.print(
            Text(f"{each.episode}: {words[each.before]}, now {words[each.now]}", "bold"), soft_wrap=True
        )
        for line in each.changed:
            console.print(Text(f"  {line}"), soft_wrap=True)
        why = (
            "; ".join(each.versions) or "no version differs: a verdict depends on something that it must not"
        )
        console.print(Text(f"  {why}", "dim"), soft_wrap=True)
    for each in problems:
        console.print(Text(f"{each.episode}: cannot be judged", "bold red"), soft_wrap=True)
        console.print(Text("  " + each.problem.strip().replace("\n", "\n  ")), soft_wrap=True)
    stayed = len(found) - len(moved) - len(problems)
    console.print(
        f"{len(found)} episodes: {stayed} as before, {len(moved)} moved, {len(problems)} not judged"
    )


def write(path: Path, found: Sequence[Rescored]) -> None:
    """Write the results as JSON.

    Raises:
        InvalidOptionError: they cannot be written.
    """
    try:
        path.write_text(json.dumps([each.to_json() for each in found], indent=2), encoding="utf-8")
    except OSError as error:
        raise InvalidOptionError(
            f"The results cannot be written to {path}: {error.strerror}. Choose another file with --json."
        ) from error
