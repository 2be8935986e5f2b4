"""Tracks which tables and mapped classes each plugin adds to the shared SQLAlchemy registry.

SQLAlchemy configures all mapped classes of a registry together, so one faulty class breaks every query of
every app clone. Each plugin's classes are therefore validated after its import, and removed if faulty.
"""

import inspect
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Mapper

from gristmill.apps.world.models import Model
from gristmill.errors import PluginError

CORE = "gristmill"
Mark = tuple[frozenset[Mapper[Any]], frozenset[str]]


def root_of(module: str) -> str:
    """The outermost real package of a module: not a namespace package, and not `gristmill` itself."""
    names = module.split(".")
    for end in range(1, len(names)):
        name = ".".join(names[:end])
        found = sys.modules.get(name)
        if name != CORE and (found is None or getattr(found, "__file__", None) is not None):
            return name
    return module


def mappers() -> frozenset[Mapper[Any]]:
    """All configured mappers; a class whose definition failed has none but remains in the registry."""
    return frozenset(manager.mapper for manager in list(Model.registry._managers) if manager.is_mapped)


def mark() -> Mark:
    """A snapshot of the current mappers and tables, to find later what was added."""
    return mappers(), frozenset(Model.metadata.tables)


def mappers_of(root: str) -> list[Mapper[Any]]:
    """The mappers of a package's classes, sorted by module and class name."""
    found = (mapper for mapper in mappers() if root_of(mapper.class_.__module__) == root)
    return sorted(found, key=lambda mapper: (mapper.class_.__module__, mapper.class_.__qualname__))


def tables_of(root: str, since: Mark) -> list[Table]:
    """The tables of a package's classes, and tables without a class added since the mark."""
    own = [mapper.local_table for mapper in mappers_of(root)]
    of_classes = {mapper.local_table for mapper in mappers()}
    unmapped = [
        t for name, t in Model.metadata.tables.items() if name not in since[1] and t not in of_classes
    ]
    return [table for table in [*own, *unmapped] if isinstance(table, Table)]


def require_own_tables(app: str, root: str, since: Mark) -> None:
    """Check that a package's tables are named `<app>_...` and refer only to its own or the world's tables.

    Raises:
        PluginError: one does not; the message names the table, and the class with file and line.
    """
    for table in tables_of(root, since):
        if (fault := fault_of_table(app, table)) is not None:
            # The place is looked up here alone: reading the source of every class would take half a second.
            raise PluginError(f"{fault} ({place_of_table(table)})")


def fault_of_table(app: str, table: Table) -> str | None:
    """What is wrong with the name or a reference of an app clone's table, or None."""
    if not table.name.startswith(f"{app}_"):
        return f"its table {table.name!r} must be called '{app}_...'"
    for key in table.foreign_keys:
        target, _, column = key.target_fullname.rpartition(".")
        if not target.startswith((f"{app}_", "world_")):
            return (
                f"{table.name} refers to {key.target_fullname}, but a table may only refer to tables of "
                "its own app clone and of the world"
            )
        if target not in Model.metadata.tables or column not in Model.metadata.tables[target].columns:
            return f"{table.name} refers to {key.target_fullname}, which does not exist"
    return None


def place_of_table(table: Table) -> str:
    """The class that maps a table, with file and line."""
    for mapper in mappers():
        if mapper.local_table is table:
            return place_of(mapper.class_)
    return "a table without a class"


def place_of(cls: type) -> str:
    """A class with the file and line of its definition."""
    try:
        line = inspect.getsourcelines(cls)[1]
        return f'{cls.__qualname__}, file "{inspect.getsourcefile(cls)}", line {line}'
    except (OSError, TypeError):
        return f"{cls.__module__}.{cls.__qualname__}"


def retract(root: str, since: Mark | None = None, *, others: Iterable[str] = ()) -> None:
    """Remove a package's classes and tables from the shared registry.

    With `since`, also removes whatever was added after the mark, except by the packages in `others`.
    """
    kept = set(others) - {root}
    removed = set(mappers_of(root))
    tables = set(tables_of(root, since)) if since else {m.local_table for m in removed}
    if since is not None:
        removed |= {m for m in mappers() - since[0] if root_of(m.class_.__module__) not in kept}
        tables |= {mapper.local_table for mapper in removed}
    for manager in [m for m in Model.registry._managers if not m.is_mapped or m.mapper in removed]:
        # SQLAlchemy's public API can only dispose of all classes of a registry.
        Model.registry._dispose_manager_and_mapper(manager)
        Model.registry._managers.pop(manager, None)
    for table in tables:
        if isinstance(table, Table):
            Model.metadata.remove(table)


def faulty_packages(rank: Callable[[str], int]) -> Iterator[tuple[str, str]]:
    """Configure the mappers; yields the name of each package that prevents it, and the error.

    The caller must `retract` the package before the next iteration.
    """
    while True:
        try:
            Model.registry.configure()
        except Exception as error:  # noqa: BLE001 - relationships may run third-party code
            yield responsible_package(error, rank)
        else:
            return


def responsible_package(error: Exception, rank: Callable[[str], int]) -> tuple[str, str]:
    """The package responsible for a configuration error, and the error's description.

    If a class name is ambiguous, the package with the highest rank that has such a class is responsible.
    """
    failed = [mapper for mapper in mappers() if getattr(mapper, "_configure_failed", False)]
    if not failed:
        raise error
    candidates = {mapper.class_ for mapper in failed}
    if "Multiple classes found" in str(error):
        words = str(error).split('"')
        candidates |= {m.class_ for m in mappers() if m.class_.__name__ in words}
    culprit = max(candidates, key=lambda cls: rank(root_of(cls.__module__)))
    return root_of(culprit.__module__), f"{type(error).__name__}: {error} ({place_of(culprit)})"


def described(error: Exception, root: str) -> str:
    """An error in one line, with file and line of the innermost frame in the package."""
    frames = [
        (frame.f_code.co_filename, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if root_of(frame.f_globals.get("__name__", "")) == root
    ]
    where = f' (file "{frames[-1][0]}", line {frames[-1][1]})' if frames else ""
    return f"{type(error).__name__}: {error}{where}"
