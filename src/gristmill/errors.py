"""The errors Gristmill raises: each says what happened, with which value, and what to do."""

from collections.abc import Iterable
from typing import Self


class GristmillError(Exception):
    """Base of every error that Gristmill raises on purpose."""


class UnknownNameError(GristmillError, ValueError):
    """A name that is not among those that exist; the message lists them."""

    def __init__(self, kind: str, name: object, known: Iterable[object]) -> None:
        self.kind, self.name, self.known = kind, name, tuple(known)
        listed = ", ".join(str(k) for k in self.known) or "none"
        super().__init__(f"Unknown {kind} {name!r}. Available: {listed}.")

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        """How it is made again in another process."""
        return type(self), (self.kind, self.name, self.known)


class InvalidOptionError(GristmillError, ValueError):
    """An argument outside what it may be; the message says the range."""


class SnapshotError(GristmillError):
    """A database that cannot be taken or compared as it stands; the message says why."""


class SnapshotDamagedError(GristmillError):
    """Stored bytes that do not match their digest."""


class PluginError(GristmillError):
    """An app clone that cannot be loaded, or that breaks the `AppSpec` contract."""


class HandlerError(GristmillError):
    """The handler of an event or a signal failed; the message names it, with file and line."""


class TargetGone(GristmillError):  # noqa: N818 - what happened to the target, not a failure
    """Raised by a handler that finds its target gone, before it writes: a no-op, which is logged."""


class ActionError(GristmillError, ValueError):
    """An action that does not parse or cannot be performed; becomes the observation's `error`."""


class Unwinnable(GristmillError):  # noqa: N818 - nothing went wrong but the episode
    """An oracle's word for an episode that no action can win any more; the message says why."""


class BrowserNotFoundError(GristmillError):
    """No usable browser on this machine; the message says how to get one."""


class InfraError(str):
    """How the infrastructure failed: the message, and where it happened. Can be pickled.

    Attributes:
        kind: the name of the exception at the bottom of it.
        url: the address that was being served or shown, or empty.
        file: where it was raised: the innermost frame outside installed libraries.
        line: of that file; 0 if it is unknown.
        traceback: of all exceptions, from the first to the last.
    """

    kind: str
    url: str
    file: str
    line: int
    traceback: str

    def __new__(
        cls,
        message: str,
        *,
        kind: str = "",
        url: str = "",
        file: str = "",
        line: int = 0,
        traceback: str = "",
    ) -> Self:
        """A message with its details, as far as they are known."""
        made = super().__new__(cls, message)
        made.kind, made.url, made.file, made.line, made.traceback = kind, url, file, line, traceback
        return made

    def to_json(self) -> dict[str, str | int]:
        """The message and all attributes."""
        return {"message": str(self), **vars(self)}


class EngineFault(GristmillError):  # noqa: N818 - a fault of the machinery, never of the agent
    """The machinery failed (browser, driver or host), not the agent: reported, never scored.

    Attributes:
        detail: where it failed, once that was found out; another process could not.
        url: the address that was being served, if an app clone failed.
    """

    detail: InfraError | None = None
    url: str = ""


class CacheMismatchError(EngineFault):
    """A cached value that differs from the same one computed anew; the message names cache and key."""


class MissingExtraError(GristmillError, ImportError):
    """A library that is not installed by default; the message says how to get it."""

    def __init__(self, library: str, extra: str) -> None:
        self.library, self.extra = library, extra
        super().__init__(f"This needs {library}, which is not installed: pip install 'gristmill[{extra}]'")

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        """How it is made again in another process."""
        return type(self), (self.library, self.extra)


class ClusterNotFoundError(GristmillError):
    """No Ray cluster at this address; the message says how to start one."""


class RecordError(GristmillError, ValueError):
    """An episode's record that cannot be read, or scored again here; the message says why."""


class CheckpointError(GristmillError, ValueError):
    """A checkpoint that cannot be read, or continued here; the message says why and what to do."""
