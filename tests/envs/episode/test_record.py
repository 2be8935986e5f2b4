"""A record holds all that scoring an episode again needs, here or in another process."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from gymnasium.error import ResetNeeded

from gristmill.envs.env import WebEnv
from gristmill.envs.episode.record import EpisodeRecord, rescore
from gristmill.envs.episode.runtime import Runtime
from gristmill.errors import RecordError, UnknownNameError
from gristmill.plugins import installed

SHOP, TOWN = "Shop-Checkout-v0", "Kiosk-Order-v0"
RESCORE = """
import sys
from gristmill.envs.episode.record import EpisodeRecord, rescore
print(rescore(EpisodeRecord.from_json(sys.stdin.read())))
"""


@pytest.fixture(scope="module")
def envs(postal_world: Any) -> Iterator[Callable[[str], WebEnv]]:
    made: dict[str, WebEnv] = {}

    def get(task: str) -> WebEnv:
        if task not in made:
            made[task] = WebEnv(task, engine="dom")
        return made[task]

    yield get
    for env in made.values():
        env.close()


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    """A runtime that has no worlds yet and has judged nothing."""
    made = Runtime(cache=tmp_path)
    yield made
    made.close()


def again(record: EpisodeRecord) -> EpisodeRecord:
    return EpisodeRecord.from_json(record.to_json())


@pytest.mark.slow
@pytest.mark.parametrize("task", [SHOP, TOWN])
def test_an_episode_is_scored_again_as_it_was(
    envs: Callable[[str], WebEnv], solve: Callable[..., Any], runtime: Runtime, task: str
) -> None:
    env = envs(task)
    for seed in (0, 1):
        env.reset(seed=seed)
        begun = again(env.record())
        assert rescore(begun, runtime) == begun.verdict
        assert begun.verdict is not None
        assert not begun.verdict.success
        steps = solve(env)
        record = again(env.record())
        assert record.steps == len(steps)
        assert record.verdict == steps[-1][3]["verdict"]
        assert rescore(record, runtime) == record.verdict
        assert rescore(record, runtime).success


def test_what_the_world_did_is_recorded_too(
    envs: Callable[[str], WebEnv], ref_of: Callable[..., str], runtime: Runtime
) -> None:
    env = envs(TOWN)
    seen, _ = env.reset(seed=0)
    other = "Atlas" if "Candle" in seen["goal"] else "Candle"
    env.step(f"click {ref_of(seen, 'button', f'Order {other}')}")
    for _ in range(4):
        env.step("wait")
    record = again(env.record())
    assert rescore(record, runtime) == record.verdict
    assert record.verdict is not None
    assert record.verdict.checks[-1].passed, "nothing else changed, whatever the world did"


def test_the_answer_is_recorded(envs: Callable[[str], WebEnv]) -> None:
    env = envs(SHOP)
    env.reset(seed=0)
    env.step('answer "42"')
    assert again(env.record()).answer == "42"


def test_a_record_is_small_and_equal_after_a_round_trip(envs: Callable[[str], WebEnv]) -> None:
    env = envs(SHOP)
    env.reset(seed=0)
    record = env.record()
    assert len(record.to_json()) < 60_000
    assert again(record) == record
    assert again(record).to_json() == record.to_json()


@pytest.mark.slow
def test_another_process_scores_it_alike(envs: Callable[[str], WebEnv], solve: Callable[..., Any]) -> None:
    env = envs(SHOP)
    env.reset(seed=2)
    solve(env)
    record = env.record()
    told = subprocess.run(
        [sys.executable, "-c", RESCORE], input=record.to_json(), capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == str(record.verdict)


def test_before_the_first_episode_there_is_nothing_to_record() -> None:
    with pytest.raises(ResetNeeded):
        WebEnv(SHOP, engine="dom").record()


def test_an_infrastructure_failure_is_recorded_and_never_scored(
    envs: Callable[[str], WebEnv], monkeypatch: pytest.MonkeyPatch, postal_world: Any
) -> None:
    def fail(world: Any, payload: Any) -> None:
        raise LookupError("no mailbox")

    broken = replace(postal_world.POST, handlers={"post.deliver": fail})
    monkeypatch.setitem(installed().apps, "post", broken)  # type: ignore[arg-type]
    env = envs(TOWN)
    env.reset(seed=0)
    env.step("wait")
    record = again(env.record())
    assert record.verdict is None
    with pytest.raises(RecordError, match="no mailbox"):
        rescore(record)


def test_a_world_that_is_not_built_as_it_was_is_refused_by_name(envs: Callable[[str], WebEnv]) -> None:
    env = envs(SHOP)
    env.reset(seed=0)
    record = env.record()
    world = {**record.world, "apps": {**record.world["apps"], "shop": "0+abc"}}
    with pytest.raises(RecordError, match=r"apps\.shop 0\+abc \(here "):
        rescore(replace(record, world=world, world_digest="0" * 32))
    with pytest.raises(RecordError, match="its content differs though versions are equal"):
        rescore(replace(record, world_digest="0" * 32))
    assert rescore(replace(record, world=world)) == record.verdict  # the same rows by another version
    with pytest.raises(RecordError, match=r"it has the seed 2, .* but its task the seed 1"):
        rescore(replace(record, world={**record.world, "world_seed": 2}))
    with pytest.raises(RecordError, match="seed None"):
        rescore(replace(record, world={}))


def test_a_task_that_is_not_installed_is_refused_by_name(envs: Callable[[str], WebEnv]) -> None:
    env = envs(SHOP)
    env.reset(seed=0)
    record = env.record()
    with pytest.raises(UnknownNameError, match="Mail-Read-v0"):
        rescore(replace(record, task=replace(record.task, family="Mail-Read-v0")))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1}', '{"format": 9}', "null"])
def test_other_text_is_no_record(text: str) -> None:
    with pytest.raises(RecordError):
        EpisodeRecord.from_json(text)


@pytest.mark.parametrize("pages", ["", "?", "eJwDAAAAAAE=", "eJyrAgAAewB7"])
def test_damaged_pages_are_refused(envs: Callable[[str], WebEnv], pages: str) -> None:
    env = envs(SHOP)
    env.reset(seed=0)
    data = json.loads(env.record().to_json())
    data["end"]["pages"] = pages
    if pages == "eJwDAAAAAAE=":  # no pages at all are no damage: that is the world itself
        assert rescore(EpisodeRecord.from_json(json.dumps(data)))
        return
    with pytest.raises(RecordError, match="database pages"):
        rescore(EpisodeRecord.from_json(json.dumps(data)))
