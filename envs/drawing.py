"""Drawn tasks, kept for a while: groups of episodes begin alike."""

from dataclasses import dataclass

from gristmill.apps.base import Task, TaskFamily
from gristmill.apps.builder import stream
from gristmill.apps.database import LentConnection, using
from gristmill.apps.handlers import Handlers
from gristmill.apps.world import World
from gristmill.caches import Cache, Caches
from gristmill.plugins import installed
from gristmill.snapshots.image import restore, serialize
from gristmill.snapshots.pages import PatchedImage


@dataclass(frozen=True, slots=True)
class Drawn:
    """A task, and the database that its episodes begin with, as what it adds to its world's."""

    task: Task
    start: PatchedImage


class Draws:
    """Thread-safe LRU cache of drawn tasks."""

    def __init__(self, caches: Caches) -> None:
        self._drawn: Cache[Drawn] = caches.new("tasks", caches.sizes.tasks_bytes, size_bytes)

    def get(
        self, family: TaskFamily, world: bytes, *, seed: int, split: str, wordings: str | None = None
    ) -> Drawn:
        """The task of a seed in a world, drawn if it is not known."""
        world_id = id(world)  # what was drawn keeps its world, and so that number
        key = type(family), split, wordings or split, seed, world_id
        return self._drawn.get_or_compute(
            key, lambda: draw(family, world, seed=seed, split=split, wordings=wordings)
        )


def size_bytes(drawn: Drawn) -> int:
    """About what it takes to keep it; the world is there anyway."""
    return 4000 + sum(map(len, drawn.start.changes.values()))


def draw(family: TaskFamily, world: bytes, *, seed: int, split: str, wordings: str | None = None) -> Drawn:
    """Draw a task in a copy of its world and sign its person in.

    The goal is worded as in the split, unless other wordings are asked for.
    """
    connection = restore(world, factory=LentConnection)
    try:
        connection.handlers = Handlers.of(installed().app(name) for name in family.apps)
        with using(connection) as db:
            drawn_in = World(db)
            rng = stream(seed, family.id, split)
            task = family.draw(drawn_in, rng, seed=seed, split=split, wordings=wordings or split)
            drawn_in.sign_in(task.person_id)
            db.commit()
        image = serialize(connection)
    finally:
        connection.shut()
    return Drawn(task, PatchedImage.of(world, image))
