"""The app clones installed on this machine: ours and strangers', found the same way."""

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from gristmill.apps.base import AppSpec, TaskFamily
from gristmill.errors import PluginError, UnknownNameError

GROUP = "gristmill.apps"


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


@cache
def installed() -> Catalogue:
    """All app clones of the entry-point group `gristmill.apps`, loaded once per process.

    One that cannot be loaded is left out with a `PluginWarning`: it must not take the rest along.
    """
    catalogue = load(sorted(entry_points(group=GROUP), key=lambda entry: entry.name))
    for name, reason in catalogue.broken.items():
        warnings.warn(f"App clone {name!r} is left out: {reason}", PluginWarning, stacklevel=2)
    return catalogue


def load(entries: Iterable[EntryPoint]) -> Catalogue:
    """The app clones of these entry points."""
    apps: dict[str, AppSpec] = {}
    families: dict[str, TaskFamily] = {}
    broken: dict[str, str] = {}
    for entry in entries:
        try:
            spec = load_one(entry)
            clash = [family.id for family in spec.tasks if family.id in families]
            if spec.name in apps or clash:
                raise PluginError(f"its name or a task id is taken: {', '.join([spec.name, *clash])}")
            made = {family.id: family() for family in spec.tasks}
        except Exception as error:  # noqa: BLE001 - a stranger's module may raise anything
            key = entry.name if entry.name not in broken else f"{entry.name} ({entry.value})"
            broken[key] = f"{type(error).__name__}: {error}"
            continue
        apps[spec.name] = spec
        families |= made
    return Catalogue(apps, families, broken)


def load_one(entry: EntryPoint) -> AppSpec:
    """The app clone of one entry point.

    Raises:
        PluginError: it is no `AppSpec`.
    """
    spec = entry.load()
    if not isinstance(spec, AppSpec):
        raise PluginError(f"{entry.value} is a {type(spec).__name__}, not an AppSpec.")
    return spec
