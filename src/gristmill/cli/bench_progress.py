"""The progress bar of `gristmill bench`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from gristmill.agents.bench.job import Played
from gristmill.agents.bench.running import Event, Plan, resumed

QUIET_EVERY = 10  # per cent between lines where there is no terminal


class BenchProgress:
    """Counts episodes, successes, faults and steps; a bar in a terminal, a few lines elsewhere."""

    def __init__(self, console: Console, *, total: int) -> None:
        self._console, self._total = console, total
        self._progress = Progress(
            TextColumn("{task.description}", style="bold"),
            BarColumn(bar_width=32),
            MofNCompleteColumn(),
            TextColumn(
                "{task.fields[won]} succeeded  {task.fields[faults]} faults  {task.fields[steps]} steps"
            ),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self._bar: TaskID | None = None
        self._ended = self._won = self._faults = self._steps = 0

    @contextmanager
    def shown(self, plan: Plan, directory: Path, *, retries_faults: bool, is_shown: bool) -> Iterator[None]:
        """Show it while a run is played; it begins with what the folder holds already."""
        run = resumed(directory, plan)
        done = [each for each in run.episodes if each.fault is None or not retries_faults] if run else []
        self._ended, self._won = len(done), sum(each.success is True for each in done)
        self._faults = sum(each.success is None for each in done)
        families = len(plan.settings.tasks)
        of = "1 family" if families == 1 else f"{families} families"
        what = f"{plan.settings.agent}: {self._total} episodes of {of}"
        going_on = f", {len(done)} of them finished before" if done else ""
        self._console.print(f"{what}{going_on}. Results go to {directory}", soft_wrap=True)
        if not is_shown:
            yield
            return
        with self._progress:
            self._bar = self._progress.add_task(
                "bench", total=self._total, completed=len(done), **self._fields()
            )
            yield

    def update(self, event: Event) -> None:
        """Count a step or an episode."""
        if not isinstance(event, Played):
            self._steps += 1
        else:
            before = 100 * self._ended // self._total // QUIET_EVERY
            self._ended += 1
            self._won += event.episode.success is True
            self._faults += event.episode.success is None
            if 100 * self._ended // self._total // QUIET_EVERY > before and self._progress.disable:
                self._console.print(
                    f"{self._ended} of {self._total} episodes, {self._won} succeeded, {self._faults} faults"
                )
        if self._bar is not None:
            self._progress.update(self._bar, completed=self._ended, **self._fields())

    def _fields(self) -> dict[str, Any]:
        return {"won": self._won, "faults": self._faults, "steps": self._steps}

    def say_stopping(self) -> None:
        """Say that the run is being finished; from a signal handler."""
        self._console.print(
            Text("Finishing the episodes that are under way. Ctrl-C again stops at once.", "yellow")
        )
