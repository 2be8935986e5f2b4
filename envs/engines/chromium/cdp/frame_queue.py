"""The order in which pages of one browser draw."""

import asyncio


class FrameQueue:
    """A FIFO lock for drawing a frame; its holder can learn that another page is waiting."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._waiting = 0
        self._is_wanted = asyncio.Event()

    async def acquire(self) -> None:
        """Wait until no other page of the browser is drawing."""
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
        """Wait until another page is waiting for the lock."""
        await self._is_wanted.wait()
