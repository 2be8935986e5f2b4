"""The browsers of a driver: Playwright finds, starts and ends them; we are connected to each ourselves."""

import asyncio
import re
import sys
from contextlib import suppress
from pathlib import Path
from random import Random  # noqa: TID251 - for Playwright alone

from playwright.async_api import Browser as PlaywrightBrowser
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Playwright, async_playwright

from gristmill.envs.chromium.finder import Browser, find_browser, launch_flags
from gristmill.envs.chromium.wire import Wire
from gristmill.errors import EngineFault

# Playwright names its calls by chance, and would take it from the caller's own generator.
with suppress(ImportError):
    from playwright._impl.isomorphic import trace_utils

    vars(trace_utils)["random"] = Random()

PROFILE = re.compile(r'--user-data-dir="?(?P<path>.+?)"?(?= --|$)')
# A page of such a browser draws nothing until it is told to. Others than the headless shell do not heed it.
STILL_FLAGS = ("--enable-begin-frame-control", "--run-all-compositor-stages-before-draw")
CAN_BE_STILL = sys.platform != "darwin"  # where Chromium refuses to open such a page


class Browsers:
    """The browsers that pages are spread over: their pages draw when told to, or all by themselves.

    Each starts when it is first asked for, and again after it was lost. Used from the event loop alone.
    """

    def __init__(self, *, host_port: int, executable: str | None) -> None:
        self._host_port, self._executable = host_port, executable
        self._playwright: Playwright | None = None
        self._started: dict[int, tuple[PlaywrightBrowser, Wire]] = {}
        self._launching = asyncio.Lock()

    async def wire(self, number: int) -> Wire:
        """The connection to this one of the browsers, which is running; the one ends with the other."""
        async with self._launching:
            _, wire = self._started.get(number, (None, None))
            if wire is None or not wire.is_open:
                browser = await self._launch()
                wire = await connect(browser)
                self._started[number] = browser, wire
            return wire

    async def _launch(self) -> PlaywrightBrowser:
        """Start a browser; once more with a fresh Playwright if its driver process has died."""
        try:
            return await self._launch_with(self._playwright or await self._start())
        except PlaywrightError:
            if self._playwright is None:
                raise
        except Exception as error:
            if "closed" not in str(error).lower():
                raise
        return await self._launch_with(await self._start())

    async def _start(self) -> Playwright:
        self._playwright = await async_playwright().start()
        return self._playwright

    async def _launch_with(self, playwright: Playwright) -> PlaywrightBrowser:
        flags = [*launch_flags(self._host_port), "--remote-debugging-port=0"]
        return await playwright.chromium.launch(
            executable_path=self.find(playwright).path,
            args=[*flags, *STILL_FLAGS] if CAN_BE_STILL else flags,
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )

    def find(self, playwright: Playwright) -> Browser:
        """The executable that is started."""
        return find_browser(self._executable, playwrights_own=playwright.chromium.executable_path)

    async def close(self) -> None:
        """End the browsers and Playwright."""
        for _, wire in self._started.values():
            wire.close()
        closing = [browser.close() for browser, _ in self._started.values() if browser.is_connected()]
        await asyncio.gather(*closing, return_exceptions=True)  # one that is gone already is no news
        if self._playwright is not None:
            await self._playwright.stop()


async def connect(browser: PlaywrightBrowser) -> Wire:
    """A connection of our own to a browser that Playwright has started."""
    wire = await Wire.connect(*await debugging_address(browser))
    await wire.send("Target.setDiscoverTargets", discover=True)
    return wire


async def debugging_address(browser: PlaywrightBrowser) -> tuple[int, str]:
    """The port and the path at which a browser takes DevTools connections, once it has written them down."""
    cdp = await browser.new_browser_cdp_session()
    while True:
        found = PROFILE.search((await cdp.send("SystemInfo.getInfo"))["commandLine"])
        if found is None:
            raise EngineFault("The browser does not tell where its profile is, so it cannot be connected to.")
        written = Path(found["path"]) / "DevToolsActivePort"
        lines = written.read_text(encoding="utf-8").split("\n") if written.is_file() else []
        if len(lines) > 1:
            await cdp.detach()
            return int(lines[0]), lines[1]
