"""One event loop, one Playwright and its browsers for all Chromium pages of a process."""

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
from gristmill.envs.engines.chromium.browser.launcher import Browsers, draws_on_request
from gristmill.envs.engines.chromium.cdp.page import CDPPage
from gristmill.errors import EngineFault
from gristmill.tuning import Tuning

T = TypeVar("T")

PAGE_DEADLINE_S = 20.0  # for a page to open; normally a few hundred milliseconds
STEP_DEADLINE_S = 30.0
SCRIPTS = (
    "popups.js",
    "clipboard.js",
    "accessible_names.js",
    "aria_snapshot.js",
    "refs.js",
    "page_state.js",
    "virtual_clock.js",
    "requests.js",
    "declined.js",
    "styled_images.js",
    "settle.js",
)


def init_script() -> str:
    """The script that runs before any other script of every document, in its own scope."""
    folder = Path(__file__).parents[1] / "inject"
    return "{\n" + "\n".join((folder / name).read_text(encoding="utf-8") for name in SCRIPTS) + "}"


class PageNotOpenedError(EngineFault):
    """The browser that should have opened a page is gone."""


class Driver:
    """Runs coroutines against browsers. Thread-safe.

    Browsers start with their first page and are restarted when lost. Every document
    starts at the same fixed time; the world's clock advances on the server only.
    """

    def __init__(
        self,
        *,
        host_port: int,
        fixed_now: datetime,
        executable: str | None = None,
        tuning: Tuning | None = None,
    ) -> None:
        self._tuning = tuning = tuning or Tuning()
        millis = str(int(fixed_now.timestamp() * 1000))
        self._init_script = init_script().replace("__NOW_MS__", millis)
        self.step_deadline_s = STEP_DEADLINE_S
        self._browsers = Browsers(host_port=host_port, executable=executable, tuning=tuning)
        self._pixel_pages = 0  # number of pages opened with pixels
        self._processors = processors()
        self._turns = asyncio.Semaphore(max(4, 2 * self._processors))
        self._dropping: set[asyncio.Task[None]] = set()
        self._closing = threading.Lock()
        self._loop = DriverLoop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="gristmill-driver", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T], *, deadline_s: float | None = None) -> T:
        """Run a coroutine on the driver's event loop and block until it is done.

        Raises:
            EngineFault: Playwright failed, or the deadline passed.
        """
        return self.wait(self.begin(work), deadline_s=deadline_s)

    def begin(self, work: Coroutine[Any, Any, T]) -> "Future[T]":
        """Schedule a coroutine on the driver's event loop; pass the future to `wait`.

        Raises:
            EngineFault: the driver was closed.
        """
        if self._loop.is_closed():
            work.close()
            raise EngineFault("The browser engine of this process was closed.")
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop)
        except BaseException:  # such as KeyboardInterrupt before the coroutine was scheduled
            work.close()
            raise

    def wait(self, future: "Future[T]", *, deadline_s: float | None = None) -> T:
        """Block until a future of `begin` is done; the default deadline is `QUEUE_DEADLINE_S`.

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
        """Run a page's coroutine, with bounded concurrency: more would only compete for the processors.

        Raises:
            EngineFault: Playwright failed, or it exceeded the step deadline; time spent queued does not
                count.
        """
        async with self._turns:
            try:
                async with asyncio.timeout(self.step_deadline_s):
                    return await work()
            except TimeoutError as error:
                raise EngineFault(
                    f"The browser did not finish within {self.step_deadline_s:.0f} s."
                ) from error
            except PlaywrightError as error:
                raise EngineFault(f"The browser failed: {reason_of(error)}") from error

    async def open_page(self, viewport: Viewport, *, with_pixels: bool) -> CDPPage:
        """Open an empty page in its own browser context; starts the browser if none runs."""
        script = self._init_script.replace("__WIDTH__", str(viewport.width))
        script = script.replace("__HEIGHT__", str(viewport.height))
        script = script.replace("__WITH_PIXELS__", "1" if with_pixels else "0")
        number = self._next_for_pictures() if with_pixels else 0
        async with self._turns:
            try:
                return await self._open_in(number, viewport, script)
            except PageNotOpenedError:
                return await self._open_in(number, viewport, script)

    async def _open_in(self, number: int, viewport: Viewport, script: str) -> CDPPage:
        """Open a page in the given browser; a browser that cannot open one in time is killed.

        Raises:
            PageNotOpenedError: the browser was lost, or hung and was killed; a retry starts another.
            EngineFault: the browser did not start, or refused.
        """
        wire = await self._browsers.wire(number)
        try:
            async with asyncio.timeout(PAGE_DEADLINE_S):
                return await CDPPage.open(
                    wire,
                    viewport,
                    script,
                    manual_frames=draws_on_request(self._tuning),
                )
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
        """Browser number for the next page with pixels: round robin over one browser per processor."""
        if not self._tuning.browser_per_processor:
            return 0
        self._pixel_pages += 1
        return 1 + self._pixel_pages % self._processors

    def drop(self, page: CDPPage) -> None:
        """Close a page in the background. Callable from any thread at any time."""
        with contextlib.suppress(RuntimeError):  # the loop is closed, and the browser with it
            self._loop.call_soon_threadsafe(self._start_dropping, page)

    def _start_dropping(self, page: CDPPage) -> None:
        dropping = self._loop.create_task(close_quietly(page))
        self._dropping.add(dropping)  # the event loop holds only a weak reference to a task
        dropping.add_done_callback(self._dropping.discard)

    def close(self) -> None:
        """Shut down the browsers, Playwright and the event loop. Idempotent."""
        with self._closing:
            if self._loop.is_closed():
                return
            with contextlib.suppress(EngineFault):  # it may already be gone
                self.run(self._stop(), deadline_s=10.0)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(timeout=5)
            self._loop.close()

    async def _stop(self) -> None:
        await self._browsers.close()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:  # pending tasks, for example after KeyboardInterrupt
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)


def processors() -> int:
    """Number of processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


async def close_quietly(page: CDPPage) -> None:
    """Close a page, ignoring that it is already gone."""
    with contextlib.suppress(EngineFault):
        await page.close()
