"""Discovery and loading of the installed app clones, built-in and third-party, by entry points."""

import threading
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import EntryPoint

from gristmill.apps.base import AppSpec, TaskFamily, TaskRegistry
from gristmill.contributions import (
    Mark,
    described,
    faulty_packages,
    mark,
    place_of,
    require_own_tables,
    retract,
    root_of,
)
from gristmill.entries import entries, is_being_imported
from gristmill.errors import PluginError, UnknownNameError


class PluginWarning(UserWarning):
    """An app clone could not be loaded and is skipped."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Loaded app clones by name, task families by id, and the error of each entry point that failed."""

    apps: Mapping[str, AppSpec] = field(default_factory=dict)
    families: Mapping[str, TaskFamily] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)

    def family(self, task_id: str) -> TaskFamily:
        """Return a task family by id.

        Raises:
            UnknownNameError: there is none with this id; the message lists the valid ones.
        """
        if task_id not in self.families:
            raise UnknownNameError("task id", task_id, self.families)
        return self.families[task_id]

    def app(self, name: str) -> AppSpec:
        """Return an app clone by name.

        Raises:
            UnknownNameError: there is none with this name; the message lists the valid ones.
        """
        if name not in self.apps:
            raise UnknownNameError("app", name, self.apps)
        return self.apps[name]


# Reentrant, since importing an app clone may lead here. With a deadline, since another thread may hold the
# import lock of a module that the loading thread waits for.
_loading = threading.RLock()
LOADING_DEADLINE_S = 60.0


def installed() -> Catalogue:
    """Return the app clones of the entry-point group `gristmill.apps`, loaded once per process.

    One that fails to load is skipped with a `PluginWarning`, so that the others keep working. While an app
    clone's own import is in progress it is left out, and the result is not cached. Thread-safe: while one
    thread loads app clones, others wait for it.
    """
    if _added:
        return _added[-1]
    if loaded.cache_info().currsize:  # reading the entry points takes milliseconds
        return loaded()
    is_held = _loading.acquire(timeout=LOADING_DEADLINE_S)
    try:
        found = entries()
        ready = [entry for entry in found if not is_being_imported(entry)]
        return loaded() if len(ready) == len(found) else load(ready)
    finally:
        if is_held:
            _loading.release()


_added: list[Catalogue] = []  # the catalogues of open `added` blocks, the innermost last


@contextmanager
def added(spec: AppSpec) -> Iterator[None]:
    """Have an app clone installed within a block, also if it comes without an entry point.

    One of the same name and the same task families is replaced within the block. Not thread-safe.

    Raises:
        PluginError: its name or a task id is taken by another one.
    """
    catalogue = installed()
    present = catalogue.apps.get(spec.name)
    is_same = present is not None and present.tasks is spec.tasks
    new = {} if is_same else new_families(spec, catalogue.apps, catalogue.families)
    apps, families = {**catalogue.apps, spec.name: spec}, {**catalogue.families, **new}
    _added.append(Catalogue(apps, families, catalogue.broken))
    try:
        yield
    finally:
        _added.pop()


@cache
def loaded() -> Catalogue:
    """Load all app clones; cached for the process."""
    catalogue = load(entries())
    for name, reason in catalogue.broken.items():
        warnings.warn(f"App clone {name!r} was not loaded: {reason}", PluginWarning, stacklevel=3)
    return catalogue


def load(entries: Iterable[EntryPoint]) -> Catalogue:
    """Load the app clones of these entry points."""
    return Loader(list(entries)).run()


