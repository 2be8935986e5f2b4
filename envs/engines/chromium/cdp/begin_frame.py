"""Frames drawn on request (BeginFrameControl), or natively by the browser."""

import asyncio
from typing import Any, ClassVar, Protocol

from gristmill.envs.engines.chromium.cdp.connection import CDPConnection, CommandError
from gristmill.errors import EngineFault

FRAME_DEADLINE_S = 10.0
SHARED_FRAME_DEADLINE_S = 3.0  # while another page of the browser waits to draw
NEXT_FRAME = "new Promise((drawn) => { requestAnimationFrame(() => drawn()); })"
PNG = {"format": "png", "optimizeForSpeed": True}


class FrameController(Protocol):
    """Gives one page the frames it needs."""

    is_manual: ClassVar[bool]

    async def draw(self) -> None:
        """Return once a frame has run the callbacks that wait for it."""

    async def deliver(self, event: "asyncio.Future[Any]") -> None:
        """Wait for an input event that the page gets with a frame."""

    async def capture_screenshot(self) -> str:
        """A screenshot of the viewport: a PNG in base64."""

    def stop(self) -> None:
        """The page is gone: stop waiting for its frame."""


class NativeFrames:
    """A page that the browser draws whenever something changed."""

    is_manual: ClassVar[bool] = False

    def __init__(self, wire: CDPConnection, *, session: str) -> None:
        self._wire, self._session = wire, session

    async def draw(self) -> None:
        """See `FrameController.draw`.

        Raises:
            CommandError: the document was replaced meanwhile.
        """
        await self._wire.send("Runtime.evaluate", self._session, expression=NEXT_FRAME, awaitPromise=True)

    async def deliver(self, event: "asyncio.Future[Any]") -> None:
        """See `FrameController.deliver`."""
        await event

    async def capture_screenshot(self) -> str:
        """See `FrameController.capture_screenshot`."""
        return str((await self._wire.send("Page.captureScreenshot", self._session, **PNG))["data"])

    def stop(self) -> None:
        """Nothing to do: the connection fails the commands of a page that is gone."""


class ManualFrames:
    """Draws the frames of one page. Pages of one browser draw one at a time.

    Two concurrent frames crash the GPU process.
    """

    is_manual: ClassVar[bool] = True

    def __init__(self, wire: CDPConnection, *, target: str, session: str) -> None:
        self._wire, self._target, self._session = wire, target, session
        self._sampling: asyncio.Future[Any] | None = None

    async def is_supported(self) -> bool:
        """Whether the browser supports manual frames; some builds lack the command and draw natively."""
        try:
            await self.draw()
        except CommandError:
            return False
        return True

    async def draw(self) -> None:
        """Draw one frame, running the callbacks that wait for it.

        Raises:
            EngineFault: the frame missed its deadline; the page is then closed, so that others can draw.
        """
        await self._begin(noDisplayUpdates=True)

    async def deliver(self, event: "asyncio.Future[Any]") -> None:
        """Draw frames until the page has got an input event."""
        while not event.done():
            await self.draw()
        await event

    async def capture_screenshot(self) -> str:
        """Draw one frame and return it as a PNG in base64.

        Raises:
            EngineFault: as `draw`, or the frame came without a screenshot.
        """
        drawn = await self._begin(screenshot=PNG)
        if "screenshotData" not in drawn:
            raise EngineFault("The browser drew a frame without a screenshot.")
        return str(drawn["screenshotData"])

    async def _begin(self, **parameters: Any) -> dict[str, Any]:
        queue = self._wire.frame_queue
        await queue.acquire()
        self._sampling = self._wire.send("HeadlessExperimental.beginFrame", self._session, **parameters)
        self._sampling.add_done_callback(lambda _: queue.release())
        begun = asyncio.get_running_loop().time()
        await self._wait_for(self._sampling)
        if not self._sampling.done():
            self._wire.start("Target.closeTarget", targetId=self._target)
            spent_s = asyncio.get_running_loop().time() - begun
            raise EngineFault(f"The page did not draw a frame within {spent_s:.0f} s.")
        if self._sampling.cancelled():
            raise EngineFault("The page was lost while it drew a frame.")
        drawn: dict[str, Any] = self._sampling.result()
        return drawn

    async def _wait_for(self, drawing: "asyncio.Future[Any]") -> None:
        """Wait for a frame; the deadline is shorter while other pages of the browser are waiting to draw."""
        shared_s = min(SHARED_FRAME_DEADLINE_S, FRAME_DEADLINE_S)
        await asyncio.wait({drawing}, timeout=shared_s)
        if drawing.done():
            return
        contended = asyncio.ensure_future(self._wire.frame_queue.wait_until_wanted())
        pending: set[asyncio.Future[Any]] = {drawing, contended}
        try:
            rest_s = FRAME_DEADLINE_S - shared_s
            await asyncio.wait(pending, timeout=rest_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            contended.cancel()

    def stop(self) -> None:
        """The page is gone: stop waiting for the frame that it began."""
        if self._sampling is not None:
            self._sampling.cancel()
