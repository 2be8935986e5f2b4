"""What all environments of a process share: worlds, host, engines and caches."""

import atexit
import inspect
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import NoReturn

from platformdirs import user_cache_path

from gristmill.apps.base import AppSpec, TaskFamily
from gristmill.apps.server.dispatcher import Dispatcher
from gristmill.apps.server.query_cache import QueryCache
from gristmill.apps.server.response_cache import ResponseCache
from gristmill.apps.server.session import StateDelta
from gristmill.apps.server.session_pool import SessionPool
from gristmill.apps.server.waitress_host import Host
from gristmill.apps.world.builder import build_world, build_world_in_skin, files_digest
from gristmill.apps.world.choice import DEFAULT_SKIN, WorldChoice
from gristmill.apps.world.people import EPOCH
from gristmill.caches import Cache, Caches
from gristmill.envs.engines.base import CAPABILITIES_OF, WITHOUT_PIXELS, Engine
from gristmill.envs.engines.chromium.engine import ChromiumEngine
from gristmill.envs.engines.dom.engine import DomEngine
from gristmill.envs.episode.scheduling import RareCollections
from gristmill.envs.episode.task_sampling import TaskCache
from gristmill.envs.episode.worlds import WorldKeys
from gristmill.errors import InvalidOptionError, UnknownNameError
from gristmill.plugins import installed
from gristmill.snapshots.image import Snapshot
from gristmill.snapshots.store import SnapshotStore
from gristmill.tuning import Tuning
from gristmill.verifiers.base import Verdict


class Runtime:
    """Shared services, each created on first use. Thread-safe; not usable in a forked child.

    Args:
        cache: directory in which worlds are stored; by default the user's cache directory.
        caches: which caches are enabled, and their sizes; see `Caches`. By default all are on.
        tuning: which other speed mechanisms are enabled; see `Tuning`. By default all are.
    """

    def __init__(
        self, *, cache: Path | None = None, caches: Caches | None = None, tuning: Tuning | None = None
    ) -> None:
        self._pid = os.getpid()
        self.caches = caches = caches or Caches()
        self.tuning = tuning = tuning or Tuning()
        self.store = SnapshotStore(cache or user_cache_path("gristmill") / "snapshots")
        queries = QueryCache(caches)
        self.sessions = SessionPool(queries=queries)
        self.task_cache = TaskCache(caches, queries)
        self.event_deltas: Cache[StateDelta] = caches.new(
            "events",
            caches.sizes.events_bytes,
            lambda change: change.size_bytes,
            same=lambda one, other: one.essence == other.essence,
        )
        self.verdicts: Cache[Verdict] = caches.new("verdicts", caches.sizes.verdicts)
        self.digests: Cache[str] = caches.new("digests", caches.sizes.digests)
        self.dispatcher = Dispatcher(
            list(installed().apps.values()), self.sessions, response_cache=ResponseCache(caches)
        )
        self.rare_collections = RareCollections(is_on=tuning.rare_gc)
        self._world_keys = WorldKeys()
        self._host: Host | None = None
        self._engines: dict[str, Engine] = {}
        self._lock = threading.RLock()

    def __deepcopy__(self, _: object) -> "Runtime":
        """Return itself: Gymnasium deep-copies the arguments of environments."""
        return self

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled.

        Raises:
            TypeError: always.
        """
        raise TypeError("A Runtime cannot be pickled: omit `runtime`, and each process creates its own.")

    def require_own_process(self) -> None:
        """Reject use in a forked child, where the parent's threads do not exist.

        Raises:
            InvalidOptionError: this process is a fork of the owner.
        """
        if self._pid != os.getpid():
            raise InvalidOptionError(
                f"This Runtime belongs to process {self._pid}, not {os.getpid()}: create one in this process."
            )

    def world(self, family: TaskFamily, choice: WorldChoice) -> Snapshot:
        """The snapshot of a family's world of this seed, size and skin; built if it is not stored yet.

        A world in another skin is a copy of the one in the default skin, as its rows are the same.
        """
        specs = self.specs(family)
        key = self._world_keys.key(specs, choice)
        if choice.skin == DEFAULT_SKIN:
            return self.store.get(key, lambda connection: build_world(specs, choice, connection))
        plain = replace(choice, skin=DEFAULT_SKIN)
        return self.store.get(
            key,
            lambda connection: build_world_in_skin(self.world(family, plain).data, choice.skin, connection),
        )

    def specs(self, family: TaskFamily) -> list[AppSpec]:
        """The app clones of a family's world."""
        return [installed().app(name) for name in family.apps]

    def versions(self, family: TaskFamily) -> Mapping[str, str]:
        """What a family's episodes depend on: the versions of its apps, and the digest of its code."""
        code = files_digest((Path(inspect.getfile(type(family))).parent,))
        return {**self._world_keys.key(self.specs(family), WorldChoice()).apps, "tasks": code}

    @property
    def host(self) -> Host:
        """The HTTP server of all app clones; started on first use."""
        with self._lock:
            if self._host is None:
                self._host = Host(self.dispatcher)
            return self._host

    def engine(self, name: str) -> Engine:
        """The engine of this name; started on first use.

        Raises:
            UnknownNameError: there is no such engine.
        """
        if name not in ENGINES:
            raise UnknownNameError("engine", name, ENGINES)
        with self._lock:
            if name not in self._engines:
                self._engines[name] = ENGINES[name](self)
            return self._engines[name]

    def close(self) -> None:
        """Stop the engines and the host. Idempotent."""
        with self._lock:
            for engine in self._engines.values():
                engine.close()
            self._engines.clear()
            if self._host is not None:
                self._host.close()
                self._host = None
            self.dispatcher.close()


