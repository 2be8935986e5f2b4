"""The world's clock, read and advanced in plain SQL."""

import sqlite3
from datetime import datetime, timedelta
from functools import lru_cache
from math import ceil

from gristmill.snapshots.image import restore
from gristmill.snapshots.pages import PatchedImage, page_size_bytes, root_pages

FORMAT = "%Y-%m-%d %H:%M:%S.000000"
ROW = "SELECT now, tick_s FROM world_clock"

NEVER = 2**62  # steps

Time = tuple[str, int]
"""The world's time, and the seconds per tick."""


def tick_sql(steps: int = 1) -> str:
    """SQL that advances the clock by this many agent steps.

    Plain SQL since it runs at every step: an ORM round trip takes twenty times as long.
    """
    return f"UPDATE world_clock SET now = strftime('{FORMAT}', now, ({steps} * tick_s) || ' seconds')"


@lru_cache(maxsize=1024)
def steps_until(due: str, time: Time) -> int:
    """The number of agent steps until something is due; 0 or less if it is due already.

    `NEVER` if the clock does not advance and it is not due yet.
    """
    now, tick_s = time
    seconds = (datetime.fromisoformat(due) - datetime.fromisoformat(now)).total_seconds()
    if tick_s <= 0:
        return 0 if seconds <= 0 else NEVER
    return ceil(seconds / tick_s)


def later(now: str, seconds: int) -> str:
    """The time after this many seconds, equal to the result of `tick_sql`."""
    return (datetime.fromisoformat(now) + timedelta(seconds=seconds)).strftime(FORMAT)


def clock_page(base: bytes) -> tuple[int, ...]:
    """The number of the page that holds the clock, whose table has one row; or an empty tuple."""
    return root_pages(base, "world_clock")


@lru_cache(maxsize=64)
def clock_on(base: bytes, *page: tuple[int, bytes]) -> Time | None:
    """The time stored in a clock page of a database with this base; None without a page."""
    if not page:
        return None
    connection = restore(PatchedImage(base, dict(page), len(base) // page_size_bytes(base)).data())
    try:
        return clock_row(connection)
    finally:
        connection.close()


def clock_row(connection: sqlite3.Connection) -> Time:
    """Read a database's time and tick."""
    now, tick_s = connection.execute(ROW).fetchone()
    return now, tick_s


class RunningClock:
    """The clock of a live database; caches the time until something is written.

    Attributes:
        changes: number of row changes made by ticks, as counted by SQLite.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection, self.changes = connection, 0
        self._cached: tuple[int, Time] | None = None  # valid while `total_changes` has this value

    def time(self) -> Time:
        """Return the current time and tick."""
        count = self._connection.total_changes
        if self._cached is not None and self._cached[0] == count:
            return self._cached[1]
        time = clock_row(self._connection)
        if not self._connection.in_transaction:  # an open transaction may be rolled back
            self._cached = count, time
        return time

    def tick(self, steps: int = 1) -> None:
        """Advance the clock by this many agent steps and commit."""
        before = self._connection.total_changes
        self._connection.execute(tick_sql(steps))
        self._connection.commit()
        count = self._connection.total_changes
        self.changes += count - before
        if self._cached is not None and self._cached[0] == before:
            now, tick_s = self._cached[1]
            self._cached = count, (later(now, steps * tick_s), tick_s)
