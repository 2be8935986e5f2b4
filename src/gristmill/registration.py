"""Registers the task families of all installed app clones with Gymnasium.

The ids come from an index written by the last process that loaded the app clones. Importing `gristmill`
therefore imports neither app clones nor Gymnasium; the ids are registered when Gymnasium is imported.
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
DREAM_ID = "gristmill/Dream-v0"
DREAM_ENTRY_POINT = "gristmill.agents.dreams.environment:DreamEnv"


def register_all() -> None:
    """Register every family's id with `gymnasium.make`. Idempotent."""
    folder, found = user_cache_path("gristmill"), entries()
    tasks = read_index(folder, found)
    if tasks is None:
        tasks = load_tasks(folder, found)
    when_imported(GYMNASIUM, lambda: register(tasks))


def register(tasks: Mapping[str, int]) -> None:
    """Register these ids with their step limits, except those already registered, and that of dreams."""
    import gymnasium as gym

    if DREAM_ID not in gym.registry:
        gym.register(DREAM_ID, entry_point=DREAM_ENTRY_POINT)  # a dream knows its own step limit
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
    """Load all app clones and return their task ids; writes the index if none failed.

    App clones that are being imported right now register their ids as they add families.
    """
    from gristmill.apps.base import TaskRegistry
    from gristmill.apps.world.app_files import app_roots
    from gristmill.plugins import installed

    importing = {name for entry in found if is_being_imported(entry) for name in prefixes(entry.module)[:1]}
    catalogue = installed()
    tasks = {task_id: family.max_steps for task_id, family in catalogue.families.items()}
    if importing:
        TaskRegistry.watchers.append(
            lambda family: register_soon({family.id: family.max_steps}, family.__module__, importing)
        )
    elif not catalogue.broken:
        write_index(folder, found, tasks, {r for s in catalogue.apps.values() for r in app_roots(s.modules)})
    return tasks


def register_soon(tasks: Mapping[str, int], module: str, packages: set[str]) -> None:
    """Register tasks added by a module of these packages, once Gymnasium is imported."""
    if packages.intersection(prefixes(module)):
        when_imported(GYMNASIUM, lambda: register(tasks))


def when_imported(module: str, callback: Callable[[], None]) -> None:
    """Run a callback after a module is imported: immediately, if it already is."""
    loaded = sys.modules.get(module)
    if loaded is not None and not getattr(loaded.__spec__, "_initializing", False):
        callback()
    else:
        sys.meta_path.insert(0, AfterImportHook(module, callback))


class AfterImportHook(MetaPathFinder):
    """A one-shot import hook that runs a callback after one module is imported."""

    def __init__(self, module: str, callback: Callable[[], None]) -> None:
        self._module, self._callback = module, callback

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module's spec, with a loader that runs the callback; None for other modules."""
        if fullname != self._module:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = CallbackLoader(spec.loader, self._callback)
        return spec


class CallbackLoader(Loader):
    """A loader that delegates to another one and then runs a callback."""

    def __init__(self, loader: Loader, callback: Callable[[], None]) -> None:
        self._loader, self._callback = loader, callback

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Delegate to the wrapped loader."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """Execute the module by the wrapped loader, restore that loader on it, and run the callback."""
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        self._loader.exec_module(module)
        self._callback()
