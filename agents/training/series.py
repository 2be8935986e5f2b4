"""What a training logged at each update, as `metrics.jsonl` holds it, as a line of a figure."""

from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from gristmill.agents.training.logs import METRICS_FILE, read_metrics
from gristmill.agents.training.runs import read_config
from gristmill.errors import LearningFileError


@dataclass(frozen=True, kw_only=True, slots=True)
class Series:
    """One metric of a run.

    Attributes:
        name: of the run's folder.
        x, y: equally many, in the order of updates.
    """

    name: str
    algorithm: str
    x: tuple[float, ...]
    y: tuple[float, ...]


def read_series(folder: Path, metric: str, *, against: str = "update", mean: int = 1) -> Series:
    """A metric of a run against another one.

    Args:
        folder: of the run.
        metric: a name in `metrics.jsonl`. Updates that did not log it are left out.
        against: another one, on the horizontal axis.
        mean: updates, the last ones up to each, of which the mean is taken; 1 for none.

    Raises:
        LearningFileError: the folder holds no run, or no update logged both.
    """
    config, rows = read_config(folder), read_metrics(folder / METRICS_FILE)
    pairs = [(row[against], row[metric]) for row in rows if against in row and metric in row]
    if not pairs:
        known = ", ".join(sorted({name for row in rows for name in row})) or "nothing"
        raise LearningFileError(
            f"{folder / METRICS_FILE} has no update with {metric} and {against}. It has: {known}."
        )
    values = [value for _, value in pairs]
    return Series(
        name=folder.resolve().name,
        algorithm=config["algorithm"],
        x=tuple(x for x, _ in pairs),
        y=tuple(fmean(values[max(0, at + 1 - mean) : at + 1]) for at in range(len(values))),
    )
