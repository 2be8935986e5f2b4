"""`gristmill bench`."""

import inspect
import shlex
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from gristmill.agents.base import AnyAgent, BatchAgent
from gristmill.agents.bench.comparison import Comparison, compare, load_baseline
from gristmill.agents.bench.run import JUNIT, SUMMARY, Run, load_run
from gristmill.agents.bench.running import Plan, Source, in_processes, on_ray, planned, run_bench
from gristmill.agents.bench.storage import pretty, remove_run, store
from gristmill.agents.bench.summary import summary_of
from gristmill.agents.bench.worker import WorkerSettings
from gristmill.agents.registry import HUMAN, agent_factory, tried
from gristmill.agents.report.runs import title_of, write_run_report
from gristmill.agents.rollouts.recorder import Keeping
from gristmill.agents.watch.events import WatchEvent
from gristmill.cli.bench_options import BenchChoices, bench_options
from gristmill.cli.bench_progress import BenchProgress
from gristmill.cli.bench_tables import show_comparison, show_summary
from gristmill.cli.console import new_console
from gristmill.cli.group import INTERRUPTED
from gristmill.cli.human import played_by_hand
from gristmill.cli.interrupts import stopping_on_interrupt
from gristmill.cli.watching import require_watchable, watched_in_browser
from gristmill.envs.vector.ray import require_ray

WAITED_FOR, WITH_BROWSER, WITHOUT = 32, 4, 1  # slots of a process
COMPARISON = "comparison.json"


@click.command()
@bench_options
def bench(**chosen: Any) -> None:
    """Play a suite with an agent, and say how often it succeeds.

    Every episode is stored as it ends: a run that was stopped or killed goes on when the same command is run
    again. The folder then holds episodes.jsonl, summary.json (rates with 95 % intervals), junit.xml and
    report.html. See docs/bench.md.

    The exit code is 0; 1 if --min-success, --compare or --fail-on-fault say so, or results cannot be
    written; 2 if an option is wrong; 130 if the run was stopped.

    \b
    Examples:
      gristmill bench --suite smoke --agent oracle
      gristmill bench --suite smoke --agent my_agent:MyAgent --out runs/mine
      gristmill bench --env Shop-Checkout-v0 --env 'Mail-*' --seeds 0:20 --agent random --engine dom
      gristmill bench --suite standard --agent llm:openai/MODEL --workers 1
      gristmill bench --suite smoke --agent oracle --min-success 0.95 --compare baseline.json
      gristmill bench --env Chat-Post-v0 --seeds 0,1 --agent human
    """  # noqa: D301 - click reads \b
    choices = BenchChoices(**chosen)
    plan = planned(
        choices.spec,
        choices.keys(),
        seeds=choices.seeds or "",
        agent_options=choices.options_of_agent(),
        command=choices.command,
    )
    baseline = None if choices.compare is None else load_baseline(choices.compare)
    console = new_console()
    if choices.fresh:
        remove_run(choices.directory)
    try:
        run = played(choices, plan, console)
    except KeyboardInterrupt:  # the second one, or SIGTERM
        run = load_run(choices.directory)
    if not run.is_complete:
        say_how_to_go_on(console, run)
        sys.exit(INTERRUPTED)
    sys.exit(0 if is_good(choices, run, baseline, console) else 1)


def played(choices: BenchChoices, plan: Plan, console: Console) -> Run:
    """Play what the run lacks; it is not complete if it was stopped by Ctrl-C."""
    progress = BenchProgress(console, total=plan.settings.episodes)
    by_hand = choices.spec == HUMAN  # Ctrl-C then interrupts the question to the person
    require_watchable(choices.watch, choices.address, is_by_hand=by_hand)
    with ExitStack() as stack:
        watch = None
        if choices.watch:
            total = plan.settings.episodes
            watch = stack.enter_context(watched_in_browser(console, title_of(plan.settings), total)).show
        stopping = threading.Event()
        if not by_hand:
            stopping = stack.enter_context(stopping_on_interrupt(progress.say_stopping))
        source = source_of(choices, plan, console, stopping, watch)
        keeping = Keeping(frames=choices.frames, outlines=choices.outlines, record=True)
        with progress.shown(
            plan, choices.directory, retries_faults=choices.retry_faults, is_shown=not by_hand
        ):
            return run_bench(
                choices.directory,
                plan,
                source,
                on_event=progress.update,
                keeping=keeping,
                retries_faults=choices.retry_faults,
            )


