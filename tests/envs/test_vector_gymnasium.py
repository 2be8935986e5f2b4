"""Gymnasium's own checks, and its vector environments beside ours."""

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import gymnasium as gym
import pytest
from gymnasium.utils.env_checker import check_env, data_equivalence
from gymnasium.vector import AsyncVectorEnv, AutoresetMode, SyncVectorEnv, VectorEnv
from gymnasium.wrappers import TimeLimit

import gristmill  # noqa: F401 - registers the ids
from gristmill.envs.env import WebEnv
from gristmill.envs.vector.local import WebVectorEnv
from gristmill.errors import InvalidOptionError
from gristmill.plugins import installed

TASK = "Shop-AddToCart-v0"
STEPS = 7
LIMIT = 4
ENGINES = ["dom", pytest.param("chromium", marks=pytest.mark.browser)]


class Maker:
    """Makes one environment; what worker processes can be sent."""

    def __init__(self, engine: str) -> None:
        self.engine = engine

    def __call__(self) -> gym.Env[Any, Any]:
        return TimeLimit(WebEnv(TASK, engine=self.engine), max_episode_steps=LIMIT)


def lines(step: int, size: int) -> tuple[str, ...]:
    """An action for each slot; the second slot says that it is done at the second step."""
    return tuple(
        "done" if (step, slot) == (1, 1) else ("goto /cart", "back")[step % 2] for slot in range(size)
    )


def play(envs: "VectorEnv[Any, Any, Any]", size: int) -> list[Any]:
    """All that a vector environment tells in a few steps, autoresets included."""
    batch, _ = envs.reset(seed=11)
    told = [copy.deepcopy(batch)]
    for step in range(STEPS):
        batch, rewards, terminations, truncations, infos = envs.step(lines(step, size))
        final = infos.get("final_obs")
        told.append(
            [
                copy.deepcopy(batch),
                rewards.tolist(),
                terminations.tolist(),
                truncations.tolist(),
                [seen and dict(seen) for seen in final] if final is not None else None,
            ]
        )
    envs.close()
    return told


@pytest.mark.parametrize("engine", ENGINES)
def test_gymnasiums_checker_finds_nothing(engine: str, recwarn: pytest.WarningsRecorder) -> None:
    env = WebEnv(TASK, engine=engine)
    check_env(env, skip_render_check=True)
    env.close()
    assert [str(warning.message) for warning in recwarn.list] == []


@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP])
def test_a_batch_equals_gymnasiums(mode: AutoresetMode) -> None:
    ours = WebVectorEnv(TASK, num_envs=3, engine="dom", max_episode_steps=LIMIT, autoreset_mode=mode)
    theirs = SyncVectorEnv([Maker("dom")] * 3, autoreset_mode=mode)
    assert (ours.observation_space, ours.action_space) == (theirs.observation_space, theirs.action_space)
    assert data_equivalence(play(ours, 3), play(theirs, 3))


def in_processes(context: str) -> Callable[[str, int], "VectorEnv[Any, Any, Any]"]:
    """Gymnasium's environments in worker processes, started in this way."""
    return lambda engine, size: AsyncVectorEnv([Maker(engine)] * size, context=context, shared_memory=False)


KINDS: dict[str, tuple[Callable[[str, int], "VectorEnv[Any, Any, Any]"], int]] = {
    "one after the other": (lambda engine, size: SyncVectorEnv([Maker(engine)] * size), 2),
    "forked": (in_processes("fork"), 2),
    "spawned": (in_processes("spawn"), 1),
}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("engine", "kind"),
    [
        *(("dom", kind) for kind in list(KINDS)[:2]),
        pytest.param("dom", "spawned", marks=pytest.mark.slow),
        *(pytest.param("chromium", kind, marks=pytest.mark.browser) for kind in list(KINDS)[:2]),
    ],
)
def test_environments_work_within_gymnasiums_vectors(engine: str, kind: str) -> None:
    start, size = KINDS[kind]
    told = play(start(engine, size), size)
    expected = play(WebVectorEnv(TASK, num_envs=size, engine="dom", max_episode_steps=LIMIT), size)
    assert data_equivalence(told, expected)


def test_shared_memory_which_would_lose_the_texts_is_refused() -> None:
    with pytest.raises(ValueError, match="shared_memory=False"):
        AsyncVectorEnv([Maker("dom")] * 2, context="spawn", shared_memory=True)


def test_an_app_that_needs_a_browser_is_refused_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = replace(installed().app("shop"), needs=frozenset({"scripts"}))
    monkeypatch.setitem(installed().apps, "shop", spec)  # type: ignore[arg-type]
    told = "Shop-AddToCart-v0 does not work in the engine 'dom': shop needs scripts. It works in: chromium."
    for make in (lambda: WebEnv(TASK, engine="dom"), lambda: gym.make_vec(TASK, num_envs=2, engine="dom")):
        with pytest.raises(InvalidOptionError) as refused:
            make()
        assert str(refused.value) == told
    WebEnv(TASK, engine="chromium").close()
