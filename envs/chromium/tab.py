"""One browser tab: starting episodes in it, reading it, waiting until it has settled."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from playwright.async_api import BrowserContext, CDPSession, Page
from playwright.async_api import Error as PlaywrightError

from gristmill.apps.sessions import TOKEN_HEADER
from gristmill.envs.addresses import Addresses
from gristmill.envs.base import ObservationMode
from gristmill.envs.limits import CUT, MAX_ARIA_LENGTH
from gristmill.envs.memory import Mouse
from gristmill.envs.refusals import leads_outside
from gristmill.errors import EngineFault

T = TypeVar("T")

READ = "([limit, cut]) => window.__gristmill.read(limit, cut)"
SETTLE = "() => window.__gristmill.settled()"
END = "() => window.__gristmill?.end()"
GONE = ("context was destroyed", "navigat", "cannot find context")
SHOT = {"format": "png", "optimizeForSpeed": True}


class Tab:
    """A page in a context of its own, driven from the event loop.

    After a crash every method raises `EngineFault`.
    """

    def __init__(self, context: BrowserContext, page: Page, cdp: CDPSession) -> None:
        self.context, self.page, self.cdp = context, page, cdp
        self.url = self.title = ""
        self.has_refs = False
        self.addresses = Addresses()
        self.mouse = Mouse(x=0, y=0)
        self._died = asyncio.get_running_loop().create_future()
        self._died.add_done_callback(lambda died: died.exception())  # it may never be awaited
        page.on("crash", lambda _: self._die("The page crashed."))
        page.on("close", lambda _: self._die("The page was closed."))
        context.on("page", self._refuse_popup)

    @classmethod
    async def open(cls, context: BrowserContext) -> "Tab":
        """A tab in this context, which it owns from now on."""
        page = await context.new_page()
        return cls(context, page, await context.new_cdp_session(page))

    def _die(self, reason: str) -> None:
        if not self._died.done():
            self._died.set_exception(EngineFault(reason))

    def _refuse_popup(self, page: Page) -> None:
        if page is not self.page:
            self._closing_popup = asyncio.ensure_future(page.close())

    async def alive(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The result of a coroutine, or `EngineFault` as soon as the page is lost.

        The coroutine is made here, so that none is left over when this one is cancelled unstarted.
        """
        task = asyncio.ensure_future(work())
        await asyncio.wait({task, self._died}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            task.cancel()
            self._died.result()
        return task.result()

    async def start(self, token: str, url: str, addresses: Addresses) -> None:
        """Open `url` in the session of this token, with nothing left of the last episode."""
        await self.begin(token, addresses)
        await self.page.goto(url, wait_until="commit")
        await self.settle()
        await self.cdp.send("Page.resetNavigationHistory")

    async def begin(self, token: str, addresses: Addresses) -> None:
        """Enter the session of this token, with nothing left of the last episode but the open page."""
        await self._forget()
        await self.context.set_extra_http_headers({TOKEN_HEADER: token})
        self.addresses, self.has_refs = addresses, False

    async def _forget(self) -> None:
        """Stop the last episode's page, clear what it stored, and put the mouse into the corner."""
        self.mouse = Mouse(x=0, y=0)
        await self.page.mouse.move(0, 0)
        wipe = [
            self.cdp.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
            for origin in self.addresses.origins
        ]
        await asyncio.gather(self.page.evaluate(END), *wipe)

    async def settle(self) -> None:
        """Wait until nothing is under way, over as many documents as that takes."""
        while True:
            try:
                state = await self.page.evaluate(SETTLE)
            except PlaywrightError as error:
                if not any(sign in error.message.lower() for sign in GONE):
                    raise
                await self.page.wait_for_load_state("domcontentloaded")
                continue
            self.url, self.title = state["url"], state["title"]
            return

    async def leave_foreign_page(self) -> None:
        """If the page is none of this session's apps, go back and refuse.

        Raises:
            ActionError: it was a foreign page.
        """
        if self.url in self.addresses:
            return
        foreign = self.url
        await self.page.go_back(wait_until="commit")
        await self.settle()
        raise leads_outside(foreign)

    async def read(self, mode: ObservationMode) -> tuple[str, str]:
        """The outline text and the screenshot (PNG in base64), each empty if not asked for."""
        aria, shot = await asyncio.gather(
            self.page.evaluate(READ, [MAX_ARIA_LENGTH, CUT]) if mode.has_aria else nothing(),
            self.shot() if mode.has_pixels else nothing(),
        )
        self.has_refs = mode.has_aria
        return aria or "", shot or ""

    async def shot(self) -> str:
        """A PNG of the viewport, in base64."""
        return str((await self.cdp.send("Page.captureScreenshot", SHOT))["data"])


async def nothing() -> None:
    """The part of a reading that was not asked for."""
