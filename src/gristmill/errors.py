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
        super().__init__(f"Unknown {kind} {name!r}. There is: {listed}.")

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


class ActionError(GristmillError, ValueError):
    """An action that does not parse or cannot be performed; becomes the observation's `error`."""


class Unwinnable(GristmillError):  # noqa: N818 - nothing went wrong but the episode
    """An oracle's word for an episode that no action can win any more; the message says why."""


class BrowserNotFoundError(GristmillError):
    """No usable browser on this machine; the message says how to get one."""


class EngineFault(GristmillError):  # noqa: N818 - a fault of the machinery, never of the agent
    """The machinery failed (browser, driver or host), not the agent: reported, never scored."""


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


class CheckpointError(GristmillError, ValueError):
    """A checkpoint that cannot be read, or continued here; the message says why and what to do."""
