"""BeginFrameControl: draws the frames of a page on request."""

import asyncio
from typing import Any

from gristmill.envs.engines.chromium.cdp.connection import CDPConnection, CommandError
from gristmill.errors import EngineFault

FRAME_DEADLINE_S = 10.0
SHARED_FRAME_DEADLINE_S = 3.0  # while another page of the browser waits to draw
PNG = {"format": "png", "optimizeForSpeed": True}


class FrameController:
    """Draws the frames of one page. Pages of one browser draw one at a time.

    Two concurrent frames crash the GPU process.
    """

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
