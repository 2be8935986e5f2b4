"""`gristmill demo`."""

import sys
from collections.abc import Sequence
from contextlib import closing, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from gristmill.agents.registry import new_agent
from gristmill.agents.rollouts.ray_runner import play_on_ray
from gristmill.agents.rollouts.results import EpisodeResult, StepRecord
from gristmill.agents.rollouts.runner import play_episodes
from gristmill.agents.rollouts.summary import Summary, summarise
from gristmill.cli.console import new_console, new_table
from gristmill.cli.report import DETAILED, AgentReport, write_report
from gristmill.envs.engines.base import WITHOUT_PIXELS
from gristmill.envs.episode.runtime import ENGINES, require_engine
from gristmill.envs.vector.ray import cluster_session
from gristmill.plugins import installed

FILMED = 8
OTHERS_SHARE = 6  # random and null need fewer episodes to make their point

DEFAULT_EPISODES = 24


@click.command()
@click.option(
    "--task", "task_id", metavar="ID", default="Shop-Checkout-v0", show_default=True, help="What to play."
)
@click.option(
    "--agents",
    "num_envs",
    type=click.IntRange(1, 10_000),
    default=8,
    show_default=True,
    help="How many agents play side by side, each in an environment of its own.",
)
@click.option(
    "--engine",
    type=click.Choice(list(ENGINES)),
    default="chromium",
    show_default=True,
    help="A real browser, or `dom`: the same pages without one, and without pictures.",
)
@click.option(
    "--episodes",
    type=click.IntRange(1, 100_000),
    help="Episodes of the oracle; random and null play a sixth of them.  "
    f"[default: {DEFAULT_EPISODES}, or one for each agent]",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("gristmill-demo"),
    show_default=True,
    help="Folder for the page with every episode, its checks and screenshots.",
)
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="The first episode's seed."
)
@click.option(
    "--ray",
    "address",
    metavar="ADDRESS",
    help="Play on the machines of this Ray cluster: host:port, `auto`, or `local` for processes of this one.",
)
def demo(
    task_id: str,
    num_envs: int,
    engine: str,
    episodes: int | None,
    out: Path,
    seed: int,
    address: str | None,
) -> None:
    """Let three kinds of agents play a task side by side, and show how each fared.

    The oracle knows the way, random presses whatever it sees, null gives up at once. Afterwards a
    page shows every episode: what was asked, each check, and screenshots step by step.

    \b
    Examples:
      gristmill demo
      gristmill demo --task Shop-AddToCart-v0 --agents 2 --episodes 6
      gristmill demo --seed 1000 --out /tmp/demo
      gristmill demo --agents 1000 --engine dom
      gristmill demo --ray local --engine dom
    """  # noqa: D301 - click reads \b
    family = installed().family(task_id)
    require_engine(engine, family, with_pixels=False)
    episodes = episodes or max(DEFAULT_EPISODES, num_envs)
    console = new_console()
    console.print(f"{task_id}: {family.summary()}")
    others = -(-episodes // OTHERS_SHARE)
    reports = []
    with cluster_session(address) if address else nullcontext(), new_progress(console) as progress:
        for name, number in {"oracle": episodes, "random": others, "null": others}.items():
            seeds = range(seed, seed + number)
            game = Game(task_id, name, seeds, num_envs=num_envs, engine=engine, address=address)
            reports.append(game.play(progress))
    console.print()
    console.print(summary_table([report.summary for report in reports]))
    console.print(legend(engine), style="dim")
    told = "Every episode" if episodes <= DETAILED else f"The first {DETAILED} episodes of each"
    page = write_report(out, task_id=task_id, asks=family.summary(), reports=reports)
    console.print(f"\n{told}, step by step: {page.resolve()}", soft_wrap=True)


@dataclass(frozen=True, slots=True)
class Game:
    """The episodes of one agent."""

    task_id: str
    agent: str
    seeds: Sequence[int]
    num_envs: int
    engine: str
    address: str | None

    def play(self, progress: Progress) -> AgentReport:
        """Play them all, with a bar that moves."""
        bar = progress.add_task(self.agent, total=len(self.seeds), steps=0, won=0)
        steps = 0

        def count_step(_: StepRecord) -> None:
            nonlocal steps
            steps += 1
            progress.update(bar, steps=steps)

        results: list[EpisodeResult] = []
        begun = perf_counter()
        play = partial(play_on_ray, address=self.address) if self.address else play_episodes
        playing = play(
            self.task_id,
            partial(new_agent, self.agent),
            self.seeds,
            num_envs=self.num_envs,
            record_frames=0 if self.engine in WITHOUT_PIXELS else FILMED,
            options={"engine": self.engine},
            on_step=count_step,
        )
        with closing(playing):
            for result in playing:
                results.append(result)
                progress.update(bar, advance=1, won=sum(r.success is True for r in results))
        summary = summarise(self.agent, results, wall_s=perf_counter() - begun)
        return AgentReport(summary, sorted(results, key=lambda result: result.seed))


def new_progress(console: Console) -> Progress:
    """A bar for each agent."""
    return Progress(
        TextColumn("{task.description:<7}", style="bold"),
        BarColumn(bar_width=32),
        MofNCompleteColumn(),
        TextColumn("episodes  {task.fields[won]} won  {task.fields[steps]} steps"),
        TimeElapsedColumn(),
        console=console,
    )


def legend(engine: str) -> str:
    """What the numbers mean; with the memory that this process took, where the system tells."""
    pictures = "" if engine in WITHOUT_PIXELS else ", screenshots included"
    text = (
        f"\nsteps/s counts all environments together{pictures}; ms are medians while they share the machine."
    )
    peak = peak_memory_bytes()
    if peak is None or engine not in WITHOUT_PIXELS:
        return text
    return f"{text}\nAll of it happened in one process, which took up to {peak / 1e9:.1f} GB of memory."


def peak_memory_bytes() -> int | None:
    """The most memory that this process has had; None where the system does not tell."""
    if sys.platform == "win32":
        return None
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def summary_table(summaries: Sequence[Summary]) -> Table:
    """One line of numbers for each agent."""
    numbers = ["episodes", "success", "mean steps", "steps/s", "reset ms", "step ms", "faults"]
    table = new_table("agent", *numbers, numbers=numbers)
    for summary in summaries:
        table.add_row(summary.agent, *numbers_of(summary))
    return table


def numbers_of(summary: Summary) -> list[str]:
    """A summary's numbers as text; what there is none of is a dash."""
    rate = summary.success_rate
    retried = f" ({summary.retries} retried)" if summary.retries else ""
    return [
        str(summary.episodes),
        "-" if rate is None else f"{rate:.0%}",
        rounded(summary.mean_steps, 1),
        rounded(summary.steps_per_s, 1),
        rounded(summary.reset_ms, 0),
        rounded(summary.step_ms, 0),
        f"{summary.faults}{retried}",
    ]


def rounded(number: float | None, digits: int) -> str:
    """A number with so many digits after the point, or a dash."""
    return "-" if number is None else f"{number:.{digits}f}"
