"""Trajectories for training: what an agent observed and did, one JSON line an episode."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import msgspec

from gristmill.agents.rollouts.results import EndedBy, EpisodeResult
from gristmill.apps.base import Json
from gristmill.errors import RecordError

FORMAT = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class TextObservation:
    """What a text agent observes of a page.

    Attributes:
        url: address of the page.
        aria: its accessibility tree.
        error: why the last action was refused; or empty.
        title: of the page; empty in files of versions that left it out.
    """

    url: str
    aria: str
    error: str
    title: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trajectory:
    """One judged episode of T steps.

    Attributes:
        options: further arguments of `gymnasium.make` that the episode was played with.
        success: whether it was rewarded with success.
        observations: T + 1: before each action, and at the end.
        actions: T, as lines of the action grammar.
        rewards: T.
        terminated: whether the episode ended by itself or by the agent.
        truncated: whether it ran out of steps.
        ended_by: see `EndedBy`.
        checks: those of the verdict: name, and whether it passed.
    """

    task: str
    seed: int
    options: Mapping[str, Any]
    agent: str
    goal: str
    success: bool
    observations: tuple[TextObservation, ...]
    actions: tuple[str, ...]
    rewards: tuple[float, ...]
    terminated: bool
    truncated: bool
    ended_by: str
    checks: Mapping[str, bool]
    format: int = FORMAT

    @classmethod
    def of(cls, result: EpisodeResult, options: Mapping[str, Any]) -> Self:
        """The trajectory of a result that was played with `Keeping(outlines=True, record=True)`.

        Raises:
            ValueError: it has no verdict, or its outlines or record were not kept.
        """
        if result.success is None or result.record is None or len(result.outlines) != len(result.steps) + 1:
            raise ValueError("A trajectory needs an episode with a verdict, its outlines and its record.")
        urls = (result.record.task.start_url, *(step.url for step in result.steps))
        errors = ("", *(step.error for step in result.steps))
        is_truncated = result.ended_by == EndedBy.STEP_LIMIT
        return cls(
            task=result.task_id,
            seed=result.seed,
            options=dict(options),
            agent=result.agent,
            goal=result.goal,
            success=result.success,
            observations=tuple(
                TextObservation(url=url, aria=aria, error=error, title=title)
                for url, aria, error, title in zip(urls, result.outlines, errors, result.titles, strict=True)
            ),
            actions=tuple(step.action for step in result.steps),
            rewards=tuple(step.reward for step in result.steps),
            terminated=not is_truncated,
            truncated=is_truncated,
            ended_by=str(result.ended_by),
            checks={check.name: check.passed for check in result.checks},
        )

    def to_line(self) -> bytes:
        """This trajectory as a line of JSON, with its line feed."""
        return msgspec.json.encode(self, enc_hook=dict) + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """Parse a line that `to_line` wrote.

        Raises:
            RecordError: it is something else, incomplete, or of another format.
        """
        try:
            trajectory = msgspec.json.decode(line, type=cls)
        except msgspec.DecodeError as error:
            raise RecordError(f"Not a trajectory: {line[:60]!r} ({error}). Record it again.") from error
        if trajectory.format != FORMAT:
            raise RecordError(
                f"A trajectory has the format {trajectory.format}; this Gristmill reads format {FORMAT}. "
                "Install the version that wrote it."
            )
        return trajectory


def read_trajectories(file: Path) -> Iterator[Trajectory]:
    """The trajectories of a file, in order.

    Raises:
        RecordError: a line holds none.
    """
    with file.open("rb") as lines:
        for line in lines:
            yield Trajectory.from_line(line)


def fault_of(result: EpisodeResult) -> dict[str, Json]:
    """An episode that ended with an infrastructure failure, of which there is no trajectory, as JSON."""
    return {
        "task": result.task_id,
        "seed": result.seed,
        "agent": result.agent,
        "infra_error": None if result.infra_error is None else str(result.infra_error),
        "traceback": getattr(result.infra_error, "traceback", ""),
    }
