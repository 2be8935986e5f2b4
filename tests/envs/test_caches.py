"""Caches off, on and verified: the same episodes, and whatever would make them differ is found out."""

import copy
import pickle
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Any

import gymnasium as gym
import pytest

from gristmill.agents.scripted.random_policy import RandomAgent
from gristmill.caches import CacheMode, Caches
from gristmill.envs.engines.dom import document_cache as pages
from gristmill.envs.engines.dom.html.parser import parse_html
from gristmill.envs.env import WebEnv
from gristmill.envs.episode import episode
from gristmill.envs.episode.runtime import Runtime, default_runtime
from gristmill.envs.vector.local import WebVectorEnv
from gristmill.errors import EngineFault, InvalidOptionError
from gristmill.plugins import installed
from gristmill.verifiers.base import Check, verdict

TASKS = ("Shop-Checkout-v0", "Shop-AddToCart-v0", "Shop-FindAndBuy-v0")

Impurity = Callable[[pytest.MonkeyPatch, Any], None]


def other_page(patch: pytest.MonkeyPatch, app: Any) -> None:
    patch.setattr(app, "start_page", lambda: app.page("other"))


def other_task(patch: pytest.MonkeyPatch, app: Any) -> None:
    family = installed().family("Bad-Pages-v0")
    draw = family.draw
    patch.setattr(
        type(family), "draw", lambda _, *args, **more: replace(draw(*args, **more), goal="Look other.")
    )


def other_verdict(patch: pytest.MonkeyPatch, app: Any) -> None:
    family = type(installed().family("Bad-Pages-v0"))
    patch.setattr(family, "verify", lambda *_: verdict(Check(name="other", passed=False)))


def other_digest(patch: pytest.MonkeyPatch, app: Any) -> None:
    patch.setattr(episode, "state_digest", lambda *_, **__: "other")


def other_document(patch: pytest.MonkeyPatch, app: Any) -> None:
    patch.setattr(pages, "parse_html", lambda body, **_: parse_html(b"<p>other</p>"))


IMPURITIES: dict[str, Impurity] = {
    "responses": other_page,
    "tasks": other_task,
    "verdicts": other_verdict,
    "digests": other_digest,
    "documents": other_document,
}


def beginning(env: WebEnv) -> str:
    """All that a reset shows, as text."""
    seen, info = env.reset(seed=1)
    return repr((seen, info)) + env.state_digest()


@pytest.fixture
def made(bad_app: Any) -> Iterator[Callable[[str], WebEnv]]:
    """Environments on the bad app, each in a runtime of its own whose caches are in this mode."""
    envs: list[WebEnv] = []

    def make(mode: str) -> WebEnv:
        envs.append(WebEnv("Bad-Pages-v0", engine="dom", runtime=Runtime(caches=Caches(mode=mode))))
        return envs[-1]

    yield make
    for env in envs:
        env.close()
        env.runtime.close()


@pytest.mark.parametrize("name", IMPURITIES)
def test_a_value_that_depends_on_more_than_its_key_is_a_fault_that_names_its_cache(
    name: str, made: Callable[[str], WebEnv], bad_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = made("verify")
    assert beginning(env) == beginning(env)
    IMPURITIES[name](monkeypatch, bad_app)
    with pytest.raises(EngineFault, match=f"'{name}'"):
        beginning(env)


@pytest.mark.parametrize("name", IMPURITIES)
def test_what_is_cached_shows_where_caches_are_on_and_never_where_they_are_off(
    name: str, made: Callable[[str], WebEnv], bad_app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cached, computed = made("on"), made("off")
    expected = beginning(cached)
    assert beginning(computed) == expected
    IMPURITIES[name](monkeypatch, bad_app)
    assert beginning(cached) == expected
    assert beginning(computed) != expected
    assert "other" in beginning(computed)


def states(env: WebEnv, seed: int) -> list[Any]:
    """What an episode shows and pays, and leaves behind in the end; even seeds are the oracle's."""
    seen, info = env.reset(seed=seed)
    agent, found = RandomAgent(), list[Any]([(seen, info)])
    agent.begin(env, seed)
    for _ in range(6):
        found.append(env.step(agent.act(seen) if seed % 2 else env.oracle()))
        seen = found[-1][0]
        if found[-1][2]:
            break
    return [*found, env.state_digest()]


# Where caches are on, episodes come again, so that they are made of what is cached.
SEEDS = {CacheMode.ON: (1, 2, 1, 2), CacheMode.OFF: (1, 2), CacheMode.VERIFY: (1, 2, 1)}


@pytest.mark.slow
@pytest.mark.parametrize(
    "task", [TASKS[0], *(pytest.param(task, marks=pytest.mark.sweep) for task in TASKS[1:])]
)
def test_episodes_are_the_same_in_every_mode(task: str) -> None:
    played, hits = {}, {}
    for mode, seeds in SEEDS.items():
        with closing(Runtime(caches=Caches(mode=mode))) as runtime:
            with closing(WebEnv(task, engine="dom", stop="agent", runtime=runtime)) as env:
                played[mode] = [states(env, seed) for seed in seeds]
            hits[mode] = runtime.caches.hits()
    assert played[CacheMode.ON] == played[CacheMode.OFF] * 2
    assert played[CacheMode.VERIFY] == played[CacheMode.ON][:3]
    assert not any(hits[CacheMode.OFF].values())
    for mode in (CacheMode.ON, CacheMode.VERIFY):
        assert all(hits[mode][name] for name in IMPURITIES), hits[mode]


def test_an_environment_uses_the_runtime_that_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Runtime()) as runtime:
        env = gym.make(TASKS[1], engine="dom", runtime=runtime)
        envs = gym.make_vec(TASKS[1], num_envs=2, engine="dom", runtime=runtime)
        before = len(default_runtime().sessions)
        env.reset(seed=1)
        envs.reset(seed=1)
        assert (len(runtime.sessions), len(default_runtime().sessions)) == (3, before)
        assert isinstance(envs, WebVectorEnv)
        assert all(each.runtime is runtime for each in envs.envs)
        assert env.spec is not None
        assert env.spec.kwargs["runtime"] is runtime
        env.close()
        envs.close()
        assert len(runtime.sessions) == 0


def test_a_runtime_is_never_copied() -> None:
    with closing(Runtime()) as runtime:
        assert copy.deepcopy({"runtime": runtime})["runtime"] is runtime
        with pytest.raises(TypeError, match="cannot be pickled"):
            pickle.dumps(runtime)


def test_a_forked_child_must_create_its_own_runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Runtime()) as runtime, closing(WebEnv(TASKS[1], engine="dom", runtime=runtime)) as env:
        with monkeypatch.context() as child:
            child.setattr("os.getpid", lambda: 1)
            with pytest.raises(InvalidOptionError, match="not 1: create one in this process"):
                env.reset(seed=1)
        env.reset(seed=1)


@pytest.mark.slow
def test_nothing_but_the_default_reaches_for_the_shared_runtime(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Runtime:
        raise AssertionError("the shared runtime was used")

    monkeypatch.setattr("gristmill.envs.episode.runtime.default_runtime", refuse)
    monkeypatch.setattr("gristmill.envs.episode.runner.default_runtime", refuse)
    with closing(Runtime()) as runtime, closing(WebEnv(TASKS[1], engine="dom", runtime=runtime)) as env:
        states(env, 2)
        env.reset(seed=1)
        checkpoint = env.checkpoint()
        env.reset(options={"checkpoint": checkpoint})
    with pytest.raises(AssertionError, match="was used"):
        WebEnv(TASKS[1], engine="dom").reset()
