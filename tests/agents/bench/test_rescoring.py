"""A stored run is judged again: by the same verifiers, and by one that was changed on purpose."""

import json
from pathlib import Path
from typing import Any

import pytest

from gristmill.agents.base import AnyAgent
from gristmill.agents.bench import load_run
from gristmill.agents.bench.episodes import BenchEpisode, EpisodeKey
from gristmill.agents.bench.job import Job, played
from gristmill.agents.bench.rescoring import Rescored, rescored
from gristmill.agents.rollouts.answers import Answers
from gristmill.agents.rollouts.player import Player
from gristmill.agents.rollouts.recorder import Keeping
from gristmill.agents.scripted.null import NullAgent
from gristmill.agents.scripted.oracle import OracleAgent
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.runtime import Runtime
from gristmill.plugins import installed
from gristmill.verifiers.base import Check, Evidence, Verdict

from .conftest import WriteRun

CART, FACT = "Shop-AddToCart-v0", "Shop-OrderFact-v0"
KEEPING = Keeping(record=True)


class Dawdler:
    """Scrolls until it is out of steps."""

    name = "dawdler"

    def begin(self, env: WebEnv, seed: int) -> None: ...

    def act(self, observation: Any) -> str:
        return "scroll down"


def play(task: str, agent: AnyAgent, seed: int) -> BenchEpisode:
    env = WebEnv(task, engine="dom")
    result = Player(env, agent, on_step=lambda _: None, answers=Answers()).play(seed, keeping=KEEPING)
    env.close()
    return played(Job(index=0, key=EpisodeKey(task=task, seed=seed, engine="dom")), result).episode


@pytest.fixture
def folder(write_run: WriteRun) -> Path:
    return write_run(
        play(CART, OracleAgent(), 0),
        play(CART, OracleAgent(), 1),
        play(CART, NullAgent(), 2),
        play(CART, Dawdler(), 3),
        play(FACT, OracleAgent(), 0),
    )


def judged_again(folder: Path) -> list[Rescored]:
    runtime = Runtime()  # with no verdict in its caches
    try:
        return list(rescored(load_run(folder), runtime))
    finally:
        runtime.close()


def change(monkeypatch: pytest.MonkeyPatch, verify: Any) -> None:
    monkeypatch.setattr(type(installed().family(CART)), "verify", verify)


def test_nothing_moves_while_nothing_was_changed(folder: Path) -> None:
    found = judged_again(folder)
    assert [(each.before, each.now) for each in found] == [
        (True, True), (True, True), (False, False), (False, False), (True, True),
    ]  # fmt: skip
    assert not any(each.has_moved or each.problem or each.versions for each in found)


def test_a_changed_verifier_moves_exactly_the_episodes_that_it_judges_otherwise(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = type(installed().family(CART)).verify

    def stricter(self: Any, task: Any, evidence: Evidence) -> Verdict:
        is_even = Check(name="an even seed", passed=task.seed != 1, detail=f"seed {task.seed}")
        return Verdict((*original(self, task, evidence).checks[:-1], *([is_even] if task.seed == 1 else [])))

    change(monkeypatch, stricter)
    data = folder / "episodes.jsonl"
    data.write_text(data.read_text().replace('"machinery":"', '"machinery":"old-'))
    found = {each.episode: each for each in judged_again(folder)}
    moved = found[f"{CART} seed=1"]
    assert (moved.before, moved.now, moved.has_moved) == (True, False, True)
    assert any(each.startswith("an even seed: new, failed (seed 1)") for each in moved.changed)
    assert any(each.startswith("Gristmill old-") for each in moved.versions)
    assert [name for name, each in found.items() if each.before != each.now] == [f"{CART} seed=1"]
    assert not found[f"{FACT} seed=0"].has_moved


def test_a_verifier_that_raises_is_a_problem_with_its_traceback(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Any, task: Any, evidence: Evidence) -> Verdict:
        raise LookupError("no such row")

    change(monkeypatch, broken)
    found = judged_again(folder)
    assert [each.now for each in found] == [None, None, None, None, True]
    assert "in broken" in found[0].problem
    assert not found[0].has_moved


@pytest.mark.slow
def test_a_world_that_cannot_be_built_again_is_named(folder: Path) -> None:
    lines = [json.loads(line) for line in (folder / "episodes.jsonl").read_text().splitlines()]
    lines[0]["record"]["world_digest"] = "0" * 64
    (folder / "episodes.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    assert "cannot be reproduced" in judged_again(folder)[0].problem
