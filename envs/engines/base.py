"""The engine contract: what performs actions on the pages of a session and reads them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from gristmill.apps.server.session import LiveSession
from gristmill.envs.actions.types import Action
from gristmill.envs.checkpoints.page_state import PageState

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


class Page(Protocol):
    """The browser tab of one environment. It is reused across episodes and is not thread-safe.

    Slow operations come in two halves: `begin_...` starts one, and the returned callable blocks until
    it is done; call it exactly once. Meanwhile the caller may start operations on other pages, but must
    not use this one.

    Every method, and every returned callable, raises `EngineFault` on an infrastructure failure or when
    a deadline passes. The page is unusable afterwards: close it and open another.
    """

    def begin_start(self, session: LiveSession, url: str) -> Callable[[], None]:
        """Start an episode: discard all state of the previous one, then open `url` in this session."""

    def capture(self) -> PageState:
        """Return the state of the open page, restorable by any engine. Has no side effects."""

    def begin_restore(self, session: LiveSession, saved: PageState) -> Callable[[], None]:
        """Start an episode from a captured state: discard the previous episode, then restore the page."""

    def begin_perform(self, action: Action) -> Callable[[], None]:
        """Perform an action and wait until the page has settled.

        The callable raises:
            ActionError: the action was refused; the session's state is unchanged.
        """

    def begin_read(self, mode: ObservationMode) -> Callable[[], PageObservation]:
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
