"""The browsers of a driver: Playwright finds, starts and ends them; we are connected to each ourselves."""

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

# Playwright names its calls by chance, and would take it from the caller's own generator.
with contextlib.suppress(ImportError, KeyError, AttributeError):
    from playwright._impl.isomorphic import trace_utils

    own = vars(trace_utils)["random"].Random()
    vars(trace_utils)["random"] = own

LAUNCH_DEADLINE_S = 30.0
CONNECT_DEADLINE_S = 10.0
CLOSE_DEADLINE_S = 5.0
# The command line is told as one text, in which a folder's name may hold anything.
PROFILE = re.compile(r'--user-data-dir="?(?P<path>.+?playwright_chromiumdev_profile-\w+)', re.DOTALL)
# A page of such a browser draws nothing until it is told to. Others than the headless shell do not heed it.
BEGIN_FRAME_FLAGS = ("--enable-begin-frame-control", "--run-all-compositor-stages-before-draw")
SUPPORTS_BEGIN_FRAME = sys.platform != "darwin"  # where Chromium refuses to open such a page


@dataclass(frozen=True, kw_only=True, slots=True)
class RunningBrowser:
    """A browser that was started, our connection to it, its process and the folder of its profile."""

    browser: PlaywrightBrowser
    wire: CDPConnection
    pid: int
    profile: Path

    def kill(self) -> None:
        """End its processes at once, which works on stopped ones too, and our connection with them."""
        if self.wire.is_open:  # else the process is gone, and its number may be another's
            with contextlib.suppress(ProcessLookupError, PermissionError):
                is_leader = os.getpgid(self.pid) == self.pid
                (os.killpg if is_leader else os.kill)(self.pid, signal.SIGKILL)
        self.wire.close()


class Browsers:
    """The browsers that pages are spread over: their pages draw when told to, or all by themselves.

    Each starts when it is first asked for, and again after it was lost. Used from the event loop alone.
    """

    def __init__(self, *, host_port: int, executable: str | None) -> None:
        self._host_port, self._executable = host_port, executable
        self._playwright: Playwright | None = None
        self._running: dict[int, RunningBrowser] = {}
        self._profiles: list[Path] = []
        self._launching = asyncio.Lock()

    async def wire(self, number: int) -> CDPConnection:
        """The connection to this one of the browsers, which is running; the one ends with the other.

        Raises:
            EngineFault: it did not start; the message says why.
            BrowserNotFoundError: there is none.
        """
        async with self._launching:
            running = self._running.get(number)
            if running is None or not running.wire.is_open:
                running = self._running[number] = await self._start_browser()
                self._profiles.append(running.profile)
            return running.wire

    async def replace(self, number: int, wire: CDPConnection) -> None:
        """Kill this one of the browsers if it still has this connection; `wire` starts another."""
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
        """Start a browser; once more with a fresh Playwright if its driver process has died."""
        if self._playwright is not None:
            try:
                return await self._launch_with(self._playwright)
            except PlaywrightError as error:
                if "[pid=" in str(error):  # the driver lives: it was the browser that failed
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
            args=[*flags, *BEGIN_FRAME_FLAGS] if SUPPORTS_BEGIN_FRAME else flags,
            env=child_environment(),
            timeout=1000 * LAUNCH_DEADLINE_S,
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )

    def find(self, playwright: Playwright) -> Browser:
        """The executable that is started."""
        return find_browser(self._executable, playwrights_own=playwright.chromium.executable_path)

    async def close(self) -> None:
        """End the browsers and Playwright, and remove what they left behind."""
        open_ones = [each.browser for each in self._running.values() if each.browser.is_connected()]
        closing = [asyncio.ensure_future(browser.close()) for browser in open_ones]
        if closing:
            await asyncio.wait(closing, timeout=CLOSE_DEADLINE_S)
        for running in self._running.values():
            running.kill()
        await asyncio.gather(*closing, return_exceptions=True)  # one that is gone already is expected
        if self._playwright is not None:
            await self._playwright.stop()
        for profile in self._profiles:  # those of browsers whose driver was killed
            shutil.rmtree(profile, ignore_errors=True)


async def connect(browser: PlaywrightBrowser) -> RunningBrowser:
    """A connection of our own to a browser that Playwright has started."""
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
    """The folder of a browser's profile, given its command line."""
    found = PROFILE.search(command_line)
    if found is None:
        raise EngineFault("The browser does not tell where its profile is, so it cannot be connected to.")
    return Path(found["path"])


def debugging_address(profile: Path) -> tuple[int, str] | None:
    """The port and the path at which a browser takes DevTools connections, if it has written them down."""
    written = profile / "DevToolsActivePort"
    lines = written.read_text(encoding="utf-8").split("\n") if written.is_file() else []
    return (int(lines[0]), lines[1]) if len(lines) > 1 else None
