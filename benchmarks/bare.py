"""A lower bound for any browser environment: a bare Playwright loop on the same pages.

It replays a recorded episode with known click positions and target addresses, checks nothing, and takes the
same observation.
"""

import asyncio
import base64
import io
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from flow import VIEWPORT, Move, Plan
from PIL import Image
from playwright.async_api import Browser, BrowserContext, CDPSession, Locator, Page, async_playwright

from gristmill.apps.server.session_pool import TOKEN_HEADER
from gristmill.envs.actions import types as act
from gristmill.envs.actions.grammar import parse
from gristmill.envs.engines.chromium.browser.executable import find_browser, launch_flags
from gristmill.envs.episode.episode import Episode

SCROLL_BY = "(dy) => { const before = scrollY; scrollBy(0, dy); return scrollY - before; }"
SHOT = {"format": "png", "optimizeForSpeed": True}


@dataclass(frozen=True, kw_only=True)
class Point:
    """The centre of an element in CSS pixels, relative to the page scrolled to the top."""

    x: float
    y: float


async def launched(host_port: int) -> Browser:
    """Launch a separate browser with the environments' settings; it ends with the process."""
    playwright = await async_playwright().start()
    found = find_browser(playwrights_own=playwright.chromium.executable_path)
    return await playwright.chromium.launch(executable_path=found.path, args=launch_flags(host_port))


class BareLoop:
    """Replays with the mouse at known points, Playwright's snapshot, and the fastest screenshot available."""

    def __init__(self, context: BrowserContext, page: Page, cdp: CDPSession, *, pixels: bool) -> None:
        self.context, self.page, self.cdp, self.pixels = context, page, cdp, pixels

    @classmethod
    async def open(cls, browser: Browser, *, pixels: bool) -> Self:
        """Open a page in a browser context of its own."""
        size: Any = {"width": VIEWPORT.width, "height": VIEWPORT.height}
        context = await browser.new_context(viewport=size)
        page = await context.new_page()
        return cls(context, page, await context.new_cdp_session(page), pixels=pixels)

    async def load(self, episode: Episode) -> None:
        """Open the start page with the episode's session token."""
        await self.context.set_extra_http_headers({TOKEN_HEADER: episode.session.token})
        await self.page.goto(episode.task.start_url)

    async def observe(self) -> tuple[str, Any]:
        """Return the accessibility snapshot and, if enabled, the screenshot as an array."""
        if not self.pixels:
            return await self.page.aria_snapshot(mode="ai"), None
        aria, shot = await asyncio.gather(self.page.aria_snapshot(mode="ai"), self.shot())
        return aria, np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"))

    async def shot(self) -> bytes:
        """Take a PNG screenshot of the viewport by CDP."""
        return base64.b64decode((await self.cdp.send("Page.captureScreenshot", SHOT))["data"])

    async def act(self, move: Move, point: Point) -> None:
        """Perform a recorded action and wait for its request or navigation."""
        if move.calls and move.url == self.page.url:
            async with self.page.expect_event("requestfinished"):
                await self.do(move, point)
            return
        await self.do(move, point)
        if self.page.url != move.url:
            await self.page.wait_for_url(move.url, wait_until="domcontentloaded")

    async def do(self, move: Move, point: Point) -> None:
        """Perform the action by mouse and keyboard."""
        match parse(move.line):
            case act.Click() | act.Check():
                await self.click(point)
            case act.Fill(_, text):
                await self.click(point)
                await self.page.evaluate("() => document.activeElement.select()")
                await self.page.keyboard.insert_text(text)
            case act.Select(_, option):
                await self.element(move).select_option(option)
            case act.Goto(url):
                await self.page.goto(url)

    async def click(self, point: Point) -> None:
        """Click a point, after scrolling it into the viewport if needed."""
        y = point.y
        if not 0 <= y < VIEWPORT.height:
            y -= await self.page.evaluate(SCROLL_BY, y - VIEWPORT.height / 2)
        await self.page.mouse.click(point.x, y)

    def element(self, move: Move) -> Locator:
        """Playwright's locator for the step's element."""
        role: Any = move.role
        return self.page.get_by_role(role, name=move.name, exact=True).nth(move.place)


class HandWrittenLoop(BareLoop):
    """A loop as one would write it by hand: Playwright's locators and its own screenshot."""

    async def shot(self) -> bytes:
        """Take a PNG screenshot of the viewport by Playwright."""
        return await self.page.screenshot()

    async def do(self, move: Move, point: Point) -> None:
        """Perform the action by locator."""
        match parse(move.line):
            case act.Click() | act.Check():
                await self.element(move).click()
            case act.Fill(_, text):
                await self.element(move).fill(text)
            case _:
                await super().do(move, point)

    async def points(self, episode: Episode, plan: Plan) -> list[Point]:
        """Play the episode to find the position of each step's element."""
        found = []
        await self.load(episode)
        for move in plan.moves:
            await self.page.evaluate("() => scrollTo(0, 0)")
            box = await self.element(move).bounding_box() if move.role else None
            x, y = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) if box else (0, 0)
            found.append(Point(x=x, y=y))
            await self.act(move, found[-1])
        return found
