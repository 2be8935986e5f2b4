"""Callers can stop waiting for a job, and idle threads are reused."""

import subprocess
import sys
import threading

import pytest

from gristmill.apps.server.dispatcher import DeadlineExecutor


def test_work_is_done_by_as_few_threads_as_are_needed_at_once() -> None:
    workers, release = DeadlineExecutor(), threading.Event()
    names = {workers.submit(threading.get_ident).result(10) for _ in range(20)}
    assert len(names) == 1
    stuck = workers.submit(release.wait)
    assert workers.submit(threading.get_ident).result(10) not in names
    with pytest.raises(TimeoutError):
        stuck.result(0)
    release.set()
    assert stuck.result(10) is True
    workers.close()


def test_what_work_raises_is_raised_where_it_is_waited_for() -> None:
    workers = DeadlineExecutor()
    with pytest.raises(LookupError, match="no shelf"):
        workers.submit(lambda: {}["no shelf"]).result(10)
    assert workers.submit(lambda: 1).result(10) == 1
    workers.close()
    workers.close()


HUNG = """
import threading
from gristmill.apps.server.dispatcher import DeadlineExecutor
DeadlineExecutor().submit(threading.Event().wait)
"""


@pytest.mark.slow
def test_work_that_never_ends_does_not_keep_the_process() -> None:
    subprocess.run([sys.executable, "-c", HUNG], check=True, timeout=60)
