"""The engine contract: what performs actions on the pages of a session and reads them."""

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from gristmill.apps.server.session import LiveSession
from gristmill.envs.actions.types import Action
from gristmill.envs.checkpoints.page_state import PageState
from gristmill.errors import ActionError

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
        refusal: why the action was not performed, or why the page stayed as it was; None if it was done.
    """

    refusal: ActionError | None = None

    @classmethod
    def of(cls, session: LiveSession, refusal: ActionError | None = None) -> "NavigationResult":
        """What an engine tells, with what the host has refused of this session's requests."""
        by_host = session.navigation_policy.pop_error()
        return cls(refusal=refusal or by_host)


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
        """Read the settled page. Refs number elements in document order and are valid until the next read."""

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
