"""Worlds built once and kept: in memory, and in a directory that processes may share."""

import hashlib
import json
import sqlite3
import threading
import warnings
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from gristmill.errors import SnapshotDamagedError
from gristmill.snapshots.files import write_whole
from gristmill.snapshots.image import Snapshot, serialize

FORMAT = 1
MAX_IN_MEMORY = 64

Build = Callable[[sqlite3.Connection], None]


class SnapshotWarning(UserWarning):
    """A stored snapshot was damaged and is rebuilt, or could not be stored."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WorldKey:
    """All that decides a world's rows: app versions, the seed, libraries that shape the data."""

    apps: Mapping[str, str]
    world_seed: int
    libraries: Mapping[str, str]

    @property
    def file_name(self) -> str:
        """The name of its manifest: equal keys, equal names."""
        text = json.dumps([dict(self.apps), self.world_seed, dict(self.libraries)], sort_keys=True)
        return f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """What a stored snapshot is of, and how to tell that it is whole."""

    apps: Mapping[str, str]
    world_seed: int
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
            libraries=dict(key.libraries),
            size_bytes=len(snapshot.data),
            sha256=snapshot.digest,
        )

    def to_json(self) -> str:
        """This manifest as JSON text, sorted and indented for human eyes."""
        return json.dumps(asdict(self), indent=2, sort_keys=True) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Manifest | None":
        """The manifest that `to_json` wrote; None if another version of the format did.

        Raises:
            SnapshotDamagedError: the text is not a manifest.
        """
        try:
            fields = json.loads(text)
            if fields["format"] != FORMAT:
                return None
            manifest = cls(**fields)
            types_fit = isinstance(manifest.size_bytes, int) and isinstance(manifest.sha256, str)
        except (ValueError, KeyError, TypeError) as error:
            raise SnapshotDamagedError(f"Not a manifest: {text[:60]!r}") from error
        if not types_fit:
            raise SnapshotDamagedError(f"Not a manifest: {text[:60]!r}")
        return manifest

    def is_of(self, key: WorldKey) -> bool:
        """Whether it describes this very world."""
        return WorldKey(apps=self.apps, world_seed=self.world_seed, libraries=self.libraries) == key


class SnapshotStore:
    """Snapshots by what their worlds are made of, each built at most once.

    A directory holds them under `root`: data files named by their digest, and a manifest for each
    world that points to one. Processes may share it. What is found damaged there is built again;
    when it cannot be written, the store goes on in memory; both are told with a `SnapshotWarning`.
    Threads may share a store. The last `max_in_memory` snapshots asked for stay loaded.
    """

    def __init__(self, root: Path, *, max_in_memory: int = MAX_IN_MEMORY) -> None:
        self.root = root
        self._max_in_memory = max_in_memory
        self._loaded: OrderedDict[str, Snapshot] = OrderedDict()
        self._building: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: WorldKey, build: Build) -> Snapshot:
        """This world's snapshot: from memory, else from disk, else as `build` makes it.

        `build` gets an empty in-memory database, must depend on nothing but the key, and may leave
        its last transaction open.
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
        try:  # the data first: a manifest never points to what is not there yet
            write_whole(self._data_path(snapshot.digest), snapshot.data)
            write_whole(self.root / key.file_name, manifest.encode())
        except OSError as error:
            _warn(f"Cannot store a snapshot in {self.root}: {error}. It is kept in memory only.")
        return snapshot

    def _load(self, key: WorldKey) -> Snapshot | None:
        path = self.root / key.file_name
        try:
            return self._read(path, key)
        except (FileNotFoundError, SnapshotDamagedError) as error:
            _warn(f"The snapshot stored at {path} is damaged: {error} It is built again.")
        except OSError as error:
            _warn(
                f"The snapshot stored at {path} cannot be read: {error}. Its world is built again. "
                "Make the files of that folder readable, or choose another by XDG_CACHE_HOME."
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
            raise SnapshotDamagedError(f"{len(snapshot.data)} of {manifest.size_bytes} bytes are there.")
        if snapshot.digest != manifest.sha256:
            raise SnapshotDamagedError(f"Its sha256 is {snapshot.digest}, not {manifest.sha256}.")
        return snapshot

    def _data_path(self, digest: str) -> Path:
        return self.root / f"{digest}.sqlite"


def _built(build: Build) -> bytes:
    with closing(sqlite3.connect(":memory:")) as connection:
        # Zeroes what is deleted, so that equal rows make equal bytes with any build of SQLite.
        connection.execute("PRAGMA secure_delete = ON").close()
        build(connection)
        connection.commit()
        connection.execute("VACUUM").close()
        return serialize(connection)


def _warn(message: str) -> None:
    warnings.warn(message, SnapshotWarning, stacklevel=4)
