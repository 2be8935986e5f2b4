"""The engine behind an environment: the whole way of an episode, and what it does not offer."""

import dataclasses
from multiprocessing import get_context
from threading import Thread
from typing import Any

import gymnasium as gym
import pytest
from gymnasium.utils.env_checker import check_env

from gristmill.agents.rollouts.runner import play_episodes
from gristmill.agents.scripted.oracle import OracleAgent
from gristmill.apps.base import CAPABILITIES
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.runtime import engines_of
from gristmill.errors import InvalidOptionError
from gristmill.plugins import installed

TASK = "Shop-AddToCart-v0"


def test_gymnasiums_checks_pass() -> None:
    env = gym.make(TASK, engine="dom", disable_env_checker=True)
    check_env(env.unwrapped, skip_render_check=True)
    env.close()


def marked(task: str) -> Any:
    """Families of several apps take seconds. Each family's oracle is in `tests/test_families.py` too."""
    marks = [pytest.mark.slow] if len(installed().family(task).apps) > 1 else []
    return pytest.param(task, marks=marks)


@pytest.mark.slow
@pytest.mark.sampled("task", 2)
@pytest.mark.parametrize("task", [marked(task) for task in installed().families])
def test_the_oracle_solves_every_task(task: str) -> None:
    results = play_episodes(task, OracleAgent, range(2), num_envs=2, options={"engine": "dom"})
    assert [result.success for result in results] == [True, True]


@pytest.mark.parametrize(
    "options", [{"observation": "pixels"}, {"observation": "aria+pixels"}, {"render_mode": "rgb_array"}]
)
def test_pixels_are_refused_when_the_environment_is_made(options: dict[str, Any]) -> None:
    with pytest.raises(InvalidOptionError, match='engine="chromium"'):
        WebEnv(TASK, engine="dom", **options)


def test_pixel_actions_are_refused_in_the_observation() -> None:
    env = WebEnv(TASK, engine="dom")
    env.reset(seed=1)
    seen, *_ = env.step("mouse_click 3 4")
    assert 'engine="chromium"' in seen["error"]
    env.close()


def test_our_families_work_in_both_engines() -> None:
    assert engines_of(installed().family(TASK)) == ["chromium", "dom"]


@pytest.mark.parametrize("need", sorted(CAPABILITIES))
def test_a_family_whose_app_clone_needs_more_works_in_a_browser_alone(
    monkeypatch: pytest.MonkeyPatch, need: str
) -> None:
    family = installed().family(TASK)
    needy = dataclasses.replace(installed().app("shop"), needs=frozenset({need}))
    monkeypatch.setitem(installed().apps, "shop", needy)  # type: ignore[arg-type]
    assert engines_of(family) == ["chromium"]
    with pytest.raises(InvalidOptionError, match=f"shop needs {need}. It works in: chromium"):
        WebEnv(TASK, engine="dom")


def digests(found: dict[str, list[str]], name: str) -> None:
    """The outlines of an oracle's episode."""
    env = WebEnv(TASK, engine="dom")
    seen, _ = env.reset(seed=5)
    found[name] = [seen["aria"]]
    over = False
    while not over:
        seen, _, over, _, _ = env.step(env.oracle())
        found[name].append(seen["aria"] + env.state_digest())
    env.close()


def in_child(sent: Any) -> None:
    found: dict[str, list[str]] = {}
    digests(found, "child")
    sent.send(found["child"])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_threads_and_forked_children_see_the_same() -> None:
    found: dict[str, list[str]] = {}
    threads = [Thread(target=digests, args=(found, str(i))) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    context = get_context("fork")
    received, sent = context.Pipe(duplex=False)
    child = context.Process(target=in_child, args=(sent,))
    child.start()
    assert received.poll(60)
    found["child"] = received.recv()
    child.join()
    assert len(found) == 4
    assert all(each == found["0"] for each in found.values())
    assert len(found["0"]) > 2
