"""Checkpoints: the state of an episode, to be resumed in this process, in another one, or later.

`archive.py` reads and writes the byte form, described in `docs/checkpoints.md`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from gristmill.apps.base import Task
from gristmill.envs.checkpoints.archive import FORMAT, Header, Pages, packed, unpacked
from gristmill.envs.checkpoints.page_state import PageState
from gristmill.envs.engines.base import Viewport
from gristmill.envs.episode.task_sampling import SampledTask
from gristmill.snapshots.pages import PatchedImage


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Checkpoint:
    """An immutable snapshot of an episode, which can be resumed any number of times.

    In memory it shares its world's database with all other checkpoints and holds only changed pages.

    Attributes:
        sampled: the task with its world, and the database at the start of the episode.
        now: the current database.
        versions: of the world and the app clones; it can only be resumed with the same ones.
        viewport: size of the page's viewport.
        steps_taken: number of steps since the start of the episode.
        error: the error of the last observation.
        page: the state of the open page.
        visited: URLs of the pages that were opened.
        tabs: the states of the tabs that `switch_app` has left, by app.
        aria_part: the part of a long aria text that is shown, from 0.
        actions_done: number of actions that the last step performed.
    """

    sampled: SampledTask
    now: PatchedImage
    versions: Mapping[str, str]
    viewport: Viewport
    steps_taken: int
    error: str
    page: PageState
    visited: tuple[str, ...] = ()
    tabs: Mapping[str, PageState] = field(default_factory=dict)
    aria_part: int = 0
    actions_done: int = 0

    def __repr__(self) -> str:
        task = self.task
        return (
            f"Checkpoint({task.family}, split={task.split!r}, seed={task.seed}, "
            f"steps_taken={self.steps_taken}, pages={len(self.now.changes)})"
        )

    @property
    def task(self) -> Task:
        """The task and its world."""
        return self.sampled.task

    def to_bytes(self) -> bytes:
        """Encode this checkpoint for any process with the same versions.

        About 60 ms for the first checkpoint of a world, a few ms for further ones.

        Raises:
            CheckpointError: a part exceeds the size that `from_bytes` accepts.
        """
        header = Header(
            format=FORMAT,
            task=self.task,
            before=Pages.of(self.sampled.start),
            now=Pages.of(self.now),
            versions=self.versions,
            viewport=self.viewport,
            steps_taken=self.steps_taken,
            error=self.error,
            page=replace(self.page, markup=""),
            tabs=self.tabs,
            visited=self.visited,
            aria_part=self.aria_part,
            actions_done=self.actions_done,
        )
        return packed(header, start=self.sampled.start, now=self.now, markup=self.page.markup)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Checkpoint":
        """Decode what `to_bytes` wrote.

        Raises:
            CheckpointError: the bytes are not a checkpoint, are damaged, or have another format version.
        """
        header, start, now = unpacked(bytes(data))
        return cls(
            sampled=SampledTask(header.task, start),
            now=now,
            versions=header.versions,
            viewport=header.viewport,
            steps_taken=header.steps_taken,
            error=header.error,
            page=header.page,
            tabs=header.tabs,
            visited=header.visited,
            aria_part=header.aria_part,
            actions_done=header.actions_done,
        )
