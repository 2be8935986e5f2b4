"""The tables that `gristmill bench` prints."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.text import Text

from gristmill.agents.bench.comparison import Comparison
from gristmill.agents.bench.junit import why
from gristmill.agents.bench.run import Run
from gristmill.agents.bench.summary import label
from gristmill.cli.console import new_table

NUMBERS = (
    "tasks", "success", "95 %", "progress", "steps", "said\ndone", "gave\nup", "side\neffects",
    "no steps\nleft", "faults",
)  # fmt: skip
WIDE = 108  # characters from which on all columns fit
LEFT_OUT = frozenset({"progress", "steps"})  # in narrower terminals
SHOWN = 10
BROKEN_DOWN_BY = ("suite", "app", "kind", "level")
MAX_FAMILIES = 24


def show_summary(console: Console, summary: Mapping[str, Any], run: Run) -> None:
    """Print a table with a row for each group, then the episodes that were lost, then the faults."""
    shown = [name for name in NUMBERS if console.width >= WIDE or name not in LEFT_OUT]
    table = new_table("", *shown, numbers=shown)
    for column in table.columns:
        column.no_wrap = True
    groups = [("all", summary["all"])]
    for by in BROKEN_DOWN_BY:
        found = summary["by"][by]
        groups += [(f"{by} {name}", counts) for name, counts in found.items() if len(found) > 1]
    families = summary["by"]["family"]
    if len(families) > MAX_FAMILIES:  # the report has them all
        families = {name: each for name, each in families.items() if each["success_rate"] != 1.0}
    groups += list(families.items())[:MAX_FAMILIES]
    for name, counts in groups:
        row = dict(zip(NUMBERS, row_of(counts), strict=True))
        table.add_row(Text(name, "bold" if name == "all" else ""), *(row[each] for each in shown))
    console.print(table)
    console.print(
        "said done: without success. gave up: wrongly. side effects: changes that were not asked for.",
        style="dim",
    )
    show_lost(console, run)
    show_refusals(console, run)
    show_faults(console, summary)


def row_of(counts: Mapping[str, Any]) -> list[str]:
    """The numbers of a group as text; a dash stands for none."""
    interval = counts["success_95"]
    return [
        str(counts["episodes"]),
        percent(counts["success_rate"]),
        "-" if interval is None else f"{100 * interval[0]:.0f}-{100 * interval[1]:.0f}",
        percent(counts["progress"]),
        "-" if counts["mean_steps"] is None else f"{counts['mean_steps']:.1f}",
        *(
            str(counts[name])
            for name in ("false_completions", "wrong_give_ups", "side_effects", "step_limits")
        ),
        str(counts["faults"]),
    ]


def percent(rate: float | None) -> str:
    """A rate as text."""
    return "-" if rate is None else f"{rate:.1%}"


def show_lost(console: Console, run: Run) -> None:
    """Print the first episodes that did not succeed, and why."""
    lost = [episode for episode in run.episodes if episode.success is False]
    if lost:
        console.print(f"\nNot solved ({len(lost)}):")
    for episode in lost[:SHOWN]:
        console.print(Text(f"  {label(episode.key)}: {why(episode)}"), soft_wrap=True)
    if len(lost) > SHOWN:
        console.print(f"  and {len(lost) - SHOWN} more", style="dim")


def show_refusals(console: Console, run: Run) -> None:
    """Print how many actions were refused in episodes that did not succeed, and the most frequent reason."""
    steps = [step for episode in run.episodes if episode.success is False for step in episode.steps]
    reasons = Counter(step.error for step in steps if step.error)
    if reasons:
        [(reason, times)] = reasons.most_common(1)
        refused = reasons.total()
        message = f"Of their {len(steps)} actions {refused} were refused, {times} of them with: {reason}"
        console.print(Text(message), soft_wrap=True)


def show_faults(console: Console, summary: Mapping[str, Any]) -> None:
    """Print the first faults; they are no part of any rate."""
    faults = summary["faults"]
    if faults:
        console.print(f"\nFaults, which count for no rate ({len(faults)}):")
    for fault in faults[:SHOWN]:
        console.print(Text(f"  {fault['episode']}: {fault['source']}: {fault['message']}"), soft_wrap=True)
    if len(faults) > SHOWN:
        console.print(f"  and {len(faults) - SHOWN} more", style="dim")


def show_comparison(console: Console, comparison: Comparison, alpha: float) -> None:
    """Print how the run compares with its baseline."""
    pairs = f", {comparison.pairs} tasks in common" if comparison.pairs else ""
    console.print(
        f"\nAgainst the baseline: {comparison.verdict(alpha)}, {comparison.rate:.1%} against "
        f"{comparison.baseline_rate:.1%} (p = {comparison.p:.2g}, {comparison.test}{pairs})",
        soft_wrap=True,
    )
    for title, names in (("lost", comparison.lost), ("won", comparison.won)):
        if names:
            more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
            console.print(Text(f"  {title} ({len(names)}): {', '.join(names[:SHOWN])}{more}"), soft_wrap=True)
    for each in comparison.differing:
        console.print(Text(f"  {each}", "yellow"), soft_wrap=True)
