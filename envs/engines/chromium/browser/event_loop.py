"""The event loop that Playwright and the pages run on, whatever policy is in force."""

import asyncio
import threading
from asyncio import unix_events
from subprocess import Popen
from typing import Any

from playwright.async_api import Error as PlaywrightError


class DriverLoop(asyncio.SelectorEventLoop):
    """An event loop that starts child processes by itself, and whose children do not hear Ctrl-C.

    asyncio's own asks the event-loop policy to watch its child processes, which that of uvloop refuses. It
    is for us to close the browser at Ctrl-C; a driver that died first would leave it behind.
    """

    def __init__(self) -> None:
        super().__init__()
        self.set_exception_handler(report_unless_expected)

    async def subprocess_exec(self, *args: Any, **kwargs: Any) -> Any:
        """Start a child process in a session of its own."""
        kwargs["start_new_session"] = True
        return await super().subprocess_exec(*args, **kwargs)

    async def _make_subprocess_transport(
        self, protocol: Any, args: Any, shell: Any, *pipes: Any, extra: Any = None, **kwargs: Any
    ) -> Any:
        started = self.create_future()
        transport: Any = unix_events._UnixSubprocessTransport(  # type: ignore[attr-defined]
            self, protocol, args, shell, *pipes, waiter=started, extra=extra, **kwargs
        )
        watcher = threading.Thread(target=self._watch, args=(transport,), daemon=True)
        watcher.start()
        try:
            await started
        except BaseException:
            transport.close()
            raise
        return transport

    def _watch(self, transport: Any) -> None:
        """Wait for a child process to end, in a thread of its own."""
        process: Popen[bytes] = transport.get_extra_info("subprocess")
        code = process.wait()
        if not self.is_closed():
            self.call_soon_threadsafe(transport._process_exited, code)


def report_unless_expected(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Report an error that nobody waited for, unless it is that Playwright lost its browser or driver."""
    error = context.get("exception")
    if isinstance(error, PlaywrightError) or "closed" in str(error).lower():
        return
    loop.default_exception_handler(context)
