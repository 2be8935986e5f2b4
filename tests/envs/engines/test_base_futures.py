"""A completed future is a future in all that its users ask of it."""

import asyncio
from concurrent.futures import Future
from typing import Any

import pytest

from gristmill.envs.engines.base import completed


def fail() -> str:
    raise LookupError("no shelf")


def test_it_has_its_result_and_calls_back_at_once() -> None:
    future, called = completed(lambda: "page"), list[Any]()
    assert isinstance(future, Future)
    future.add_done_callback(called.append)
    assert called == [future]
    assert (future.result(), future.result(0), future.exception()) == ("page", "page", None)
    assert (future.done(), future.running(), future.cancel(), future.cancelled()) == (
        True,
        False,
        False,
        False,
    )


def test_it_raises_what_the_work_raised_with_its_traceback() -> None:
    future = completed(fail)
    with pytest.raises(LookupError, match="no shelf") as caught:
        future.result()
    assert caught.traceback[-1].name == "fail"
    assert future.exception() is caught.value


def test_asyncio_can_wait_for_it() -> None:
    async def waiting() -> str:
        return await asyncio.wrap_future(completed(lambda: "page"))

    assert asyncio.run(waiting()) == "page"


def test_ctrl_c_is_raised_where_the_work_is_done() -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        completed(interrupted)
