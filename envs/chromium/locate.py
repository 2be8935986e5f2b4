"""Asking, without opening it, which browser would be used."""

from playwright.sync_api import sync_playwright

from gristmill.envs.chromium.finder import Browser, find_browser


def locate_browser() -> Browser:
    """The browser that the engine of this process would start. Takes about half a second.

    Raises:
        BrowserNotFoundError: there is none; the message says how to get one.
    """
    with sync_playwright() as playwright:
        return find_browser(playwrights_own=playwright.chromium.executable_path)
