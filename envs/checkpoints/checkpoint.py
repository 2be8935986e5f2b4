"""Checkpoints: an episode at one moment, to be continued here, in another process or on another day.

The byte form is written and read in `archive.py`, and described in `docs/checkpoints.md`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gristmill.apps.base import Task
from gristmill.envs.checkpoints.archive import FORMAT, Header, Pages, packed, unpacked
from gristmill.envs.checkpoints.page_state import PageState
from gristmill.envs.engines.base import Viewport
from gristmill.envs.episode.task_sampling import SampledTask
from gristmill.snapshots.pages import PatchedImage


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Checkpoint:
    """An episode at one moment. It is never changed, so it can be continued as often as one likes.

    In memory it shares its world's database with all others, and holds the pages that differ.

    Attributes:
        sampled: the task with its world, and the database as the episode began.
        now: the database as it is now.
        versions: of the world and the app clones; a checkpoint is continued by the same ones alone.
        viewport: of the page.
        steps_taken: since the episode began.
        error: of the last observation.
        page: the open page.
    """

    sampled: SampledTask
    now: PatchedImage
    versions: Mapping[str, str]
    viewport: Viewport
    steps_taken: int
    error: str
    page: PageState

    def __repr__(self) -> str:
        task = self.task
        return (
            f"Checkpoint({task.family}, split={task.split!r}, seed={task.seed}, "
            f"steps_taken={self.steps_taken}, pages={len(self.now.changes)})"
        )

    @property
    def task(self) -> Task:
        """What is asked, and in which world."""
        return self.sampled.task

    def to_bytes(self) -> bytes:
        """This checkpoint as bytes that any process with the same versions can continue.

        The first of a world takes 60 ms or so, further ones a few.

        Raises:
            CheckpointError: a part is larger than `from_bytes` would take.
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
        )
        return packed(header, start=self.sampled.start, now=self.now, markup=self.page.markup)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Checkpoint":
        """The checkpoint that `to_bytes` wrote.

        Raises:
            CheckpointError: these bytes are none, are damaged, or are of another format.
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
        )
