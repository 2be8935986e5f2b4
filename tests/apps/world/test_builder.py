"""Worlds follow from their seed, and their key from all that shapes them."""

import dataclasses
import importlib
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from gristmill.apps import base as apps_base
from gristmill.apps.base import AppSpec, TaskRegistry
from gristmill.apps.shop import APP as SHOP
from gristmill.apps.world.builder import SHAPING_FILES, build_world, files_digest, stream, world_key
from gristmill.apps.world.choice import WorldChoice, WorldSize
from gristmill.apps.world.chronicle import EventAct, chronicle
from gristmill.apps.world.models import CurrentUser, Person
from gristmill.apps.world.world import World
from gristmill.errors import PluginError


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
    try:
        build_world(apps, WorldChoice(seed=seed), connection)
    except BaseException:
        connection.close()
        raise
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
        build_world([dataclasses.replace(A, seed=fail)], WorldChoice(), connection)
    assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    connection.close()


def test_the_key_depends_on_seed_app_and_version() -> None:
    key = world_key([A], WorldChoice(seed=1))
    assert key == world_key([A], WorldChoice(seed=1))
    for other in (
        world_key([A], WorldChoice(seed=2)),
        world_key([B], WorldChoice(seed=1)),
        world_key([A, B], WorldChoice(seed=1)),
        world_key([dataclasses.replace(A, version="2")], WorldChoice(seed=1)),
        world_key([A], WorldChoice(seed=1, size=WorldSize.SMALL)),
        world_key([A], WorldChoice(seed=1, skin="dark")),
    ):
        assert key != other
    assert set(key.libraries) == {"faker", "numpy"}


def test_streams_follow_from_seed_and_names_alone() -> None:
    def draw(seed: int, *names: str) -> int:
        return int(stream(seed, *names).integers(2**60))

    assert draw(1, "a") == draw(1, "a")
    assert len({draw(1, "a"), draw(2, "a"), draw(1, "b"), draw(1, "a", "b"), draw(1, "b", "a"), draw(1)}) == 6
    assert draw(2**80, "a") != draw(2**81, "a")


def editing(monkeypatch: pytest.MonkeyPatch, app: AppSpec, edited: Path) -> bool:
    """Whether a file of other content makes another key."""
    before, read = world_key([app], WorldChoice(seed=1)), Path.read_bytes
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", lambda path: read(path) + b"\n" * path.samefile(edited))
        files_digest.cache_clear()
        after = world_key([app], WorldChoice(seed=1))
    files_digest.cache_clear()
    return after != before


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppSpec]:
    """An app in a package of its own, whose seed lies in a package within and reads a data file."""
    package = tmp_path / "a_desk"
    (package / "seeding").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "names.csv").write_text("Ada\n")
    (package / "seeding" / "__init__.py").write_text("def seed(world, rng): ...\n")
    monkeypatch.syspath_prepend(tmp_path)
    seed = importlib.import_module("a_desk.seeding").seed
    yield dataclasses.replace(A, seed=seed)
    for name in ("a_desk", "a_desk.seeding"):
        del sys.modules[name]


@pytest.mark.parametrize("name", ["__init__.py", "names.csv", "seeding/__init__.py"])
def test_editing_any_file_of_an_apps_package_makes_another_world(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, desk: AppSpec, name: str
) -> None:
    assert editing(monkeypatch, desk, tmp_path / "a_desk" / name)


def test_editing_a_task_family_keeps_the_worlds(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, desk: AppSpec
) -> None:
    (tmp_path / "a_desk" / "tasks").mkdir()
    (tmp_path / "a_desk" / "tasks" / "sort.py").write_text("")
    assert not editing(monkeypatch, desk, tmp_path / "a_desk" / "tasks" / "sort.py")


def test_no_app_clones_seed_imports_task_families() -> None:
    for app in ("shop", "mail", "chat"):
        for path in (APPS / app).rglob("*.py"):
            is_outside = path.relative_to(APPS / app).parts[0] not in {"tasks", "__init__.py"}
            assert not (is_outside and f"apps.{app}.tasks" in path.read_text()), path


def test_a_file_that_is_added_or_renamed_makes_another_world(tmp_path: Path, desk: AppSpec) -> None:
    keys = [world_key([desk], WorldChoice(seed=1))]
    (tmp_path / "a_desk" / "more.json").write_text("{}")
    files_digest.cache_clear()
    keys.append(world_key([desk], WorldChoice(seed=1)))
    (tmp_path / "a_desk" / "more.json").rename(tmp_path / "a_desk" / "most.json")
    files_digest.cache_clear()
    keys.append(world_key([desk], WorldChoice(seed=1)))
    files_digest.cache_clear()
    assert keys[0] != keys[1] != keys[2] != keys[0]


