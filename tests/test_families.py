"""What holds for every installed family, whoever wrote it."""

import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import gymnasium as gym
import pytest
from gymnasium.utils.env_checker import check_env

from gristmill.agents.audit.stage import Stage, is_ending
from gristmill.apps.base import Level, Task, TaskFamily, TaskKind
from gristmill.envs.checkpoints.checkpoint import Checkpoint
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.episode import Ending
from gristmill.envs.spaces import MAX_GOAL_LENGTH
from gristmill.plugins import installed

FAMILIES = list(installed().families)
SAMPLED = 40
LEAST_DIFFERENT = 37  # 40 draws out of a thousand repeat more than 3 times with a chance of 1 %
SPLITS = ("train", "test")
LEAST_WORDINGS = {"train": 4, "test": 3}
DIGITS = re.compile(r"\d+")

of_all = pytest.mark.parametrize("task_id", FAMILIES)


@pytest.fixture(scope="module")
def stages() -> Iterator[Any]:
    """Stages by family and split, kept for the tests of a module."""
    made: dict[tuple[str, str], Stage] = {}

    def stage(task_id: str, split: str = "train") -> Stage:
        if (task_id, split) not in made:
            made[task_id, split] = Stage(task_id, split=split)
        return made[task_id, split]

    yield stage
    for each in made.values():
        each.close()


def tasks_of(stage: Stage) -> list[Task]:
    return [stage.sample(seed) for seed in range(SAMPLED)]


@of_all
def test_a_family_says_what_it_is(task_id: str) -> None:
    family = installed().family(task_id)
    assert (type(family).__doc__ or "").strip(), (
        f"{task_id} has no docstring: `gristmill list` shows its first line."
    )
    assert len(family.summary()) <= 120
    assert family.kind in TaskKind
    assert family.level in Level
    assert set(family.axes) <= {"brief", "news"}
    assert ("news" in family.axes) == (type(family).revise is not TaskFamily.revise)
    assert family.max_steps >= 12
    assert family.tags


@pytest.mark.sampled("task_id", 2)
@of_all
@pytest.mark.slow
@pytest.mark.parametrize("split", SPLITS)
def test_its_goals_are_worded_in_several_ways(task_id: str, split: str, stages: Any) -> None:
    """Sentences that differ in more than the names, numbers and quotations in them."""
    shapes = {first_words(task.goal) for task in tasks_of(stages(task_id, split))}
    assert len(shapes) >= LEAST_WORDINGS[split], shapes


def first_words(goal: str) -> str:
    """The function words of a goal, which tell its wording from others."""
    plain = re.sub(r'"[^"]*"|#\S+|\S*[\d@/]\S*', "", goal)
    return " ".join(word for word in plain.split() if word.islower() and word.isalpha())[:24]


@pytest.mark.sampled("task_id", 2)
@of_all
@pytest.mark.slow
@pytest.mark.parametrize("split", SPLITS)
def test_its_tasks_differ(task_id: str, split: str, stages: Any) -> None:
    tasks = tasks_of(stages(task_id, split))
    different = {(task.goal, str(sorted(task.terms.items()))) for task in tasks}
    assert len(different) >= LEAST_DIFFERENT


@pytest.mark.sampled("task_id", 4)
@pytest.mark.slow
@of_all
def test_its_goals_fit_observations(task_id: str, stages: Any) -> None:
    tasks = [stages(task_id).sample(seed) for seed in range(4)]
    assert max(len(task.goal) for task in tasks) <= MAX_GOAL_LENGTH
    assert all(task.goal == task.goal.strip() != "" for task in tasks)
    assert not any("{" in task.goal or "}" in task.goal for task in tasks)


@pytest.mark.sampled("task_id", 4)
@of_all
@pytest.mark.slow
def test_wordings_change_the_goal_alone(task_id: str) -> None:
    tasks = []
    for wordings in SPLITS:
        with closing(WebEnv(task_id, engine="dom", wordings=wordings)) as env:
            _, info = env.reset(seed=1)
            tasks.append((info["task"], env.runner.begun("test").start.content_digest()))
    (one, rows), (other, other_rows) = tasks
    assert (one.terms, one.person_id, one.start_url, one.ends_with) == (
        other.terms, other.person_id, other.start_url, other.ends_with,
    )  # fmt: skip
    assert rows == other_rows


@of_all
@pytest.mark.slow
@pytest.mark.parametrize("split", ["train", pytest.param("test", marks=pytest.mark.sweep)])
def test_its_oracle_succeeds_and_idle_agents_fail(task_id: str, split: str, stages: Any) -> None:
    stage = stages(task_id, split)
    for seed in (1, 2) if split == "test" else (1,):
        stage.begin(seed)
        visited = stage.visited()
        assert not stage.verdict_if(Ending(visited=visited)).success, "`done` at once succeeds"
        assert not stage.verdict_if(Ending(gave_up="no", visited=visited)).success, (
            "giving up at once succeeds"
        )
        stage.solve(stage.family.max_steps)
        assert stage.verdict.success, [check for check in stage.verdict.checks if not check.passed]


@pytest.mark.sampled("task_id", 4)
@of_all
@pytest.mark.slow
def test_it_is_a_valid_environment(task_id: str) -> None:
    with closing(gym.make(task_id, engine="dom", disable_env_checker=True)) as env:
        check_env(env.unwrapped, skip_render_check=True)


@pytest.mark.sampled("task_id", 4)
@of_all
@pytest.mark.slow
def test_its_episodes_go_on_from_serialized_checkpoints(task_id: str, stages: Any) -> None:
    stage = stages(task_id)
    stage.begin(3)
    for _ in range(4):
        action = stage.oracle()
        if is_ending(action):
            break
        stage.act(action)
    fork = stage.fork()
    stage.solve(stage.family.max_steps)
    straight = stage.env.state_digest()
    restored = Checkpoint.from_bytes(fork.checkpoint.to_bytes())
    with closing(WebEnv(task_id, engine="dom", stop="agent")) as env:
        env.reset(options={"checkpoint": restored})
        is_over = False
        while not is_over:
            *_, is_over, _, info = env.step(env.oracle())
        assert info["success"]
        assert env.state_digest() == straight
