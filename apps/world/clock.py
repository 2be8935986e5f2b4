"""The world's clock, as far as the machinery moves it and reads it past the ORM."""

import sqlite3
from datetime import datetime, timedelta
from functools import lru_cache
from math import ceil

from gristmill.snapshots.image import restore
from gristmill.snapshots.pages import PatchedImage, page_size_bytes

FORMAT = "%Y-%m-%d %H:%M:%S.000000"
ROW = "SELECT now, tick_s FROM world_clock"
PAGE = "SELECT rootpage FROM sqlite_schema WHERE name = 'world_clock'"  # one row needs no other page

NEVER = 2**62  # steps

Time = tuple[str, int]
"""The world's time and how many seconds a tick takes."""


def tick_sql(steps: int = 1) -> str:
    """The statement that moves the clock by so many agent steps.

    In SQL, since it runs at every step: an ORM round trip costs twenty times as much.
    """
    return f"UPDATE world_clock SET now = strftime('{FORMAT}', now, ({steps} * tick_s) || ' seconds')"


@lru_cache(maxsize=1024)
def steps_until(due: str, time: Time) -> int:
    """How many agent steps it takes until something is due, 0 or less if it is by now.

    If the clock stands still, what is not due now never is.
    """
    now, tick_s = time
    seconds = (datetime.fromisoformat(due) - datetime.fromisoformat(now)).total_seconds()
    if tick_s <= 0:
        return 0 if seconds <= 0 else NEVER
    return ceil(seconds / tick_s)


def later(now: str, seconds: int) -> str:
    """The time that the statement arrives at."""
    return (datetime.fromisoformat(now) + timedelta(seconds=seconds)).strftime(FORMAT)


@lru_cache(maxsize=64)  # worlds
def clock_page(base: bytes) -> tuple[int, ...]:
    """The number of the page that the clock is on, if there is one."""
    connection = restore(base)
    try:
        return tuple(connection.execute(PAGE).fetchone() or ())
    finally:
        connection.close()


@lru_cache(maxsize=64)
def clock_on(base: bytes, *page: tuple[int, bytes]) -> Time | None:
    """The time on a clock's page of a database with this base; None without a page."""
    if not page:
        return None
    connection = restore(PatchedImage(base, dict(page), len(base) // page_size_bytes(base)).data())
    try:
        return clock_row(connection)
    finally:
        connection.close()


def clock_row(connection: sqlite3.Connection) -> Time:
    """The time in a database."""
    now, tick_s = connection.execute(ROW).fetchone()
    return now, tick_s


class RunningClock:
    """The clock of a live database, moved past the ORM and read only if something was written since.

    Attributes:
        changes: rows that its ticks have changed.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection, self.changes = connection, 0
        self._known: tuple[int, Time] | None = None  # as of the connection's count of changes

    def time(self) -> Time:
        """The time that it shows."""
        count = self._connection.total_changes
        if self._known is not None and self._known[0] == count:
            return self._known[1]
        time = clock_row(self._connection)
        if not self._connection.in_transaction:  # else it may be rolled back
            self._known = count, time
        return time

    def tick(self, steps: int = 1) -> None:
        """Move it by so many agent steps."""
        before = self._connection.total_changes
        self._connection.execute(tick_sql(steps))
        self._connection.commit()
        count = self._connection.total_changes
        self.changes += count - before
        if self._known is not None and self._known[0] == before:
            now, tick_s = self._known[1]
            self._known = count, (later(now, steps * tick_s), tick_s)
