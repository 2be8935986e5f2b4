"""Write docs/baselines.md: what each agent reaches in each suite and family, and the command for each number.

    python tools/baselines_page.py [RUN ...] [--out docs/baselines.md] [--stored benchmarks/baselines]

The numbers are those of stored summaries; a RUN, the folder of a finished `gristmill bench`, is stored first
and replaces the one of the same agent and suites. `gristmill bench --compare` takes the stored files too.
"""

import argparse
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from gristmill.agents.bench import load_run
from gristmill.agents.bench.storage import pretty
from gristmill.agents.bench.summary import summary_of

Summary = Mapping[str, Any]
HEAD = (
    "# Baselines",
    "What agents that need no training and the learned policies reach, with Wilson's 95 % intervals. The "
    "command below a table makes its numbers again; the files with the outcome of every episode are in "
    "`benchmarks/baselines/`, and `gristmill bench --compare FILE` holds a run against one "
    "([versioning](versioning.md)). Faults are no part of any rate.",
    "This page is written by `tools/baselines_page.py` from these files.",
)
COUNTED = {
    "false_completions": "said done, was not",
    "wrong_give_ups": "gave up wrongly",
    "side_effects": "side effects",
    "step_limits": "out of steps",
    "faults": "faults",
}


def stored_name(summary: Summary) -> str:
    """The file name of a summary: agent and what it played."""
    name = "-".join([summary["agent"], *summary["suites"]]) or "run"
    return re.sub(r"[^\w.-]+", "-", name) + ".json"


def store(run: Path, folder: Path) -> None:
    """Store the summary of a run.

    Raises:
        SystemExit: the run is not finished.
    """
    loaded = load_run(run)
    if not loaded.is_complete:
        raise SystemExit(f"{run} is not finished: run its `gristmill bench` again first.")
    summary = summary_of(loaded)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / stored_name(summary)).write_bytes(pretty(summary))


def page(summaries: Sequence[Summary]) -> str:
    """The whole page: a section for each combination of suites."""
    sections: dict[str, list[Summary]] = {}
    for summary in summaries:
        sections.setdefault(", ".join(summary["suites"]) or "own choice", []).append(summary)
    parts = [*HEAD]
    for name, members in sorted(sections.items()):
        members = sorted(members, key=lambda each: (-(each["all"]["success_rate"] or 0.0), each["agent"]))
        parts += [f"## Suite {name}", agents_table(members), families_table(members)]
    return "\n\n".join(parts) + "\n"


def agents_table(summaries: Sequence[Summary]) -> str:
    """A row for each agent: rates, how it fails, when and by which command."""
    titles = ["agent", "episodes", "success", "95 %", "progress", "steps", *COUNTED.values()]
    rows = []
    for each in summaries:
        counts = each["all"]
        rows.append(
            [
                f"`{each['agent']}`",
                str(counts["episodes"]),
                percent(counts["success_rate"]),
                interval(counts["success_95"]),
                percent(counts["progress"]),
                "-" if counts["mean_steps"] is None else f"{counts['mean_steps']:.1f}",
                *(str(counts[name]) for name in COUNTED),
            ]
        )
    made = [made_by(each) for each in summaries]
    return "\n\n".join([table(titles, rows), "\n".join(made)])


def made_by(summary: Summary) -> str:
    """The command of a summary, and what it was run with."""
    times = summary["times"]
    commit = f", commit `{times['commit'][:12]}`" if times["commit"] else ""
    dirty = " with changes" if times["dirty"] else ""
    command, machinery = summary["command"] or "unknown command", summary["versions"]["machinery"]
    return f"- `{command}`: Gristmill {machinery}{commit}{dirty}, {times['created_at'][:10]}"


def families_table(summaries: Sequence[Summary]) -> str:
    """A row for each family, a column for each agent."""
    families = sorted({family for each in summaries for family in each["by"]["family"]})
    titles = ["family", "episodes", *(f"`{each['agent']}`" for each in summaries)]
    rows = []
    for family in families:
        found = [each["by"]["family"].get(family) for each in summaries]
        numbers = sorted({str(counts["judged"]) for counts in found if counts is not None})
        cells = ["" if counts is None else rate_of(counts) for counts in found]
        rows.append([f"`{family}`", " to ".join(numbers[:1] + numbers[1:][-1:]), *cells])
    return table(titles, rows)


def rate_of(counts: Mapping[str, Any]) -> str:
    """A family's rate and interval in a cell."""
    rate = percent(counts["success_rate"])
    return rate if counts["success_95"] is None else f"{rate} ({interval(counts['success_95'])})"


def percent(rate: float | None) -> str:
    """A rate as text; a dash for none."""
    return "-" if rate is None else f"{100 * rate:.0f} %"


def interval(bounds: Sequence[float] | None) -> str:
    """An interval as text; a dash for none."""
    return "-" if bounds is None else f"{100 * bounds[0]:.0f} to {100 * bounds[1]:.0f}"


def table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown; all columns but the first are right-aligned."""
    lines = [titles, ["---", *["---:"] * (len(titles) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Store the runs that are named, and write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("runs", nargs="*", type=Path, metavar="RUN")
    parser.add_argument("--out", type=Path, default=Path("docs/baselines.md"))
    parser.add_argument("--stored", type=Path, default=Path("benchmarks/baselines"))
    chosen = parser.parse_args(arguments)
    for run in chosen.runs:
        store(run, chosen.stored)
    files = sorted(chosen.stored.glob("*.json"))
    if not files:
        raise SystemExit(f"{chosen.stored} holds no summary: name the folder of a run.")
    chosen.out.write_text(page([json.loads(file.read_text()) for file in files]), encoding="utf-8")
    print(chosen.out)


if __name__ == "__main__":
    main()