def source_of(
    choices: BenchChoices,
    plan: Plan,
    console: Console,
    stopping: threading.Event,
    watch: Callable[[WatchEvent], None] | None = None,
) -> Source:
    """What plays the episodes.

    Raises:
        UnknownNameError, InvalidOptionError, MissingExtraError: there is no such agent, or it cannot be made.
    """
    if choices.spec == HUMAN:
        return lambda jobs: played_by_hand(jobs, console)
    factory = agent_factory(choices.spec, **choices.options_of_agent())
    agent = tried(choices.spec, factory)
    with_browser = plan.settings.engine != "dom"
    slots = choices.slots or (
        WAITED_FOR if is_waited_for(agent) else WITH_BROWSER if with_browser else WITHOUT
    )
    settings = WorkerSettings(
        make_agent=factory, agent=agent.name, slots=slots, agent_timeout_s=choices.agent_timeout
    )
    if choices.address is None:
        return in_processes(settings, processes=choices.workers, stopping=stopping, watch=watch)
    require_ray()
    return on_ray(settings, address=choices.address, actors=choices.workers, stopping=stopping)


def is_waited_for(agent: AnyAgent) -> bool:
    """Whether an agent delays no other episode while it thinks, so that many wait side by side."""
    if isinstance(agent, BatchAgent):
        return True
    return bool(getattr(agent, "is_slow", False)) or inspect.iscoroutinefunction(agent.act)


def is_good(choices: BenchChoices, run: Run, baseline: Mapping[str, Any] | None, console: Console) -> bool:
    """Show the results; whether they are as good as was asked for."""
    summary = summary_of(run)
    show_summary(console, summary, run)
    show_files(console, run)
    comparison = compared(run, summary, baseline)
    if comparison is not None:
        show_comparison(console, comparison, choices.alpha)
    complaints = list(complaints_of(choices, summary, comparison))
    for complaint in complaints:
        console.print(Text(complaint, "bold red"))
    return not complaints


def compared(run: Run, summary: Mapping[str, Any], baseline: Mapping[str, Any] | None) -> Comparison | None:
    """The comparison with a baseline, which is stored too; None without one."""
    if baseline is None:
        return None
    comparison = compare(summary, baseline)
    store(run.directory / COMPARISON, pretty(comparison.to_json()))
    return comparison


def complaints_of(
    choices: BenchChoices, summary: Mapping[str, Any], comparison: Comparison | None
) -> list[str]:
    """Why the exit code is 1; empty if it is not."""
    found = []
    rate, faults = summary["all"]["success_rate"], summary["all"]["faults"]
    if choices.min_success is not None and (rate is None or rate < choices.min_success):
        shown = "no episode was judged" if rate is None else f"{rate:.1%} succeeded"
        found.append(f"Failed: {shown}, --min-success asks for {choices.min_success:.1%}.")
    if comparison is not None and comparison.is_worse(choices.alpha):
        found.append(f"Failed: significantly worse than the baseline (p = {comparison.p:.2g}).")
    if choices.fail_on_fault and faults:
        found.append(f"Failed: {faults} episodes ended in a fault, and --fail-on-fault was given.")
    return found


def show_files(console: Console, run: Run) -> None:
    """Build the HTML report, and print where everything is."""
    names = [SUMMARY, JUNIT]
    report = write_run_report(run.directory)
    console.print(f"\n{(run.directory / names[0]).resolve()}, {JUNIT}", soft_wrap=True)
    console.print(f"Every episode, step by step: {report.resolve()}", soft_wrap=True)


def say_how_to_go_on(console: Console, run: Run) -> None:
    """Print what is finished, and the command that plays the rest."""
    console.print(
        f"Stopped: {len(run.episodes)} of {run.settings.episodes} episodes are finished and stored in "
        f"{run.directory}. The same command goes on with the rest:",
        soft_wrap=True,
    )
    arguments = [each for each in sys.argv[1:] if each != "--fresh"]
    console.print(Text(f"  gristmill {shlex.join(arguments)}", "cyan"), soft_wrap=True)
    if run.episodes:
        shown = shlex.quote(str(run.directory))
        console.print("The report of those there are:")
        console.print(Text(f"  gristmill report {shown}", "cyan"), soft_wrap=True)
