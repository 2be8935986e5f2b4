"""Performance claims: the required ratio of each, and the measured one."""

from dataclasses import dataclass

from peers import ratios
from results import Row, load

FLOOR_BARS = {"dom": 0.6, "chromium": 0.75}


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A ratio and its lower bound; `measured` is None if results are missing."""

    text: str
    bar: float
    measured: float | None

    @property
    def verdict(self) -> str:
        """`holds`, `does not hold`, or that results are missing."""
        if self.measured is None:
            return "not measured"
        return "holds" if self.measured >= self.bar else "does not hold"


def claims() -> list[Claim]:
    """All claims, evaluated on the stored rows."""
    return [*of_throughput(load("throughput")), *of_peers(load("peers"))]


def of_throughput(rows: list[Row]) -> list[Claim]:
    """Claims on scaling, on ratios to the floors, and between the engines."""

    def cells(engine: str, workload: str) -> dict[int, Row]:
        wanted = {"engine": engine, "observation": "aria", "workload": workload}
        return {row["num_envs"]: row for row in rows if wanted.items() <= row.items()}

    def least_over_floor(engine: str, workload: str) -> float | None:
        found = [r for r in cells(engine, workload).values() if r.get("floor_steps_per_s")]
        return min((r["steps_per_s"] / r["floor_steps_per_s"] for r in found), default=None)

    def scaling(engine: str, many: int) -> float | None:
        found = cells(engine, "same task")
        if not {4, many} <= found.keys():
            return None
        return float(found[many]["steps_per_s"] / found[4]["steps_per_s"])

    def best(engine: str, commit: str | None) -> float:
        found = cells(engine, "same task").values()
        return max((row["steps_per_s"] for row in found if row.get("commit") == commit), default=0.0)

    commits = {row.get("commit") for row in rows}
    both = [(best("dom", commit), best("chromium", commit)) for commit in commits]
    over = min((dom / chromium for dom, chromium in both if dom and chromium), default=None)
    return [
        Claim(
            text="`dom` steps over `chromium` steps, best of each at one commit, same task",
            bar=20,
            measured=over,
        ),
        *(
            Claim(
                text=f"`{engine}` steps over its floor, worst size, {workload}",
                bar=bar,
                measured=least_over_floor(engine, workload),
            )
            for engine, bar in FLOOR_BARS.items()
            for workload in ("same task", "own tasks")
        ),
        Claim(text="`dom` with 256 environments over 4", bar=0.9, measured=scaling("dom", 256)),
        Claim(text="`chromium` with 64 environments over 4", bar=0.8, measured=scaling("chromium", 64)),
    ]


def of_peers(rows: list[Row]) -> list[Claim]:
    """Claims on the comparison with BrowserGym."""
    bars = {True: 15.0, False: 8.0}
    found = ratios(rows) if rows else {}
    return [
        Claim(text=text, bar=bars["pixels" not in text or text.startswith("reset")], measured=measured)
        for text, measured in found.items()
    ]
