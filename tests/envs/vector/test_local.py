"""Many environments in one: batched, seeded by slot, each undisturbed by the others."""

import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode

import gristmill  # noqa: F401 - registers the ids
from gristmill.envs.vector.local import WebVectorEnv
from gristmill.errors import EngineFault, InvalidOptionError, UnknownNameError

TASK = "Shop-AddToCart-v0"
BAD = "http://bad.test"
Make = Callable[..., WebVectorEnv]


@pytest.fixture
def make() -> Iterator[Make]:
    made: list[WebVectorEnv] = []

    def make_one(num_envs: int = 3, **options: Any) -> WebVectorEnv:
        made.append(gym.make_vec(TASK, num_envs=num_envs, **{"engine": "dom", **options}))  # type: ignore[arg-type]
        return made[-1]

    yield make_one
    for envs in made:
        envs.close()


@pytest.mark.slow
def test_a_slot_plays_what_a_single_environment_plays(make: Make) -> None:
    envs = make(3)
    batch, infos = envs.reset(seed=5)
    alone = gym.make(TASK, engine="dom")
    for slot in range(3):
        shown, info = alone.reset(seed=5 + slot)
        assert {key: batch[key][slot] for key in batch} == shown
        assert infos["task"][slot] == info["task"]
    for _ in range(4):
        actions = list(envs.call("oracle"))
        batch, rewards, _, _, _ = envs.step(actions)
        shown, reward, *_ = alone.step(actions[2])
        assert {key: batch[key][2] for key in batch} == shown
        assert rewards[2] == reward
    assert envs.call("state_digest")[2] == alone.unwrapped.state_digest()  # type: ignore[attr-defined]
    alone.close()


def test_batches_are_within_their_spaces(make: Make) -> None:
    envs = make(2)
    batch, _ = envs.reset(seed=1)
    assert batch in envs.observation_space
    envs.action_space.seed(1)
    batch, rewards, terminations, truncations, _ = envs.step(envs.action_space.sample())
    assert batch in envs.observation_space
    assert (rewards.shape, terminations.dtype, truncations.dtype) == ((2,), np.bool_, np.bool_)


def test_an_ended_slot_is_reset_at_the_next_step(make: Make) -> None:
    envs = make(2)
    first, _ = envs.reset(seed=1)
    _, _, terminations, _, _ = envs.step(["done", "scroll down"])
    assert terminations.tolist() == [True, False]
    batch, rewards, terminations, _, infos = envs.step(["click e1", "scroll down"])
    assert (rewards[0], terminations[0]) == (0.0, False)
    assert batch["goal"][0] != first["goal"][0]
    assert batch["goal"][1] == first["goal"][1]
    assert infos["success"].tolist() == [False, False]


def test_with_same_step_autoreset_the_last_observation_is_kept_aside(make: Make) -> None:
    envs = make(2, autoreset_mode=AutoresetMode.SAME_STEP)
    first, _ = envs.reset(seed=1)
    batch, _, terminations, _, infos = envs.step(["done", "scroll down"])
    assert terminations.tolist() == [True, False]
    assert infos["final_obs"][0]["goal"] == first["goal"][0]
    assert infos["final_info"]["success"][0] is np.False_
    assert batch["goal"][0] != first["goal"][0]


def test_without_autoreset_ended_slots_wait_for_a_masked_reset(make: Make) -> None:
    envs = make(2, autoreset_mode=AutoresetMode.DISABLED)
    first, _ = envs.reset(seed=1)
    envs.step(["done", "scroll down"])
    with pytest.raises(InvalidOptionError, match=re.escape("Slots [0]")):
        envs.step(["scroll down", "scroll down"])
    batch, _ = envs.reset(seed=[9, None], options={"reset_mask": np.array([True, False])})
    assert batch["goal"][1] == first["goal"][1]
    envs.step(["scroll down", "scroll down"])


def test_a_slot_is_truncated_at_the_familys_limit(make: Make) -> None:
    envs = make(2, max_episode_steps=3)
    envs.reset(seed=1)
    for _ in range(2):
        assert not envs.step(["scroll down"] * 2)[3].any()
    assert envs.step(["scroll down", "done"])[3].tolist() == [True, False]


def test_tasks_are_dealt_out_in_turn(make: Make) -> None:
    envs = make(3, tasks=["Shop-AddToCart-v0", "Shop-Checkout-v0"])
    _, infos = envs.reset(seed=1)
    assert [task.family for task in infos["task"]] == [
        "Shop-AddToCart-v0", "Shop-Checkout-v0", "Shop-AddToCart-v0",
    ]  # fmt: skip


