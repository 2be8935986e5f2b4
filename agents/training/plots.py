"""Figures of learning curves. Needs matplotlib, of the extra `learn`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from gristmill.agents.training.curves import Curve
from gristmill.errors import LearningFileError

TARGETS = (0.5, 0.9, 0.95)
INK, FAINT = "#24292f", "#d0d7de"
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#57606a", "#000000")
"""Those of Okabe and Ito, which people who see fewer colours can tell apart."""
MARKERS = "osD^vP"
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
        figure = draw(curves, title)
        metadata = {"Date": None} if path.suffix == ".svg" else None
        try:
            figure.savefig(path, dpi=160, metadata=metadata)
        except (OSError, ValueError) as error:
            raise LearningFileError(f"{path} cannot be written: {error}") from error


def draw(curves: Sequence[Curve], title: str) -> Figure:
    """Success against environment steps, processor time and demonstrations, with Wilson's intervals."""
    figure = Figure(figsize=(11.5, 4.2), layout="constrained")
    steps, seconds, demonstrations = figure.subplots(1, 3, sharey=True)
    for number, curve in enumerate(curves):
        style = {"color": COLOURS[number % len(COLOURS)], "marker": MARKERS[number % len(MARKERS)]}
        label = curve.name if curve.algorithm in curve.name else f"{curve.name} ({curve.algorithm})"
        show(steps, [each.env_steps for each in curve.points], curve, style, label)
        show(seconds, [each.cpu_s for each in curve.points], curve, style, label)
        last = Curve(
            name=curve.name, algorithm=curve.algorithm, demonstrations=curve.demonstrations,
            points=curve.points[-1:],
        )  # fmt: skip
        show(demonstrations, [curve.demonstrations], last, style, label)
    steps.set(xlabel="environment steps", ylabel="success on held-out tasks")
    seconds.set(xlabel="CPU seconds of the updates")
    demonstrations.set(xlabel="demonstrations (at the end of each run)")
    for axes in (steps, seconds, demonstrations):
        finish(axes)
    figure.suptitle(title, x=0.01, ha="left", fontsize=11, fontweight="bold")
    handles, labels = steps.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower left", ncols=4, frameon=False)
    return figure


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
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
