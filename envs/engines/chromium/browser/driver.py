"""One event loop, one Playwright and its browsers for all Chromium pages of this process."""

import asyncio
import contextlib
import os
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from playwright.async_api import Error as PlaywrightError

from gristmill.envs.engines.base import Viewport
from gristmill.envs.engines.chromium.browser.event_loop import DriverLoop
from gristmill.envs.engines.chromium.browser.launch_errors import reason_of
from gristmill.envs.engines.chromium.browser.launcher import Browsers
from gristmill.envs.engines.chromium.cdp.page import CDPPage
from gristmill.errors import EngineFault

T = TypeVar("T")

PAGE_DEADLINE_S = 20.0  # for a page to open; one takes some hundred milliseconds
STEP_DEADLINE_S = 30.0
QUEUE_DEADLINE_S = 900.0  # for a step and those of thousands before it
SCRIPTS = (
    "popups.js",
    "clipboard.js",
    "accessible_names.js",
    "aria_snapshot.js",
    "page_state.js",
    "virtual_clock.js",
    "requests.js",
    "declined.js",
    "settle.js",
)


def init_script() -> str:
    """What runs before any script of every document, in a scope of its own."""
    folder = Path(__file__).parents[1] / "inject"
    return "{\n" + "\n".join((folder / name).read_text(encoding="utf-8") for name in SCRIPTS) + "}"


class PageNotOpenedError(EngineFault):
    """The browser that was to open a page is gone."""


class Driver:
    """Runs coroutines against browsers, from any thread.

    They start with their first page and again after they were lost. Pages see one fixed
    time: what moves in a world is told by the server.
    """

    def __init__(self, *, host_port: int, fixed_now: datetime, executable: str | None = None) -> None:
        millis = str(int(fixed_now.timestamp() * 1000))
        self._init_script = init_script().replace("__NOW_MS__", millis)
        self.step_deadline_s = STEP_DEADLINE_S
        self._browsers = Browsers(host_port=host_port, executable=executable)
        self._pictured = 0  # pages that were opened with pixels
        self._processors = processors()
        self._turns = asyncio.Semaphore(max(4, 2 * self._processors))
        self._dropping: set[asyncio.Task[None]] = set()
        self._closing = threading.Lock()
        self._loop = DriverLoop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="gristmill-driver", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T], *, deadline_s: float | None = None) -> T:
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

    def wait(self, future: "Future[T]", *, deadline_s: float | None = None) -> T:
        """The result of what `begin` started; by default the time for a step is waited for.

        Raises:
            EngineFault: Playwright failed, or the deadline passed.
        """
        deadline_s = deadline_s or self.step_deadline_s
        try:
            return future.result(deadline_s)
        except FutureTimeoutError as error:
            raise EngineFault(f"The browser did not finish within {deadline_s:.0f} s.") from error
        except PlaywrightError as error:
            raise EngineFault(f"The browser failed: {reason_of(error)}") from error
        finally:
            future.cancel()

    async def in_turn(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """What a page's work comes to. So many at a time: more only keep each other from the processors.

        Raises:
            EngineFault: it took longer than a step may; waiting for its turn does not count.
        """
        async with self._turns:
            try:
                async with asyncio.timeout(self.step_deadline_s):
                    return await work()
            except TimeoutError as error:
                raise EngineFault(
                    f"The browser did not finish within {self.step_deadline_s:.0f} s."
                ) from error

    async def open_page(self, viewport: Viewport, *, with_pixels: bool) -> CDPPage:
        """An empty page in a context of its own; starts the browser if none runs."""
        script = self._init_script.replace("__WIDTH__", str(viewport.width))
        script = script.replace("__HEIGHT__", str(viewport.height))
        script = script.replace("__IS_PICTURED__", "1" if with_pixels else "0")
        number = self._next_for_pictures() if with_pixels else 0
        async with self._turns:
            try:
                return await self._open_in(number, viewport, script, with_pixels=with_pixels)
            except PageNotOpenedError:
                return await self._open_in(number, viewport, script, with_pixels=with_pixels)

    async def _open_in(self, number: int, viewport: Viewport, script: str, *, with_pixels: bool) -> CDPPage:
        """A page in this one of the browsers; one in which none can be opened in time is killed.

        Raises:
            PageNotOpenedError: the browser was lost, or hung and was killed; the next try starts another.
            EngineFault: the browser did not start, or refused.
        """
        wire = await self._browsers.wire(number)
        try:
            async with asyncio.timeout(PAGE_DEADLINE_S):
                return await CDPPage.open(wire, viewport, script, with_pixels=with_pixels)
        except TimeoutError as error:
            await self._browsers.replace(number, wire)
            raise PageNotOpenedError(
                f"The browser did not open a page within {PAGE_DEADLINE_S:.0f} s."
            ) from error
        except EngineFault as error:
            if wire.is_open:
                raise
            raise PageNotOpenedError(str(error)) from error

    def _next_for_pictures(self) -> int:
        """The number of a browser for a page with pixels: as each draws one at a time, one a processor."""
        self._pictured += 1
        return 1 + self._pictured % self._processors

    def drop(self, page: CDPPage) -> None:
        """Close a page some time soon, without waiting for it. Any thread may ask, at any moment."""
        with contextlib.suppress(RuntimeError):  # the loop is closed, and the browser with it
            self._loop.call_soon_threadsafe(self._start_dropping, page)

    def _start_dropping(self, page: CDPPage) -> None:
        dropping = self._loop.create_task(dropped(page))
        self._dropping.add(dropping)  # the loop itself would not keep it
        dropping.add_done_callback(self._dropping.discard)

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
        await self._browsers.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:  # what was under way when somebody pressed Ctrl-C
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


async def dropped(page: CDPPage) -> None:
    """Closes a page; one that is gone already is no news."""
    with contextlib.suppress(EngineFault):
        await page.close()
