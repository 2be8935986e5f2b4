"""The frames of a page that draws when told to."""

import asyncio
from typing import Any

from gristmill.envs.chromium.wire import CommandError, Wire
from gristmill.errors import EngineFault

FRAME_DEADLINE_S = 10.0
PNG = {"format": "png", "optimizeForSpeed": True}


class Frames:
    """Draws the frames of one page. The pages of a browser draw one after the other.

    Two at once would end the process that draws for all of them.
    """

    def __init__(self, wire: Wire, *, target: str, session: str) -> None:
        self._wire, self._target, self._session = wire, target, session
        self._drawing: asyncio.Future[Any] | None = None

    async def are_ours(self) -> bool:
        """Whether this browser leaves them to us; some do not know the command, and draw by themselves."""
        try:
            await self.draw()
        except CommandError:
            return False
        return True

    async def draw(self) -> None:
        """One frame, with all that scripts do when there is one.

        Raises:
            EngineFault: it was not finished in time; the page is lost then, so that others can draw.
        """
        await self._begin(noDisplayUpdates=True)

    async def photograph(self) -> str:
        """One frame, as a PNG in base64.

        Raises:
            EngineFault: as `draw`, or there is no picture of it.
        """
        drawn = await self._begin(screenshot=PNG)
        if "screenshotData" not in drawn:
            raise EngineFault("The browser drew a frame without a picture of it.")
        return str(drawn["screenshotData"])

    async def _begin(self, **how: Any) -> dict[str, Any]:
        await self._wire.alone.acquire()
        self._drawing = self._wire.send("HeadlessExperimental.beginFrame", self._session, **how)
        self._drawing.add_done_callback(lambda _: self._wire.alone.release())
        await asyncio.wait({self._drawing}, timeout=FRAME_DEADLINE_S)
        if not self._drawing.done():
            self._wire.start("Target.closeTarget", targetId=self._target)
            raise EngineFault(f"The page did not draw a frame within {FRAME_DEADLINE_S:.0f} s.")
        if self._drawing.cancelled():
            raise EngineFault("The page was lost while it drew a frame.")
        drawn: dict[str, Any] = self._drawing.result()
        return drawn

    def stop(self) -> None:
        """The page is gone: nobody will answer for a frame that it has begun."""
        if self._drawing is not None:
            self._drawing.cancel()
