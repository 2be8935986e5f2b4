"""`gristmill demo`."""

import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from gristmill import __version__
from gristmill.agents.registry import new_agent
from gristmill.agents.report.results import write_results_report
from gristmill.agents.rollouts.ray_runner import play_on_ray
from gristmill.agents.rollouts.results import EpisodeResult, StepRecord
from gristmill.agents.rollouts.runner import play_episodes
from gristmill.agents.rollouts.summary import Summary, summarise
from gristmill.agents.watch.events import Watcher
from gristmill.cli.console import new_console, new_table
from gristmill.cli.output_folder import require_writable
from gristmill.cli.watching import require_watchable, watched_in_browser
from gristmill.cli.world_options import Choices, world_options
from gristmill.envs.engines.base import WITHOUT_PIXELS
from gristmill.envs.episode.runtime import ENGINES, require_engine
from gristmill.envs.vector.ray import cluster_session
from gristmill.plugins import installed

RECORDED_EPISODES = 8
OTHERS_SHARE = 6  # the baselines play one episode for every six of the oracle

DEFAULT_EPISODES = 24


@click.command()
@click.option(
    "--task", "task_id", metavar="ID", default="Shop-Checkout-v0", show_default=True, help="Task to play."
)
@click.option(
    "--agents",
    "num_envs",
    type=click.IntRange(1, 10_000),
    default=8,
    show_default=True,
    help="Number of copies of each agent that play at a time, each in its own environment.",
)
@click.option(
    "--engine",
    type=click.Choice(list(ENGINES)),
    default="chromium",
    show_default=True,
    help="A real browser, or `dom`: the same pages without a browser and without screenshots.",
)
@click.option(
    "--episodes",
    type=click.IntRange(1, 100_000),
    help="Episodes of the oracle; random and null play a sixth as many.  "
    f"[default: {DEFAULT_EPISODES}, or as many as --agents if that is more]",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("gristmill-demo"),
    show_default=True,
    help="Directory for the report with every episode, its checks and screenshots.",
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Seed of the first episode; the others count up from it.",
)
@click.option(
    "--ray",
    "address",
    metavar="ADDRESS",
    help="Play on this Ray cluster: host:port, `auto`, or `local` for a temporary one on this machine.",
)
@click.option("--watch", is_flag=True, help="Show the running agents in a local page.")
@world_options
def demo(
    task_id: str,
    num_envs: int,
    engine: str,
    episodes: int | None,
    out: Path,
    seed: int,
    address: str | None,
    watch: bool,
    **choices: Any,
) -> None:
    """Play a task with three agents and write a report.

    The oracle knows the solution, random takes random actions, null gives up at once. Each plays several
    episodes at a time. The report shows every episode: its goal, each check, and a screenshot of every step.

    \b
    Examples:
      gristmill demo
      gristmill demo --task Shop-AddToCart-v0 --agents 2 --episodes 6
      gristmill demo --seed 1000 --out /tmp/demo
      gristmill demo --agents 1000 --engine dom
      gristmill demo --watch
      gristmill demo --size small --worlds 16 --engine dom
      gristmill demo --ray local --engine dom
    """  # noqa: D301 - click reads \b
    chosen = Choices(**choices)
    family = chosen.configured(installed().family(task_id))
    require_engine(engine, family, with_pixels=False)
    chosen.worlds_of(family)
    options = {"engine": engine, **chosen.to_options()}
    require_watchable(watch, address)
    episodes = episodes or max(DEFAULT_EPISODES, num_envs)
    require_writable(out)
    console = new_console()
    console.print(f"{task_id}: {family.summary()}")
    others = -(-episodes // OTHERS_SHARE)
    reports = []
    with ExitStack() as stack:
        stack.enter_context(cluster_session(address) if address else nullcontext())
        total = episodes + 2 * others
        wall = stack.enter_context(watched_in_browser(console, task_id, total)) if watch else None
        progress = stack.enter_context(new_progress(console))
        for name, number in {"oracle": episodes, "random": others, "null": others}.items():
            seeds = range(seed, seed + number)
            agent_run = AgentRun(
                task_id,
                name,
                seeds,
                num_envs=num_envs,
                options=options,
                address=address,
                watcher=wall.watcher() if wall else None,
            )
            reports.append(agent_run.play(progress))
    console.print()
    console.print(summary_table([report.summary for report in reports]))
    console.print(legend(engine), style="dim")
    page = write_results_report(
        out,
        [result for report in reports for result in report.results],
        heading=task_id,
        subtitle=family.summary(),
        settings=settings_of(task_id, seed, num_envs, options, reports),
    )
    console.print(f"\nEvery episode, step by step: {page.resolve()}", soft_wrap=True)
    require_wins(console, reports[0].summary)


@dataclass(frozen=True, slots=True)
class AgentReport:
    """An agent's statistics and episodes."""

    summary: Summary
    results: Sequence[EpisodeResult]


def settings_of(
    task_id: str, seed: int, num_envs: int, options: Mapping[str, Any], reports: Sequence[AgentReport]
) -> dict[str, Any]:
    """What the report says of the run as a whole."""
    speeds = {report.summary.agent: f"{report.summary.steps_per_s:.1f}" for report in reports}
    return {
        "task": task_id,
        "seeds from": seed,
        "agents at a time": num_envs,
        **options,
        "gristmill": __version__,
        "steps a second": speeds,
    }


def require_wins(console: Console, oracle: Summary) -> None:
    """End with the exit code 1 if the oracle lost an episode or none was judged: the task is broken."""
    if oracle.success_rate != 1.0:
        console.print(f"Failed: the oracle won {oracle.successes} of {oracle.judged} judged episodes.")
        sys.exit(1)


@dataclass(frozen=True, slots=True)
class AgentRun:
    """The episodes of one agent."""

    task_id: str
    agent: str
    seeds: Sequence[int]
    num_envs: int
    options: Mapping[str, Any]
    address: str | None
    watcher: Watcher | None = None

    def play(self, progress: Progress) -> AgentReport:
        """Play all episodes, updating the progress bar."""
        bar = progress.add_task(self.agent, total=len(self.seeds), steps=0, won=0)
        steps = 0

        def count_step(_: StepRecord) -> None:
            nonlocal steps
            steps += 1
            progress.update(bar, steps=steps)

        results: list[EpisodeResult] = []
        started_at = perf_counter()
        play = (
            partial(play_on_ray, address=self.address)
            if self.address
            else partial(play_episodes, watcher=self.watcher)
        )
        playing = play(
            self.task_id,
            partial(new_agent, self.agent),
            self.seeds,
            num_envs=self.num_envs,
            record_frames=0 if self.options["engine"] in WITHOUT_PIXELS else RECORDED_EPISODES,
            options=self.options,
            on_step=count_step,
        )
        with closing(playing):
            for result in playing:
                results.append(result)
                progress.update(bar, advance=1, won=sum(r.success is True for r in results))
        summary = summarise(self.agent, results, wall_s=perf_counter() - started_at)
        return AgentReport(summary, sorted(results, key=lambda result: result.seed))


def new_progress(console: Console) -> Progress:
    """Progress bars, one per agent."""
    return Progress(
        TextColumn("{task.description:<7}", style="bold"),
        BarColumn(bar_width=32),
        MofNCompleteColumn(),
        TextColumn("episodes  {task.fields[won]} succeeded  {task.fields[steps]} steps"),
        TimeElapsedColumn(),
        console=console,
    )


def legend(engine: str) -> str:
    """Explain the numbers; for engines without a browser also give this process's peak memory."""
    pictures = "" if engine in WITHOUT_PIXELS else ", including screenshots"
    text = f"\nsteps/s is the total over all environments{pictures}; ms are medians under that load."
    peak = peak_memory_bytes()
    if peak is None or engine not in WITHOUT_PIXELS:
        return text
    return f"{text}\nEverything ran in one process; its peak memory was {peak / 1e9:.1f} GB."


def peak_memory_bytes() -> int | None:
    """This process's peak resident memory; None on Windows."""
    if sys.platform == "win32":
        return None
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def summary_table(summaries: Sequence[Summary]) -> Table:
    """A table with one row of statistics per agent."""
    numbers = ["episodes", "success", "mean steps", "steps/s", "reset ms", "step ms", "faults"]
    table = new_table("agent", *numbers, numbers=numbers)
    for summary in summaries:
        table.add_row(summary.agent, *numbers_of(summary))
    return table


def numbers_of(summary: Summary) -> list[str]:
    """A summary's numbers as text; a dash stands for None."""
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
    """A number with this many decimals, or a dash for None."""
    return "-" if number is None else f"{number:.{digits}f}"