APPS = Path(apps_base.__file__).resolve().parent
SHAPING_NO_ROWS = [
    "server/dispatcher", "server/navigation_policy", "server/response_cache", "server/session",
    "server/database", "base", "kit/aria", "kit/flask_app",
]  # fmt: skip


@pytest.mark.parametrize("name", ["models", "world", "people", "builder", "choice"])
def test_editing_what_writes_the_worlds_rows_makes_another_world(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert editing(monkeypatch, A, APPS / "world" / f"{name}.py")


@pytest.mark.parametrize("name", SHAPING_NO_ROWS)
def test_editing_other_core_modules_renews_no_world_and_keeps_every_checkpoint(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert not editing(monkeypatch, A, APPS / f"{name}.py")


@pytest.mark.slow
def test_every_core_module_that_runs_while_a_world_is_built_is_in_its_key() -> None:
    """Whoever moves row-writing code to a new core module has to add that to SHAPING_FILES."""
    ran: set[Path] = set()
    sys.setprofile(lambda frame, *_: ran.add(Path(frame.f_code.co_filename)))
    try:
        with closing(sqlite3.connect(":memory:")) as connection:
            build_world([SHOP], WorldChoice(size=WorldSize.SMALL), connection)
    finally:
        sys.setprofile(None)
    write_nothing = {APPS / "server/database.py", APPS / "base.py", APPS / "world/handlers.py"}
    files = {path.resolve() for path in ran if path.is_file()}
    core = {path for path in files if path.is_relative_to(APPS) and not path.is_relative_to(APPS / "shop")}
    assert core > write_nothing
    assert core - write_nothing <= {path.resolve() for path in SHAPING_FILES}


@pytest.mark.parametrize("parent", [1, 10_000])
def test_a_world_whose_rows_refer_to_nothing_is_refused_by_table_and_row(parent: int) -> None:
    def seed(world: World, rng: object) -> None:
        world.db.get_one(CurrentUser, 1).person_id = parent

    app = dataclasses.replace(A, seed=seed)
    if parent == 1:
        built([app], 1).close()
        return
    with pytest.raises(
        PluginError, match=r"row 1 of world_current_user: person_id=10000 is no row of world_person"
    ):
        built([app], 1)


def test_the_key_names_the_digest_of_an_apps_code() -> None:
    (version,) = (world_key([A], WorldChoice(seed=1)).apps[name] for name in ("aa",))
    assert version.startswith("1+")
    assert len(version) == len("1+") + 12


def test_events_of_stories_are_scheduled_where_an_app_handles_them_held_ones_as_held() -> None:
    def seed(world: World, _: object) -> None:
        due = world.now + timedelta(minutes=5)
        for kind, held in (("desk.ring", False), ("desk.ring", True), ("lamp.burn", False)):
            chronicle(world.db).events.append(EventAct(at=due, kind=kind, payload={"n": 1}, held=held))

    app = dataclasses.replace(spec("desk"), seed=seed, handlers={"desk.ring": lambda world, payload: None})
    with closing(built([app], 1)) as connection:
        rows = connection.execute("SELECT kind, due, status, payload FROM world_event ORDER BY id").fetchall()
    due = str(datetime(2031, 3, 4, 10, 5)) + ".000000"
    assert rows == [("desk.ring", due, "pending", '{"n": 1}'), ("desk.ring", due, "held", '{"n": 1}')]


def build(*specs: AppSpec) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        build_world(specs, WorldChoice(size=WorldSize.SMALL), connection)


def test_apps_seed_after_those_that_they_name_and_a_shared_prelude_runs_once() -> None:
    calls: list[str] = []

    def prelude(world: World, seed: int) -> None:
        calls.append(f"prelude {seed}")

    def noting(name: str, *after: str) -> AppSpec:
        return dataclasses.replace(
            spec(name),
            seed=lambda world, rng: calls.append(name),
            prelude=prelude,
            seeds_after=frozenset(after),
        )

    build(noting("mail", "shop", "absent"), noting("post", "mail"), noting("shop"))
    assert calls == ["prelude 1", "shop", "mail", "post"]


def test_apps_that_seed_after_each_other_are_refused() -> None:
    one, other = (
        dataclasses.replace(spec(name), seeds_after=frozenset({after}))
        for name, after in (("mail", "post"), ("post", "mail"))
    )
    with pytest.raises(PluginError, match="Apps want to seed after each other: "):
        build(one, other)
