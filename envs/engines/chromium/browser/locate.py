"""Determines which browser would be used, without opening it."""

import threading
from concurrent.futures import Future

from playwright.async_api import async_playwright

from gristmill.envs.engines.chromium.browser.event_loop import DriverLoop
from gristmill.envs.engines.chromium.browser.executable import Browser, find_browser
from gristmill.envs.engines.chromium.browser.launch_errors import reason_of
from gristmill.errors import EngineFault, GristmillError


def locate_browser() -> Browser:
    """Return the browser that this process's engine would start. Takes about half a second.

    Raises:
        BrowserNotFoundError: there is none; the message says how to get one.
        EngineFault: Playwright does not work here; the message says why.
    """
    found: Future[Browser] = Future()
    thread = threading.Thread(target=_locate_into, args=(found,))  # this thread may be running an event loop
    thread.start()
    thread.join()
    return found.result()


def _locate_into(found: "Future[Browser]") -> None:
    loop = DriverLoop()
    try:
        found.set_result(loop.run_until_complete(_locate()))
    except BaseException as error:
        found.set_exception(error if isinstance(error, GristmillError) else unusable(error))
        if not isinstance(error, Exception):
            raise
    finally:
        loop.close()


def unusable(error: BaseException) -> EngineFault:
    """The error for a Playwright driver that cannot be started."""
    return EngineFault(f"Playwright does not work here: {reason_of(error)}")


async def _locate() -> Browser:
    async with async_playwright() as playwright:
        return find_browser(playwrights_own=playwright.chromium.executable_path)
