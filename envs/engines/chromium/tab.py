"""One browser tab: starting episodes in it, reading it, waiting until it has settled."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from typing import Any

from gristmill.apps.server.navigation_policy import outside_apps
from gristmill.apps.server.session_token import accept_language_with
from gristmill.envs.actions import errors as refusals
from gristmill.envs.actions.urls import Addresses
from gristmill.envs.checkpoints.page_state import Mouse
from gristmill.envs.engines.base import ObservationMode
from gristmill.envs.engines.chromium.cdp.begin_frame import PNG
from gristmill.envs.engines.chromium.cdp.connection import CommandError
from gristmill.envs.engines.chromium.cdp.page import CDPPage
from gristmill.envs.engines.limits import CUT, MAX_ARIA_LENGTH
from gristmill.errors import EngineFault

READ = "([limit, cut]) => window.__gristmill.read(limit, cut)"
SETTLE = """async ([bounds, ...how]) => {
  const state = await window.__gristmill.settled(...how);
  return bounds && "url" in state ? { ...state, aria: window.__gristmill.read(...bounds) } : state;
}"""
STAY = "() => window.__gristmill?.stay()"
ORIGINS = "Object.defineProperty(window, '__gristmillOrigins', {{ value: {} }});"
END = "() => window.__gristmill?.end()"
BOUNDS = [MAX_ARIA_LENGTH, CUT]
GONE = ("context was destroyed", "navigat", "cannot find", "no frame", "promise was collected")
COLLECT_GARBAGE_EVERY = 4
ACTION_SPAN_MS = 1000  # how much time passes for a page's timers with each action
MAX_DOCUMENTS = 5  # that timers may lead to in one settling; then none runs any more
FROZEN = -1
MAX_HOVERS = 2  # of a mouse that rests, in one settling: what moves away from it is left alone then
CORNER = Mouse(x=0, y=0)


class Tab:
    """A page on which episodes are played, driven from the event loop."""

    def __init__(self, page: CDPPage) -> None:
        self.page = page
        self.url = self.title = ""
        self._declined: dict[str, str] | None = None
        self._origins_script: str | None = None
        self.has_refs = False
        self.addresses = Addresses()
        self.mouse = CORNER
        self.clipboard = ""
        self._readings = 0  # of this episode
        self._is_outlined = False  # whether the last reading had an outline, so that the next will want one
        self._outline: str | None = None
        self.frame_pending = False  # something was done that scripts may hear of with the next frame only
        self._never_idle = False  # whether each further frame would change what the page shows

    async def start(self, token: str, url: str, addresses: Addresses) -> None:
        """Open `url` in the session of this token, with nothing left of the last episode."""
        await self.begin(token, addresses)
        await self.page.navigate(url)
        await self.settle()
        await self.page.send("Page.resetNavigationHistory")

    async def begin(self, token: str, addresses: Addresses) -> None:
        """Enter the session of this token, with nothing left of the last episode but the open page.

        That one is stopped first, so that it asks for nothing in this session.
        """
        await self.page.evaluate(END)
        await self._restrict(addresses)
        await self._forget(token)
        self.addresses, self.has_refs, self.mouse = addresses, False, CORNER
        self._readings, self.clipboard = 0, ""

    async def _restrict(self, addresses: Addresses) -> None:
        """Let the links and forms of documents from now on lead to these addresses alone."""
        if self._origins_script is not None and addresses.origins == self.addresses.origins:
            return
        if self._origins_script is not None:
            await self.page.send("Page.removeScriptToEvaluateOnNewDocument", identifier=self._origins_script)
        source = ORIGINS.format(json.dumps(addresses.origins))
        added = await self.page.send("Page.addScriptToEvaluateOnNewDocument", source=source)
        self._origins_script = added["identifier"]

    async def _forget(self, token: str) -> None:
        """Clear what the last episode stored, put the mouse into the corner, and send the new token."""
        send = self.page.send
        wipe = [
            send("Storage.clearDataForOrigin", origin=origin, storageTypes="all")
            for origin in self.addresses.origins
        ]
        await asyncio.gather(
            self.page.set_accept_language(accept_language_with(token)), *self.hover(CORNER), *wipe
        )

    def move_mouse(self, to: Mouse) -> "asyncio.Future[Any]":
        """Begin to move the mouse; it counts as being there from now on.

        The page hears of it with its next event.
        """
        self.mouse = to
        return self.page.mouse("mouseMoved", to.x, to.y)

    def hover(self, to: Mouse) -> tuple["asyncio.Future[Any]", ...]:
        """Begin to move the mouse, and have the page hear of it before its next frame.

        That no button is let go, which follows, tells a page nothing, but is not put off like moves.
        """
        return self.move_mouse(to), self.page.mouse("mouseReleased", to.x, to.y, button="none")

    async def settle(self, *, span_ms: int = ACTION_SPAN_MS) -> None:
        """Wait until nothing is under way, over as many documents as that takes.

        Meanwhile the page has the frames that it waits for, and `span_ms` pass on its virtual clock. The
        outline is read in the same `evaluate` if the next reading is likely to want it.
        """
        self._outline = None
        bounds = BOUNDS if self._is_outlined else None
        manual_frames, frames, documents, hovers = self.page.manual_frames, 0, 1, 0
        while True:
            span = span_ms if documents <= MAX_DOCUMENTS else FROZEN
            mouse = {"x": self.mouse.x, "y": self.mouse.y} if hovers < MAX_HOVERS else None
            try:
                state: dict[str, Any] = await self.page.evaluate(
                    SETTLE,
                    [
                        bounds,
                        manual_frames,
                        frames + hovers == 0,
                        frames,
                        self.frame_pending,
                        span,
                        mouse,
                        self.clipboard,
                    ],
                )
            except CommandError as error:
                if not any(sign in str(error).lower() for sign in GONE):
                    raise
                documents += 1
                continue
            self.frame_pending = False
            if state.get("isUnheard"):
                await asyncio.gather(*self.hover(self.mouse))
                hovers += 1
            elif state["isWaiting"]:
                await self.page.frames.draw()
                frames += 1
            else:
                break
        self.url, self.title, self._declined = state["url"], state["title"], state["declined"]
        if state["copied"] is not None:
            self.clipboard = state["copied"]
        self._outline, self._never_idle = state.get("aria"), state["neverIdle"]

    async def stay(self) -> None:
        """Settle on the page that is open: the one that was asked for will not come."""
        with contextlib.suppress(EngineFault):  # the page may be gone with its episode
            await self.page.evaluate(STAY)
            self.page.stay()

    def raise_declined(self) -> None:
        """Report what the page was kept from doing by the last action.

        Raises:
            ActionError: a link or form led nowhere, or a form was not sent; the tab has stayed on its page.
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
        """The outline text and the screenshot (PNG in base64), each empty if not asked for.

        A screenshot is not taken if `known_shot` tells it, given the outline, and the page would be the same
        after the frame that it takes.
        """
        aria = await self._read_outline() if mode.has_aria else ""
        shot = ""
        if mode.has_pixels:
            known = None if self._never_idle else known_shot(aria)
            shot = known or await self.shot()
        self._is_outlined = self.has_refs = mode.has_aria
        self._readings += 1
        if self._readings % COLLECT_GARBAGE_EVERY == 1:
            self.page.collect_garbage()  # while the agent looks at an episode's first page, or a later one
        return aria, shot

    async def _read_outline(self) -> str:
        """The outline as it is; the one read while settling serves once, by whoever reads right then."""
        outline, self._outline = self._outline, None
        return outline if outline is not None else str(await self.page.evaluate(READ, BOUNDS))

    def forget_outline(self) -> None:
        """The page may change: what was read while settling is not true any more."""
        self._outline = None

    async def shot(self) -> str:
        """A PNG of the viewport, in base64."""
        if self.page.manual_frames:
            return await self.page.frames.capture_screenshot()
        return str((await self.page.send("Page.captureScreenshot", **PNG))["data"])
