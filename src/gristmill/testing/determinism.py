"""Detects reads of the clock and of unseeded randomness by an app clone's code."""

import random  # noqa: TID251 - needed to recognise calls of it
import re
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
from faker import generator as faker_generator
from sqlalchemy import event

from gristmill.apps.base import AppSpec
from gristmill.apps.kit import flask_app as web
from gristmill.apps.server.database import engine
from gristmill.apps.world.app_files import app_roots
from gristmill.apps.world.builder import SHAPING_FILES
from gristmill.errors import GristmillError

INSTEAD = "Use world.now for the time, and the generator passed to seed and draw for randomness."

CLOCK_MODULE = frozenset({"time", "time_ns", "localtime", "gmtime", "ctime", "strftime"})
CLOCK_METHODS = frozenset({"now", "utcnow", "today"})
CHANCE_FUNCTIONS = frozenset({"urandom", "getrandom", "generate_time_safe"})
IMPORT = "importlib._bootstrap"
RELAYS = frozenset({"random", "secrets", "uuid", "numpy.random"})  # attribute calls to their callers
LIBRARIES = frozenset(  # what they read never reaches rows or pages
    {
        "faker.generator",
        "sqlalchemy.pool.base",
        "sqlalchemy.sql.selectable",
        "logging",
        "flask.sessions",
        "werkzeug.http",
        "itsdangerous.timed",
        "tempfile",
    }
)
SQL_CLOCK_OR_CHANCE = re.compile(
    r"\brandom(blob)?\s*\(|\bCURRENT_(TIME|DATE|TIMESTAMP)\b|'now'|\b(date|time|datetime|julianday|unixepoch)\(\)",
    re.IGNORECASE,
)


class NondeterminismError(GristmillError):
    """An app clone's code read the clock or unseeded randomness."""


class DeterminismGuard:
    """Rejects clock reads and unseeded randomness in the given files, in this thread and in later ones.

    Rejects the clock (`time`, `datetime`), unseeded randomness (`random`, `uuid`, `secrets`,
    `os.urandom`, NumPy's global generator) and both in SQL, whether called directly or through a library.
    Calls that a library makes for its own purposes, such as a connection pool's, are allowed.

    Attributes:
        violations: rejected calls, one line each, including those whose error the code caught.
    """

    def __init__(self, roots: Iterable[Path]) -> None:
        self._roots = [str(root.resolve()) for root in roots]
        self._resolved: dict[str, bool] = {}
        self.violations: list[str] = []

    def profile(self, frame: FrameType, event: str, function: Any) -> None:
        """Hook for `sys.setprofile`; raises before a rejected function is called."""
        if event == "c_call" and (name := forbidden(frame, function)) is not None:
            self._refuse(name, frame)

    def check_statement(self, _: Any, __: Any, statement: str, parameters: Any, *___: object) -> None:
        """SQLAlchemy listener; raises before a statement that reads time or randomness is executed."""
        found = SQL_CLOCK_OR_CHANCE.search(statement)
        asks_now = isinstance(parameters, tuple | list) and "now" in parameters and "time(" in statement
        if found or asks_now:
            self._refuse(f"SQL: {found[0] if found else 'now'}", sys._getframe())

    def _refuse(self, name: str, frame: FrameType) -> None:
        caller = first_outside(frame, RELAYS)
        if caller is None or caller.f_globals.get("__name__") in LIBRARIES:
            return
        own = self._responsible(caller)
        if own is not None:
            self.violations.append(f"{own.f_code.co_filename}:{own.f_lineno} uses {name}. {INSTEAD}")
            raise NondeterminismError(self.violations[-1])

    def _responsible(self, caller: FrameType) -> FrameType | None:
        """The innermost guarded frame that led to a call; None while a library is being imported."""
        for frame in stack(caller):
            if frame.f_globals.get("__name__") == IMPORT:
                return None
            if self._is_guarded(frame.f_code.co_filename):
                return frame
        return None

    def _is_guarded(self, file: str) -> bool:
        if file not in self._resolved:
            path = str(Path(file).resolve())
            self._resolved[file] = any(path == root or path.startswith(f"{root}/") for root in self._roots)
        return self._resolved[file]


def forbidden(frame: FrameType, function: Any) -> str | None:
    """The name of a built-in function that reads the clock or unseeded randomness; else None."""
    name, owner = getattr(function, "__name__", ""), getattr(function, "__self__", None)
    if getattr(owner, "__name__", None) == "time" and name in CLOCK_MODULE:
        return f"time.{name}"
    if isinstance(owner, type) and name in CLOCK_METHODS:
        return f"{owner.__module__}.{owner.__name__}.{name}"
    if name in CHANCE_FUNCTIONS:
        return name
    if isinstance(owner, random.Random) and is_unseeded(frame, owner, name):
        return "random" if name != "seed" else "random.Random() without a seed"
    return None


def is_unseeded(frame: FrameType, generator: random.Random, method: str) -> bool:
    """Whether a generator's method draws from the global one, or seeds itself from the system."""
    if method == "seed":
        return frame.f_code.co_name == "seed" and frame.f_locals.get("a", 0) is None
    return generator is random._inst or generator is faker_generator.mod_random


def stack(frame: FrameType | None) -> Iterator[FrameType]:
    """A frame and its callers, innermost first."""
    while frame is not None:
        yield frame
        frame = frame.f_back


def first_outside(frame: FrameType, modules: frozenset[str]) -> FrameType | None:
    """The innermost frame outside these modules."""
    return next((f for f in stack(frame) if f.f_globals.get("__name__") not in modules), None)


def guarded_files(apps: Sequence[AppSpec]) -> list[Path]:
    """The files to guard: those of the app clones, and those that write the world's rows."""
    roots = (root for app in apps for root in app_roots(app.modules))
    return [*roots, *SHAPING_FILES, Path(web.__file__)]


@contextmanager
def deterministic(files: Iterable[Path]) -> Iterator[DeterminismGuard]:
    """Guard a block: code in these files or directories must use neither clock nor unseeded randomness.

    Slows the guarded code down several times.

    Raises:
        NondeterminismError: at the call; or at the end of the block if the code caught that error or drew
            from NumPy's global generator.
    """
    guard, before = DeterminismGuard(files), numpy_state()
    outer, outer_of_threads = sys.getprofile(), threading.getprofile()
    event.listen(engine(), "before_cursor_execute", guard.check_statement)
    threading.setprofile(guard.profile)
    sys.setprofile(guard.profile)
    try:
        yield guard
    finally:
        sys.setprofile(outer)
        threading.setprofile(outer_of_threads)
        event.remove(engine(), "before_cursor_execute", guard.check_statement)
    if numpy_state() != before:
        guard.violations.append(f"NumPy's global generator (numpy.random) was drawn from. {INSTEAD}")
    if guard.violations:
        raise NondeterminismError("\n".join(guard.violations))


def numpy_state() -> tuple[bytes, int]:
    """The state of NumPy's global generator."""
    state: Any = np.random.get_state()  # noqa: NPY002 - read, not drawn from
    return state[1].tobytes(), int(state[2])
