"""Builds worlds from a seed, and computes the keys under which their snapshots are stored."""

import hashlib
import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import version
from pathlib import Path

from numpy.random import Generator, SeedSequence, default_rng
from sqlalchemy import Connection, Table
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateIndex, CreateTable

from gristmill.apps.base import AppSpec
from gristmill.apps.kit import sampling
from gristmill.apps.server.database import LentConnection, orm_session
from gristmill.apps.world import choice as choosing
from gristmill.apps.world import chronicle, models, people, world
from gristmill.apps.world.app_files import app_roots, package_files
from gristmill.apps.world.choice import PEOPLE, WorldChoice
from gristmill.apps.world.handlers import Handlers
from gristmill.apps.world.models import Model
from gristmill.apps.world.people import seed_people, write_settings
from gristmill.apps.world.world import World
from gristmill.errors import PluginError
from gristmill.snapshots.store import WorldKey

CORE_VERSION = "1"
SHAPING_LIBRARIES = ("faker", "numpy")
SHAPING_MODULES = (choosing, chronicle, models, people, world, sampling)
SHAPING_FILES = (Path(__file__), *(Path(str(module.__file__)) for module in SHAPING_MODULES))


def world_key(apps: Sequence[AppSpec], choice: WorldChoice) -> WorldKey:
    """Everything that a world's rows depend on.

    Versions include a digest of the files, so that editing a seed or its data gives a new world without a
    change of version. Of the core only the modules that write rows count, so that other changes keep worlds
    and checkpoints valid.
    """
    core = f"{CORE_VERSION}+{files_digest(SHAPING_FILES)}"
    return WorldKey(
        apps={"world": core} | {app.name: app_version(app) for app in apps},
        world_seed=choice.seed,
        size=choice.size.value,
        skin=choice.skin,
        libraries=library_versions(),
    )


def app_version(app: AppSpec) -> str:
    """An app's version and the digest of all files of its package."""
    return f"{app.version}+{files_digest(app_roots(app.modules))}"


@cache
def files_digest(roots: tuple[Path, ...]) -> str:
    """A short digest of these files and folders, their folder `tasks` left out; read once per process."""
    digest = hashlib.sha256()
    for root in roots:
        for path in package_files(root, with_tasks=False):
            name, data = path.relative_to(root.parent).as_posix().encode(), path.read_bytes()
            digest.update(b"%d %s %d " % (len(name), name, len(data)) + data)
    return digest.hexdigest()[:12]


@cache
def library_versions() -> Mapping[str, str]:
    """The versions of the libraries that rows depend on."""
    return {name: version(name) for name in SHAPING_LIBRARIES}


def build_world(apps: Sequence[AppSpec], choice: WorldChoice, connection: sqlite3.Connection) -> None:
    """Create the tables of these apps in an empty database and fill them. Equal choice, equal rows.

    Each app draws from a stream of its own, so adding an app changes no other app's rows. Rows may be
    written in any order: foreign keys are checked at the end.

    Raises:
        PluginError: a row refers to one that does not exist.
    """
    own = sqlite3.connect(":memory:", factory=LentConnection)
    own.execute("PRAGMA foreign_keys = OFF").close()
    try:
        own.handlers = Handlers.of(apps)
        with orm_session(own) as db:
            fill(apps, choice, db)
            db.commit()
        require_references(own)
        own.backup(connection)
    finally:
        own.shut()


def build_world_in_skin(image: bytes, skin: str, connection: sqlite3.Connection) -> None:
    """Copy a world into an empty database, in another skin: a row of its settings."""
    connection.deserialize(image)
    connection.execute("UPDATE world_settings SET skin = ?", [skin]).close()


def require_references(connection: sqlite3.Connection) -> None:
    """Check that every foreign key refers to an existing row.

    Raises:
        PluginError: one does not; the message names table, row, columns and value.
    """
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    if not broken:
        return
    table, rowid, parent, number = broken[0]
    keys = connection.execute(f"PRAGMA foreign_key_list('{table}')").fetchall()
    columns = [column for key, _, _, column, *_ in keys if key == number]
    named = ", ".join(f'"{column}"' for column in columns)
    values = connection.execute(f'SELECT {named} FROM "{table}" WHERE rowid IS ?', [rowid]).fetchone()
    described = ", ".join(f"{column}={value!r}" for column, value in zip(columns, values or (), strict=False))
    raise PluginError(
        f"A new world has {len(broken)} rows with dangling foreign keys; the first is row {rowid} of "
        f"{table}: {described or 'one column'} is no row of {parent}. Fix the seed that writes {table}."
    )


def fill(apps: Sequence[AppSpec], choice: WorldChoice, db: Session) -> None:
    """Create the tables and write the rows; the caller commits."""
    core = [table for table in Model.metadata.sorted_tables if table.name.startswith("world_")]
    tables = core + [table for app in apps for table in app.tables]
    create(tables, db.connection())
    world = World(db)
    write_settings(world, choice)
    seed_people(world, stream(choice.seed, "world"), PEOPLE[choice.size])
    for prelude in dict.fromkeys(app.prelude for app in apps if app.prelude):
        prelude(world, choice.seed)
    for app in in_order(apps):
        app.seed(world, stream(choice.seed, app.name))
    schedule_events(world)


def schedule_events(world: World) -> None:
    """Schedule the events of stories; those that no app of this world handles are left out."""
    for event in chronicle.chronicle(world.db).events:
        if event.kind in world.handlers.events:
            number = world.schedule(event.kind, event.at, event.payload)
            if event.held:
                world.db.get_one(models.WorldEvent, number).status = models.EventStatus.HELD


def in_order(apps: Sequence[AppSpec]) -> list[AppSpec]:
    """The apps in the order in which they seed: each after those in its `seeds_after`, else as given.

    Raises:
        PluginError: apps want to seed after each other.
    """
    names = {app.name for app in apps}
    order = TopologicalSorter({app.name: sorted(app.seeds_after & names) for app in apps})
    try:
        ranks = {name: rank for rank, name in enumerate(order.static_order())}
    except CycleError as error:
        raise PluginError(f"Apps want to seed after each other: {', '.join(error.args[1])}.") from error
    has_order = any(app.seeds_after & names for app in apps)
    return sorted(apps, key=lambda app: ranks[app.name]) if has_order else list(apps)


def create(tables: Sequence[Table], connection: Connection) -> None:
    """Create tables, then their indexes sorted by name: SQLAlchemy's own order varies between runs."""
    for table in tables:
        connection.execute(CreateTable(table))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            connection.execute(CreateIndex(index))


def stream(seed: int, *names: str) -> Generator:
    """A random generator that depends on the seed and the names alone."""
    return default_rng(SeedSequence([seed, *(zlib.crc32(name.encode()) for name in names)]))
