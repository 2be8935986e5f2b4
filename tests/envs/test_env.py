"""The environment keeps Gymnasium's contract and its own, in a real browser."""

import copy
import json
import os
import pickle
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from gymnasium.utils.env_checker import check_env
from gymnasium.wrappers import FlattenObservation, TimeAwareObservation

from gristmill.apps.kit.aria import parse_aria_snapshot
from gristmill.envs.env import WebEnv
from gristmill.errors import InvalidOptionError, UnknownNameError

Make = Callable[..., WebEnv]
Solve = Callable[[WebEnv], list[tuple[dict[str, Any], float, bool, dict[str, Any]]]]
Evaluate = Callable[..., Any]
FAMILIES = ["Shop-AddToCart-v0", "Shop-Checkout-v0", "Shop-FindAndBuy-v0"]
SMALL = (400, 300)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"task": "Shop-Chekout-v0"}, "Shop-Checkout-v0"),
        ({"engine": "firefox"}, "chromium"),
        ({"observation": "text"}, "aria, pixels, aria+pixels"),
        ({"reward": "dense"}, "sparse, progress"),
        ({"stop": "never"}, "auto, agent"),
        ({"split": "validation"}, "train, test"),
        ({"render_mode": "human"}, "rgb_array"),
    ],
)
def test_an_unknown_name_is_refused_with_those_there_are(options: dict[str, Any], told: str) -> None:
    with pytest.raises(UnknownNameError) as refused:
        WebEnv(**({"task": FAMILIES[0]} | options))
    assert told in str(refused.value)
    assert repr(next(iter(options.values()))) in str(refused.value)


@pytest.mark.parametrize(
    "viewport", [(0, 0), (199, 300), (300, 4001), (300,), (300, 300, 3), 300, None, "ab", (300.0, 300)]
)
def test_a_viewport_out_of_range_is_refused_with_the_range(viewport: object) -> None:
    with pytest.raises(InvalidOptionError, match="from 200 to 4000"):
        WebEnv(FAMILIES[0], viewport=viewport)  # type: ignore[arg-type]


@pytest.mark.parametrize("engine", ["dom", "chromium"])
def test_an_environment_is_used_by_one_thread_at_a_time_and_delays_no_other(engine: str) -> None:
    one, other = (WebEnv(FAMILIES[0], engine=engine) for _ in range(2))
    with ThreadPoolExecutor() as pool, one.turn:
        using, waiting = pool.submit(other.close), pool.submit(one.close)
        assert using.result(10) is None
        assert waiting in wait([waiting], timeout=0.05).not_done
    assert waiting.result(10) is None


def test_nothing_but_reset_may_come_first(make: Make) -> None:
    env = make()
    for early in (lambda: env.step("done"), env.oracle, env.state_digest):
        with pytest.raises(ResetNeeded):
            early()
    assert env.render() is None
    env.close()
    env.close()


def test_gymnasiums_checker_finds_nothing_without_a_browser() -> None:
    env: Any = gym.make(FAMILIES[0], engine="dom").unwrapped
    assert env.metadata["render_modes"] == []
    assert WebEnv.metadata["render_modes"] == ["rgb_array"]
    check_env(env)
    env.close()


@pytest.mark.parametrize("wrap", [FlattenObservation, TimeAwareObservation])
def test_gymnasiums_wrappers_of_observations_hold_what_pages_show(wrap: Callable[..., Any]) -> None:
    env = wrap(gym.make(FAMILIES[0], engine="dom"))
    seen, _ = env.reset(seed=3)
    assert seen in env.observation_space
    assert env.step("goto /cart")[0] in env.observation_space
    env.close()


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, pickle.dumps])
def test_an_environment_is_not_copied_but_names_what_to_do(
    make: Make, duplicate: Callable[[Any], Any]
) -> None:
    vector = gym.make_vec(FAMILIES[0], 2, engine="dom")
    for env in (make(engine="dom"), vector):
        with pytest.raises(TypeError, match=r"checkpoint.* and resume there"):
            duplicate(env)
    vector.close()


def test_the_page_is_shown_as_nodes_that_oracle_and_agent_share(make: Make) -> None:
    env = make(engine="dom")
    seen, info = env.reset(seed=3)
    assert info["outline"] == parse_aria_snapshot(seen["aria"])
    assert env.runner.outline() is info["outline"]
    seen, _, _, _, later = env.step("goto /cart")
    assert later["outline"] == parse_aria_snapshot(seen["aria"]) != info["outline"]


