"""Learning curves of runs, as `curve.jsonl` holds them: success on held-out tasks, and what it cost."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gristmill.agents.training.evaluation import wilson
from gristmill.agents.training.runs import read_config
from gristmill.errors import LearningFileError

CURVE_FILE = "curve.jsonl"


@dataclass(frozen=True, kw_only=True, slots=True)
class Point:
    """Success at one moment of a run, all families together.

    Attributes:
        env_steps: that the policy had taken in training.
        cpu_s: seconds of processor time that the updates had taken.
    """

    env_steps: int
    cpu_s: float
    successes: int
    judged: int

    @property
    def rate(self) -> float:
        """Share of the judged episodes that succeeded."""
        return self.successes / self.judged if self.judged else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval of the rate."""
        return wilson(self.successes, self.judged)


@dataclass(frozen=True, kw_only=True, slots=True)
class Curve:
    """A run.

    Attributes:
        name: of its folder.
        demonstrations: that it or the run that it started from was given.
        points: in the order of updates; first that of the run that it started from, if that is known.
    """

    name: str
    algorithm: str
    demonstrations: int
    points: tuple[Point, ...]

    def reached(self, rate: float) -> Point | None:
        """The first point at which success was as high; None if there is none."""
        return next((each for each in self.points if each.rate >= rate), None)

    def is_kept(self, rate: float) -> bool:
        """Whether all points from there on are as high."""
        first = self.reached(rate)
        return first is not None and all(
            each.rate >= rate for each in self.points[self.points.index(first) :]
        )


def read_curve(folder: Path, *, mode: str = "greedy", engine: str = "dom") -> Curve:
    """The curve of a run.

    Args:
        folder: of the run.
        mode: `greedy` or `sampled`.
        engine: in which it was measured.

    Raises:
        LearningFileError: the folder holds no run, or nothing was measured so.
    """
    config = read_config(folder)
    points = points_in(folder, mode, engine)
    if not points:
        raise LearningFileError(
            f"{folder / CURVE_FILE} has no success measured {mode} in {engine}: train with --evaluate-every."
        )
    if (start := start_of(config)) is not None and read_tasks(start) == config["tasks"]:
        before = points_in(start, mode, engine)[-1:]
        points = [replace(each, env_steps=0, cpu_s=0.0) for each in before] + points
    return Curve(
        name=folder.resolve().name,
        algorithm=config["algorithm"],
        demonstrations=demonstrations_of(config),
        points=tuple(points),
    )


def points_in(folder: Path, mode: str, engine: str) -> list[Point]:
    """The measured points of a run; none without a file."""
    updates: dict[int, list[dict[str, Any]]] = {}
    for line in read_lines(folder / CURVE_FILE):
        if (line["mode"], line["engine"]) == (mode, engine):
            updates.setdefault(line["update"], []).append(line)
    return [point_of(lines) for _, lines in sorted(updates.items())]


def point_of(lines: Sequence[dict[str, Any]]) -> Point:
    """The families of one update together."""
    costs = lines[0]["training"]
    return Point(
        env_steps=int(costs.get("env_steps", 0)),
        cpu_s=float(costs.get("cpu_s", 0.0)),
        successes=sum(line["successes"] for line in lines),
        judged=sum(line["judged"] for line in lines),
    )


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The lines of a file of JSON lines; none if there is no file.

    Raises:
        LearningFileError: one cannot be read.
    """
    if not path.exists():
        return []
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise LearningFileError(f"{path} cannot be read: {error}.") from error


def start_of(config: dict[str, Any]) -> Path | None:
    """The run that a run started from, if it is still there."""
    start = Path(config["start"]) if config.get("start") else None
    return start if start is not None and (start / "config.json").exists() else None


def read_tasks(folder: Path) -> list[str]:
    """The families of a run."""
    return list(read_config(folder)["tasks"])


def demonstrations_of(config: dict[str, Any]) -> int:
    """How many demonstrations a run was given, those of the run that it started from included."""
    if (own := config["settings"].get("demonstrations")) is not None:
        return int(own) * len(config["tasks"])
    start = start_of(config)
    return demonstrations_of(read_config(start)) if start is not None else 0
