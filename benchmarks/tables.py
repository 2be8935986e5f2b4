"""Markdown tables of the results."""

from pathlib import Path

from claims import claims
from results import Row, load

PLOTS = {
    "scaling": "Steps per second by number of environments",
    "cost": "CPU time of a step by process",
    "peers": "Steps per second and resets beside BrowserGym",
}


MS_TO_HOURS_OF_A_MILLION = 3.6


def markdown(header: str, rows: list[list[str]]) -> str:
    """A Markdown table; `header` separates its columns by `|`."""
    names = [name.strip() for name in header.split("|")]
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def number(value: float | None) -> str:
    """A number with a precision that suits its magnitude."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def origin(rows: list[Row]) -> str:
    """The origin of rows: machine, commit and versions, one line for each machine."""
    places = {
        f"{row['cpu']}, {row['cpus']} CPUs, {row['system']}, Python {row['python']}; "
        + ", ".join(f"{name} {version}" for name, version in row["versions"].items() if name != "gristmill")
        for row in rows
    }
    return "\n\n".join(sorted(places))


def framed(rows: list[Row], plots: list[str], table: str) -> str:
    """Plots, origin and table of some rows."""
    if not rows:
        return "No results yet."
    pictures = [f"![{PLOTS[plot]}](plots/{plot}.svg)" for plot in plots]
    return "\n\n".join([*pictures, origin(rows), table])


def throughput() -> str:
    """The throughput table."""
    rows = load("throughput")
    lines = []
    for row in rows:
        floor, ours = row.get("floor_steps_per_s"), row["steps_per_s"]
        cpu = " + ".join(
            f"{number(spent)} {kind}" for kind, spent in row["cpu_ms_per_step"].items() if spent >= 0.05
        )
        lines.append(
            [
                f"{row['date']}, {row['commit']}",
                row["engine"],
                row["observation"],
                row["workload"],
                str(row["num_envs"]),
                number(ours),
                number(floor),
                number(ours / floor if floor else None),
                number(row["resets_per_s"]),
                number(row.get("floor_cpu_ms_per_step")),
                f"{number(sum(row['cpu_ms_per_step'].values()))} = {cpu}",
                number(row["pss_mb_per_env"]),
                str(row["chunks"]),
            ]
        )
    header = (
        "from | engine | observation | workload | envs | steps/s | floor | ratio | resets/s | "
        "CPU-ms, floor | CPU-ms a step | MB an env | n"
    )
    return framed(rows, ["scaling", "cost"], markdown(header, lines))


def costs() -> str:
    """CPU cost per step by engine, observation and workload, as a range over all sizes."""
    kinds: dict[tuple[str, str, str], list[Row]] = {}
    for row in load("throughput"):
        kinds.setdefault((row["engine"], row["observation"], row["workload"]), []).append(row)
    lines = []
    for (engine, observation, workload), rows in sorted(kinds.items()):
        spent = [sum(row["cpu_ms_per_step"].values()) for row in rows]
        lines.append(
            [
                ", ".join(sorted({f"{row['date']}, {row['commit']}" for row in rows})),
                f"`{engine}`",
                observation,
                workload,
                ", ".join(str(size) for size in sorted(row["num_envs"] for row in rows)),
                between([number(one) for one in spent]),
                between([number(one / MS_TO_HOURS_OF_A_MILLION) for one in spent]),
            ]
        )
    header = "from | engine | observation | all slots play | slots | CPU ms a step | hours a million steps"
    return markdown(header, lines)


def between(figures: list[str]) -> str:
    """The range of some figures."""
    ordered = sorted(figures, key=lambda figure: float(figure.replace(",", "")))
    least, greatest = ordered[0], ordered[-1]
    return least if least == greatest else f"{least} to {greatest}"


def peers() -> str:
    """The comparison with other environments."""
    rows = load("peers")
    lines = [
        [
            f"{row['date']}, {row['commit']}",
            row["name"],
            row["setting"],
            row["observation"],
            str(row["parallel"]),
            f"{1000 * row['step_s']:,.0f}",
            f"{1000 * row['reset_s']:,.0f}",
            number(row["steps_per_s"]),
            number(row["resets_per_s"]),
            number(1000 * row["cpu_s_per_step"]) if "cpu_s_per_step" in row else "-",
            str(row["episodes"]),
            str(row.get("failures", 0)),
        ]
        for row in rows
    ]
    header = (
        "from | environment | setting | observation | at once | step ms | reset ms | steps/s | resets/s | "
        "CPU-ms a step | n episodes | lost"
    )
    return framed(rows, ["peers"], markdown(header, lines))


def mechanisms() -> str:
    """What each speed mechanism gives alone."""
    rows = sorted(load("mechanisms"), key=lambda row: (row["mechanism"], row["workload"]))
    lines = [
        [
            f"{row['date']}, {row['commit']}",
            f"`{row['mechanism']}`",
            row["workload"],
            number(row["on_cpu_ms"]),
            number(row["off_cpu_ms"]),
            f"{row['gives_percent']:+.0f} %",
            f"{row['low_percent']:+.0f} to {row['high_percent']:+.0f}",
            str(row["n"]),
        ]
        for row in rows
    ]
    header = "from | mechanism | workload | CPU-ms with | CPU-ms without | gives | quartiles | n"
    return framed(rows, [], markdown(header, lines))


def page_costs() -> str:
    """What fresh pages cost, and what they cost before."""
    rows = load("page_costs")
    lines = []
    for row in rows:
        before = row.get("before", {})
        lines.append(
            [
                f"{row['date']}, {row['commit']}",
                row["app"],
                row["page"],
                *(
                    number(one.get(size))
                    for size in ("standard", "large", "tenfold")
                    for one in (before, row)
                ),
                *(number(growth(one)) for one in (before, row)),
                str(row["queries"]),
            ]
        )
    header = (
        "from | app | page | standard, before | now | large, before | now | tenfold, before | now | "
        "growth, before | now | queries"
    )
    return framed(rows, [], markdown(header, lines))


def growth(row: Row) -> float | None:
    """How many times as much a page costs in the dearer of the larger worlds."""
    return max(row["large"], row["tenfold"]) / row["standard"] if row else None


def verdicts() -> str:
    """The performance claims."""
    lines = [[c.text, f"{c.bar:g}", number(c.measured), c.verdict] for c in claims()]
    return markdown("ratio | bar | measured | verdict", lines)


# The parts of each document, by marker name.
PARTS = {
    Path(__file__).with_name("README.md"): {
        "verdicts": verdicts,
        "throughput": throughput,
        "peers": peers,
        "mechanisms": mechanisms,
        "page_costs": page_costs,
    },
    Path(__file__).parents[1] / "docs" / "scaling.md": {"cost": costs},
}
