"""The garbage collector runs rarely during a step, and as the process wants it otherwise."""

import gc
import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from gristmill.envs.env import WebEnv
from gristmill.envs.episode.runtime import Runtime
from gristmill.envs.episode.scheduling import RARE, RareCollections
from gristmill.envs.vector.local import WebVectorEnv
from gristmill.tuning import Tuning


@pytest.fixture(autouse=True)
def usual() -> Iterator[tuple[int, int, int]]:
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield gc.get_threshold()
    gc.set_threshold(*before)


def test_thresholds_are_raised_while_it_is_held_and_restored_after(usual: tuple[int, int, int]) -> None:
    rarely = RareCollections()
    with rarely:
        with rarely:
            assert gc.get_threshold() == RARE
        assert gc.get_threshold() == RARE
    assert gc.get_threshold() == usual
    with pytest.raises(ZeroDivisionError), rarely:
        raise ZeroDivisionError
    assert gc.get_threshold() == usual


@pytest.mark.parametrize("own", [(0, 10, 10), (100_000, 5, 5)])
def test_a_process_whose_collector_is_rarer_still_or_off_keeps_it_so(own: tuple[int, int, int]) -> None:
    gc.set_threshold(*own)
    with RareCollections():
        assert gc.get_threshold() == own
    assert gc.get_threshold() == own


def test_what_others_set_meanwhile_stays(usual: tuple[int, int, int]) -> None:
    with RareCollections():
        gc.set_threshold(900, 10, 10)
    assert gc.get_threshold() == (900, 10, 10)


def test_it_can_be_asked_not_to(usual: tuple[int, int, int]) -> None:
    with closing(Runtime(tuning=Tuning(rare_gc=False))) as runtime, runtime.rare_collections:
        assert gc.get_threshold() == usual


def test_thresholds_stay_raised_until_the_last_thread_has_left(usual: tuple[int, int, int]) -> None:
    rarely, entered, may_leave = RareCollections(), threading.Event(), threading.Event()

    def enter() -> None:
        with rarely:
            entered.set()
            may_leave.wait(10)

    thread = threading.Thread(target=enter)
    with rarely:
        thread.start()
        assert entered.wait(10)
    assert gc.get_threshold() == RARE
    may_leave.set()
    thread.join(10)
    assert gc.get_threshold() == usual


@pytest.mark.parametrize("kind", ["single", "vector"])
def test_steps_without_a_browser_are_taken_so(
    kind: str, usual: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    met = []
    real = WebEnv.stepping
    monkeypatch.setattr(
        WebEnv, "stepping", lambda env, action: met.append(gc.get_threshold()) or real(env, action)
    )
    made = WebEnv if kind == "single" else WebVectorEnv
    env = made("Shop-AddToCart-v0", engine="dom")
    env.reset(seed=1)
    env.step("goto /cart" if kind == "single" else ["goto /cart"])
    env.close()
    assert (met, gc.get_threshold()) == ([RARE], usual)
