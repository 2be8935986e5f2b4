"""The `chromium` engine: real browser pages behind the synchronous `Page` contract."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from gristmill.apps.server.navigation_policy import Addresses
from gristmill.apps.server.session import LiveSession
from gristmill.caches import Caches
from gristmill.envs.actions.types import Action
from gristmill.envs.checkpoints.page_state import PageState
from gristmill.envs.engines.base import (
    CAPABILITIES_OF,
    NavigationResult,
    ObservationMode,
    PageObservation,
    Pixels,
    Viewport,
)
from gristmill.envs.engines.chromium.action_executor import ActionExecutor
from gristmill.envs.engines.chromium.browser.driver import Driver
from gristmill.envs.engines.chromium.page_state import capture, resume
from gristmill.envs.engines.chromium.screenshot_cache import ScreenshotCache
from gristmill.envs.engines.chromium.tab import Tab
from gristmill.envs.engines.chromium.trajectory_hash import TrajectoryHash
from gristmill.envs.episode.finalizers import finalize_if_unclosed
from gristmill.envs.episode.scheduling import DEADLINE_S
from gristmill.errors import ActionError, EngineFault
from gristmill.tuning import Tuning

T = TypeVar("T")


class ChromiumEngine:
    """Chromium, launched by Playwright. Browsers start with the first pages that need them."""

    capabilities: ClassVar[frozenset[str]] = CAPABILITIES_OF["chromium"]

    def __init__(
        self,
        *,
        host_port: int,
        fixed_now: datetime,
        executable: str | None = None,
        caches: Caches | None = None,
        tuning: Tuning | None = None,
    ) -> None:
        self.driver = Driver(host_port=host_port, fixed_now=fixed_now, executable=executable, tuning=tuning)
        self.screenshots = ScreenshotCache(caches or Caches())

    def open(self, viewport: Viewport, *, with_pixels: bool) -> "ChromiumPage":
        """Open a tab in its own browser context (about 30 MB); the caller closes it."""
        return ChromiumPage(self.driver, viewport, self.screenshots, with_pixels=with_pixels)

    def close(self) -> None:
        """Close the browsers and all their pages. Idempotent."""
        self.driver.close()


class ChromiumPage:
    """One tab, used by one environment over many episodes."""

    def __init__(
        self, driver: Driver, viewport: Viewport, screenshots: ScreenshotCache, *, with_pixels: bool
    ) -> None:
        self._driver, self._viewport, self._with_pixels = driver, viewport, with_pixels
        self._screenshots, self._trajectory = screenshots, TrajectoryHash()
        self._session: LiveSession | None = None
        self._tab = driver.run(self._open(), deadline_s=DEADLINE_S)
        self._executor = ActionExecutor(self._tab, viewport)
        target = self._tab.page
        self._finalizer = finalize_if_unclosed(self, lambda: driver.drop(target))

    async def _open(self) -> Tab:
        return Tab(await self._driver.open_page(self._viewport, with_pixels=self._with_pixels))

    def _run(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        return self._driver.run(self._tab.page.unless_crashed(work))

    async def _in_turn(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        return await self._driver.in_turn(lambda: self._tab.page.unless_crashed(work))

    def start(self, session: LiveSession, url: str) -> "Future[NavigationResult]":
        """See `Page.start`."""
        addresses = self._addresses(session)
        self._note(url, is_first=True)
        return self._navigate(session, lambda: self._tab.start(session.token, url, addresses))

    def _navigate(
        self, session: LiveSession, work: Callable[[], Coroutine[Any, Any, None]]
    ) -> "Future[NavigationResult]":
        session.navigation_policy.pop_error()  # of a window that was closed at once, and asked late

        async def navigate() -> NavigationResult:
            try:
                await self._in_turn(work)
            except ActionError as refusal:
                return NavigationResult.of(session, self._tab.url, refusal)
            except EngineFault:
                result = NavigationResult.of(session, self._tab.url)
                if result.refusal is None:
                    raise
                return result
            return NavigationResult.of(session, self._tab.url)

        return self._driver.begin(navigate())

    def _addresses(self, session: LiveSession) -> Addresses:
        """The URLs this session's tab may open; also subscribes the tab to rejected navigations."""
        self._session = session
        driver, tab = self._driver, self._tab  # not the page: a session must not keep it alive

        def stay() -> None:
            with contextlib.suppress(EngineFault):  # the browser may have been closed
                driver.begin(tab.stay())

        session.navigation_policy.on_navigation_blocked = stay
        return Addresses(sorted(session.apps))

    def _note(self, done: str | PageState | Action, *, is_first: bool = False) -> None:
        """Add an operation, and everything its outcome depends on, to the trajectory hash."""
        if not self._with_pixels:
            return
        assert self._session is not None
        on = self._session.content(), self._session.time(), sorted(self._session.apps), self._viewport
        if is_first:
            self._trajectory.begin(done, *on)
        else:  # readings, also the oracle's, decide which element a ref names
            self._trajectory.add(done, self._tab.outlines_read, *on)

    def capture(self) -> PageState:
        """See `Page.capture`."""
        return self._run(lambda: capture(self._tab))

    def restore(self, session: LiveSession, saved: PageState) -> "Future[NavigationResult]":
        """See `Page.restore`."""
        addresses = self._addresses(session)
        self._note(saved, is_first=True)
        return self._navigate(session, lambda: resume(self._tab, session.token, addresses, saved))

    def perform(self, action: Action) -> "Future[NavigationResult]":
        """See `Page.perform`."""
        assert self._session is not None
        self._note(action)
        return self._navigate(self._session, lambda: self._perform(action))

    async def _perform(self, action: Action) -> None:
        await self._executor.perform(action)
        await self._tab.settle()
        self._tab.raise_declined()

    def read(self, mode: ObservationMode) -> "Future[PageObservation]":
        """See `Page.read`."""
        if mode.has_pixels:
            self._require_pixels()
        return self._driver.begin(self._read(mode))

    async def _read(self, mode: ObservationMode) -> PageObservation:
        tab, screenshots = self._tab, self._screenshots

        def key(aria: str) -> bytes | None:
            return self._trajectory.key(tab.url, tab.title, aria)

        aria, shot = await self._in_turn(lambda: tab.read(mode, lambda aria: screenshots.taken(key(aria))))
        pixels = None
        if mode.has_pixels:
            shot = screenshots.keep(key(aria), shot)
            pixels = screenshots.known_pixels(shot)
            if pixels is None:  # decoding takes 8 ms, in which the event loop serves other pages
                pixels = await asyncio.get_running_loop().run_in_executor(None, screenshots.decoded, shot)
        return PageObservation(url=tab.url, title=tab.title, aria=aria, pixels=pixels)

    def _require_pixels(self) -> None:
        if not self._with_pixels:
            raise EngineFault("This page was opened without pixels, so it has no screenshots.")

    def screenshot(self) -> Pixels:
        """See `Page.screenshot`."""
        self._require_pixels()
        return self._screenshots.decoded(self._run(lambda: self._tab.shot()))

    def close(self) -> None:
        """Close the context. Idempotent, also after the browser died."""
        self._finalizer.detach()
        self._session = None
        with contextlib.suppress(EngineFault):
            self._driver.run(self._tab.page.close(), deadline_s=10.0)