class Loader:
    """Loads entry points in order, and removes from the shared registry what failing ones have mapped."""

    def __init__(self, entries: Sequence[EntryPoint]) -> None:
        self._entries = entries
        self._roots = [root_of(entry.module) for entry in entries]
        self._specs: dict[EntryPoint, AppSpec | TaskRegistry] = {}
        self._failed: set[EntryPoint] = set()  # failed, possibly before their turn
        self._broken: dict[str, str] = {}

    def run(self) -> Catalogue:
        """Load every entry point and return those that are valid."""
        for entry in self._entries:
            if entry not in self._failed:
                self._load(entry)
            for root, reason in faulty_packages(self._rank):
                self._exclude(root, reason)
        apps: dict[str, AppSpec] = {}
        families: dict[str, TaskFamily] = {}
        for entry, spec in list(self._specs.items()):
            try:
                created = new_families(spec, apps, families)
            except Exception as error:  # noqa: BLE001 - third-party code may raise anything
                del self._specs[entry]
                self._drop(entry, error)
                continue
            if isinstance(spec, AppSpec):
                apps[spec.name] = spec
            families |= created
        return Catalogue(apps, families, self._broken)

    def _load(self, entry: EntryPoint) -> None:
        before = mark()
        try:
            spec = load_one(entry)
            if not self._shares_tables(entry, spec):
                require_own_tables(name_of(spec), root_of(entry.module), before)
        except Exception as error:  # noqa: BLE001 - third-party code may raise anything
            self._drop(entry, error, before)
            return
        self._specs[entry] = spec

    def _shares_tables(self, entry: EntryPoint, spec: AppSpec | TaskRegistry) -> bool:
        """Whether a package's tables are those of its app clone, which another entry point of it names."""
        root = root_of(entry.module)
        others = (other for other in self._entries if other is not entry)
        return isinstance(spec, TaskRegistry) and any(root_of(other.module) == root for other in others)

    def _drop(self, entry: EntryPoint, error: Exception, before: Mark | None = None) -> None:
        """Record an entry point's failure; unmaps its package unless a loaded app clone shares it."""
        root = root_of(entry.module)
        self._record_failure(entry, described(error, root))
        if all(root_of(other.module) != root for other in self._specs):
            retract(root, before, others=self._roots)

    def _rank(self, root: str) -> int:
        """A package's position in load order; packages that are no plugin rank last."""
        return self._roots.index(root) if root in self._roots else len(self._roots)

    def _exclude(self, root: str, reason: str) -> None:
        retract(root)
        for entry in [entry for entry in self._entries if root_of(entry.module) == root]:
            self._specs.pop(entry, None)
            if entry not in self._failed:
                self._record_failure(entry, reason)

    def _record_failure(self, entry: EntryPoint, reason: str) -> None:
        self._failed.add(entry)
        key = entry.name if entry.name not in self._broken else f"{entry.name} ({entry.value})"
        self._broken[key] = reason


def name_of(spec: AppSpec | TaskRegistry) -> str:
    """The name of an app clone, or of task families that come without one."""
    return spec.name if isinstance(spec, AppSpec) else spec.app


def new_families(
    spec: AppSpec | TaskRegistry, apps: Mapping[str, AppSpec], families: Mapping[str, TaskFamily]
) -> dict[str, TaskFamily]:
    """Instantiate an app clone's task families, by id.

    Raises:
        PluginError: its name or a task id is already taken, or a family without an app clone of its own does
            not name its apps.
    """
    name, tasks = name_of(spec), spec.tasks if isinstance(spec, AppSpec) else spec
    clash = [f"{family.id} ({place_of(family)})" for family in tasks if family.id in families]
    if name in apps or clash:
        taken = ", ".join([name, *clash])
        raise PluginError(f"its name or a task id is already taken: {taken}. Choose others.")
    homeless = [family.id for family in tasks if isinstance(spec, TaskRegistry) and name in family.apps]
    if homeless:
        raise PluginError(f"these families must name their apps with `apps=`: {', '.join(homeless)}")
    return {family.id: family() for family in tasks}


def load_one(entry: EntryPoint) -> AppSpec | TaskRegistry:
    """Load what one entry point names: an app clone, or task families on other app clones.

    Raises:
        PluginError: the object is neither.
    """
    spec = entry.load()
    if not isinstance(spec, AppSpec | TaskRegistry):
        raise PluginError(f"{entry.value} is a {type(spec).__name__}, neither AppSpec nor TaskRegistry.")
    return spec
