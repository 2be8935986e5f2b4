"""Worlds: how one is built from a seed, and the key under which its snapshot is stored."""

import hashlib
import inspect
import sqlite3
import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

from numpy.random import Generator, SeedSequence, default_rng
from sqlalchemy import Connection, Table
from sqlalchemy.orm import Session
from sqlalchemy.schema import CreateIndex, CreateTable

from gristmill.apps.base import AppSpec
from gristmill.apps.database import LentConnection, using
from gristmill.apps.handlers import Handlers
from gristmill.apps.models import Model
from gristmill.apps.people import seed_people
from gristmill.apps.world import World
from gristmill.snapshots.store import WorldKey

CORE_VERSION = "1"
SHAPING_LIBRARIES = ("faker", "numpy")


def world_key(apps: Sequence[AppSpec], seed: int) -> WorldKey:
    """What a world's rows depend on.

    Versions are followed by a digest of the code, so that whoever edits a seed sees the new world
    without having to think of the version.
    """
    core = f"{CORE_VERSION}+{code_digest(Path(__file__).parent, '*.py')}"
    return WorldKey(
        apps={"world": core} | {app.name: app_version(app) for app in apps},
        world_seed=seed,
        libraries=library_versions(),
    )


def app_version(app: AppSpec) -> str:
    """An app's version and the digest of its package, or of its file if it has no package."""
    file = Path(inspect.getfile(app.seed))
    module = inspect.getmodule(app.seed)
    pattern = "**/*.py" if module and module.__package__ else file.name
    return f"{app.version}+{code_digest(file.parent, pattern)}"


@cache
def code_digest(folder: Path, pattern: str) -> str:
    """A short digest of the Python files in a folder; read once per process."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob(pattern)):
        digest.update(f"{path.relative_to(folder)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:12]


@cache
def library_versions() -> Mapping[str, str]:
    """The versions of the libraries that shape the rows."""
    return {name: version(name) for name in SHAPING_LIBRARIES}


def build_world(apps: Sequence[AppSpec], seed: int, connection: sqlite3.Connection) -> None:
    """Create the tables of these apps in an empty database and fill them. Equal seed, equal rows.

    Each app draws from a stream of its own, so adding an app changes no other app's rows.
    """
    own = sqlite3.connect(":memory:", factory=LentConnection)
    try:
        own.handlers = Handlers.of(apps)
        with using(own) as db:
            fill(apps, seed, db)
            db.commit()
        own.backup(connection)
    finally:
        own.shut()


def fill(apps: Sequence[AppSpec], seed: int, db: Session) -> None:
    """Create the tables and write the rows; the caller commits."""
    core = [table for table in Model.metadata.sorted_tables if table.name.startswith("world_")]
    tables = core + [table for app in apps for table in app.tables]
    create(tables, db.connection())
    world = World(db)
    seed_people(world, stream(seed, "world"))
    for app in apps:
        app.seed(world, stream(seed, app.name))


def create(tables: Sequence[Table], connection: Connection) -> None:
    """Create tables and then their indexes, by name: left to itself, SQLAlchemy's order varies."""
    for table in tables:
        connection.execute(CreateTable(table))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            connection.execute(CreateIndex(index))


def stream(seed: int, *names: str) -> Generator:
    """A random stream that depends on the seed and the names alone."""
    return default_rng(SeedSequence([seed, *(zlib.crc32(name.encode()) for name in names)]))
