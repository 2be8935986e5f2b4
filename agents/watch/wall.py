"""The wall: what every agent is at, kept for the page that shows it."""

import threading
from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from gristmill.agents.watch.events import Watcher, WatchEvent

TILES = 48  # more would be too small to see
INTERVAL_S = 0.5  # between two updates of a page
HEARTBEAT_S = 10.0


@dataclass(slots=True)
class Tile:
    """One agent's part of the wall.

    Attributes:
        changed: number of the update in which it last changed.
        picture: the last JPEG, and `pictured` the update that it came with.
    """

    content: dict[str, Any]
    changed: int
    picture: bytes = b""
    pictured: int = 0
    outline: str = ""


@dataclass(slots=True)
class Counts:
    """Episodes that have ended, by outcome."""

    outcomes: Counter[str] = field(default_factory=Counter)
    total: int | None = None


class Wall:
    """Receives reports and hands out what changed. Thread-safe.

    Args:
        title: what is played.
        total: number of episodes to come; None if unknown.
    """

    def __init__(self, title: str, *, total: int | None = None) -> None:
        self.title = title
        self._changes = threading.Condition()
        self._closed = threading.Event()
        self._tiles: dict[int, Tile] = {}
        self._workers: set[int] = set()
        self._counts = Counts(total=total)
        self._update = 0
        self._readers = 0

    def watcher(self) -> Watcher:
        """A watcher that reports to this wall, for agents that play in this process."""
        return Watcher(self.show, wants=lambda: self._readers > 0)

    def show(self, event: WatchEvent) -> None:
        """Take in a report."""
        with self._changes:
            self._update += 1
            if event.outcome is not None:
                self._counts.outcomes[event.outcome] += 1
            self._workers.add(event.worker)
            tile = self._tiles.get(event.worker)
            if tile is None and len(self._tiles) < TILES:
                tile = self._tiles[event.worker] = Tile({}, self._update)
            if tile is not None:
                self._put(tile, event)
            self._changes.notify_all()

    def _put(self, tile: Tile, event: WatchEvent) -> None:
        tile.changed = self._update
        if isinstance(event.picture, bytes):
            tile.picture, tile.pictured, tile.outline = event.picture, self._update, ""
        elif event.picture is not None:
            tile.outline = event.picture
        episode = event.episode
        tile.content = {
            "worker": event.worker,
            "task": episode.task_id,
            "seed": episode.seed,
            "agent": episode.agent,
            "goal": episode.goal,
            "steps": event.steps,
            "action": event.action,
            "target": event.target,
            "error": event.error,
            "outcome": event.outcome,
            "detail": event.detail,
        }

    def updates(self) -> Generator[dict[str, Any]]:
        """What changed since the last piece, at most twice a second, until the wall is closed.

        The first piece is everything. An empty one says that nothing happened for ten seconds.
        """
        with self._changes:
            self._readers += 1
        try:
            sent_up_to = -1
            while True:
                with self._changes:
                    last = sent_up_to
                    self._changes.wait_for(partial(self._has_more_than, last), HEARTBEAT_S)
                    is_over, sent_up_to = self._closed.is_set(), self._update
                    piece = self._since(last) if sent_up_to > last else {}
                yield {**piece, "over": True} if is_over else piece
                if is_over:
                    return
                self._closed.wait(INTERVAL_S)
        finally:
            with self._changes:
                self._readers -= 1

    def _has_more_than(self, update: int) -> bool:
        return self._closed.is_set() or self._update > update

    def _since(self, update: int) -> dict[str, Any]:
        tiles = [
            {**tile.content, "outline": tile.outline, "picture": tile.pictured}
            for tile in self._tiles.values()
            if tile.changed > update
        ]
        counts = {name: self._counts.outcomes[name] for name in ("success", "failure", "fault")}
        return {
            "title": self.title,
            "tiles": tiles,
            "counts": {**counts, "total": self._counts.total},
            "workers": len(self._workers),
        }

    def picture(self, worker: int) -> bytes:
        """The last picture of an agent's page; empty if there is none."""
        with self._changes:
            tile = self._tiles.get(worker)
            return b"" if tile is None else tile.picture

    def close(self) -> None:
        """End all updates; what is shown stays. Twice is harmless."""
        self._closed.set()
        with self._changes:
            self._changes.notify_all()
