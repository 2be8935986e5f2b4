import pickle
from typing import Any

import pytest

from gristmill.agents.rollouts.results import EpisodeResult, StepRecord
from gristmill.agents.watch import events
from gristmill.agents.watch.events import SHARE, WatchedEpisode, Watcher, WatchEvent, excerpt_of
from gristmill.errors import EngineFault
from gristmill.verifiers.base import Check

EPISODE = WatchedEpisode(task_id="Shop-AddToCart-v0", seed=3, agent="oracle", goal="Buy it")
STEP = StepRecord(
    action="click e3", target='button "Buy"', error="", reward=0.0, url="http://shop.test/", wall_s=0.1
)


class Clock:
    """A clock that a picture moves on by what it costs."""

    def __init__(self) -> None:
        self.now = 100.0
        self.pictures = 0

    def picture(self, cost_s: float) -> Any:
        def take() -> bytes:
            self.now += cost_s
            self.pictures += 1
            return b"jpeg"

        return take


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(events, "perf_counter", lambda: clock.now)
    return clock


def test_pictures_take_no_more_than_their_share_of_the_time(clock: Clock) -> None:
    sent: list[WatchEvent] = []
    watcher = Watcher(sent.append)
    started_at, cost_s = clock.now, 0.04
    for steps in range(1, 2001):
        clock.now += 0.02
        watcher.on_step(steps % 8, EPISODE, steps, STEP, clock.picture(cost_s))
    share = clock.pictures * cost_s / (clock.now - started_at)
    assert 0.8 * SHARE < share <= 1.1 * SHARE
    assert sum(event.picture is not None for event in sent) == clock.pictures


def test_a_picture_that_was_recorded_anyway_is_always_sent(clock: Clock) -> None:
    sent: list[WatchEvent] = []
    watcher = Watcher(sent.append)
    for steps in range(1, 6):
        clock.now += 1
        watcher.on_step(0, EPISODE, steps, STEP, clock.picture(0))
    assert [event.picture for event in sent] == [b"jpeg"] * 5


def test_of_a_fast_agent_only_some_steps_are_sent(clock: Clock) -> None:
    sent: list[WatchEvent] = []
    watcher = Watcher(sent.append)
    for steps in range(1, 1001):
        clock.now += 0.001
        watcher.on_step(0, EPISODE, steps, STEP, clock.picture(0))
    assert len(sent) == 3


def test_while_nobody_looks_only_beginnings_and_ends_are_sent(clock: Clock) -> None:
    sent: list[WatchEvent] = []
    watcher = Watcher(sent.append, wants=lambda: False)
    watcher.on_step(0, EPISODE, 0, None, clock.picture(1))
    watcher.on_step(0, EPISODE, 1, STEP, clock.picture(1))
    watcher.on_end(0, EPISODE, result(success=True))
    assert [event.outcome for event in sent] == [None, "success"]
    assert clock.pictures == 0


def result(*, success: bool | None) -> EpisodeResult:
    return EpisodeResult(
        task_id=EPISODE.task_id,
        agent="oracle",
        seed=3,
        goal="Buy it",
        success=success,
        steps=(STEP,),
        checks=(Check(name="quantity", passed=False),) if success is False else (),
        reset_s=0.1,
        infra_error="The page crashed." if success is None else None,
    )


@pytest.mark.parametrize(
    ("success", "outcome", "detail"),
    [(True, "success", ""), (False, "failure", "quantity"), (None, "fault", "The page crashed.")],
)
def test_the_end_says_what_came_of_it(success: bool | None, outcome: str, detail: str) -> None:
    sent: list[WatchEvent] = []
    Watcher(sent.append).on_end(2, EPISODE, result(success=success))
    assert (sent[0].worker, sent[0].outcome, sent[0].detail) == (2, outcome, detail)
    assert pickle.loads(pickle.dumps(sent[0])) == sent[0]


def test_a_picture_that_fails_does_not_stop_those_after_it(clock: Clock) -> None:
    sent: list[WatchEvent] = []
    watcher = Watcher(sent.append)

    def fail() -> bytes:
        raise EngineFault("The page is gone.")

    watcher.on_step(0, EPISODE, 1, STEP, fail)
    assert [event.picture for event in sent] == [None]
    clock.now += 1
    watcher.on_step(0, EPISODE, 2, STEP, clock.picture(0))
    assert sent[-1].picture == b"jpeg"


def test_an_outline_is_shown_from_its_main_part() -> None:
    outline = '- generic:\n  - banner:\n    - link "Home"\n  - main [ref=e3]:\n    - heading "Cart"'
    assert excerpt_of(outline) == '- main [ref=e3]:\n  - heading "Cart"'
    assert excerpt_of('- generic:\n  - text: "x"') == '- generic:\n  - text: "x"'
    assert len(excerpt_of("- main:\n" + "  - text: long\n" * 999)) <= 1200
