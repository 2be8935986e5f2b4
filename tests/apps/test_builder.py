"""Worlds follow from their seed, and their key from all that shapes them."""

import dataclasses
import sqlite3
from pathlib import Path

import pytest

from gristmill.apps.base import AppSpec, TaskRegistry
from gristmill.apps.builder import build_world, code_digest, stream, world_key
from gristmill.apps.models import Person
from gristmill.apps.world import World


def spec(name: str) -> AppSpec:
    """An app without tables that writes what it draws into a person's telephone number."""

    def seed(world: World, rng: object) -> None:
        person = world.db.get_one(Person, 1)
        person.phone += f" {name}={rng.integers(1_000_000)}"  # type: ignore[attr-defined]

    return AppSpec(
        name=name,
        title=name,
        version="1",
        create_app=lambda: None,  # type: ignore[arg-type, return-value]
        seed=seed,
        tasks=TaskRegistry(name),
    )


A, B = spec("aa"), spec("bb")


def built(apps: list[AppSpec], seed: int) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    build_world(apps, seed, connection)
    return connection


def phone(apps: list[AppSpec], seed: int) -> list[str]:
    connection = built(apps, seed)
    found: str = connection.execute("SELECT phone FROM world_person WHERE id = 1").fetchone()[0]
    connection.close()
    return found.split(" ")[-len(apps) :]


def test_equal_seeds_build_equal_bytes() -> None:
    first, second, other = built([A], 1), built([A], 1), built([A], 2)
    assert first.serialize() == second.serialize()
    assert first.serialize() != other.serialize()
    for connection in (first, second, other):
        connection.close()


def test_an_app_more_changes_no_other_apps_draws() -> None:
    assert phone([A], 1)[0] == phone([A, B], 1)[0] == phone([B, A], 1)[1]


def test_only_the_tables_of_the_world_and_of_the_asked_apps_are_made() -> None:
    connection = built([A], 1)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    connection.close()
    assert tables
    assert all(name.startswith("world_") for name in tables)


def test_an_app_that_fails_to_seed_leaves_nothing_behind() -> None:
    def fail(world: World, rng: object) -> None:
        raise LookupError("no rows")

    connection = sqlite3.connect(":memory:")
    with pytest.raises(LookupError):
        build_world([dataclasses.replace(A, seed=fail)], 1, connection)
    assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    connection.close()


def test_the_key_tells_worlds_apart_by_seed_app_and_version() -> None:
    key = world_key([A], 1)
    assert key == world_key([A], 1)
    for other in (
        world_key([A], 2),
        world_key([B], 1),
        world_key([A, B], 1),
        world_key([dataclasses.replace(A, version="2")], 1),
    ):
        assert key != other
    assert set(key.libraries) == {"faker", "numpy"}


def test_streams_follow_from_seed_and_names_alone() -> None:
    def draw(seed: int, *names: str) -> int:
        return int(stream(seed, *names).integers(2**60))

    assert draw(1, "a") == draw(1, "a")
    assert len({draw(1, "a"), draw(2, "a"), draw(1, "b"), draw(1, "a", "b"), draw(1, "b", "a"), draw(1)}) == 6
    assert draw(2**80, "a") != draw(2**81, "a")


def test_editing_the_code_behind_a_world_changes_its_key(tmp_path: Path) -> None:
    before = code_digest(tmp_path, "*.py")
    (tmp_path / "seed.py").write_text("ROWS = 1\n")
    code_digest.cache_clear()
    with_file = code_digest(tmp_path, "*.py")
    (tmp_path / "seed.py").write_text("ROWS = 2\n")
    code_digest.cache_clear()
    assert len({before, with_file, code_digest(tmp_path, "*.py")}) == 3
    code_digest.cache_clear()


def test_the_key_names_the_digest_of_an_apps_code() -> None:
    (version,) = (world_key([A], 1).apps[name] for name in ("aa",))
    assert version.startswith("1+")
    assert len(version) == len("1+") + 12
