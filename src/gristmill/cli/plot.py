"""`gristmill plot`."""

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.text import Text

from gristmill.cli.console import new_console, new_table
from gristmill.errors import MissingExtraError

if TYPE_CHECKING:
    from gristmill.agents.training.curves import Curve


@click.command("plot")
@click.argument(
    "folders", metavar="RUN...", nargs=-1, required=True, type=click.Path(file_okay=False, path_type=Path)
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="FILE",
    help="Figure to write, .svg, .png or .pdf.",
)  # fmt: skip
@click.option(
    "--mode", type=click.Choice(("greedy", "sampled")), default="greedy", show_default=True,
    help="Whether the likeliest action was taken, or one was drawn.",
)  # fmt: skip
@click.option(
    "--engine", type=click.Choice(("dom", "chromium")), default="dom", show_default=True,
    help="In which success was measured.",
)  # fmt: skip
@click.option(
    "--metric", metavar="NAME",
    help="Plot what was logged at each update under this name, in place of success on held-out tasks.",
)  # fmt: skip
@click.option(
    "--against", metavar="NAME", default="update", show_default=True,
    help="With --metric: another one, for the horizontal axis.",
)  # fmt: skip
@click.option(
    "--mean", type=click.IntRange(min=1), default=1, show_default=True, metavar="UPDATES",
    help="With --metric: how many updates are averaged.",
)  # fmt: skip
@click.option("--title", metavar="TEXT", help="Of the figure.  [default: what was measured]")
def plot(
    folders: tuple[Path, ...],
    out: Path,
    mode: str,
    engine: str,
    metric: str | None,
    against: str,
    mean: int,
    title: str | None,
) -> None:
    """Plot learning curves of trainings, and say what it took to reach 50, 90 and 95 %.

    Success on held-out tasks, of all families of a run together, with Wilson's 95 % intervals, against
    environment steps, CPU seconds and demonstrations. It is what `gristmill train` has measured at the end of
    each run and, with --evaluate-every, on the way. A run that went on from another one begins with that
    one's success. With --metric, what the updates logged: the names are in the run's metrics.jsonl.

    \b
    Examples:
      gristmill plot runs/grpo --out grpo.svg
      gristmill plot runs/clone20 runs/dagger runs/grpo --mode sampled --out curves.png
      gristmill plot runs/suggest --metric right --against suggestions --mean 16 --out right.svg
    """  # noqa: D301 - click reads \b
    for name in ("torch", "matplotlib"):
        if find_spec(name) is None:
            raise MissingExtraError(name, "learn")
    if metric is not None:
        plot_metric(folders, out, metric, against=against, mean=mean, title=title)
        return
    from gristmill.agents.training.curves import read_curve
    from gristmill.agents.training.plots import save_figure

    curves = [read_curve(folder, mode=mode, engine=engine) for folder in folders]
    save_figure(curves, out, title=title or f"Success on held-out tasks, {mode}, in {engine}")
    show_efficiency(curves)
    click.echo(out.resolve())


def plot_metric(
    folders: tuple[Path, ...], out: Path, metric: str, *, against: str, mean: int, title: str | None
) -> None:
    """Plot what updates logged, and print the first and the last value of each run."""
    from gristmill.agents.training.plots import save_series
    from gristmill.agents.training.series import read_series

    series = [read_series(folder, metric, against=against, mean=mean) for folder in folders]
    x, y = (name.replace("_", " ") for name in (against, metric))
    label = f"{y}, mean of {mean} updates" if mean > 1 else y
    save_series(series, out, x=x, y=label, title=title or f"{y} by {x}")
    table = new_table("run", "algorithm", "updates", "first", "last", numbers=["updates", "first", "last"])
    for each in series:
        table.add_row(
            Text(each.name), each.algorithm, str(len(each.y)), f"{each.y[0]:.4g}", f"{each.y[-1]:.4g}"
        )
    new_console().print(table)
    click.echo(out.resolve())


def show_efficiency(curves: "list[Curve]") -> None:
    """Print a row for each run: its last success, and the cost at which rates were reached first."""
    from gristmill.agents.training.plots import TARGETS

    columns = [f"to {target:.0%}" for target in TARGETS]
    table = new_table(
        "run", "algorithm", "demonstrations", "last success", *columns, numbers=["demonstrations"]
    )
    for curve in curves:
        last = curve.points[-1]
        low, high = last.interval
        table.add_row(
            Text(curve.name),
            curve.algorithm,
            str(curve.demonstrations),
            f"{last.rate:.0%} [{100 * low:.0f}-{100 * high:.0f}] ({last.successes}/{last.judged})",
            *(cost_of(curve, target) for target in TARGETS),
        )
    new_console().print(table)


def cost_of(curve: "Curve", target: float) -> str:
    """What it took to reach a rate, in words."""
    point = curve.reached(target)
    if point is None:
        return "-"
    steps = f"{point.env_steps:,} steps, " if point.env_steps else ""
    return f"{steps}{point.cpu_s:.0f} CPU s{'' if curve.is_kept(target) else ', not kept'}"