def chromium(runtime: Runtime) -> Engine:
    """Create an engine with real Chromium against this process's host."""
    now = EPOCH.replace(tzinfo=UTC)
    return ChromiumEngine(
        host_port=runtime.host.port, fixed_now=now, caches=runtime.caches, tuning=runtime.tuning
    )


def dom(runtime: Runtime) -> Engine:
    """Create an engine without a browser, which calls the app clones directly."""
    return DomEngine(runtime.dispatcher, runtime.caches)


ENGINES: Mapping[str, Callable[[Runtime], Engine]] = {"chromium": chromium, "dom": dom}
IN_INTERPRETER = frozenset({"dom"})


def engines_of(family: TaskFamily) -> list[str]:
    """The engines that support everything a family's app clones need."""
    return [name for name in ENGINES if not lacking(name, family)]


def lacking(engine: str, family: TaskFamily) -> list[str]:
    """Describe which needs of a family's app clones an engine does not support."""
    missing = {name: sorted(installed().app(name).needs - CAPABILITIES_OF[engine]) for name in family.apps}
    return [f"{name} needs {', '.join(needs)}" for name, needs in missing.items() if needs]


def require_engine(name: str, family: TaskFamily, *, with_pixels: bool) -> None:
    """Check that an engine exists and supports a family.

    Raises:
        UnknownNameError: there is no such engine.
        InvalidOptionError: it does not support the family's pages, or lacks the requested pixels.
    """
    if name not in ENGINES:
        raise UnknownNameError("engine", name, ENGINES)
    if name not in engines_of(family):
        works = ", ".join(engines_of(family)) or "none"
        raise InvalidOptionError(
            f"{family.id} does not work in the engine {name!r}: {'; '.join(lacking(name, family))}. "
            f"It works in: {works}."
        )
    if with_pixels and name in WITHOUT_PIXELS:
        raise InvalidOptionError(
            f'The {name} engine has no pixels: choose observation="aria" and render_mode=None, '
            'or engine="chromium".'
        )


# By process id: a forked child has none of its parent's threads and creates its own runtime. The parent's
# entry is kept, so that none of it is finalised in the child.
_runtimes: dict[int, Runtime] = {}
_starting = threading.Lock()


def default_runtime() -> Runtime:
    """The runtime of this process; created on first use and closed at exit."""
    with _starting:
        pid = os.getpid()
        if pid not in _runtimes:
            _runtimes[pid] = Runtime()
            atexit.register(close_runtime, pid)
        return _runtimes[pid]


def close_runtime(pid: int) -> None:
    """Close the runtime of a process, if this is that process."""
    if pid == os.getpid():
        _runtimes[pid].close()


def renew_lock() -> None:
    """Replace the lock in a forked child: another thread of the parent may have held it."""
    global _starting
    _starting = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=renew_lock)
