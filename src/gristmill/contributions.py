"""What the modules of a plugin add to the mapping that all app clones share, and how it is taken back.

SQLAlchemy configures all mapped classes of a registry together: one that is faulty makes every query of
every app clone fail. So each plugin's classes are found out, examined, and taken out if they are faulty.
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
    """The name of the outermost package around a module that is somebody's: no namespace, not `gristmill`."""
    names = module.split(".")
    for end in range(1, len(names)):
        name = ".".join(names[:end])
        found = sys.modules.get(name)
        if name != CORE and (found is None or getattr(found, "__file__", None) is not None):
            return name
    return module


def mappers() -> frozenset[Mapper[Any]]:
    """All mappers; a class whose definition has failed has none, but is in the registry."""
    return frozenset(manager.mapper for manager in list(Model.registry._managers) if manager.is_mapped)


def mark() -> Mark:
    """What is mapped now."""
    return mappers(), frozenset(Model.metadata.tables)


def mapped_by(root: str) -> list[Mapper[Any]]:
    """The mappers of the classes in a package."""
    found = (mapper for mapper in mappers() if root_of(mapper.class_.__module__) == root)
    return sorted(found, key=lambda mapper: (mapper.class_.__module__, mapper.class_.__qualname__))


def tables_of(root: str, since: Mark) -> list[Table]:
    """The tables of a package's classes, and those without a class that came since."""
    own = [mapper.local_table for mapper in mapped_by(root)]
    of_classes = {mapper.local_table for mapper in mappers()}
    loose = [t for name, t in Model.metadata.tables.items() if name not in since[1] and t not in of_classes]
    return [table for table in [*own, *loose] if isinstance(table, Table)]


def require_own_tables(app: str, root: str, since: Mark) -> None:
    """Refuse a package that maps a table which is not called `<app>_...`, or refers to another app's.

    Raises:
        PluginError: it does; the message names the table, and the class with file and line.
    """
    for table in tables_of(root, since):
        where = place_of_table(table)
        if not table.name.startswith(f"{app}_"):
            raise PluginError(f"its table {table.name!r} must be called '{app}_...' ({where})")
        for key in table.foreign_keys:
            target, _, column = key.target_fullname.rpartition(".")
            if not target.startswith((f"{app}_", "world_")):
                raise PluginError(
                    f"{table.name} refers to {key.target_fullname}, but a table may refer to those of its "
                    f"own app clone and of the world alone ({where})"
                )
            if target not in Model.metadata.tables or column not in Model.metadata.tables[target].columns:
                raise PluginError(
                    f"{table.name} refers to {key.target_fullname}, which does not exist ({where})"
                )


def place_of_table(table: Table) -> str:
    """The class that a table belongs to, with file and line."""
    for mapper in mappers():
        if mapper.local_table is table:
            return place_of(mapper.class_)
    return "a table without a class"


def place_of(cls: type) -> str:
    """A class with the file and line where it is defined."""
    try:
        line = inspect.getsourcelines(cls)[1]
        return f'{cls.__qualname__}, file "{inspect.getsourcefile(cls)}", line {line}'
    except (OSError, TypeError):
        return f"{cls.__module__}.{cls.__qualname__}"


def retract(root: str, since: Mark | None = None, *, others: Iterable[str] = ()) -> None:
    """Take a package's classes and tables out of what is shared, with all that came since but others'."""
    kept = set(others) - {root}
    gone = set(mapped_by(root))
    tables = set(tables_of(root, since)) if since else {m.local_table for m in gone}
    if since is not None:
        gone |= {m for m in mappers() - since[0] if root_of(m.class_.__module__) not in kept}
        tables |= {mapper.local_table for mapper in gone}
    for manager in [m for m in Model.registry._managers if not m.is_mapped or m.mapper in gone]:
        # SQLAlchemy can publicly take out all classes of a registry, or none.
        Model.registry._dispose_manager_and_mapper(manager)
        Model.registry._managers.pop(manager, None)
    for table in tables:
        if isinstance(table, Table):
            Model.metadata.remove(table)


def faulty_packages(rank: Callable[[str], int]) -> Iterator[tuple[str, str]]:
    """Configure what is mapped; for each package in the way, its name and what is wrong with it.

    The caller has to retract it before asking for the next.
    """
    while True:
        try:
            Model.registry.configure()
        except Exception as error:  # noqa: BLE001 - a relationship may run a stranger's code
            yield blamed(error, rank)
        else:
            return


def blamed(error: Exception, rank: Callable[[str], int]) -> tuple[str, str]:
    """The package whose class an error of the configuration is about.

    Where a class's name is ambiguous, that is the package that came last of those that have such a class.
    """
    failed = [mapper for mapper in mappers() if getattr(mapper, "_configure_failed", False)]
    if not failed:
        raise error
    candidates = {mapper.class_ for mapper in failed}
    if "Multiple classes found" in str(error):
        words = str(error).split('"')
        candidates |= {m.class_ for m in mappers() if m.class_.__name__ in words}
    worst = max(candidates, key=lambda cls: rank(root_of(cls.__module__)))
    return root_of(worst.__module__), f"{type(error).__name__}: {error} ({place_of(worst)})"


def described(error: Exception, root: str) -> str:
    """An error in one line, with the innermost file and line of the package's own code."""
    frames = [
        (frame.f_code.co_filename, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if root_of(frame.f_globals.get("__name__", "")) == root
    ]
    where = f' (file "{frames[-1][0]}", line {frames[-1][1]})' if frames else ""
    return f"{type(error).__name__}: {error}{where}"