def test_task_and_verdict_are_plain_json(make: Make) -> None:
    _, info = make(engine="dom").reset(seed=3)
    task = json.loads(json.dumps(info["task"].to_json()))
    assert (task["goal"], task["wordings"]) == (info["task"].goal, "train")
    assert task["terms"] == dict(info["task"].terms)
    verdict = json.loads(json.dumps(info["verdict"].to_json()))
    assert verdict["success"] is info["goal_reached"] is False
    assert [check["name"] for check in verdict["checks"]] == [c.name for c in info["verdict"].checks]


CHANCE = """
import random, sys
import numpy as np
random.seed(5), np.random.seed(5)
before = random.getstate(), str(np.random.get_state())
import gristmill
import gymnasium as gym
env = gym.make("Shop-AddToCart-v0", engine=sys.argv[1], split="test", size="small")
env.reset(seed=3)
env.action_space.sample()
env.step(env.unwrapped.oracle())
env.close()
assert random.getstate() == before[0], "random"
assert str(np.random.get_state()) == before[1], "numpy"
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "engine", ["dom", pytest.param("chromium", marks=[pytest.mark.browser, pytest.mark.sweep])]
)
def test_the_callers_random_numbers_are_left_alone(engine: str, tmp_path: Path) -> None:
    environ = {**os.environ, "XDG_CACHE_HOME": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "-c", CHANCE, engine], env=environ, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr


@pytest.mark.browser
@pytest.mark.parametrize("observation", ["aria", "pixels", "aria+pixels"])
@pytest.mark.parametrize(
    "task", [FAMILIES[0], *(pytest.param(task, marks=pytest.mark.sweep) for task in FAMILIES[1:])]
)
def test_gymnasiums_checker_finds_nothing(make: Make, task: str, observation: str) -> None:
    env = make(task, observation=observation, viewport=SMALL, render_mode="rgb_array")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(env, skip_render_check=True)


@pytest.mark.browser
def test_a_closed_environment_can_be_reset(make: Make) -> None:
    env = make()
    env.reset(seed=3)
    env.close()
    env.close()
    for ended in (lambda: env.step("done"), env.oracle, env.state_digest):
        with pytest.raises(ResetNeeded):
            ended()
    seen, _ = env.reset(seed=3)
    assert seen["url"] == "http://shop.test/"


@pytest.mark.browser
def test_reset_takes_no_options(env: WebEnv) -> None:
    with pytest.raises(InvalidOptionError, match="speed"):
        env.reset(options={"speed": 2})


@pytest.mark.browser
def test_unseeded_resets_draw_a_sequence_that_the_first_seed_decides(make: Make) -> None:
    env = make()
    goals = []
    for _ in range(2):
        env.reset(seed=11)
        goals.append([env.reset()[0]["goal"] for _ in range(3)])
    assert goals[0] == goals[1]
    assert len(set(goals[0])) == 3


@pytest.mark.browser
def test_splits_are_different_worlds(make: Make) -> None:
    train, test = make(split="train").reset(seed=3), make(split="test").reset(seed=3)
    assert train[1]["task"].split == "train"
    assert train[0]["goal"] != test[0]["goal"]
    assert train[0]["aria"] != test[0]["aria"]


@pytest.mark.browser
def test_pixels_and_rendering_show_the_viewport(make: Make) -> None:
    env = make(observation="pixels", viewport=(640, 480), render_mode="rgb_array")
    seen, _ = env.reset(seed=3)
    assert seen["pixels"].shape == (480, 640, 3)
    assert "aria" not in seen
    shown = env.render()
    assert shown is not None
    assert np.array_equal(shown, seen["pixels"])
    assert np.unique(shown).size > 50
    assert env.step(env.oracle())[0]["error"] == ""


@pytest.mark.browser
def test_one_environment_works_from_any_thread(make: Make) -> None:
    env = make()
    seen: list[object] = []
    for work in (
        lambda: env.reset(seed=3),
        lambda: env.step("goto /cart"),
        lambda: env.step("back"),
        env.close,
    ):
        thread = threading.Thread(target=lambda work=work: seen.append(work()))
        thread.start()
        thread.join(60)
    assert len(seen) == 4


@pytest.mark.browser
def test_environments_in_several_threads_keep_to_themselves(make: Make, solve: Solve) -> None:
    def play(seed: int) -> list[str]:
        env = make()
        env.reset(seed=seed)
        return [*(seen["aria"] for seen, *_ in solve(env)), env.state_digest()]

    alone = [play(seed) for seed in (3, 4)]
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(play, [3, 4, 3])) == [*alone, alone[0]]


def unlike(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    return [key for key in one if not np.array_equal(one[key], other[key])]


@pytest.mark.browser
def test_the_same_seed_and_actions_show_the_same_whatever_came_before(make: Make) -> None:
    env = make("Shop-Checkout-v0", observation="aria+pixels", viewport=(640, 480))

    def play() -> list[dict[str, Any]]:
        seen = [env.reset(seed=3)[0]]
        for _ in range(6):
            seen.append(env.step(env.oracle())[0])
        digests.append(env.state_digest())
        return seen

    digests: list[str] = []
    first = play()
    env.reset(seed=8)
    for action in ("goto /orders", 'fill e6 "tent"', "press Enter", "scroll bottom", "mouse_move 300 300"):
        env.step(action)
    for one, other in zip(first, play(), strict=True):
        assert unlike(one, other) == []
    env = make("Shop-Checkout-v0", observation="aria+pixels", viewport=(640, 480))
    for one, other in zip(first, play(), strict=True):
        assert unlike(one, other) == []
    assert len(set(digests)) == 1


LITTER = """() => {
  document.cookie = "left=1; path=/; max-age=9999";
  localStorage.setItem("left", "1");
  sessionStorage.setItem("left", "1");
  window.left = window.name = "left";
  indexedDB.open("left");
  addEventListener("pagehide", () => { try { localStorage.setItem("late", "1"); document.cookie = "late=1"; }
    catch {} });
  document.querySelector("input").focus();
}"""
FOUND = """async () => [
  document.cookie, localStorage.length, sessionStorage.length, window.left ?? "", window.name,
  (await indexedDB.databases()).length, scrollY, document.activeElement.localName, navigation.canGoBack,
  document.querySelectorAll(":hover").length > 2,
  [...document.querySelectorAll("input")].map((i) => i.value).join("")]"""


@pytest.mark.browser
def test_nothing_of_an_episode_is_left_after_reset(make: Make, evaluate: Evaluate) -> None:
    env = make()
    env.reset(seed=3)
    clean = evaluate(env, FOUND)
    env.step("goto /cart")
    env.step('fill e6 "left"')
    env.step("scroll bottom")
    evaluate(env, LITTER)
    env.reset(seed=4)
    assert evaluate(env, FOUND) == clean
    assert env.step("back")[0]["error"] == "There is no page before this one."


@pytest.mark.browser
def test_links_visited_in_an_earlier_episode_look_unvisited(make: Make, evaluate: Evaluate) -> None:
    env = make(observation="pixels", viewport=SMALL)
    paint = """() => { document.body.innerHTML = '<style>a { color: black } a:visited { color: red }</style>'
      + '<a href="/cart">Cart</a>'; }"""
    env.reset(seed=3)
    evaluate(env, paint)
    fresh = env.step("mouse_scroll 0 0 0 0")[0]["pixels"]
    env.step("goto /cart")
    env.reset(seed=3)
    evaluate(env, paint)
    assert np.array_equal(env.step("mouse_scroll 0 0 0 0")[0]["pixels"], fresh)


@pytest.mark.browser
def test_interleaved_environments_see_their_own_rows_alone(make: Make) -> None:
    one, two = make(), make()
    one.reset(seed=3)
    two.reset(seed=3)
    before = two.state_digest()
    while not one.step(one.oracle())[2]:
        assert "0 items" in two.step("goto /cart")[0]["aria"]
    assert two.state_digest() == before != one.state_digest()
    assert two.step("goto /cart")[0]["error"] == ""


def test_what_is_no_runtime_is_refused_at_once() -> None:
    with pytest.raises(InvalidOptionError, match="runtime must be a Runtime or None, not 3"):
        WebEnv(FAMILIES[0], runtime=3)  # type: ignore[arg-type]
