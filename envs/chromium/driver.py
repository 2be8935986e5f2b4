"""One event loop, one Playwright and one browser for all Chromium pages of this process."""

import asyncio
import contextlib
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from playwright.async_api import Browser as PlaywrightBrowser
from playwright.async_api import BrowserContext, Playwright, async_playwright
from playwright.async_api import Error as PlaywrightError

from gristmill.envs.base import Viewport
from gristmill.envs.chromium.finder import Browser, find_browser, launch_flags
from gristmill.errors import EngineFault

T = TypeVar("T")

START_DEADLINE_S = 60.0
STEP_DEADLINE_S = 30.0
SCRIPTS = ("names.js", "outline.js", "memory.js", "init.js")


def init_script() -> str:
    """What runs before any script of every document, in a scope of its own."""
    folder = Path(__file__).parent
    return "{\n" + "\n".join((folder / name).read_text(encoding="utf-8") for name in SCRIPTS) + "}"


class DriverLoop(asyncio.SelectorEventLoop):
    """An event loop whose child processes do not hear the terminal's Ctrl-C.

    It is for us to close the browser then; a driver that died first would leave it behind.
    """

    async def subprocess_exec(self, *args: Any, **kwargs: Any) -> Any:
        """Start a child process in a session of its own."""
        kwargs["start_new_session"] = True
        return await super().subprocess_exec(*args, **kwargs)


class Driver:
    """Runs coroutines against one browser, from any thread.

    The browser starts with the first context and again after it was lost. Pages see one fixed
    time: what moves in a world is told by the server.
    """

    def __init__(self, *, host_port: int, fixed_now: datetime, executable: str | None = None) -> None:
        self._host_port = host_port
        self._executable = executable
        millis = str(int(fixed_now.timestamp() * 1000))
        self._init_script = init_script().replace("__NOW_MS__", millis)
        self._playwright: Playwright | None = None
        self._browser: PlaywrightBrowser | None = None
        self._launching = asyncio.Lock()
        self._closing = threading.Lock()
        self._loop = DriverLoop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="gristmill-driver", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T], *, deadline_s: float = STEP_DEADLINE_S) -> T:
        """The result of a coroutine, run on the driver's loop; the caller's thread waits.

        Raises:
            EngineFault: Playwright failed, or the deadline passed.
        """
        return self.wait(self.begin(work), deadline_s=deadline_s)

    def begin(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        """Start a coroutine on the driver's loop; `wait` gives its result.

        Raises:
            EngineFault: the driver was closed.
        """
        if self._loop.is_closed():
            work.close()
            raise EngineFault("The browser engine of this process was closed.")
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop)
        except BaseException:  # such as a Ctrl-C that came first
            work.close()
            raise

    def wait(self, future: "Future[T]", *, deadline_s: float = STEP_DEADLINE_S) -> T:
        """The result of what `begin` started.

        Raises:
            EngineFault: Playwright failed, or the deadline passed.
        """
        try:
            return future.result(deadline_s)
        except FutureTimeoutError as error:
            raise EngineFault(f"The browser did not finish within {deadline_s:.0f} s.") from error
        except PlaywrightError as error:
            raise EngineFault(f"The browser failed: {error.message.splitlines()[0]}") from error
        finally:
            future.cancel()

    async def new_context(self, viewport: Viewport) -> BrowserContext:
        """A browser context of its own for one page; starts the browser if none runs."""
        browser = await self._running_browser()
        try:
            context = await self._context_of(browser, viewport)
        except PlaywrightError:  # a driver that was killed leaves its browser looking connected
            if self._browser is browser:
                self._browser = None
            context = await self._context_of(await self._running_browser(), viewport)
        await context.add_init_script(self._init_script)
        return context

    async def _context_of(self, browser: PlaywrightBrowser, viewport: Viewport) -> BrowserContext:
        return await browser.new_context(
            viewport={"width": viewport.width, "height": viewport.height},
            device_scale_factor=1,
            locale="en-US",
            timezone_id="UTC",
            reduced_motion="reduce",
            color_scheme="light",
            accept_downloads=False,
            service_workers="block",
        )

    async def _running_browser(self) -> PlaywrightBrowser:
        async with self._launching:
            if self._browser is None or not self._browser.is_connected():
                self._browser = await self._launch()
            return self._browser

    async def _launch(self) -> PlaywrightBrowser:
        """Start the browser; once more with a fresh Playwright if its driver process has died."""
        try:
            return await self._launch_with(self._playwright or await self._start_playwright())
        except PlaywrightError:
            if self._playwright is None:
                raise
        except Exception as error:
            if "closed" not in str(error).lower():
                raise
        return await self._launch_with(await self._start_playwright())

    async def _start_playwright(self) -> Playwright:
        self._playwright = await async_playwright().start()
        return self._playwright

    async def _launch_with(self, playwright: Playwright) -> PlaywrightBrowser:
        found = self.find(playwright)
        return await playwright.chromium.launch(
            executable_path=found.path,
            args=launch_flags(self._host_port),
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )

    def find(self, playwright: Playwright) -> Browser:
        """The browser that this driver starts."""
        return find_browser(self._executable, playwrights_own=playwright.chromium.executable_path)

    def close(self) -> None:
        """End the browser, Playwright and the loop. Twice is harmless."""
        with self._closing:
            if self._loop.is_closed():
                return
            with contextlib.suppress(EngineFault):  # it may be gone already
                self.run(self._stop(), deadline_s=10.0)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(timeout=5)
            self._loop.close()

    async def _stop(self) -> None:
        if self._browser is not None and self._browser.is_connected():
            await self._browser.close()
        if self._playwright is not None:
            await self._playwright.stop()
