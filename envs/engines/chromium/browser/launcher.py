"""Starts, connects to and stops browsers. Playwright launches them; CDP connections are our own."""

import asyncio
import contextlib
import os
import re
import shutil
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser as PlaywrightBrowser
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Playwright, async_playwright

from gristmill.envs.engines.chromium.browser.executable import (
    Browser,
    child_environment,
    find_browser,
    launch_flags,
)
from gristmill.envs.engines.chromium.browser.launch_errors import reason_of
from gristmill.envs.engines.chromium.cdp.connection import CDPConnection
from gristmill.errors import EngineFault, GristmillError
from gristmill.tuning import Tuning

# Playwright generates call ids with the global random module: give it a generator of its own.
with contextlib.suppress(ImportError, KeyError, AttributeError):
    from playwright._impl.isomorphic import trace_utils

    own = vars(trace_utils)["random"].Random()
    vars(trace_utils)["random"] = own

LAUNCH_DEADLINE_S = 30.0
CONNECT_DEADLINE_S = 10.0
CLOSE_DEADLINE_S = 5.0
# The command line comes as one string, in which a path may contain any character.
PROFILE = re.compile(r'--user-data-dir="?(?P<path>.+?playwright_chromiumdev_profile-\w+)', re.DOTALL)
# Pages draw only on request (headless shell only; other builds ignore the flags).
BEGIN_FRAME_FLAGS = ("--enable-begin-frame-control", "--run-all-compositor-stages-before-draw")
SUPPORTS_BEGIN_FRAME = sys.platform != "darwin"  # where Chromium refuses to open such a page


def draws_on_request(tuning: Tuning) -> bool:
    """Whether a browser is started so that its pages can have manual frames."""
    return tuning.manual_frames and SUPPORTS_BEGIN_FRAME


@dataclass(frozen=True, kw_only=True, slots=True)
class RunningBrowser:
    """A running browser, our connection to it, its process and its profile directory."""

    browser: PlaywrightBrowser
    wire: CDPConnection
    pid: int
    profile: Path

    def kill(self) -> None:
        """Kill its processes, stopped ones too, and close the connection."""
        if self.wire.is_open:  # else the process is gone, and its pid may have been reused
            with contextlib.suppress(ProcessLookupError, PermissionError):
                is_leader = os.getpgid(self.pid) == self.pid
                (os.killpg if is_leader else os.kill)(self.pid, signal.SIGKILL)
        self.wire.close()


class Browsers:
    """The pool of browsers that pages are spread over.

    Each starts on first use and is restarted when lost. Use from the event loop only.
    """

    def __init__(self, *, host_port: int, executable: str | None, tuning: Tuning) -> None:
        self._host_port, self._executable, self._tuning = host_port, executable, tuning
        self._playwright: Playwright | None = None
        self._running: dict[int, RunningBrowser] = {}
        self._profiles: list[Path] = []
        self._launching = asyncio.Lock()

    async def wire(self, number: int) -> CDPConnection:
        """Return the connection to the given browser, starting it if necessary; they end together.

        Raises:
            EngineFault: it did not start; the message says why.
            BrowserNotFoundError: there is no executable.
        """
        async with self._launching:
            running = self._running.get(number)
            if running is None or not running.wire.is_open:
                running = self._running[number] = await self._start_browser()
                self._profiles.append(running.profile)
            return running.wire

    async def replace(self, number: int, wire: CDPConnection) -> None:
        """Kill the given browser if it still has this connection; `wire` then starts another."""
        async with self._launching:
            running = self._running.get(number)
            if running is not None and running.wire is wire:
                running.kill()

    async def _start_browser(self) -> RunningBrowser:
        try:
            browser = await self._launch()
            try:
                async with asyncio.timeout(CONNECT_DEADLINE_S):
                    return await connect(browser)
            except BaseException:
                await browser.close()
                raise
        except GristmillError:
            raise
        except TimeoutError as error:
            raise EngineFault(
                f"The browser started, but did not answer within {CONNECT_DEADLINE_S:.0f} s."
            ) from error
        except Exception as error:
            raise EngineFault(f"The browser did not start: {reason_of(error)}") from error

    async def _launch(self) -> PlaywrightBrowser:
        """Launch a browser; retries once with a fresh Playwright if its driver process has died."""
        if self._playwright is not None:
            try:
                return await self._launch_with(self._playwright)
            except PlaywrightError as error:
                if "[pid=" in str(error):  # the driver is alive: the browser itself failed
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
        flags += BEGIN_FRAME_FLAGS if draws_on_request(self._tuning) else ()
        return await playwright.chromium.launch(
            executable_path=self.find(playwright).path,
            args=flags,
            env=child_environment(),
            timeout=1000 * LAUNCH_DEADLINE_S,
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )

    def find(self, playwright: Playwright) -> Browser:
        """The executable to launch."""
        return find_browser(self._executable, playwrights_own=playwright.chromium.executable_path)

    async def close(self) -> None:
        """Close all browsers and Playwright, and delete their profile directories."""
        open_ones = [each.browser for each in self._running.values() if each.browser.is_connected()]
        closing = [asyncio.ensure_future(browser.close()) for browser in open_ones]
        if closing:
            await asyncio.wait(closing, timeout=CLOSE_DEADLINE_S)
        for running in self._running.values():
            running.kill()
        await asyncio.gather(*closing, return_exceptions=True)  # one that is already gone is expected
        if self._playwright is not None:
            await self._playwright.stop()
        for profile in self._profiles:  # of browsers whose driver was killed
            shutil.rmtree(profile, ignore_errors=True)


async def connect(browser: PlaywrightBrowser) -> RunningBrowser:
    """Open our own CDP connection to a browser launched by Playwright."""
    cdp = await browser.new_browser_cdp_session()
    profile = profile_in((await cdp.send("SystemInfo.getInfo"))["commandLine"])
    processes = (await cdp.send("SystemInfo.getProcessInfo"))["processInfo"]
    pid = next(process["id"] for process in processes if process["type"] == "browser")
    while (address := debugging_address(profile)) is None:
        await cdp.send("Browser.getVersion")
    await cdp.detach()
    wire = await CDPConnection.connect(*address)
    await wire.send("Target.setDiscoverTargets", discover=True)
    return RunningBrowser(browser=browser, wire=wire, pid=pid, profile=profile)


def profile_in(command_line: str) -> Path:
    """Extract a browser's profile directory from its command line."""
    found = PROFILE.search(command_line)
    if found is None:
        raise EngineFault("The browser's command line names no profile, so it cannot be connected to.")
    return Path(found["path"])


def debugging_address(profile: Path) -> tuple[int, str] | None:
    """Port and path of a browser's DevTools endpoint, or None if it has not written them yet."""
    written = profile / "DevToolsActivePort"
    lines = written.read_text(encoding="utf-8").split("\n") if written.is_file() else []
    return (int(lines[0]), lines[1]) if len(lines) > 1 else None
