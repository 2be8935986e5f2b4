"""Drawn tasks, kept for a while: groups of episodes begin alike."""

from dataclasses import dataclass

from gristmill.apps.base import Task, TaskFamily
from gristmill.apps.builder import stream
from gristmill.apps.database import LentConnection, using
from gristmill.apps.world import World
from gristmill.lately import Lately
from gristmill.snapshots.image import restore, serialize
from gristmill.snapshots.pages import PatchedImage

MAX_DRAWN_BYTES = 32_000_000


@dataclass(frozen=True, slots=True)
class Drawn:
    """A task, and the database that its episodes begin with, as what it adds to its world's."""

    task: Task
    start: PatchedImage


class Draws:
    """The tasks that were drawn lately. Threads may share it."""

    def __init__(self) -> None:
        self._drawn = Lately[Drawn](MAX_DRAWN_BYTES, size_bytes)

    def get(self, family: TaskFamily, world: bytes, *, seed: int, split: str) -> Drawn:
        """The task of a seed in a world, drawn if it is not known."""
        key = type(family), split, seed, id(world)  # what was drawn keeps its world, and so that number
        return self._drawn.find(key, lambda: draw(family, world, seed=seed, split=split))


def size_bytes(drawn: Drawn) -> int:
    """About what it takes to keep it; the world is there anyway."""
    return 4000 + sum(map(len, drawn.start.changes.values()))


def draw(family: TaskFamily, world: bytes, *, seed: int, split: str) -> Drawn:
    """Draw a task in a copy of its world."""
    connection = restore(world, factory=LentConnection)
    try:
        with using(connection) as db:
            task = family.draw(World(db), stream(seed, family.id, split), seed=seed, split=split)
            db.commit()
        image = serialize(connection)
    finally:
        connection.shut()
    return Drawn(task, PatchedImage.of(world, image))
