"""What goes wrong in an episode costs that episode, and nothing else; with real processes."""

import threading
from functools import partial
from pathlib import Path

import pytest

from gristmill.agents.bench.episodes import BenchEpisode, EpisodeKey
from gristmill.agents.bench.job import Job, Played
from gristmill.agents.bench.pool import BenchPool
from gristmill.agents.bench.worker import Stepped, WorkerSettings
from gristmill.agents.registry import own_agent
from gristmill.agents.rollouts.recorder import Keeping
from gristmill.agents.rollouts.results import EndedBy

from .troublesome import CALLS, DIES, DIES_ONCE, ENDS_IT, FINE, GARBAGE, HANGS, LEAVES, RAISES

pytestmark = pytest.mark.slow  # each process imports for two seconds

TASK = "Shop-AddToCart-v0"


def played_with(settings: WorkerSettings, seeds: range, *, processes: int) -> dict[int, BenchEpisode]:
    jobs = [
        Job(index=seed, key=EpisodeKey(task=TASK, seed=seed, engine="dom"), keeping=Keeping(record=True))
        for seed in seeds
    ]
    pool = BenchPool(settings, processes=processes, stopping=threading.Event())
    found = [each for each in pool.play(jobs) if isinstance(each, Played)]
    assert sorted(each.index for each in found) == list(seeds)  # each exactly once
    return {each.index: each.episode for each in found}


@pytest.fixture(scope="module")
def episodes(tmp_path_factory: pytest.TempPathFactory) -> dict[int, BenchEpisode]:
    """An episode of each kind of trouble, played in two processes."""
    mark = str(tmp_path_factory.mktemp("pool") / "died")
    settings = WorkerSettings(
        make_agent=partial(own_agent, "troublesome:Troublesome", mark=mark),
        agent="troublesome",
        agent_timeout_s=2.0,
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(Path(__file__).parent)
        return played_with(settings, range(9), processes=2)


def test_a_fine_episode_has_its_verdict_record_and_report(episodes: dict[int, BenchEpisode]) -> None:
    fine = episodes[FINE]
    assert (fine.success, fine.ended_by, fine.fault) == (False, EndedBy.DONE, None)
    assert (fine.kind, fine.level, fine.apps, fine.ends_with) == ("change", "easy", ("shop",), "done")
    assert any(not check.passed for check in fine.checks)
    record = fine.final_state
    assert record is not None
    assert record.task.seed == FINE
    assert fine.versions.world
    assert fine.usage is not None
    assert (fine.usage.input_tokens, fine.transcript) == (1, ({"role": "user"},))


@pytest.mark.parametrize(("seed", "error"), [(RAISES, "LookupError: no idea")])
def test_an_agent_that_raises_is_a_fault_with_its_traceback(
    episodes: dict[int, BenchEpisode], seed: int, error: str
) -> None:
    broken = episodes[seed]
    assert broken.fault is not None
    assert (broken.success, broken.ended_by, broken.retries) == (None, EndedBy.FAULT, 1)
    assert (broken.fault.source, broken.fault.kind) == ("agent", "LookupError")
    assert error in broken.fault.message
    assert "troublesome.py" in broken.fault.traceback


def test_garbage_costs_steps_and_is_explained_to_the_agent(episodes: dict[int, BenchEpisode]) -> None:
    garbage = episodes[GARBAGE]
    assert (garbage.success, garbage.ended_by, garbage.fault) == (False, EndedBy.DONE, None)
    assert len(garbage.steps) == 5
    assert all(step.error for step in garbage.steps[:4])
    assert garbage.steps[1].action == "42"


def test_an_agent_that_hangs_is_a_fault_that_says_where(episodes: dict[int, BenchEpisode]) -> None:
    hung = episodes[HANGS].fault
    assert hung is not None
    assert (hung.source, hung.message) == ("agent", "The agent did not answer within 2 s.")
    assert "threading.Event().wait()" in hung.traceback


def test_an_episode_that_kills_its_process_is_given_up_after_three_times(
    episodes: dict[int, BenchEpisode],
) -> None:
    lost = episodes[DIES]
    assert lost.fault is not None
    assert (lost.fault.source, lost.retries) == ("process", 2)
    assert "exit code 7" in lost.fault.message


def test_an_episode_whose_process_died_once_is_played_again(episodes: dict[int, BenchEpisode]) -> None:
    again = episodes[DIES_ONCE]
    assert (again.success, again.fault, again.retries) == (False, None, 1)


def test_an_agent_that_acts_after_the_end_is_a_fault(episodes: dict[int, BenchEpisode]) -> None:
    ended = episodes[ENDS_IT].fault
    assert ended is not None
    assert (ended.source, ended.kind) == ("agent", "ResetNeeded")


def test_a_tool_call_is_an_action_and_kept_as_text(episodes: dict[int, BenchEpisode]) -> None:
    called = episodes[CALLS]
    assert called.ended_by is EndedBy.DONE
    assert called.steps[0].action == '{"name": "done", "arguments": {}}'


def test_an_agent_that_leaves_the_process_is_a_fault(episodes: dict[int, BenchEpisode]) -> None:
    left = episodes[LEAVES].fault
    assert left is not None
    assert (left.source, left.kind) == ("agent", "SystemExit")


def test_agents_that_are_awaited_wait_side_by_side_and_one_that_never_answers_is_a_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parent)
    settings = WorkerSettings(
        make_agent=partial(own_agent, "troublesome:Awaited"), agent="awaited", slots=3, agent_timeout_s=1.0
    )
    found = played_with(settings, range(4), processes=1)
    assert [found[seed].success for seed in range(4)] == [False, None, False, False]
    fault = found[1].fault
    assert fault is not None
    assert (fault.source, fault.message) == ("agent", "The agent did not answer in time.")


def test_once_stopping_no_further_job_is_started() -> None:
    stopping = threading.Event()
    settings = WorkerSettings(
        make_agent=partial(own_agent, "gristmill.agents.scripted.null:NullAgent"), agent="null"
    )
    jobs = [Job(index=i, key=EpisodeKey(task=TASK, seed=i, engine="dom")) for i in range(20)]
    ended = []
    for each in BenchPool(settings, processes=1, stopping=stopping).play(jobs):
        assert isinstance(each, Played | Stepped)
        stopping.set()
        ended += [each] if isinstance(each, Played) else []
    assert len(ended) == 1
