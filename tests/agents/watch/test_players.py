"""What those who watch get of agents that play in this process, and in others."""

import threading
from functools import partial
from typing import Any

import pytest

from gristmill.agents.bench.episodes import EpisodeKey
from gristmill.agents.bench.job import Job
from gristmill.agents.bench.pool import BenchPool
from gristmill.agents.bench.worker import WorkerSettings
from gristmill.agents.registry import new_agent
from gristmill.agents.rollouts.runner import play_episodes
from gristmill.agents.watch.events import Watcher, WatchEvent

TASK = "Shop-AddToCart-v0"
OPTIONS: dict[str, Any] = {"engine": "dom", "size": "small"}
ORACLE = partial(new_agent, "oracle")


def of_seed(events: list[WatchEvent], seed: int) -> list[WatchEvent]:
    return [event for event in events if event.episode.seed == seed]


def test_each_episode_is_shown_from_its_beginning_to_its_verdict() -> None:
    events: list[WatchEvent] = []
    playing = play_episodes(
        TASK, ORACLE, range(3), num_envs=2, options=OPTIONS, watcher=Watcher(events.append)
    )
    results = {result.seed: result for result in playing}
    for seed, result in results.items():
        first, *_, last = of_seed(events, seed)
        assert (first.steps, first.outcome, first.episode.goal) == (0, None, result.goal)
        assert (last.steps, last.outcome, last.action) == (len(result.steps), "success", "done")
    assert {event.worker for event in events} == {0, 1}
    assert any(isinstance(event.picture, str) and "- main" in event.picture for event in events)


def test_watching_changes_no_result() -> None:
    plain, watched = (
        [
            result.to_json(with_timings=False)
            for result in play_episodes(TASK, ORACLE, range(2), options=OPTIONS, watcher=watcher)
        ]
        for watcher in (None, Watcher(lambda _: None))
    )
    assert plain == watched


@pytest.mark.slow
def test_agents_in_worker_processes_are_numbered_through() -> None:
    events: list[WatchEvent] = []
    settings = WorkerSettings(make_agent=ORACLE, agent="oracle", slots=1)
    pool = BenchPool(settings, processes=2, stopping=threading.Event(), watch=events.append)
    keys = [EpisodeKey(task=TASK, seed=seed, size="small", engine="dom") for seed in range(2)]
    list(pool.play([Job(index=index, key=key) for index, key in enumerate(keys)]))
    assert {event.worker for event in events} == {0, 1}
    assert [of_seed(events, seed)[-1].outcome for seed in range(2)] == ["success", "success"]


@pytest.mark.browser
def test_in_a_browser_the_page_is_a_picture_if_it_can_be_taken() -> None:
    events: list[WatchEvent] = []
    options = {"size": "small", "render_mode": "rgb_array"}
    list(play_episodes(TASK, ORACLE, [0], options=options, watcher=Watcher(events.append)))
    assert isinstance(events[0].picture, bytes)
    assert events[0].picture.startswith(b"\xff\xd8")
