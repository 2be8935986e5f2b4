"""Checks of seeds and worlds: equal seed, equal rows, wherever and whenever they are written."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

from gristmill.apps.base import AppSpec
from gristmill.snapshots.image import restore
from gristmill.testing.build_probe import digests_elsewhere, digests_of
from gristmill.testing.conformance import app_check
from gristmill.testing.determinism import NondeterminismError, deterministic, guarded_files
from gristmill.testing.outcomes import Skipped
from gristmill.testing.subject import Subject

OTHER_SEED = 1_000_003
A_YEAR = 400


@app_check
def seed_writes_a_world(subject: Subject) -> Iterator[str]:
    """A world can be built: tables are made, the seed ends, and every foreign key leads to a row."""
    subject.built(subject.choice)
    yield from ()


@app_check
def same_seed_same_rows(subject: Subject) -> Iterator[str]:
    """Worlds of one seed are equal in processes with other hash seeds, at other dates, with empty caches."""
    assert subject.world
    place = place_of(subject.given)
    builds = [
        digests_elsewhere(place, seed=subject.choice.seed, hash_seed=hash_seed, days=days)
        for hash_seed, days in ((1, 0), (2, A_YEAR))
    ]
    if failed := [build[""] for build in builds if "" in build]:
        yield f"it cannot be built in another process: {failed[0]}"
        return
    for table in sorted(builds[0]):
        if builds[0][table] != builds[1].get(table):
            yield (
                f"{table} has other rows in another process, at another date: sort sets before they are "
                "walked through, and draw from the generator that the seed is given"
            )


@app_check
def no_clock_or_chance(subject: Subject) -> Iterator[str]:
    """The seed reads neither the clock nor randomness that is not seeded."""
    assert subject.world
    try:
        with deterministic(guarded_files([subject.given])):
            subject.built(subject.choice)
    except NondeterminismError as error:
        yield from str(error).splitlines()


@app_check
def other_seed_other_rows(subject: Subject) -> Iterator[str]:
    """A world of another seed has other rows."""
    own = {table.name for table in subject.given.tables}
    one = own_digests(subject.world.data(), own)
    other = own_digests(subject.built(replace(subject.choice, seed=OTHER_SEED)), own)
    if not any(has_rows(subject.world.data(), table) for table in own):
        raise Skipped("the seed writes no rows")
    if one == other:
        yield (
            f"all of {', '.join(sorted(own))} are equal in the worlds of seeds {subject.choice.seed} and "
            f"{OTHER_SEED}: draw what differs from the generator that the seed is given"
        )


def own_digests(image: bytes, tables: set[str]) -> dict[str, str]:
    """A digest of each of these tables."""
    with closing(restore(image)) as connection:
        return {name: digest for name, digest in digests_of(connection).items() if name in tables}


def has_rows(image: bytes, table: str) -> bool:
    """Whether a table has a row."""
    with closing(restore(image)) as connection:
        return first_row(connection, table) is not None


def first_row(connection: sqlite3.Connection, table: str) -> tuple[object, ...] | None:
    """The first row of a table."""
    found: tuple[object, ...] | None = connection.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchone()
    return found


def place_of(app: AppSpec) -> str:
    """Where another process can import an app clone from, as `module:name`.

    Raises:
        Skipped: it is no attribute of a module.
    """
    for name, module in list(sys.modules.items()):
        for attribute, value in list(vars(module).items()) if module is not None else ():
            if value is app and name != "__main__":
                return f"{name}:{attribute}"
    raise Skipped("another process cannot import the app clone: make it an attribute of a module")
