"""Figures of learning curves. Needs matplotlib, of the extra `learn`."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from gristmill.agents.training.curves import Curve
from gristmill.agents.training.series import Series
from gristmill.errors import LearningFileError

TARGETS = (0.5, 0.9, 0.95)
INK, FAINT = "#24292f", "#d0d7de"
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#57606a", "#000000")
"""Those of Okabe and Ito, which people who see fewer colours can tell apart."""
MARKERS = "osD^vP"
MARKED = 40  # points of the longest series whose points are marked
STYLE: Any = {  # matplotlib types its parameters one by one
    "axes.axisbelow": True,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "font.family": "sans-serif",
    "font.size": 9.5,
    "svg.fonttype": "none",
    "svg.hashsalt": "gristmill",
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
}


def save_figure(curves: Sequence[Curve], path: Path, *, title: str) -> None:
    """Write a figure of runs to a file; equal curves give equal bytes.

    Args:
        curves: at least one.
        path: the ending, such as `.svg` or `.png`, says the format.
        title: of the figure.

    Raises:
        LearningFileError: the file cannot be written, or there is no such format.
    """
    with mpl.rc_context(STYLE):
        save(draw(curves, title), path)


def save_series(series: Sequence[Series], path: Path, *, x: str, y: str, title: str) -> None:
    """Write a figure of what runs logged to a file; equal series give equal bytes.

    Args:
        series: at least one.
        path: see `save_figure`.
        x: label of the horizontal axis.
        y: label of the vertical one.
        title: of the figure.

    Raises:
        LearningFileError: see `save_figure`.
    """
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(7.5, 4.2), layout="constrained")
        axes = figure.subplots()
        for number, each in enumerate(series):
            is_short = len(each.x) <= MARKED
            axes.plot(each.x, each.y, label=label_of(each), **style_of(number, is_marked=is_short))
        axes.set(xlabel=x, ylabel=y)
        if all(0 <= value <= 1 for each in series for value in each.y):
            axes.set_ylim(-0.02, 1.02)
        axes.grid(axis="y", color=FAINT, linewidth=0.6)
        count_on(axes)
        finish_figure(figure, axes, title, columns=3)
        save(figure, path)


def save(figure: Figure, path: Path) -> None:
    """Write a figure without the time of day in it."""
    metadata = {"Date": None} if path.suffix == ".svg" else None
    try:
        figure.savefig(path, dpi=160, metadata=metadata)
    except (OSError, ValueError) as error:
        raise LearningFileError(f"{path} cannot be written: {error}") from error


def draw(curves: Sequence[Curve], title: str) -> Figure:
    """Success against environment steps, processor time and, where they differ, demonstrations."""
    figure = Figure(figsize=(11.5, 4.2), layout="constrained")
    do_differ = len({curve.demonstrations for curve in curves}) > 1
    steps, seconds, *others = figure.subplots(1, 2 + do_differ, sharey=True)
    for number, curve in enumerate(curves):
        style, label = style_of(number), label_of(curve)
        show(steps, [each.env_steps for each in curve.points], curve, style, label)
        show(seconds, [each.cpu_s for each in curve.points], curve, style, label)
        last = replace(curve, points=curve.points[-1:])
        for axes in others:
            show(axes, [curve.demonstrations], last, style, label)
    steps.set(xlabel="environment steps", ylabel="success on held-out tasks")
    seconds.set(xlabel="CPU seconds of the updates")
    for axes in others:
        axes.set(xlabel="demonstrations (at the end of each run)")
    for axes in (steps, seconds, *others):
        finish(axes)
    finish_figure(figure, steps, title, columns=4)
    return figure


def label_of(run: Curve | Series) -> str:
    """A run's name, with its algorithm where the name does not say it."""
    return run.name if run.algorithm in run.name else f"{run.name} ({run.algorithm})"


def style_of(number: int, *, is_marked: bool = True) -> dict[str, Any]:
    """Colour and marker of the run with this number in a figure."""
    style = {"color": COLOURS[number % len(COLOURS)]}
    return style | {"marker": MARKERS[number % len(MARKERS)]} if is_marked else style


def finish_figure(figure: Figure, axes: Axes, title: str, *, columns: int) -> None:
    """Title, and a legend of what these axes show."""
    figure.suptitle(title, x=0.01, ha="left", fontsize=11, fontweight="bold")
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower left", ncols=columns, frameon=False)


def show(axes: Axes, x: Sequence[float], curve: Curve, style: dict[str, Any], label: str) -> None:
    """Draw a curve's points, with their intervals as bars."""
    rates = [each.rate for each in curve.points]
    low = [max(0.0, each.rate - each.interval[0]) for each in curve.points]
    high = [max(0.0, each.interval[1] - each.rate) for each in curve.points]
    axes.errorbar(
        x, rates, yerr=[low, high], label=label, markersize=4.5, linewidth=1.5, elinewidth=0.9, capsize=2,
        ecolor=to_rgba(style["color"], 0.45), **style,
    )  # fmt: skip


def finish(axes: Axes) -> None:
    """Scales, and lines at the rates that efficiency is measured at."""
    for target in TARGETS:
        axes.axhline(target, color=FAINT, linewidth=0.8, linestyle=":", zorder=0)
    axes.set_ylim(-0.02, 1.02)
    axes.set_xlim(left=min(0.0, axes.get_xlim()[0]))
    axes.set_yticks((0, 0.25, *TARGETS), ("0", "25 %", "50 %", "90 %", "95 %"))
    count_on(axes)


def count_on(axes: Axes) -> None:
    """Whole numbers on the horizontal axis."""
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
