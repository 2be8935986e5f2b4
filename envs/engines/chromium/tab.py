"""One browser tab: starts episodes, reads the page, waits until it has settled."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any

from gristmill.apps.server.navigation_policy import Addresses, outside_apps
from gristmill.apps.server.session_pool import accept_language_with
from gristmill.envs.actions import errors as refusals
from gristmill.envs.checkpoints.page_state import Mouse
from gristmill.envs.engines.base import CUT, MAX_ARIA_LENGTH, ObservationMode
from gristmill.envs.engines.chromium.cdp.connection import CommandError
from gristmill.envs.engines.chromium.cdp.page import CDPPage
from gristmill.errors import EngineFault

READ = "(how) => window.__gristmill.read(...how)"
SETTLE = "(how) => window.__gristmill.settled(...how)"
STAY = "() => window.__gristmill?.stay()"
ORIGINS = "Object.defineProperty(window, '__gristmillOrigins', {{ value: {} }});"
END = "() => window.__gristmill?.end()"
BOUNDS = [MAX_ARIA_LENGTH, CUT]
GONE = ("context was destroyed", "navigat", "cannot find", "no frame", "promise was collected")
COLLECT_GARBAGE_EVERY = 4
ACTION_SPAN_MS = 1000  # virtual time that passes with each action
MAX_DOCUMENTS = 5  # loaded by timers within one settle; after that no timer runs
FROZEN = -1
MAX_HOVERS = 2  # re-dispatched hovers of a resting mouse per settle; elements that evade it are then ignored
CORNER = Mouse(x=0, y=0)


class Tab:
    """A page on which episodes are played. Use from the event loop only."""

    def __init__(self, page: CDPPage) -> None:
        self.page = page
        self.url = self.title = ""
        self._declined: dict[str, str] | None = None
        self._origins_script: str | None = None
        self.refs_issued = 0  # the highest number of a ref in this episode
        self.outlines_read = 0  # in this episode; each may have numbered elements
        self.addresses = Addresses()
        self.mouse = CORNER
        self.clipboard = ""
        self._readings = 0  # reads in this episode
        self.frame_pending = False  # an action had effects that scripts observe only in the next frame
        self._never_idle = False  # whether the page changes with every frame

    async def start(self, token: str, url: str, addresses: Addresses) -> None:
        """Open `url` in the session of this token, discarding the previous episode."""
        await self.begin(token, addresses)
        await self.page.navigate(url)
        await self.settle()
        await self.page.send("Page.resetNavigationHistory")

    async def begin(self, token: str, addresses: Addresses) -> None:
        """Switch to the session of this token and discard the previous episode, except for the open page.

        That page is stopped first, so that it sends no requests in the new session.
        """
        await self.page.evaluate(END)
        await self._restrict(addresses)
        await self._forget(token)
        self.addresses, self.mouse = addresses, CORNER
        self.refs_issued = self.outlines_read = 0
        self._readings, self.clipboard = 0, ""

    async def _restrict(self, addresses: Addresses) -> None:
        """Restrict links and forms of future documents to these URLs."""
        if self._origins_script is not None and addresses.origins == self.addresses.origins:
            return
        if self._origins_script is not None:
            await self.page.send("Page.removeScriptToEvaluateOnNewDocument", identifier=self._origins_script)
        source = ORIGINS.format(json.dumps(addresses.origins))
        added = await self.page.send("Page.addScriptToEvaluateOnNewDocument", source=source)
        self._origins_script = added["identifier"]

    async def _forget(self, token: str) -> None:
        """Clear storage, move the mouse to the corner and set the new token."""
        send = self.page.send
        wipe = [
            send("Storage.clearDataForOrigin", origin=origin, storageTypes="all")
            for origin in self.addresses.origins
        ]
        await asyncio.gather(
            self.page.set_accept_language(accept_language_with(token)), *self.hover(CORNER), *wipe
        )

    def move_mouse(self, to: Mouse) -> "asyncio.Future[Any]":
        """Move the mouse. The page receives the event together with its next one."""
        self.mouse = to
        return self.page.mouse("mouseMoved", to.x, to.y)

    def hover(self, to: Mouse) -> tuple["asyncio.Future[Any]", ...]:
        """Move the mouse and deliver the event before the next frame.

        Chromium delays mouse moves; the button release that follows, with no button pressed, flushes them
        and is itself invisible to the page.
        """
        return self.move_mouse(to), self.page.mouse("mouseReleased", to.x, to.y, button="none")

    async def settle(self, *, span_ms: int = ACTION_SPAN_MS) -> None:
        """Wait until nothing is in progress, across document loads.

        Meanwhile the page gets the frames it waits for, and `span_ms` of virtual time pass.
        """
        frames, documents, hovers = 0, 1, 0
        while True:
            span = span_ms if documents <= MAX_DOCUMENTS else FROZEN
            mouse = {"x": self.mouse.x, "y": self.mouse.y} if hovers < MAX_HOVERS else None
            how = [frames + hovers == 0, frames, self.frame_pending, span, mouse, self.clipboard]
            try:
                state: dict[str, Any] = await self.page.evaluate(SETTLE, how)
                self.frame_pending = False
                if state["isWaiting"]:
                    frames += 1
                    await self.page.frames.draw()
            except CommandError as error:
                if not any(sign in str(error).lower() for sign in GONE):
                    raise
                documents += 1
                continue
            if state.get("isHoverStale"):
                await asyncio.gather(*self.hover(self.mouse))
                hovers += 1
            elif not state["isWaiting"]:
                break
        self.url, self.title, self._declined = state["url"], state["title"], state["declined"]
        if state["copied"] is not None:
            self.clipboard = state["copied"]
        self._never_idle = state["neverIdle"]

    async def stay(self) -> None:
        """Settle on the open page: the requested navigation will not commit."""
        with contextlib.suppress(EngineFault):  # the page may be gone with its episode
            await self.page.evaluate(STAY)
            self.page.stay()

    def raise_declined(self) -> None:
        """Report what the page was prevented from doing by the last action.

        Raises:
            ActionError: a link or form has no permitted target, or a form failed validation.
        """
        match self._declined:
            case None:
                return
            case {"kind": "outside", "url": url}:
                raise outside_apps(url)
            case {"kind": "window"}:
                raise refusals.opens_another_window()
            case {"kind": "scheme", "scheme": scheme}:
                raise refusals.cannot_open_scheme(scheme)
            case {"field": field, "problem": problem, "message": message}:
                raise refusals.form_not_sent(field, problem, message)

    async def read(self, mode: ObservationMode, known_shot: Callable[[str], str | None]) -> tuple[str, str]:
        """Return the aria text and the screenshot (PNG in base64), each empty if not requested.

        No screenshot is taken if `known_shot` finds one for the aria text, unless the page changes with
        every frame.
        """
        aria = ""
        if mode.has_aria:
            outline = await self.page.evaluate(READ, [*BOUNDS, self.refs_issued])
            aria, self.refs_issued = str(outline["text"]), int(outline["issued"])
            self.outlines_read += 1
        shot = ""
        if mode.has_pixels:
            known = None if self._never_idle else known_shot(aria)
            shot = known or await self.shot()
        self._readings += 1
        if self._readings % COLLECT_GARBAGE_EVERY == 1:
            self.page.collect_garbage()  # while the agent thinks, at the first and every fourth read
        return aria, shot

    async def shot(self) -> str:
        """Take a screenshot of the viewport: a PNG in base64."""
        return await self.page.frames.capture_screenshot()
