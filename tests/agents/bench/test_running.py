"""Plans, and runs that are stopped and gone on with; episodes come from a source that plays nothing."""

import json
import threading
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import pytest

from gristmill.agents.bench import load_run
from gristmill.agents.bench.episodes import EpisodeKey
from gristmill.agents.bench.job import Job, Played
from gristmill.agents.bench.running import Event, Plan, on_ray, planned, run_bench
from gristmill.agents.bench.worker import WorkerSettings
from gristmill.agents.rollouts.recorder import Keeping
from gristmill.agents.scripted.null import NullAgent
from gristmill.errors import BrowserNotFoundError, InvalidOptionError

from .conftest import MakeEpisode

KEYS = [EpisodeKey(task="Shop-AddToCart-v0", seed=seed, engine="dom") for seed in range(6)]


class Canned:
    """A source whose episodes succeed for even seeds; it fails after some of them if so asked."""

    def __init__(
        self, episode: MakeEpisode, *, ends_after: int = 99, error: BaseException | None = None
    ) -> None:
        self._episode, self._ends_after, self._error = episode, ends_after, error
        self.asked: list[int] = []

    def __call__(self, jobs: Sequence[Job]) -> Generator[Event, None, None]:
        self.asked = [job.key.seed for job in jobs]
        for number, job in enumerate(reversed(jobs)):
            if number == self._ends_after:
                if self._error is not None:
                    raise self._error
                return
            success = None if job.key.seed == 5 else job.key.seed % 2 == 0
            yield Played(
                index=job.index, episode=self._episode(success=success, key=job.key, suites=job.suites)
            )


def plan(agent: str = "mine", **options: Any) -> Plan:
    return planned(agent, {"smoke": KEYS, "own": KEYS[:2]}, **options)


def run(directory: Path, source: Canned, chosen: Plan | None = None, **options: Any) -> dict[str, Any]:
    """The summary of the run, as it is stored, without times."""
    run_bench(directory, chosen or plan(), source, on_event=lambda _: None, **options)
    return stored(directory)


def stored(directory: Path) -> dict[str, Any]:
    summary: dict[str, Any] = json.loads((directory / "summary.json").read_text())
    del summary["times"]
    return summary


def test_a_plan_has_each_episode_once_with_the_suites_that_ask_for_it() -> None:
    chosen = plan()
    assert list(chosen.suites) == KEYS
    assert [chosen.suites[key] for key in (KEYS[0], KEYS[5])] == [("smoke", "own"), ("smoke",)]
    assert (chosen.settings.episodes, chosen.settings.suites) == (6, ("smoke", "own"))
    assert chosen.settings.engine == "dom"
    assert list(chosen.settings.task_versions) == ["Shop-AddToCart-v0"]


def test_screenshots_are_asked_for_only_where_there_are_any() -> None:
    chromium = EpisodeKey(task="Shop-AddToCart-v0", seed=0)
    jobs = planned("mine", {"": [*KEYS[:1], chromium]}).jobs([], keeping=Keeping(frames=True, record=True))
    assert [(job.keeping.frames, job.keeping.record) for job in jobs] == [(False, True), (True, True)]


@pytest.mark.parametrize("error", [None, KeyboardInterrupt(), BrowserNotFoundError("none")])
def test_a_stopped_run_goes_on_to_the_summary_of_an_undisturbed_one(
    episode: MakeEpisode, tmp_path: Path, error: BaseException | None
) -> None:
    undisturbed = run(tmp_path / "one", Canned(episode))
    stopped = Canned(episode, ends_after=2, error=error)
    if error is None:
        run(tmp_path / "two", stopped)
    else:
        with pytest.raises(type(error)):
            run(tmp_path / "two", stopped)
    assert stored(tmp_path / "two")["is_complete"] is False
    path = tmp_path / "two" / "episodes.jsonl"
    path.write_bytes(path.read_bytes()[:-30])  # as SIGKILL may leave it
    rest = Canned(episode)
    assert run(tmp_path / "two", rest) == undisturbed
    assert rest.asked == [0, 1, 2, 3, 4]
    assert undisturbed["is_complete"]


def test_a_finished_run_plays_nothing_and_faults_only_if_asked_to(
    episode: MakeEpisode, tmp_path: Path
) -> None:
    run(tmp_path, Canned(episode))
    again, faults = Canned(episode), Canned(episode)
    run(tmp_path, again)
    run(tmp_path, faults, retries_faults=True)
    assert (again.asked, faults.asked) == ([], [5])
    assert len(load_run(tmp_path).episodes) == 6


@pytest.mark.parametrize(
    ("other", "message"),
    [
        (plan("theirs"), "another run: agent mine, 6 episodes"),
        (plan(agent_options={"model": "x"}), "another run"),
        (planned("mine", {"smoke": KEYS[:3]}), "asked for now: agent mine, 3 of 1"),
    ],
)
def test_a_folder_of_another_run_is_refused(
    episode: MakeEpisode, tmp_path: Path, other: Plan, message: str
) -> None:
    run(tmp_path, Canned(episode))
    with pytest.raises(InvalidOptionError, match=message) as error:
        run(tmp_path, Canned(episode), other)
    assert "--fresh" in str(error.value)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"machinery": "0.0.1"}, "a run of Gristmill 0.0.1"),
        ({"task_versions": {}}, "the code of Shop-AddToCart"),
    ],
)
def test_a_run_of_other_versions_is_not_gone_on_with(
    episode: MakeEpisode, tmp_path: Path, changed: dict[str, Any], message: str
) -> None:
    run(tmp_path, Canned(episode))
    settings = json.loads((tmp_path / "run.json").read_text())
    (tmp_path / "run.json").write_text(json.dumps(settings | changed))
    with pytest.raises(InvalidOptionError, match=message):
        run(tmp_path, Canned(episode))


@pytest.mark.ray
def test_a_cluster_plays_the_same_episodes(tmp_path: Path) -> None:
    settings = WorkerSettings(make_agent=NullAgent, agent="null")
    source = on_ray(settings, address="local", actors=1, stopping=threading.Event())
    chosen = planned("null", {"": KEYS[:2]})
    played = run_bench(tmp_path, chosen, source, on_event=lambda _: None, keeping=Keeping(record=True))
    assert [(each.success, each.ended_by) for each in played.episodes] == [(False, "done")] * 2
    assert all(each.final_state for each in played.episodes)
