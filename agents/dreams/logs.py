"""Logged episodes as dreams read them: pages as lines, actions with the refs of `outlines.shown`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gristmill.agents.dreams.outlines import Page, page_of, refs_of
from gristmill.agents.recording.trajectories import Trajectory, read_trajectories
from gristmill.envs.actions.grammar import parse, write
from gristmill.errors import ActionError, LearningFileError, RecordError

NO_REF = "e0"
TRAJECTORIES = "trajectories.jsonl"


@dataclass(frozen=True, slots=True)
class Scene:
    """What was observed."""

    url: str
    title: str
    error: str
    page: Page


@dataclass(frozen=True, kw_only=True, slots=True)
class Episode:
    """A logged episode of T steps.

    Attributes:
        scenes: T + 1.
        actions: T lines of the grammar.
        rewards: T.
        is_cut: whether it ran out of steps.
    """

    task: str
    seed: int
    goal: str
    scenes: tuple[Scene, ...]
    actions: tuple[str, ...]
    rewards: tuple[float, ...]
    is_cut: bool

    @property
    def is_success(self) -> bool:
        """Whether the last reward was that for success; verdicts are not read."""
        return bool(self.rewards) and self.rewards[-1] >= LEAST_SUCCESS


LEAST_SUCCESS = 0.5
"""Least reward of a last step that means success: the others are prices of steps and progress."""


def read_logs(files: Sequence[Path]) -> list[Episode]:
    """Read what `gristmill record` wrote: files, or the folders that they lie in.

    Raises:
        LearningFileError: there is no file, no episode in it, or a line is damaged.
    """
    episodes = [episode for file in files for episode in read_log(file)]
    if not any(episode.actions for episode in episodes):
        listed = ", ".join(map(str, files)) or "no file"
        raise LearningFileError(
            f"There is no step of an episode in {listed}. Record some: gristmill record ID --out DIR"
        )
    return episodes


def read_log(file: Path) -> Iterator[Episode]:
    """The episodes of one file."""
    path = file / TRAJECTORIES if file.is_dir() else file
    try:
        for number, trajectory in enumerate(read_trajectories(path), start=1):
            if len(trajectory.observations) != len(trajectory.actions) + 1 or len(trajectory.rewards) != len(
                trajectory.actions
            ):
                raise LearningFileError(
                    f"{path}, line {number}: {len(trajectory.observations)} observations, "
                    f"{len(trajectory.actions)} actions and {len(trajectory.rewards)} rewards do not belong "
                    "together. Record it again."
                )
            yield episode_of(trajectory)
    except OSError as error:
        raise LearningFileError(f"{path} cannot be read: {error.strerror}.") from error
    except RecordError as error:
        raise LearningFileError(f"{path}: {error}") from error


def episode_of(trajectory: Trajectory) -> Episode:
    """A trajectory with its pages as lines."""
    scenes = tuple(Scene(o.url, o.title, o.error, page_of(o.aria)) for o in trajectory.observations)
    actions = [
        renamed(action, observation.aria, scene.page)
        for action, observation, scene in zip(
            trajectory.actions, trajectory.observations, scenes, strict=False
        )
    ]
    return Episode(
        task=trajectory.task,
        seed=trajectory.seed,
        goal=trajectory.goal,
        scenes=scenes,
        actions=tuple(actions),
        rewards=trajectory.rewards,
        is_cut=trajectory.truncated,
    )


def renamed(line: str, aria: str, page: Page) -> str:
    """An action on the same element, by its ref in the text that `outlines.shown` makes of the page."""
    try:
        action = parse(line)
    except ActionError:
        return line
    ref = getattr(action, "ref", None)
    if ref is None:
        return line
    mark = f" [ref={ref}]"
    place = next((number for number, text in enumerate(aria.split("\n")) if mark in text), -1)
    name = next((name for name, at in refs_of(page).items() if at == place), NO_REF)
    return write(replace(action, ref=name))  # type: ignore[call-arg]
