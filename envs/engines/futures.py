"""Futures of work that is done at once, for engines without a browser."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class CompletedFuture(Future[T]):
    """A future that is done as it is made.

    It needs no lock: those of a `Future` cost 20 us by the time that its result is read, a tenth of a
    whole step whose pages are cached.
    """

    def __init__(self, result: T, *, error: Exception | None = None) -> None:
        self._value, self._error = result, error

    def result(self, timeout: float | None = None) -> T:
        """The result, at once.

        Raises:
            Exception: what the work raised.
        """
        del timeout
        if self._error is not None:
            raise self._error
        return self._value

    def exception(self, timeout: float | None = None) -> Exception | None:
        """What the work raised."""
        del timeout
        return self._error

    def done(self) -> bool:
        """It is."""
        return True

    def running(self) -> bool:
        """It does not run any more."""
        return False

    def cancel(self) -> bool:
        """It cannot be cancelled any more."""
        return False

    def cancelled(self) -> bool:
        """It was not."""
        return False

    def add_done_callback(self, fn: Callable[[Future[T]], object]) -> None:
        """Call it at once."""
        fn(self)


def completed(work: Callable[[], T]) -> "Future[T]":
    """A future of work that is done here and now, in the caller's thread; a Ctrl-C is raised right here."""
    try:
        return CompletedFuture(work())
    except Exception as error:  # noqa: BLE001 - it is raised where the result is asked for
        return failed(error)


def failed(error: Exception) -> "CompletedFuture[Any]":
    """A future of work that raised. It is made apart from the frames that the error holds on to."""
    return CompletedFuture(None, error=error)
