"""What an engine is: something that performs actions on the pages of a session, and reads them."""

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
"""What the pages of each engine can do."""

WITHOUT_PIXELS = frozenset(name for name, has in CAPABILITIES_OF.items() if "pixels" not in has)
"""Engines whose pages have no layout: no screenshots, and no points to click at."""


class ObservationMode(StrEnum):
    """What an observation shows of the page."""

    ARIA = "aria"
    PIXELS = "pixels"
    BOTH = "aria+pixels"

    @property
    def has_aria(self) -> bool:
        """Whether the outline text is filled in."""
        return self is not ObservationMode.PIXELS

    @property
    def has_pixels(self) -> bool:
        """Whether there is a screenshot."""
        return self is not ObservationMode.ARIA


@dataclass(frozen=True, kw_only=True, slots=True)
class Viewport:
    """The size of the page's window, in CSS pixels; a screenshot has one pixel for each."""

    width: int
    height: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PageObservation:
    """A page as read at one moment. `aria` is empty and `pixels` None when not asked for."""

    url: str
    title: str
    aria: str
    pixels: Pixels | None


class Page(Protocol):
    """The browser tab of one environment. It outlives episodes; one caller at a time.

    What takes time comes in two halves: `begin_...` starts it, and the callable that it returns waits
    for the outcome and is called once. In between the caller may do other work, such as beginning the
    same on other pages, but not use this one.

    Every method, and every such callable, raises `EngineFault` when the machinery fails or does not
    settle in time; the page is then unusable and its owner closes it and opens another.
    """

    def begin_start(self, session: LiveSession, url: str) -> Callable[[], None]:
        """Begin an episode: then nothing of the last one is left, and `url` is open in this session."""

    def capture(self) -> PageState:
        """What is open and how, for `begin_restore` of any engine. Nothing is changed by it."""

    def begin_restore(self, session: LiveSession, memory: PageState) -> Callable[[], None]:
        """Go on with an episode: then nothing of the last one is left, and the page is as remembered."""

    def begin_perform(self, action: Action) -> Callable[[], None]:
        """Perform an action; done once the page has settled.

        The callable raises:
            ActionError: it cannot be performed as asked; the session's state is unchanged.
        """

    def begin_read(self, mode: ObservationMode) -> Callable[[], PageObservation]:
        """Read the settled page. Refs are numbered in reading order and hold until the next reading."""

    def screenshot(self) -> Pixels:
        """What the viewport shows, (height, width, 3)."""

    def close(self) -> None:
        """Give the tab back. Twice is harmless."""


class Engine(Protocol):
    """Opens pages. One engine of each kind serves all environments of a process.

    Attributes:
        capabilities: what it has of `gristmill.apps.base.CAPABILITIES`, which app clones may need.
    """

    capabilities: ClassVar[frozenset[str]]

    def open(self, viewport: Viewport, *, with_pixels: bool) -> Page:
        """A new page, which can be photographed if it is opened `with_pixels`; the caller closes it."""

    def close(self) -> None:
        """End all pages and whatever runs behind them. Twice is harmless."""
