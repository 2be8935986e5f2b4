"""Registering the task families of all installed app clones with Gymnasium.

An index, kept from the last process that loaded the app clones, says which ids there are. So importing
`gristmill` loads neither app clones nor Gymnasium; whoever imports Gymnasium finds the ids there.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.metadata import EntryPoint
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from platformdirs import user_cache_path

from gristmill.entries import entries, is_being_imported, prefixes, read_index, write_index

ENTRY_POINT = "gristmill.envs.env:WebEnv"
VECTOR_ENTRY_POINT = "gristmill.envs.vector.local:WebVectorEnv"
GYMNASIUM = "gymnasium"


def register_all() -> None:
    """Make `gymnasium.make` know every family's id. Twice is harmless."""
    folder, found = user_cache_path("gristmill"), entries()
    tasks = read_index(folder, found)
    if tasks is None:
        tasks = load_tasks(folder, found)
    when_imported(GYMNASIUM, lambda: register(tasks))


def register(tasks: Mapping[str, int]) -> None:
    """Register these ids, with their step limits, unless they are."""
    import gymnasium as gym

    for task_id, max_steps in tasks.items():
        if task_id not in gym.registry:
            gym.register(
                task_id,
                entry_point=ENTRY_POINT,
                vector_entry_point=VECTOR_ENTRY_POINT,
                kwargs={"task": task_id},
                max_episode_steps=max_steps,
            )


def load_tasks(folder: Path, found: Sequence[EntryPoint]) -> Mapping[str, int]:
    """The ids of all app clones, which are loaded for that, and kept if all are whole.

    One whose import has led here registers its ids when it adds them.
    """
    from gristmill.apps.base import TaskRegistry
    from gristmill.apps.world.app_files import app_roots
    from gristmill.plugins import installed

    begun = {name for entry in found if is_being_imported(entry) for name in prefixes(entry.module)[:1]}
    catalogue = installed()
    tasks = {task_id: family.max_steps for task_id, family in catalogue.families.items()}
    if begun:
        TaskRegistry.watchers.append(
            lambda family: register_soon({family.id: family.max_steps}, family.__module__, begun)
        )
    elif not catalogue.broken:
        write_index(folder, found, tasks, {r for s in catalogue.apps.values() for r in app_roots(s.modules)})
    return tasks


def register_soon(tasks: Mapping[str, int], module: str, packages: set[str]) -> None:
    """Register what a module of these packages has added."""
    if packages.intersection(prefixes(module)):
        when_imported(GYMNASIUM, lambda: register(tasks))


def when_imported(module: str, work: Callable[[], None]) -> None:
    """Do this as soon as a module has been imported: at once, if it has been."""
    loaded = sys.modules.get(module)
    if loaded is not None and not getattr(loaded.__spec__, "_initializing", False):
        work()
    else:
        sys.meta_path.insert(0, AfterImport(module, work))


class AfterImport(MetaPathFinder):
    """Finds a module as the others do, once, and does some work after it was imported."""

    def __init__(self, module: str, work: Callable[[], None]) -> None:
        self._module, self._work = module, work

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module's spec, with a loader that works on; None for all others."""
        if fullname != self._module:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = WorksOn(spec.loader, self._work)
        return spec


class WorksOn(Loader):
    """A loader that does some work after its module was run."""

    def __init__(self, loader: Loader, work: Callable[[], None]) -> None:
        self._loader, self._work = loader, work

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """As the other loader does."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Run the module as the other loader does, and leave that in its place."""
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        self._work()
