"""The app clones installed on this machine: ours and strangers', found the same way."""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import EntryPoint

from gristmill.apps.base import AppSpec, TaskFamily
from gristmill.contributions import (
    Mark,
    described,
    faulty_packages,
    mark,
    require_own_tables,
    retract,
    root_of,
)
from gristmill.entries import entries, is_being_imported
from gristmill.errors import PluginError, UnknownNameError


class PluginWarning(UserWarning):
    """An app clone was left out because it could not be loaded."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """App clones by name, task families by id, and what could not be loaded and why."""

    apps: Mapping[str, AppSpec] = field(default_factory=dict)
    families: Mapping[str, TaskFamily] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)

    def family(self, task_id: str) -> TaskFamily:
        """The family of an id.

        Raises:
            UnknownNameError: there is none; the message lists those that exist.
        """
        if task_id not in self.families:
            raise UnknownNameError("task id", task_id, self.families)
        return self.families[task_id]

    def app(self, name: str) -> AppSpec:
        """The app clone of a name.

        Raises:
            UnknownNameError: there is none; the message lists those that exist.
        """
        if name not in self.apps:
            raise UnknownNameError("app", name, self.apps)
        return self.apps[name]


def installed() -> Catalogue:
    """All app clones of the entry-point group `gristmill.apps`, loaded once per process.

    One that cannot be loaded is left out with a `PluginWarning`: it must not take the rest along. One
    whose import has led here is not there yet, and is looked for again at the next call.
    """
    found = entries()
    ready = [entry for entry in found if not is_being_imported(entry)]
    return loaded() if len(ready) == len(found) else load(ready)


@cache
def loaded() -> Catalogue:
    """What `installed` gives once no plugin is in the middle of its import."""
    catalogue = load(entries())
    for name, reason in catalogue.broken.items():
        warnings.warn(f"App clone {name!r} is left out: {reason}", PluginWarning, stacklevel=3)
    return catalogue


def load(entries: Iterable[EntryPoint]) -> Catalogue:
    """The app clones of these entry points."""
    return Loading(list(entries)).run()


class Loading:
    """Loads entry points one after the other; what a broken one has mapped is taken back."""

    def __init__(self, entries: Sequence[EntryPoint]) -> None:
        self._entries = entries
        self._roots = [root_of(entry.module) for entry in entries]
        self._specs: dict[EntryPoint, AppSpec] = {}
        self._refused: set[EntryPoint] = set()  # before they came to their turn, or after
        self._broken: dict[str, str] = {}

    def run(self) -> Catalogue:
        """Load them all, then gather those that are sound."""
        for entry in self._entries:
            if entry not in self._refused:
                self._load(entry)
            for root, reason in faulty_packages(self._rank):
                self._leave_out(root, reason)
        apps: dict[str, AppSpec] = {}
        families: dict[str, TaskFamily] = {}
        for entry, spec in list(self._specs.items()):
            try:
                made = made_families(spec, apps, families)
            except Exception as error:  # noqa: BLE001 - a stranger's class may raise anything
                del self._specs[entry]
                self._drop(entry, error)
                continue
            apps[spec.name] = spec
            families |= made
        return Catalogue(apps, families, self._broken)

    def _load(self, entry: EntryPoint) -> None:
        before = mark()
        try:
            spec = load_one(entry)
            require_own_tables(spec.name, root_of(entry.module), before)
        except Exception as error:  # noqa: BLE001 - a stranger's module may raise anything
            self._drop(entry, error, before)
            return
        self._specs[entry] = spec

    def _drop(self, entry: EntryPoint, error: Exception, before: Mark | None = None) -> None:
        """Leave one out; what it has mapped goes too, unless another of its package stays."""
        root = root_of(entry.module)
        self._note(entry, described(error, root))
        if all(root_of(other.module) != root for other in self._specs):
            retract(root, before, others=self._roots)

    def _rank(self, root: str) -> int:
        """How late a package comes; what is no plugin's comes last."""
        return self._roots.index(root) if root in self._roots else len(self._roots)

    def _leave_out(self, root: str, reason: str) -> None:
        retract(root)
        for entry in [entry for entry in self._entries if root_of(entry.module) == root]:
            self._specs.pop(entry, None)
            if entry not in self._refused:
                self._note(entry, reason)

    def _note(self, entry: EntryPoint, reason: str) -> None:
        self._refused.add(entry)
        key = entry.name if entry.name not in self._broken else f"{entry.name} ({entry.value})"
        self._broken[key] = reason


def made_families(
    spec: AppSpec, apps: Mapping[str, AppSpec], families: Mapping[str, TaskFamily]
) -> dict[str, TaskFamily]:
    """An app clone's families by id.

    Raises:
        PluginError: its name or an id is taken.
    """
    clash = [family.id for family in spec.tasks if family.id in families]
    if spec.name in apps or clash:
        raise PluginError(f"its name or a task id is taken: {', '.join([spec.name, *clash])}")
    return {family.id: family() for family in spec.tasks}


def load_one(entry: EntryPoint) -> AppSpec:
    """The app clone of one entry point.

    Raises:
        PluginError: it is no `AppSpec`.
    """
    spec = entry.load()
    if not isinstance(spec, AppSpec):
        raise PluginError(f"{entry.value} is a {type(spec).__name__}, not an AppSpec.")
    return spec
