"""The `chromium` engine: pages of a real browser behind the synchronous `Page` contract."""

import contextlib
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from gristmill.apps.sessions import LiveSession
from gristmill.caches import Caches
from gristmill.envs.actions import Action
from gristmill.envs.addresses import Addresses
from gristmill.envs.base import CAPABILITIES_OF, ObservationMode, PageState, Pixels, Viewport
from gristmill.envs.chromium.acting import Actor
from gristmill.envs.chromium.driver import QUEUE_DEADLINE_S, Driver
from gristmill.envs.chromium.history import History
from gristmill.envs.chromium.memory import remember, resume
from gristmill.envs.chromium.photographs import Photographs
from gristmill.envs.chromium.tab import Tab
from gristmill.envs.memory import PageMemory
from gristmill.envs.reaping import when_forgotten
from gristmill.errors import EngineFault

T = TypeVar("T")


class ChromiumEngine:
    """Real Chromium, through Playwright. Browsers start with the first pages that need them."""

    capabilities: ClassVar[frozenset[str]] = CAPABILITIES_OF["chromium"]

    def __init__(
        self,
        *,
        host_port: int,
        fixed_now: datetime,
        executable: str | None = None,
        caches: Caches | None = None,
    ) -> None:
        self.driver = Driver(host_port=host_port, fixed_now=fixed_now, executable=executable)
        self.photographs = Photographs(caches or Caches())

    def open(self, viewport: Viewport, *, with_pixels: bool) -> "ChromiumPage":
        """A tab in a browser context of its own (about 30 MB); the caller closes it."""
        return ChromiumPage(self.driver, viewport, self.photographs, with_pixels=with_pixels)

    def close(self) -> None:
        """End the browsers and all their pages. Twice is harmless."""
        self.driver.close()


class ChromiumPage:
    """One tab, used by one environment over many episodes."""

    def __init__(
        self, driver: Driver, viewport: Viewport, photographs: Photographs, *, with_pixels: bool
    ) -> None:
        self._driver, self._viewport, self._with_pixels = driver, viewport, with_pixels
        self._photographs, self._history = photographs, History()
        self._session: LiveSession | None = None
        self._tab = driver.run(self._open(), deadline_s=QUEUE_DEADLINE_S)
        self._actor = Actor(self._tab, viewport)
        target = self._tab.page
        self._reaper = when_forgotten(self, lambda: driver.drop(target))

    async def _open(self) -> Tab:
        return Tab(await self._driver.open_page(self._viewport, with_pixels=self._with_pixels))

    def _run(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        self._tab.forget_outline()
        return self._driver.run(self._tab.page.alive(work))

    def _begin(self, work: Callable[[], Coroutine[Any, Any, T]]) -> Callable[[], T]:
        doing = self._driver.begin(self._driver.in_turn(lambda: self._tab.page.alive(work)))
        return lambda: self._driver.wait(doing, deadline_s=QUEUE_DEADLINE_S)

    def begin_start(self, session: LiveSession, url: str) -> Callable[[], None]:
        """See `Page.begin_start`."""
        addresses = self._addresses(session)
        self._note(url, is_first=True)
        return self._begin(lambda: self._tab.start(session.token, url, addresses))

    def _addresses(self, session: LiveSession) -> Addresses:
        """Where this session's tab may go; from now on the tab is told when it will stay."""
        self._session = session
        driver, tab = self._driver, self._tab  # not the page: a session must not keep it

        def stay() -> None:
            with contextlib.suppress(EngineFault):  # the browser may have been closed
                driver.begin(tab.stay())

        session.gate.on_stay = stay
        return Addresses(sorted(session.apps))

    def _note(self, done: str | PageMemory | Action, *, is_first: bool = False) -> None:
        """Note what is done, and all that its outcome depends on besides."""
        if not self._with_pixels:
            return
        assert self._session is not None
        on = self._session.content(), self._session.time(), sorted(self._session.apps), self._viewport
        if is_first:
            self._history.begin(done, *on)
        else:  # without refs, which the oracle's reading gives as well, actions are refused
            self._history.add(done, self._tab.has_refs, *on)

    def remember(self) -> PageMemory:
        """See `Page.remember`."""
        return self._run(lambda: remember(self._tab))

    def begin_resume(self, session: LiveSession, memory: PageMemory) -> Callable[[], None]:
        """See `Page.begin_resume`."""
        addresses = self._addresses(session)
        self._note(memory, is_first=True)
        return self._begin(lambda: resume(self._tab, session.token, addresses, memory))

    def begin_perform(self, action: Action) -> Callable[[], None]:
        """See `Page.begin_perform`."""
        self._note(action)
        return self._begin(lambda: self._perform(action))

    async def _perform(self, action: Action) -> None:
        await self._actor.perform(action)
        await self._tab.settle()
        self._tab.raise_declined()

    def begin_read(self, mode: ObservationMode) -> Callable[[], PageState]:
        """See `Page.begin_read`."""
        if mode.has_pixels:
            self._require_pixels()

        def history(aria: str) -> bytes | None:
            return self._history.key(self._tab.url, self._tab.title, aria)

        reading = self._begin(
            lambda: self._tab.read(mode, lambda aria: self._photographs.taken(history(aria)))
        )

        def finish() -> PageState:
            aria, shot = reading()
            pixels = None
            if mode.has_pixels:
                pixels = self._photographs.decoded(self._photographs.keep(history(aria), shot))
            return PageState(url=self._tab.url, title=self._tab.title, aria=aria, pixels=pixels)

        return finish

    def _require_pixels(self) -> None:
        if not self._with_pixels:
            raise EngineFault("This page was opened without pixels: nobody can photograph it.")

    def screenshot(self) -> Pixels:
        """See `Page.screenshot`."""
        self._require_pixels()
        return self._photographs.decoded(self._run(lambda: self._tab.shot()))

    def close(self) -> None:
        """Close the context. Twice, or after the browser died, is harmless."""
        self._reaper.detach()
        self._session = None
        with contextlib.suppress(EngineFault):
            self._driver.run(self._tab.page.close(), deadline_s=10.0)
