"""Builds a world in a process of its own and prints a digest of each table: `python -m ... MODULE:NAME SEED`.

The clock of the process is moved first, and its global generators are seeded otherwise, so that a seed that
uses them gives other rows.
"""

import datetime
import hashlib
import json
import os
import random  # noqa: TID251 - the global generator is moved on purpose
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from importlib import import_module
from typing import Any

LIMIT_S = 300.0


def move_clock(days: int) -> None:
    """Have this process believe that it is another day, before anything else is imported."""
    offset_s, real_time, real_ns = days * 86_400.0, time.time, time.time_ns
    time.time = lambda: real_time() + offset_s
    time.time_ns = lambda: real_ns() + int(offset_s * 1e9)
    real_datetime, real_date = datetime.datetime, datetime.date

    class Alike(type):
        """Values of the real class count as values of the moved one."""

        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, cls.__mro__[1])

    class Moved(real_datetime, metaclass=Alike):  # type: ignore[valid-type, misc]
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return cls.fromtimestamp(time.time(), tz)

        @classmethod
        def utcnow(cls) -> Any:
            return cls.fromtimestamp(time.time(), datetime.UTC).replace(tzinfo=None)

    class MovedDate(real_date, metaclass=Alike):  # type: ignore[valid-type, misc]
        @classmethod
        def today(cls) -> Any:
            return cls.fromtimestamp(time.time())

    datetime.datetime, datetime.date = Moved, MovedDate  # type: ignore[misc]


def table_digests(place: str, seed: int) -> dict[str, str]:
    """A digest of each table of a small world of the app clone at `module:name`."""
    from gristmill.apps.world.builder import build_world
    from gristmill.apps.world.choice import WorldChoice, WorldSize

    module, _, name = place.partition(":")
    app = getattr(import_module(module), name)
    with closing(sqlite3.connect(":memory:")) as connection:
        build_world([app], WorldChoice(seed=seed, size=WorldSize.SMALL), connection)
        return digests_of(connection)


def digests_of(connection: sqlite3.Connection) -> dict[str, str]:
    """A digest of each table of a database, in the order of its rows."""
    names = [
        name
        for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    ]
    return {
        name: hashlib.sha256(
            repr(connection.execute(f'SELECT * FROM "{name}"').fetchall()).encode()
        ).hexdigest()
        for name in names
    }


def digests_elsewhere(place: str, *, seed: int, hash_seed: int, days: int) -> dict[str, str]:
    """The digests of a world that is built in a new process; its error text under an empty name."""
    code = "from gristmill.testing import build_probe; build_probe.main()"
    command = [sys.executable, "-c", code, place, str(seed), str(days)]
    variables = {"PYTHONHASHSEED": str(hash_seed), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(
        command, env={**os.environ, **variables}, capture_output=True, text=True, timeout=LIMIT_S, check=False
    )
    if done.returncode:
        return {
            "": done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit {done.returncode}"
        }
    found: dict[str, str] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> None:
    """Run in the new process: arguments are the place of the app clone, the seed and the days."""
    place, seed, days = sys.argv[1:]
    move_clock(int(days))
    random.seed(int(days))
    sys.stdout.write(json.dumps(table_digests(place, int(seed))) + "\n")


if __name__ == "__main__":
    main()
