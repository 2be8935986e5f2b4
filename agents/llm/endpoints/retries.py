"""Repeating requests that failed for a reason that can pass, and waiting as long as an endpoint asks for."""

import asyncio
import email.utils
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from numpy.random import Generator

from gristmill.errors import EndpointFault

T = TypeVar("T")

FIRST_WAIT_S, LONGEST_WAIT_S = 1.0, 60.0
LONGEST_RETRY_AFTER_S = 600.0  # an endpoint that wants to be left alone for longer has failed
PASSING_STATUSES = frozenset({408, 409, 425, 429})
FINAL_CODES = frozenset({"insufficient_quota", "billing_hard_limit_reached"})
OnRetry = Callable[[BaseException, float], None]


class UnusableReplyError(Exception):
    """An endpoint's answer broke off, or is not in its own format."""


class Clock(Protocol):
    """What time it is, and waiting."""

    def now(self) -> float:
        """Seconds since some fixed moment."""

    async def wait(self, seconds: float) -> None:
        """Return after so many seconds."""


class LoopClock:
    """The clock of the running event loop."""

    def now(self) -> float:
        """See `Clock.now`."""
        return asyncio.get_running_loop().time()

    async def wait(self, seconds: float) -> None:
        """See `Clock.wait`."""
        loop = asyncio.get_running_loop()
        is_over = loop.create_future()
        timer = loop.call_later(seconds, settle, is_over)
        try:
            await is_over
        finally:
            timer.cancel()


def settle(future: "asyncio.Future[None]") -> None:
    """End what waits for this, unless it was cancelled."""
    if not future.done():
        future.set_result(None)


@dataclass(frozen=True, slots=True)
class Failure:
    """Whether an error can pass, and how many seconds the endpoint asks to be left alone for."""

    can_pass: bool
    retry_after_s: float | None = None


def failure_of(error: BaseException) -> Failure:
    """Judge an error of an SDK by its status; one without status is of the network, or an unusable answer."""
    status = getattr(error, "status_code", None)
    if not isinstance(status, int) or status < 400:
        return Failure(can_pass=True)
    response = getattr(error, "response", None)
    headers: Mapping[str, str] = getattr(response, "headers", {})
    after = retry_after_s(headers)
    verdict = headers.get("x-should-retry")
    can_pass = verdict == "true" or (verdict != "false" and (status in PASSING_STATUSES or status >= 500))
    is_final = getattr(error, "code", None) in FINAL_CODES or (after or 0.0) > LONGEST_RETRY_AFTER_S
    return Failure(can_pass=can_pass and not is_final, retry_after_s=after)


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """The seconds of `retry-after-ms` or of `retry-after`, also as a date; None if neither is valid."""
    for name, unit_s in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers[name]) * unit_s
        except (KeyError, ValueError):
            continue
        return max(0.0, seconds) if seconds == seconds else None
    date = email.utils.parsedate_tz(headers.get("retry-after", ""))
    return None if date is None else max(0.0, email.utils.mktime_tz(date) - time.time())


class Gate:
    """Closed for everybody while an endpoint wants no requests."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._opens_at = clock, 0.0

    def close_for(self, seconds: float) -> None:
        """Let nobody in for so many seconds, or longer if it was to be closed longer already."""
        self._opens_at = max(self._opens_at, self._clock.now() + seconds)

    async def enter(self, rng: Generator) -> None:
        """Wait until it is open; up to a tenth longer, so that those who wait do not enter all at once."""
        while (rest := self._opens_at - self._clock.now()) > 0:
            await self._clock.wait(rest * (1.0 + 0.1 * rng.random()))


@dataclass(frozen=True, kw_only=True, slots=True)
class Retries:
    """How requests to one endpoint are repeated; shared by all who use it.

    Attributes:
        endpoint: what error messages call it.
        number: how often a request is repeated at most.
        timeout_s: for one request, until its answer is complete.
        requests: limits those under way at once.
    """

    endpoint: str
    number: int
    timeout_s: float
    clock: Clock
    gate: Gate
    requests: asyncio.Semaphore

    async def get(self, send: Callable[[], Awaitable[T]], *, rng: Generator, on_retry: OnRetry) -> T:
        """Return what `send` returns, called again after each error that can pass.

        Raises:
            EndpointFault: an error that cannot pass, or one error too many; its cause is the last one.
        """
        for tried in range(self.number + 1):
            await self.gate.enter(rng)
            try:
                async with self.requests, asyncio.timeout(self.timeout_s):
                    return await send()
            except Exception as error:
                failure = failure_of(error)
                if not failure.can_pass or tried == self.number:
                    raise EndpointFault(self._message(error, tried + 1)) from error
                if failure.retry_after_s is not None:
                    self.gate.close_for(failure.retry_after_s)
                    on_retry(error, failure.retry_after_s)
                else:
                    wait_s = backoff_s(tried) * (0.75 + 0.25 * rng.random())
                    on_retry(error, wait_s)
                    await self.clock.wait(wait_s)
        raise AssertionError("unreachable: the last error is raised")

    def _message(self, error: BaseException, times: int) -> str:
        requests = "The request" if times == 1 else f"{times} requests"
        return f"{requests} to {self.endpoint} failed; the last error: {described(error)}"


def backoff_s(tried: int) -> float:
    """Seconds to wait after so many failures: doubled each time, up to a minute."""
    return min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0**tried)


def described(error: BaseException) -> str:
    """An error in one line."""
    if isinstance(error, TimeoutError):
        return "no complete answer in time"
    text = " ".join(str(error).split())[:500]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def present(value: Any, what: str) -> Any:
    """Return a part of an answer; raises `UnusableReplyError` if it is missing."""
    if value is None:
        raise UnusableReplyError(f"The answer has no {what}.")
    return value
