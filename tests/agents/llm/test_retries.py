"""Which errors can pass, and how long is waited."""

import asyncio
import email.utils
import time

import pytest
from llm_endpoints import FakeClock
from numpy.random import default_rng

from gristmill.agents.llm.endpoints.retries import Gate, LoopClock, backoff_s, failure_of, retry_after_s


class StatusError(Exception):
    def __init__(self, status: int, **headers: str) -> None:
        self.status_code = status
        self.response = type("Response", (), {"headers": headers})()


@pytest.mark.parametrize(
    ("status", "can_pass"),
    [
        (400, False),
        (401, False),
        (404, False),
        (408, True),
        (409, True),
        (429, True),
        (500, True),
        (529, True),
    ],
)
def test_some_statuses_can_pass(status: int, can_pass: bool) -> None:
    assert failure_of(StatusError(status)).can_pass is can_pass


def test_errors_without_a_status_can_pass() -> None:
    assert failure_of(ConnectionResetError()).can_pass


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "-1"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "7"}, 7.0),
    ],
)
def test_the_header_says_how_long_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after_s(headers) == seconds


def test_the_header_may_be_a_date() -> None:
    date = email.utils.formatdate(time.time() + 100, usegmt=True)
    assert retry_after_s({"retry-after": date}) == pytest.approx(100, abs=5)


def test_waits_are_doubled_up_to_a_minute() -> None:
    assert [backoff_s(tried) for tried in (0, 1, 2, 9)] == [1.0, 2.0, 4.0, 60.0]


def test_a_gate_stays_closed_for_as_long_as_the_longest_wish() -> None:
    clock = FakeClock()
    gate = Gate(clock)
    gate.close_for(10)
    gate.close_for(3)
    asyncio.run(gate.enter(default_rng(0)))
    assert 10 <= clock.now() <= 11


def test_the_loops_clock_really_waits_and_can_be_cancelled() -> None:
    async def wait() -> float:
        clock = LoopClock()
        started_at = clock.now()
        await clock.wait(0.02)
        task = asyncio.create_task(clock.wait(3600))
        await clock.wait(0.0)
        task.cancel()
        await asyncio.wait([task])
        return clock.now() - started_at

    assert 0.02 <= asyncio.run(wait()) < 60
