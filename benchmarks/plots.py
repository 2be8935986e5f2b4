"""Plots of the results. Needs the extra `bench`."""

from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from processes import KINDS
from results import Row, load

FOLDER = Path(__file__).parent / "plots"
INK, FAINT = "#24292f", "#d0d7de"
STYLE: Any = {
    "axes.axisbelow": True,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "figure.constrained_layout.use": True,
    "font.family": "sans-serif",
    "font.size": 9.5,
    "grid.color": "#eaeef2",
    "svg.fonttype": "none",
    "svg.hashsalt": "gristmill",
    "text.color": INK,
    "xtick.color": INK,
    "ytick.left": False,
    "ytick.color": INK,
}
LINES = {
    ("dom", "aria"): ("#0072b2", "dom, aria"),
    ("chromium", "aria"): ("#d55e00", "chromium, aria"),
    ("chromium", "aria+pixels"): ("#009e73", "chromium, aria+pixels"),
}
WORKLOADS = {"same task": ("o", "-"), "own tasks": ("s", ":")}
FLOOR: Any = {"marker": "_", "ls": "", "markersize": 15, "markeredgewidth": 2.5, "alpha": 0.45}
PARTS = dict(zip(KINDS, ("#0072b2", "#56b4e9", "#f0e442", "#d55e00", "#009e73", "#999999"), strict=True))
PEERS = {"gristmill": "#0072b2", "BrowserGym": "#d55e00", "MiniWoB++": "#999999"}


def scaling(rows: list[Row]) -> Figure:
    """Steps per second over the number of environments, with floors."""
    figure, axes = plt.subplots(figsize=(7.6, 4.6))
    sizes = sorted({row["num_envs"] for row in rows})
    for (engine, observation), (colour, name) in LINES.items():
        for workload, (marker, dash) in WORKLOADS.items():
            wanted = {"engine": engine, "observation": observation, "workload": workload}
            found = sorted((r for r in rows if wanted.items() <= r.items()), key=lambda r: r["num_envs"])
            if not found:
                continue
            x, y = [r["num_envs"] for r in found], [r["steps_per_s"] for r in found]
            axes.plot(x, y, dash, color=colour, marker=marker, markersize=5, label=f"{name}, {workload}")
            bare = [r for r in found if r.get("floor_steps_per_s") and workload == "same task"]
            floors = [r["floor_steps_per_s"] for r in bare]
            axes.plot([r["num_envs"] for r in bare], floors, color=colour, **FLOOR)
    axes.plot([], [], color="#57606a", label="floor, same task", **FLOOR)
    axes.set(xscale="log", yscale="log", xlabel="environments in one process", ylabel="steps per second")
    axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
    axes.minorticks_off()
    axes.yaxis.set_major_locator(mpl.ticker.LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter(mpl.ticker.FuncFormatter(lambda value, _: f"{value:,g}"))
    axes.grid(visible=True)
    axes.set_title("Checkout flow: steps per second, one process")
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
    return figure


def cost(rows: list[Row]) -> Figure:
    """CPU time per step by kind of process."""
    selected = [r for r in rows if r["num_envs"] == 4 and r["engine"] == "chromium"]
    selected += [r for r in rows if r["num_envs"] == 4 and r["engine"] == "dom"]
    names = [f"{r['engine']}, {r['observation']}\n{r['workload']}" for r in selected]
    figure, axes = plt.subplots(figsize=(7.6, 0.9 + 0.55 * len(selected)))
    start = [0.0] * len(selected)
    for kind in KINDS:
        spent = [r["cpu_ms_per_step"][kind] for r in selected]
        if max(spent, default=0) >= 0.5:
            axes.barh(names, spent, left=start, color=PARTS[kind], height=0.62, label=kind)
        start = [begin + part for begin, part in zip(start, spent, strict=True)]
    for at, total in enumerate(start):
        axes.annotate(f" {total:,.1f} ms", (total, at), va="center")
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.set_title("CPU time of a step by process, resets included (4 environments)")
    axes.set_xlabel("CPU milliseconds")
    axes.legend(loc="lower right", frameon=False)
    return figure


def peers(rows: list[Row]) -> Figure:
    """Steps per second at each contender's best parallelism, and single resets."""
    figure, (left, right) = plt.subplots(1, 2, figsize=(9.2, 0.9 + 0.42 * len(identities(rows))), sharey=True)
    names, colours, rates, resets = [], [], [], []
    for who in identities(rows):
        alike = [r for r in rows if (r["name"], r["setting"], r["observation"]) == who]
        best = max(alike, key=lambda r: r["steps_per_s"])
        names.append(f"{who[0]}, {who[1]}\n{who[2]}, {best['parallel']} at once")
        colours.append(PEERS[who[0]])
        rates.append(best["steps_per_s"])
        resets.append(1000 * next(r["reset_s"] for r in alike if r["parallel"] == 1))
    bars(left, names, rates, colours, "Steps per second (more is better)")
    bars(right, names, resets, colours, "One reset in ms (less is better)")
    left.invert_yaxis()
    return figure


def identities(rows: list[Row]) -> list[tuple[str, str, str]]:
    """Contenders, ignoring the parallelism."""
    return list(dict.fromkeys((r["name"], r["setting"], r["observation"]) for r in rows))


def bars(axes: Axes, names: list[str], values: list[float], colours: list[str], title: str) -> None:
    """Horizontal bars labelled with their values."""
    axes.barh(names, values, color=colours, height=0.62)
    for at, value in enumerate(values):
        axes.annotate(f" {value:,.0f}" if value >= 100 else f" {value:.1f}", (value, at), va="center")
    axes.margins(x=0.16)
    axes.xaxis.set_major_formatter(mpl.ticker.FuncFormatter(lambda value, _: f"{value:,g}"))
    axes.set_title(title)


def draw(suffix: str = "svg", folder: Path = FOLDER) -> None:
    """Draw every plot that has results."""
    mpl.use("agg")
    mpl.rcParams.update(STYLE)
    folder.mkdir(exist_ok=True)
    drawn = {"scaling": (scaling, "throughput"), "cost": (cost, "throughput"), "peers": (peers, "peers")}
    for name, (make, results) in drawn.items():
        rows = load(results)
        if not rows:
            continue
        figure = make(rows)
        figure.savefig(folder / f"{name}.{suffix}", metadata={"Date": None} if suffix == "svg" else None)
        plt.close(figure)