def test_a_fault_stays_in_its_slot(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    envs, calm = make(3), make(3)
    for each in (envs, calm):
        each.reset(seed=4)

    def break_down(_: object) -> Any:
        raise EngineFault("The page is gone.")

    monkeypatch.setattr(envs.envs[1].runner.page, "perform", break_down)
    actions = list(calm.call("oracle"))
    batch, rewards, _, truncations, infos = envs.step(actions)
    expected, _, _, _, _ = calm.step(actions)
    assert truncations.tolist() == [False, True, False]
    assert infos["infra_error"].tolist() == [None, "The page is gone.", None]
    assert rewards[1] == 0.0
    for slot in (0, 2):
        assert {key: batch[key][slot] for key in batch} == {key: expected[key][slot] for key in expected}
    _, _, _, truncations, infos = envs.step(list(calm.call("oracle")))
    assert not truncations.any()
    assert infos["infra_error"].tolist() == [None, None, None]


@pytest.mark.parametrize("mode", [AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP])
def test_a_slot_that_cannot_begin_is_truncated_and_tries_again(
    make: Make, monkeypatch: pytest.MonkeyPatch, mode: AutoresetMode
) -> None:
    envs = make(2, autoreset_mode=mode)
    first, _ = envs.reset(seed=4)
    has_final = mode is AutoresetMode.SAME_STEP

    def break_down(*_: object) -> Any:
        raise EngineFault("The page is gone.")

    if not has_final:
        envs.step(["done", "scroll down"])
    with monkeypatch.context() as patch:
        patch.setattr(type(envs.envs[0].runner.page), "start", break_down)
        batch, _, terminations, truncations, infos = envs.step(["done", "scroll down"])
    assert (terminations.tolist(), truncations.tolist()) == ([has_final, False], [not has_final, False])
    assert infos["infra_error"].tolist() == ["The page is gone.", None]
    assert (batch["goal"][0], batch["error"][0]) == ("", "The page is gone.")
    assert ("final_obs" in infos) == has_final
    batch, _, terminations, truncations, infos = envs.step(["scroll down"] * 2)
    assert not (terminations | truncations).any()
    assert infos["infra_error"].tolist() == [None, None]
    assert batch["goal"][0] not in {"", first["goal"][0]}
    assert batch["goal"][1] == first["goal"][1]


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"num_envs": 0}, InvalidOptionError),
        ({"tasks": []}, InvalidOptionError),
        ({"tasks": ["Shop-Nope-v0"]}, UnknownNameError),
        ({"engine": "netscape"}, UnknownNameError),
    ],
)
def test_bad_options_are_refused(options: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        WebVectorEnv(TASK, **{"num_envs": 1, **options})


def test_seeds_of_numpy_are_numbers_too(make: Make) -> None:
    envs = make(2)
    goals = [envs.reset(seed=seed)[0]["goal"] for seed in (np.int64(4), np.array([4, 5]), [4, 5])]  # type: ignore[arg-type]
    assert goals[0] == goals[1] == goals[2]


def test_seeds_actions_and_masks_must_fit_the_slots(make: Make) -> None:
    envs = make(2)
    with pytest.raises(InvalidOptionError, match="3 seeds for 2 slots"):
        envs.reset(seed=[1, 2, 3])
    with pytest.raises(InvalidOptionError, match="reset_mask"):
        envs.reset(options={"reset_mask": np.array([False, False])})
    with pytest.raises(InvalidOptionError, match="checkpoint"):
        envs.reset(options={"checkpoint": 1})
    envs.reset(seed=1)
    with pytest.raises(InvalidOptionError, match="1 actions for 2 slots"):
        envs.step(["done"])


@pytest.mark.browser
def test_chromium_slots_share_a_browser_and_batch_their_pixels(make: Make) -> None:
    envs = make(2, engine="chromium", observation="aria+pixels", render_mode="rgb_array")
    batch, _ = envs.reset(seed=3)
    assert batch["pixels"].shape == (2, 768, 1024, 3)
    batch, _, _, _, infos = envs.step(list(envs.call("oracle")))
    assert batch in envs.observation_space
    assert infos["infra_error"].tolist() == [None, None]
    pictures = envs.render()
    assert pictures is not None
    assert [picture.shape for picture in pictures] == [(768, 1024, 3)] * 2


@pytest.mark.browser
def test_a_slot_whose_page_is_slow_holds_up_no_other(bad_app: Any, release: threading.Event) -> None:
    with closing(WebVectorEnv("Bad-Pages-v0", num_envs=3)) as envs:
        envs.reset(seed=1)
        quick = [env.runner for env in envs.envs[1:]]
        with ThreadPoolExecutor(1) as pool:
            stepping = pool.submit(envs.step, ["goto /hang", "goto /plain", "goto /deep?n=3"])
            try:
                deadline = time.monotonic() + 15
                while f"{BAD}/" in (urls := [each.observation()["url"] for each in quick]):
                    assert time.monotonic() < deadline, urls
                    os.sched_yield()
                assert urls == [f"{BAD}/plain", f"{BAD}/deep?n=3"]
                assert not stepping.done()
            finally:
                release.set()
            batch = stepping.result(timeout=30)[0]
        assert batch["url"] == (f"{BAD}/hang", f"{BAD}/plain", f"{BAD}/deep?n=3")


def test_slots_take_several_actions_each_of_which_counts_for_their_limits(make: Make) -> None:
    envs = make(3, max_episode_steps=4)
    envs.reset(seed=1)
    _, _, _, truncated, infos = envs.step([["wait", "wait", "wait"], "wait", "wait\ngoto /cart\nwait"])
    assert list(infos["actions_done"]) == [3, 1, 2]
    assert list(infos["steps_taken"]) == [3, 1, 2]
    assert not truncated.any()
    batch, _, _, truncated, infos = envs.step([["wait", "wait"], None, "wait"])
    assert list(infos["steps_taken"][[0, 2]]) == [4, 3]
    assert list(truncated) == [True, False, False]
    assert batch["error"][0] == "1 of 2 actions were done: the step limit is reached."
    alone = gym.make(TASK, engine="dom")
    alone.reset(seed=3)
    for action in ("wait", "goto /cart", "wait"):
        alone.step(action)
    assert envs.call("state_digest")[2] == alone.unwrapped.state_digest()  # type: ignore[attr-defined]
    alone.close()
