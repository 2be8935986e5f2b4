"""Entry points of app clones, and an on-disk index of their tasks that avoids importing them."""

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

from gristmill.apps.world.app_files import CORE, package_files

GROUP = "gristmill.apps"
FORMAT = 1
LOADERS = (
    "entries.py",
    "registration.py",
    "plugins.py",
    "contributions.py",
    "apps/base.py",
    "apps/task_family.py",
)

Limits = Mapping[str, int]
"""Step limits by task id, in steps per episode."""


def entries() -> list[EntryPoint]:
    """The entry points of all app clones, built-in ones first, so that theirs win name clashes."""
    found = entry_points(group=GROUP)
    return sorted(found, key=lambda entry: (not entry.module.startswith(f"{CORE}."), entry.name))


def is_being_imported(entry: EntryPoint) -> bool:
    """Whether the module of an app clone, or one of its parent packages, is currently being imported."""
    modules = (sys.modules.get(name) for name in prefixes(entry.module))
    return any(getattr(getattr(m, "__spec__", None), "_initializing", False) for m in modules)


def prefixes(module: str) -> list[str]:
    """A module's name and its parent packages' names, outermost first, without `gristmill`."""
    names = module.split(".")
    found = [".".join(names[:end]) for end in range(1, len(names) + 1)]
    return [name for name in found if name != CORE]


def source_root(module: str) -> Path | None:
    """The directory of a module's outermost package, or its file; found without importing it."""
    for name in prefixes(module):
        with suppress(ImportError, ValueError):
            spec = find_spec(name)
            if spec is not None and spec.origin is not None and spec.has_location:
                path = Path(spec.origin)
                return path.parent if path.stem == "__init__" else path
            if spec is not None and spec.submodule_search_locations is not None:
                continue
        return None
    return None


def index_path(folder: Path, found: Sequence[EntryPoint]) -> Path:
    """The index file for these entry points and this interpreter."""
    text = json.dumps([sys.prefix, sys.version, [[e.name, e.value] for e in found]])
    return folder / f"tasks-{hashlib.sha256(text.encode()).hexdigest()[:16]}.json"


def fingerprint(found: Sequence[EntryPoint], roots: Iterable[str]) -> str | None:
    """A digest of path, mtime and size of all files of the app clones; None if one cannot be located."""
    digest = hashlib.sha256(f"{FORMAT} {sys.version}".encode())
    source_roots = [source_root(entry.module) for entry in found]
    for entry in found:
        version = entry.dist.version if entry.dist else None
        digest.update(json.dumps([entry.name, entry.value, version]).encode())
    if None in source_roots:
        return None
    core = Path(__file__).parent
    try:
        for root in [*source_roots, *map(Path, roots), *(core / name for name in LOADERS)]:
            for path in package_files(root) if root is not None else ():
                stat = path.stat()
                digest.update(
                    f"{path}\0{stat.st_mtime_ns}\0{stat.st_size}\0".encode(errors="surrogateescape")
                )
    except OSError:
        return None
    return digest.hexdigest()


def read_index(folder: Path, found: Sequence[EntryPoint]) -> Limits | None:
    """The indexed tasks; None if there is no index or a file has changed since it was written."""
    try:
        index = json.loads(index_path(folder, found).read_text(encoding="utf-8"))
        if index["fingerprint"] != fingerprint(found, index["roots"]):
            return None
        return {str(task_id): int(limit) for task_id, limit in index["tasks"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_index(folder: Path, found: Sequence[EntryPoint], tasks: Limits, roots: Iterable[Path]) -> None:
    """Write the index for later processes; does nothing if the folder is not writable."""
    from gristmill.snapshots.files import write_whole

    root_names = sorted(map(str, roots))
    digest = fingerprint(found, root_names)
    if digest is None:
        return
    text = json.dumps({"fingerprint": digest, "roots": root_names, "tasks": dict(tasks)}, indent=1)
    with suppress(OSError):
        write_whole(index_path(folder, found), text.encode())
