"""The versions that decide whether two numbers can be compared: of tasks, of worlds, of Gristmill itself."""

import ast
import hashlib
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from gristmill.apps.base import TaskFamily

DIGITS = 12  # of digests
JUDGING = (
    "gristmill.verifiers",
    "gristmill.apps.task_family",
    "gristmill.apps.briefing",
    "gristmill.apps.notes",
)
GIT_TIMEOUT_S = 10.0


def machinery_version() -> str:
    """Gristmill's version."""
    return version("gristmill")


def task_version(family: TaskFamily) -> str:
    """A digest of the code that samples and judges a family's tasks.

    It covers the modules of its classes, what they import from their own packages, and the verifiers; not
    the app clones, whose files are part of a world's version. Comments count: the digest is of the files.
    """
    return _digest_of_modules(
        frozenset(each.__module__ for each in type(family).__mro__ if each.__module__ != "builtins")
    )


@cache
def _digest_of_modules(modules: frozenset[str]) -> str:
    packages = {module.rpartition(".")[0] for module in modules if not is_core(module)}
    found: dict[str, bytes] = {}
    waiting = [module for module in modules if not is_core(module) or module.startswith(JUDGING)]
    while waiting:
        module = waiting.pop()
        source = source_of(module)
        if module in found or source is None:
            continue
        found[module] = source.replace(b"\r\n", b"\n")
        waiting += [
            name
            for name in imports_of(module)
            if name.startswith(JUDGING) or any(name.startswith(f"{package}.") for package in packages)
        ]
    digest = hashlib.sha256()
    for module in sorted(found):
        digest.update(module.encode() + b"\0" + found[module] + b"\0")
    return digest.hexdigest()[:DIGITS]


def is_core(module: str) -> bool:
    """Whether a module is the base that families of all distributions share."""
    return module.startswith(("gristmill.apps.task", "abc", "typing"))


@cache
def source_of(module: str) -> bytes | None:
    """The source of a module; None if it has none."""
    loaded = sys.modules.get(module)
    spec = getattr(loaded, "__spec__", None) or _spec(module)
    path = Path(spec.origin) if spec is not None and spec.origin else None
    return path.read_bytes() if path is not None and path.suffix == ".py" and path.exists() else None


def _spec(module: str) -> Any:
    try:
        return find_spec(module)
    except (ImportError, ValueError):
        return None


@cache
def imports_of(module: str) -> tuple[str, ...]:
    """The modules that a module may import, by their full names; names within modules are among them."""
    return tuple(_imports(module))


def _imports(module: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source_of(module) or b"")):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parent = module.split(".")[: -node.level]
                base = ".".join([*parent, base] if base else parent)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def world_version(record: Mapping[str, Any] | None) -> str | None:
    """A digest of the key of the world that an episode was recorded in; None without a record."""
    if record is None:
        return None
    key = json.dumps(record["world"], sort_keys=True, default=str)
    return hashlib.sha256(key.encode()).hexdigest()[:DIGITS]


def commit() -> tuple[str | None, bool]:
    """The commit of the working copy that Gristmill runs from, and whether it has changes; None if none."""
    here = Path(__file__).resolve().parent
    head = _git(here, "rev-parse", "HEAD")
    if head is None or _git(here, "ls-files", "--error-unmatch", str(Path(__file__).resolve())) is None:
        return None, False
    return head, bool(_git(here, "status", "--porcelain", "--untracked-files=no"))


def _git(folder: Path, *arguments: str) -> str | None:
    command = ["git", "-C", str(folder), *arguments]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=GIT_TIMEOUT_S, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def machine() -> dict[str, Any]:
    """Operating system, processor and Python of this machine."""
    return {
        "system": platform.system(),
        "release": platform.release(),
        "processor": platform.machine(),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
    }
