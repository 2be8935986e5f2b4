"""The order in which the pages of one browser draw."""

import asyncio


class FrameQueue:
    """A lock for drawing a frame, whose holder can learn that another page waits for it."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._waiting = 0
        self._is_wanted = asyncio.Event()

    async def acquire(self) -> None:
        """Wait until no other page of the browser draws."""
        self._waiting += 1
        self._is_wanted.set()
        try:
            await self._lock.acquire()
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._is_wanted.clear()

    def release(self) -> None:
        """Let the next page draw."""
        self._lock.release()

    async def wait_until_wanted(self) -> None:
        """Wait until another page waits for the lock."""
        await self._is_wanted.wait()
