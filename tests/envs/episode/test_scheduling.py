"""Coroutines wait side by side, and whichever is ready goes on."""

from concurrent.futures import Future
from typing import Any

import pytest

from gristmill.envs.episode.scheduling import (
    READY,
    Coroutine,
    as_completed,
    gather,
    result_of,
    run,
    run_round_robin,
)
from gristmill.errors import EngineFault


def counting(upto: int) -> Coroutine[int]:
    for _ in range(upto):
        yield READY
    return upto


def failing() -> Coroutine[int]:
    yield READY
    raise LookupError("no shelf")


def test_coroutines_end_with_their_results_in_order_whatever_they_take() -> None:
    assert run(counting(3)) == 3
    *results, error = gather([counting(2), counting(0), failing()])
    assert results == [2, 0]
    assert isinstance(error, LookupError)


def test_whichever_is_ready_goes_on() -> None:
    pages: list[Future[str]] = [Future() for _ in range(3)]
    completed = as_completed([result_of(page) for page in pages], deadline_s=5)
    pages[2].set_result("last")
    assert next(completed) == (2, "last")
    pages[1].set_exception(LookupError("no shelf"))
    index, error = next(completed)
    assert (index, str(error)) == (1, "no shelf")
    pages[0].set_result("first")
    assert list(completed) == [(0, "first")]


def test_those_that_are_ready_take_turns() -> None:
    order: list[str] = []

    def writing(name: str) -> Coroutine[None]:
        for _ in range(3):
            order.append(name)
            yield READY

    run_round_robin([writing("a"), writing("b")])
    assert order == ["a", "b"] * 3


def test_a_future_that_is_never_done_is_a_fault_of_all_that_wait() -> None:
    pages: list[Future[int]] = [Future(), Future()]
    first, second, third = gather([result_of(pages[0]), counting(5), result_of(pages[1])], deadline_s=0.05)
    assert second == 5
    assert isinstance(first, EngineFault)
    assert isinstance(third, EngineFault)
    assert all(page.cancelled() for page in pages)


def test_a_coroutine_may_go_on_after_its_future_was_given_up() -> None:
    def stubborn(pages: list["Future[str]"]) -> Coroutine[str]:
        try:
            yield from result_of(pages[0])
        except EngineFault:
            pages[1].set_result("another page")
        return (yield from result_of(pages[1]))

    assert gather([stubborn([Future(), Future()])], deadline_s=0.05) == ["another page"]


def test_work_that_was_cancelled_is_a_fault() -> None:
    page: Future[int] = Future()
    page.cancel()
    with pytest.raises(EngineFault, match="closed while it was at work"):
        run(result_of(page))


class Interrupted(Future[Any]):
    """What is waited for when Ctrl-C is pressed."""

    def result(self, timeout: float | None = None) -> Any:
        del timeout
        raise KeyboardInterrupt


def test_ctrl_c_ends_all_and_cancels_what_is_under_way() -> None:
    waits: Future[int] = Future()
    interrupted = Interrupted()
    interrupted.set_result(None)
    with pytest.raises(KeyboardInterrupt):
        gather([result_of(waits), result_of(interrupted)])
    assert waits.cancelled()


def test_what_one_raises_ends_all_others() -> None:
    waits: Future[None] = Future()

    def breaking() -> Coroutine[None]:
        yield READY
        raise LookupError("no shelf")

    with pytest.raises(LookupError, match="no shelf"):
        run_round_robin([result_of(waits), breaking()])
    assert waits.cancelled()
