"""Tasks as tools: without TRL by hand, and with TRL in a run of two steps with a tiny random model."""

import inspect
import json
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from gristmill.adapters.tools import ELEMENT_TOOLS, PIXEL_TOOLS
from gristmill.adapters.trl import PixelToolEnv, ToolEnv, rows
from gristmill.envs.actions.grammar import parse
from gristmill.errors import InvalidOptionError

TASK = "Shop-AddToCart-v0"
ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).parent / "probes" / "trl_run.py"


def tools_of(owner: type) -> set[str]:
    """The tools, as TRL finds them."""
    members = {name for name, _ in inspect.getmembers(owner, predicate=inspect.isfunction)}
    return {name for name in members if not name.startswith("_")} - {"reset", "get_reward"}


def call_oracle(env: ToolEnv) -> str:
    action = parse(env.episode.env.unwrapped.oracle())  # type: ignore[attr-defined]
    answer: str = getattr(env, action.verb)(**asdict(action))
    return answer


def test_the_tools_are_the_actions_and_reading_on() -> None:
    assert tools_of(ToolEnv) == {*ELEMENT_TOOLS, "read_part"}
    assert tools_of(PixelToolEnv) == {*ELEMENT_TOOLS, *PIXEL_TOOLS, "read_part"}


def test_an_oracles_tool_calls_are_rewarded() -> None:
    env = ToolEnv()
    text = env.reset(task=TASK, seed=3, prompt=[])
    assert str(text).startswith(f"Task: {env.episode.goal}\n\nPage: Marlowick")
    assert env.get_reward() == 0.0
    while not env.episode.is_over:
        text = call_oracle(env)
    assert (env.get_reward(), env.episode.success, text) == (1.0, True, "The episode is over.")


def test_the_object_of_one_rollout_plays_the_next_one_from_the_start() -> None:
    env = ToolEnv()
    first = env.reset(task=TASK, seed=3)
    env.done()  # type: ignore[attr-defined]
    assert env.reset(task="Shop-Checkout-v0", seed=1) != first
    assert env.reset(task=TASK, seed=3) == first
    assert not env.episode.is_over


def test_wrong_arguments_are_explained_to_the_model() -> None:
    env = ToolEnv()
    env.reset(task=TASK, seed=3)
    assert "'ref' is missing" in env.click()  # type: ignore[attr-defined]
    assert "none of its arguments" in env.done(why="because")  # type: ignore[attr-defined]
    assert not env.episode.is_over


def test_a_rollout_that_is_left_without_done_is_not_a_success() -> None:
    env = ToolEnv()
    env.reset(task=TASK, seed=3)
    web: Any = env.episode.env.unwrapped
    while web.oracle() != "done":
        call_oracle(env)
    assert env.get_reward() == 0.0
    env.done()  # type: ignore[attr-defined]
    assert env.get_reward() == 1.0


def test_rewards_are_summed() -> None:
    env = partial(ToolEnv, reward="progress", step_cost=0.25)()
    env.reset(task=TASK, seed=3)
    env.scroll(direction="down")  # type: ignore[attr-defined]
    env.back()  # type: ignore[attr-defined]
    assert env.get_reward() == pytest.approx(-0.5)


def test_a_row_without_a_seed_is_refused() -> None:
    with pytest.raises(InvalidOptionError, match="columns 'task' and 'seed'; others are: prompt"):
        ToolEnv().reset(task=TASK, prompt=[])


def test_rows_are_each_task_with_each_seed() -> None:
    made = rows([TASK, "Shop-Checkout-v0"], iter(range(2)))
    assert [(row["task"], row["seed"]) for row in made] == [
        (TASK, 0),
        (TASK, 1),
        ("Shop-Checkout-v0", 0),
        ("Shop-Checkout-v0", 1),
    ]
    assert [message["role"] for message in made[0]["prompt"]] == ["system", "user"]


@pytest.mark.browser
def test_a_screenshot_goes_with_the_text() -> None:
    env = PixelToolEnv()
    image, text = env.reset(task=TASK, seed=3)
    assert isinstance(image, dict)
    assert image["image"].size == (1024, 768)
    assert isinstance(text, dict)
    assert text["text"].startswith("Task: ")
    _, after = env.mouse_click(x=5, y=5)  # type: ignore[attr-defined]
    assert after["text"].startswith("Page: ")
    env.episode.close()


@pytest.mark.adapters
def test_a_tiny_model_calls_tools_in_a_run_of_two_steps(
    adapter_venv: Callable[[str], Any], tmp_path: Path
) -> None:
    venv = adapter_venv("trl")
    printed = venv.run(str(PROGRAM), str(ROOT / "examples" / "trl_grpo.py"), str(tmp_path))
    run = json.loads(printed.splitlines()[-1])
    assert {name for name, _ in run["calls"]} <= {"click", "fill", "back", "done"}
    assert any(text.startswith("Page: ") for _, text in run["calls"])
    assert len(run["rewards"]) == 4
    assert len({goal for _, goal in run["rewards"]}) == 2
    assert any(reward < 0 for reward, _ in run["rewards"])  # the cost of steps
    assert run["moved"] > 0
    assert {*ELEMENT_TOOLS, "read_part"} == set(run["tools"])
