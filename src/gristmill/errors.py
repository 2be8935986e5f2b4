"""Exceptions. Each message says what happened, with which value, and what to do."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Self

MAX_EXCERPT_LENGTH = 80


class GristmillError(Exception):
    """Base class of all errors that Gristmill raises deliberately."""


MANY_NAMES = 12


class UnknownNameError(GristmillError, ValueError):
    """An unknown name; the message lists the valid ones, and of many names the nearest first."""

    def __init__(self, kind: str, name: object, known: Iterable[object]) -> None:
        self.kind, self.name, self.known = kind, name, tuple(known)
        listed = ", ".join(str(k) for k in self.known) or "none"
        super().__init__(f"Unknown {kind} {name!r}. {self._hint()}Available: {listed}.")

    def _hint(self) -> str:
        if len(self.known) <= MANY_NAMES:
            return ""
        near = get_close_matches(str(self.name), map(str, self.known), 3)
        return f"Did you mean {' or '.join(near)}? " if near else ""

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        """Pickle support: rebuild from the original arguments."""
        return type(self), (self.kind, self.name, self.known)


class InvalidOptionError(GristmillError, ValueError):
    """An argument outside its valid range; the message gives the range."""


class SnapshotError(GristmillError):
    """A database that cannot be serialized or compared in its present state."""


class SnapshotDamagedError(GristmillError):
    """Stored bytes that are not a database, or do not match their size or digest."""


class PluginError(GristmillError):
    """An app clone that cannot be loaded, or that violates the `AppSpec` contract."""


class HandlerError(GristmillError):
    """An event or signal handler failed; the message names it, with file and line."""


class TargetGone(GristmillError):  # noqa: N818 - an expected outcome, not a failure
    """Raised by a handler, before it writes, if its target no longer exists; logged, otherwise a no-op."""


class ActionError(GristmillError, ValueError):
    """An action that does not parse or cannot be performed; reported as the observation's `error`."""


class Unwinnable(GristmillError):  # noqa: N818 - describes the episode, not a failure
    """Raised by an oracle when no action can lead to success any more; the message says why."""


class BrowserNotFoundError(GristmillError):
    """No usable browser on this machine; the message says how to install one."""


class InfraError(str):
    """Description of an infrastructure failure: a message with structured details. Picklable.

    Attributes:
        kind: class name of the root cause.
        url: address that was being served or loaded; or empty.
        file: file of the innermost frame outside installed libraries.
        line: line in that file; 0 if unknown.
        traceback: tracebacks of all chained exceptions, root cause first.
        source: what failed: `infrastructure`, `verifier`, `agent` or `process`.
    """

    kind: str
    url: str
    file: str
    line: int
    traceback: str
    source: str

    def __new__(
        cls,
        message: str,
        *,
        kind: str = "",
        url: str = "",
        file: str = "",
        line: int = 0,
        traceback: str = "",
        source: str = "infrastructure",
    ) -> Self:
        """Build from a message and the details that are known."""
        made = super().__new__(cls, message)
        made.kind, made.url, made.file, made.line, made.traceback = kind, url, file, line, traceback
        made.source = source
        return made

    def to_json(self) -> dict[str, str | int]:
        """The message and all attributes as JSON."""
        return {"message": str(self), **vars(self)}


class EngineFault(GristmillError):  # noqa: N818 - an infrastructure failure, never the agent's
    """An infrastructure failure (browser, driver, host, app or verifier): reported, never scored.

    Attributes:
        detail: where it failed, if already determined; set when the failure happened in another process.
        url: address that was being served, if an app clone failed.
        source: what failed, see `InfraError`.
    """

    source = "infrastructure"
    detail: InfraError | None = None
    url: str = ""


class VerifierFault(EngineFault):
    """A verifier raised; its exception is the cause."""

    source = "verifier"


class AgentFault(EngineFault):
    """An agent raised, or did not answer in time, in a run that goes on without it."""

    source = "agent"


class EndpointFault(AgentFault):
    """The endpoint that an agent depends on failed in spite of retries: the episode is not played again."""


class BudgetSpent(GristmillError):  # noqa: N818 - describes the episode, not a failure
    """Raised by an agent that may not spend more on this episode, which then ends as at its step limit."""


class CacheMismatchError(EngineFault):
    """A cached value differs from a recomputed one; the message names cache and key."""


class MissingExtraError(GristmillError, ImportError):
    """An optional library is not installed; the message names the extra that installs it."""

    def __init__(self, library: str, extra: str) -> None:
        self.library, self.extra = library, extra
        super().__init__(f"This needs {library}, which is not installed: pip install 'gristmill[{extra}]'")

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        """Pickle support: rebuild from the original arguments."""
        return type(self), (self.library, self.extra)


class ClusterNotFoundError(GristmillError):
    """No Ray cluster at this address; the message says how to start one."""


class RecordError(GristmillError, ValueError):
    """An episode record that cannot be read, or not scored by this installation; the message says why."""


class CheckpointError(GristmillError, ValueError):
    """A checkpoint that cannot be read or resumed by this installation; the message says why."""


class LearningFileError(GristmillError, ValueError):
    """Demonstrations, a policy or a training state that cannot be read or written; the message says why."""


class TrainingError(GristmillError):
    """Training cannot go on, such as after a loss that is no number; the last good state was saved."""


def excerpt(text: str) -> str:
    """A value as quoted in error messages: truncated, with unprintable characters escaped."""
    short = text if len(text) <= MAX_EXCERPT_LENGTH else f"{text[:MAX_EXCERPT_LENGTH]}..."
    return short.encode(errors="backslashreplace").decode()
