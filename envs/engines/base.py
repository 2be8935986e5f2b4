"""The engine contract: what performs actions on the pages of a session and reads them."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from gristmill.apps.server.session import LiveSession
from gristmill.envs.actions.types import Action
from gristmill.envs.checkpoints.page_state import PageState
from gristmill.errors import ActionError

T = TypeVar("T")

MAX_ARIA_LENGTH = 200_000
CUT = "\n- text: (the page goes on, but is too long to show)"

Pixels = NDArray[np.uint8]

CAPABILITIES_OF: Mapping[str, frozenset[str]] = {
    "chromium": frozenset({"scripts", "pixels", "layout"}),
    "dom": frozenset(),
}
"""Engines that ship with Gristmill."""

WITHOUT_PIXELS = frozenset(name for name, has in CAPABILITIES_OF.items() if "pixels" not in has)
"""Engines without layout: no screenshots, no mouse coordinates."""


class ObservationMode(StrEnum):
    """Which parts of the page an observation contains."""

    ARIA = "aria"
    PIXELS = "pixels"
    BOTH = "aria+pixels"

    @property
    def has_aria(self) -> bool:
        """Whether the observation has accessibility text."""
        return self is not ObservationMode.PIXELS

    @property
    def has_pixels(self) -> bool:
        """Whether the observation has a screenshot."""
        return self is not ObservationMode.ARIA


@dataclass(frozen=True, kw_only=True, slots=True)
class Viewport:
    """Window size in CSS pixels; screenshots use one pixel per CSS pixel."""

    width: int
    height: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PageObservation:
    """One read of a page. `aria` is empty and `pixels` is None when not requested."""

    url: str
    title: str
    aria: str
    pixels: Pixels | None


@dataclass(frozen=True, kw_only=True, slots=True)
class NavigationResult:
    """What came of an action, or of opening a page.

    Attributes:
        url: the address of the page that is open now.
        refusal: why the action was not performed, or why the page stayed as it was; None if it was done.
    """

    url: str
    refusal: ActionError | None = None

    @classmethod
    def of(cls, session: LiveSession, url: str, refusal: ActionError | None = None) -> "NavigationResult":
        """What an engine tells, with what the host has refused of this session's requests."""
        by_host = session.navigation_policy.pop_error()
        return cls(url=url, refusal=refusal or by_host)


class Page(Protocol):
    """The browser tab of one environment. It is reused across episodes and is not thread-safe.

    A slow operation returns a future. Until it is done the caller may start operations on other pages, but
    must not use this one. Cancelling it ends the wait and leaves the page in whatever state it is in.

    Every method, and every future, raises `EngineFault` on an infrastructure failure or when a deadline
    passes. The page is unusable afterwards: close it and open another.
    """

    def start(self, session: LiveSession, url: str) -> "Future[NavigationResult]":
        """Start an episode: discard all state of the previous one, then open `url` in this session."""

    def capture(self) -> PageState:
        """Return the state of the open page, restorable by any engine. Has no side effects."""

    def restore(self, session: LiveSession, saved: PageState) -> "Future[NavigationResult]":
        """Start an episode from a captured state: discard the previous episode, then restore the page."""

    def perform(self, action: Action) -> "Future[NavigationResult]":
        """Perform an action; done once the page has settled, or the action was refused."""

    def read(self, mode: ObservationMode) -> "Future[PageObservation]":
        """Read the settled page. An element keeps its ref while it is on the page; no ref is used twice."""

    def screenshot(self) -> Pixels:
        """Return the viewport's pixels as uint8, (height, width, 3)."""

    def close(self) -> None:
        """Release the tab. Idempotent."""


class Engine(Protocol):
    """Opens pages. One engine of each kind serves all environments of a process.

    Attributes:
        capabilities: the subset of `gristmill.apps.base.CAPABILITIES` that it offers to app clones.
    """

    capabilities: ClassVar[frozenset[str]]

    def open(self, viewport: Viewport, *, with_pixels: bool) -> Page:
        """Open a page; only one opened `with_pixels` can take screenshots. The caller closes it."""

    def close(self) -> None:
        """Close all pages and the processes behind them. Idempotent."""


class CompletedFuture(Future[T]):
    """A future that is done when constructed.

    It skips the locks of `Future`, which cost 20 us per result, a tenth of a step with cached pages.
    """

    def __init__(self, result: T, *, error: Exception | None = None) -> None:
        self._value, self._error = result, error

    def result(self, timeout: float | None = None) -> T:
        """The result, without waiting.

        Raises:
            Exception: the error of the work.
        """
        del timeout
        if self._error is not None:
            raise self._error
        return self._value

    def exception(self, timeout: float | None = None) -> Exception | None:
        """The error of the work, or None."""
        del timeout
        return self._error

    def done(self) -> bool:
        """Always True."""
        return True

    def running(self) -> bool:
        """Always False."""
        return False

    def cancel(self) -> bool:
        """Always False: done futures cannot be cancelled."""
        return False

    def cancelled(self) -> bool:
        """Always False."""
        return False

    def add_done_callback(self, fn: Callable[[Future[T]], object]) -> None:
        """Call `fn` immediately."""
        fn(self)


def completed(work: Callable[[], T]) -> "Future[T]":
    """Run work in the calling thread and return its future; KeyboardInterrupt is raised, not stored."""
    try:
        return CompletedFuture(work())
    except Exception as error:  # noqa: BLE001 - raised by `result`
        return failed(error)


def failed(error: Exception) -> "CompletedFuture[Any]":
    """A future with this error.

    A function of its own, so that the frames in the error's traceback do not refer to the future.
    """
    return CompletedFuture(None, error=error)


def bounded(aria: str) -> str:
    """Truncate the text at a line break if it exceeds `MAX_ARIA_LENGTH` characters."""
    if len(aria) <= MAX_ARIA_LENGTH:
        return aria
    return aria[: max(aria.rfind("\n", 0, MAX_ARIA_LENGTH - len(CUT)), 0)] + CUT
