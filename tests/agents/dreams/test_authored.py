"""The dream of the tiny known task is exact, repeats, and is opened as Gymnasium environments are."""

import warnings
import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType

import gymnasium as gym
import pytest
from gymnasium.utils.env_checker import check_env
from numpy.random import default_rng

from gristmill.agents.dreams.comparison import errors_by_horizon, verdicts
from gristmill.agents.dreams.environment import DreamEnv, simulator_of
from gristmill.agents.dreams.files import KIND, Dream, load_dream, save_dream
from gristmill.agents.dreams.logs import episode_of
from gristmill.agents.dreams.simulator import State
from gristmill.agents.policies.sealed_file import write_sealed
from gristmill.agents.recording.trajectories import Trajectory
from gristmill.errors import InvalidOptionError, LearningFileError

Played = Callable[[int, Iterable[str]], Trajectory]
HELD_OUT = range(5000, 5040)


@pytest.mark.slow
def test_the_dream_of_the_tiny_task_is_exact_on_tasks_that_were_not_logged(
    dream: Dream, played: Played
) -> None:
    rng = default_rng(1)
    held_out = [played(seed, [f"click e{n}" for n in rng.integers(1, 7, size=3)]) for seed in HELD_OUT]
    held_out += [played(seed, [*(f"click e{n}" for n in range(1, 7))]) for seed in HELD_OUT]
    rows = errors_by_horizon(simulator_of(dream), [episode_of(each) for each in held_out])
    assert [row.steps for row in rows] == [1, 2]
    assert all(
        share == 1.0
        for row in rows
        for share in (row.template, row.same_elements, row.elements, row.reward, row.end)
    )
    found = verdicts(simulator_of(dream), [episode_of(each) for each in held_out])
    assert found.false_successes == found.missed == 0
    assert found.both > 5
    assert found.neither > 5


def test_success_is_a_rule_for_goals_of_any_content(dream: Dream) -> None:
    rules = [rule for rule in dream.recovered.rules if rule.has_slots]
    assert [rule.in_words for rule in rules] == ["Press <acted>"]


def test_equal_seeds_and_actions_give_equal_episodes(dream: Dream) -> None:
    def episode(seed: int) -> list[object]:
        env = DreamEnv(dream, step_cost=0.25)
        seen: list[object] = [env.reset(seed=seed)[0]]
        for _ in range(3):
            observation, reward, terminated, truncated, info = env.step("click e2")
            seen.append((observation, reward, terminated, truncated, info["success"]))
            if terminated:
                break
        return seen

    assert episode(3) == episode(3)
    assert len({str(episode(seed)) for seed in range(20)}) > 5


def test_a_checkpoint_goes_on_where_it_was_taken(dream: Dream) -> None:
    env, other = DreamEnv(dream), DreamEnv(dream)
    env.reset(seed=1)
    env.step("click e1")
    checkpoint = env.checkpoint()
    other.reset(options={"checkpoint": checkpoint})
    assert other.steps_taken == 1
    assert [env.step("click e2")[:4] for _ in range(2)] == [other.step("click e2")[:4] for _ in range(2)]


def test_it_is_a_gymnasium_environment(dream: Dream, tmp_path: Path) -> None:
    save_dream(dream, tmp_path / "toy.dream")
    env = gym.make("gristmill/Dream-v0", dream=tmp_path / "toy.dream")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(env.unwrapped, skip_render_check=True)
    observation, info = env.reset(seed=5)
    assert set(observation) == {"goal", "url", "title", "error", "aria"}
    assert info["outline"].find("button", "Jade") is not None


def test_actions_that_cannot_be_performed_are_refused_as_in_the_real_environment(dream: Dream) -> None:
    env = DreamEnv(dream)
    env.reset(seed=0)
    assert env.step("click e99")[0]["error"] == "There is no element e99 on this page."
    assert "fly" in env.step("fly away")[0]["error"]
    assert env.step('fill e1 "x"')[0]["error"] == "e1 is a button, which takes no text."
    assert env.step("back")[0]["error"] == "There is no page before this one."


def test_what_it_is_made_with_is_checked(dream: Dream) -> None:
    with pytest.raises(InvalidOptionError, match="redrawn must be from 0 to 1"):
        DreamEnv(dream, redrawn=2)
    with pytest.raises(InvalidOptionError, match="no pixels"):
        DreamEnv(dream, render_mode="rgb_array")
    with pytest.raises(InvalidOptionError, match="checkpoint of a dream"):
        DreamEnv(dream).reset(options={"checkpoint": 3})
    with pytest.raises(InvalidOptionError, match="no oracle"):
        DreamEnv(dream).oracle()


def test_a_stored_dream_is_the_same(dream: Dream, tmp_path: Path) -> None:
    save_dream(dream, tmp_path / "toy.dream")
    again = load_dream(tmp_path / "toy.dream")
    assert again.recovered == dream.recovered
    assert again.episodes == dream.episodes


def test_a_damaged_dream_is_refused(dream: Dream, tmp_path: Path) -> None:
    path = tmp_path / "toy.dream"
    with pytest.raises(LearningFileError, match="gristmill dream LOGS"):
        load_dream(path)
    save_dream(dream, path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(LearningFileError, match="damaged"):
        DreamEnv(path)
    write_sealed(path, KIND, zlib.compress(b'{"lines": []}'))
    with pytest.raises(LearningFileError, match=r"another version.*Build it again"):
        DreamEnv(path)


def test_goals_are_drawn_anew(dream: Dream) -> None:
    always = DreamEnv(dream, redrawn=1.0)
    goals = {always.reset(seed=seed)[0]["goal"] for seed in range(60)}
    assert goals == {
        f"Press {colour}" for colour in ("Amber", "Cobalt", "Crimson", "Ivory", "Jade", "Violet")
    }


def test_after_its_end_an_episode_cannot_go_on(dream: Dream, toy: ModuleType) -> None:
    env = DreamEnv(dream)
    observation, _ = env.reset(seed=2)
    wanted = observation["goal"].removeprefix("Press ")
    ref = observation["aria"].split(f'"{wanted}" [ref=')[1].partition("]")[0]
    _, reward, terminated, truncated, info = env.step(f"click {ref}")
    assert (reward, terminated, truncated, info["success"]) == (1.0, True, False, True)
    with pytest.raises(gym.error.ResetNeeded, match="reset"):
        env.step("done")
    assert isinstance(env.checkpoint().state, State)
