"""A cache of built worlds: in memory, and in a directory that processes may share."""

import hashlib
import json
import sqlite3
import threading
import warnings
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from pathlib import Path

from gristmill.errors import SnapshotDamagedError
from gristmill.snapshots.files import write_whole
from gristmill.snapshots.image import Snapshot, serialize

FORMAT = 1
MAX_IN_MEMORY = 64

Build = Callable[[sqlite3.Connection], None]


class SnapshotWarning(UserWarning):
    """A stored snapshot is damaged and will be rebuilt, or could not be stored."""


@dataclass(frozen=True, kw_only=True)
class WorldKey:
    """All that a world's rows depend on: app versions, seed, size, skin, versions of libraries."""

    apps: Mapping[str, str]
    world_seed: int
    size: str
    skin: str
    libraries: Mapping[str, str]

    @cached_property
    def file_name(self) -> str:
        """The file name of its manifest, a hash of the key."""
        parts = [dict(self.apps), self.world_seed, self.size, self.skin, dict(self.libraries)]
        text = json.dumps(parts, sort_keys=True)
        return f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """Describes a stored snapshot: the world that it holds, and its size and digest for validation."""

    apps: Mapping[str, str]
    world_seed: int
    size: str
    skin: str
    libraries: Mapping[str, str]
    size_bytes: int
    sha256: str
    format: int = FORMAT

    @classmethod
    def of(cls, key: WorldKey, snapshot: Snapshot) -> "Manifest":
        """The manifest of this world's snapshot."""
        return cls(
            apps=dict(key.apps),
            world_seed=key.world_seed,
            size=key.size,
            skin=key.skin,
            libraries=dict(key.libraries),
            size_bytes=len(snapshot.data),
            sha256=snapshot.digest,
        )

    def to_json(self) -> str:
        """This manifest as JSON text, with sorted keys and indentation."""
        return json.dumps(asdict(self), indent=2, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Manifest | None":
        """Parse what `to_json` wrote; None if the text has another format version.

        Raises:
            SnapshotDamagedError: the text is not a manifest.
        """
        try:
            parts = json.loads(text)
            if parts["format"] != FORMAT:
                return None
            manifest = cls(**parts)
            types_fit = isinstance(manifest.size_bytes, int) and isinstance(manifest.sha256, str)
        except (ValueError, KeyError, TypeError) as error:
            raise SnapshotDamagedError(f"Not a manifest: {text[:60]!r}") from error
        if not types_fit:
            raise SnapshotDamagedError(f"Not a manifest: {text[:60]!r}")
        return manifest

    def is_of(self, key: WorldKey) -> bool:
        """Whether it describes the world of this key."""
        return all(getattr(self, part.name) == getattr(key, part.name) for part in fields(key))


class SnapshotStore:
    """A content-addressed, thread-safe store of snapshots by `WorldKey`; each is built at most once.

    The directory `root` holds data files named by their sha256, and a manifest per world that refers to
    one. Processes may share it. A damaged entry is rebuilt; if the directory cannot be written, snapshots
    are kept in memory only; both cases issue a `SnapshotWarning`. The `max_in_memory` most recently used
    snapshots stay in memory (LRU).
    """

    def __init__(self, root: Path, *, max_in_memory: int = MAX_IN_MEMORY) -> None:
        self.root = root
        self._max_in_memory = max_in_memory
        self._loaded: OrderedDict[str, Snapshot] = OrderedDict()
        self._building: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: WorldKey, build: Build) -> Snapshot:
        """Return this world's snapshot: from memory, else from disk, else built by `build`.

        `build` is given an empty in-memory database. It must depend on the key alone, and may leave its
        last transaction open.
        """
        with self._lock:
            lock = self._building.setdefault(key.file_name, threading.Lock())
        with lock:
            snapshot = self._loaded.get(key.file_name) or self._load(key) or self._build(key, build)
            self._keep(key, snapshot)
        return snapshot

    def _keep(self, key: WorldKey, snapshot: Snapshot) -> None:
        with self._lock:
            self._loaded[key.file_name] = snapshot
            self._loaded.move_to_end(key.file_name)
            while len(self._loaded) > self._max_in_memory:
                self._loaded.popitem(last=False)

    def _build(self, key: WorldKey, build: Build) -> Snapshot:
        snapshot = Snapshot.of(_built(build))
        manifest = Manifest.of(key, snapshot).to_json()
        try:  # data before manifest, so that a manifest never refers to a missing file
            write_whole(self._data_path(snapshot.digest), snapshot.data)
            write_whole(self.root / key.file_name, manifest.encode())
        except OSError as error:
            _warn(f"Cannot store a snapshot in {self.root}: {error}. The snapshot is kept in memory only.")
        return snapshot

    def _load(self, key: WorldKey) -> Snapshot | None:
        path = self.root / key.file_name
        try:
            return self._read(path, key)
        except (FileNotFoundError, SnapshotDamagedError) as error:
            _warn(f"The snapshot stored at {path} is damaged: {error} Rebuilding it.")
        except OSError as error:
            _warn(
                f"The snapshot stored at {path} cannot be read: {error}. Rebuilding its world. "
                "Make the files in that directory readable, or set XDG_CACHE_HOME to another one."
            )
        return None

    def _read(self, path: Path, key: WorldKey) -> Snapshot | None:
        if not path.is_file():
            return None
        manifest = Manifest.from_json(path.read_bytes().decode(errors="replace"))
        if manifest is None:
            return None
        if not manifest.is_of(key):
            raise SnapshotDamagedError("Its manifest describes another world.")
        snapshot = Snapshot.of(self._data_path(manifest.sha256).read_bytes())
        if len(snapshot.data) != manifest.size_bytes:
            raise SnapshotDamagedError(f"{len(snapshot.data)} of {manifest.size_bytes} bytes are present.")
        if snapshot.digest != manifest.sha256:
            raise SnapshotDamagedError(f"Its sha256 is {snapshot.digest}, not {manifest.sha256}.")
        return snapshot

    def _data_path(self, digest: str) -> Path:
        return self.root / f"{digest}.sqlite"


def _built(build: Build) -> bytes:
    with closing(sqlite3.connect(":memory:")) as connection:
        # Zeroes deleted content, so that equal rows give equal bytes with any build of SQLite.
        connection.execute("PRAGMA secure_delete = ON").close()
        build(connection)
        connection.commit()
        connection.execute("VACUUM").close()
        return serialize(connection)


def _warn(message: str) -> None:
    warnings.warn(message, SnapshotWarning, stacklevel=4)
