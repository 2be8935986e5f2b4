"""Drawn tasks and what was found out about states, kept: groups of episodes begin and end alike."""

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from cachetools import LRUCache

from gristmill.apps.base import Task, TaskFamily
from gristmill.apps.builder import stream
from gristmill.apps.database import LentConnection, using
from gristmill.apps.world import World
from gristmill.snapshots.image import restore, serialize
from gristmill.snapshots.pages import PatchedImage

T = TypeVar("T")

MAX_DRAWN_BYTES = 32_000_000
MAX_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Drawn:
    """A task, and the database that its episodes begin with, as what it adds to its world's."""

    task: Task
    start: PatchedImage


class Draws:
    """The tasks that were drawn lately. Threads may share it."""

    def __init__(self) -> None:
        self._drawn: LRUCache[Hashable, Drawn] = LRUCache(MAX_DRAWN_BYTES, getsizeof=size_bytes)
        self._lock = threading.Lock()

    def get(self, family: TaskFamily, world: bytes, *, seed: int, split: str) -> Drawn:
        """The task of a seed in a world, drawn if it is not known."""
        key = type(family), split, seed
        with self._lock:
            known = self._drawn.get(key)
        if known is not None and known.start.base is world:
            return known
        drawn = draw(family, world, seed=seed, split=split)
        with self._lock:
            self._drawn[key] = drawn
        return drawn


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


class Kept(Generic[T]):
    """What was found out lately, such as verdicts: equal evidence has an equal one. Threads may share it."""

    def __init__(self, size: int = MAX_KEPT) -> None:
        self._known: LRUCache[Hashable, T] = LRUCache(size)
        self._lock = threading.Lock()

    def get(self, key: Hashable, find_out: Callable[[], T]) -> T:
        """What belongs to this key, found out if it is not known; if that raises, nothing is kept."""
        with self._lock:
            known = self._known.get(key)
        if known is None:
            known = find_out()
            with self._lock:
                self._known[key] = known
        return known
