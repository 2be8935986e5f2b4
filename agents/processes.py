"""Worker processes: started afresh, given messages over a pipe, and ended when they die or hang."""

import multiprocessing
from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

GRACE_S = 0.5  # in which a process ends by itself once its pipe is closed
JOIN_S = 5.0  # until a process that does not end when asked is killed


class WorkerProcess:
    """A process that runs `serve(connection, *arguments)`, and our end of its pipe.

    It is started by `spawn`: threads and caches of this process are not copied.
    """

    def __init__(self, serve: Callable[..., None], *arguments: Any) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=serve, args=(theirs, *arguments), daemon=True)
        self.process.start()
        theirs.close()

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self.process.is_alive()

    @property
    def exit_text(self) -> str:
        """How it ended, such as `signal 9`."""
        code = self.process.exitcode
        return "it is running" if code is None else f"signal {-code}" if code < 0 else f"exit code {code}"

    def stop(self) -> None:
        """End the process, by force if it does not react. Idempotent."""
        self.connection.close()
        self.process.join(GRACE_S)
        if self.process.is_alive():
            self.process.terminate()
            self.process.join(JOIN_S)
        if self.process.is_alive():
            self.process.kill()
        self.process.join()


def wait_for_any(processes: Iterable[WorkerProcess], timeout_s: float) -> list[Connection]:
    """Wait until a process has something to say or has ended; the connections of those that do."""
    ready = wait([each.connection for each in processes], timeout=max(timeout_s, 0.0))
    return [each for each in ready if isinstance(each, Connection)]
