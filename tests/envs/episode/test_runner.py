"""A step is performed, judged and paid for, in a real browser."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import gymnasium as gym
import pytest
from gymnasium.error import ResetNeeded

from gristmill.apps.kit.aria import parse_aria_snapshot
from gristmill.envs.env import WebEnv
from gristmill.envs.episode.runtime import default_runtime
from gristmill.errors import InvalidOptionError
from gristmill.plugins import installed

Make = Callable[..., WebEnv]
Solve = Callable[[WebEnv], list[tuple[dict[str, Any], float, bool, dict[str, Any]]]]
FAMILIES = ["Shop-AddToCart-v0", "Shop-Checkout-v0", "Shop-FindAndBuy-v0"]


@pytest.mark.browser
@pytest.mark.parametrize("task", FAMILIES)
def test_the_oracle_succeeds_and_success_pays_one(make: Make, solve: Solve, task: str) -> None:
    env = make(task)
    env.reset(seed=5)
    steps = solve(env)
    assert [reward for _, reward, _, _ in steps] == [0.0] * (len(steps) - 1) + [1.0]
    assert steps[-1][3]["success"] is True
    assert all(check.passed for check in steps[-1][3]["verdict"].checks)
    for ended in (lambda: env.step("back"), env.oracle):
        with pytest.raises(ResetNeeded):
            ended()


@pytest.mark.browser
def test_progress_sums_to_one_plus_what_was_gained(make: Make, solve: Solve) -> None:
    env = make(reward="progress")
    _, info = env.reset(seed=3)
    start = info["verdict"].progress
    steps = solve(env)
    assert sum(reward for _, reward, _, _ in steps) == pytest.approx(1 + 1 - start)
    env.reset(seed=3)
    assert env.step("done")[1] == 0.0


def test_success_that_is_final_ends_the_episode_and_one_that_passes_does_not(make: Make) -> None:
    stops = {task: make(task, engine="dom").config.stop.value for task in FAMILIES}
    assert list(stops.values()) == ["agent", "auto", "auto"]
    assert make(engine="dom", stop="auto").config.stop.value == "auto"


def name_of(seen: dict[str, Any], action: str) -> str:
    """The name of the element that an action is about."""
    ref = action.split()[1]
    return next(node.name for node in parse_aria_snapshot(seen["aria"]).walk() if node.ref == ref)


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [range(2), pytest.param(range(2, 6), marks=pytest.mark.sweep)], ids=str)
def test_passing_through_the_goals_state_pays_nothing(
    make: Make, ref_of: Callable[..., str], seeds: range
) -> None:
    env = make(engine="dom")
    for seed in seeds:
        seen, info = env.reset(seed=seed)
        quantity, reached, choices = int(info["task"].terms["quantity"]), [], []
        while (
            "Add to cart" not in seen["aria"]
            or "/p/" not in seen["url"]
            or not env.oracle().startswith(("fill", f"click {ref_of(seen, 'button', 'Add to cart')}"))
        ):
            action = env.oracle()
            choices += [name_of(seen, action)] if action.startswith("check") else []
            seen, *_ = env.step(action)
        page = seen["url"]
        for _ in range(min(quantity + 1, 4)):
            seen, reward, terminated, _, info = env.step(f"click {ref_of(seen, 'button', 'Add to cart')}")
            reached.append(info["goal_reached"])
            assert (reward, terminated, info["success"]) == (0.0, False, False)
            seen, *_ = env.step(f"goto {page}")  # the address says nothing of the options
            for name in choices:
                seen, *_ = env.step(f"check {ref_of(seen, 'radio', name)}")
        assert reached.index(True) == quantity - 1


def test_a_goal_that_is_reached_at_the_step_limit_is_no_success(make: Make, solve: Solve) -> None:
    alone = make(engine="dom")
    alone.reset(seed=3)
    limit = len(solve(alone)) - 1
    env: Any = gym.make("Shop-AddToCart-v0", engine="dom", max_episode_steps=limit)
    env.reset(seed=3)
    for _ in range(limit):
        _, reward, terminated, truncated, info = env.step(env.unwrapped.oracle())
    assert (reward, terminated, truncated) == (0.0, False, True)
    assert (info["success"], info["goal_reached"]) == (False, True)
    env.close()


def test_each_step_costs_the_step_cost(make: Make, solve: Solve) -> None:
    env = make(engine="dom", step_cost=0.125)
    env.reset(seed=3)
    rewards = [reward for _, reward, _, _ in solve(env)]
    assert rewards == [-0.125] * (len(rewards) - 1) + [0.875]
    with pytest.raises(InvalidOptionError, match="step_cost must be a number of 0 or more, not -1"):
        make(engine="dom", step_cost=-1)


@pytest.mark.browser
def test_when_the_agent_stops_success_is_paid_at_done_alone(make: Make) -> None:
    env = make(stop="agent")
    env.reset(seed=3)
    for _ in range(20):
        action = env.oracle()
        _, reward, terminated, _, info = env.step(action)
        if action == "done":
            break
        assert (reward, terminated) == (0.0, False)
    assert (reward, terminated, info["success"]) == (1.0, True, True)


@pytest.mark.browser
@pytest.mark.parametrize("action", ["done", 'answer "42"'])
def test_ending_early_pays_nothing(env: WebEnv, action: str) -> None:
    _, reward, terminated, truncated, info = env.step(action)
    assert (reward, terminated, truncated, info["success"]) == (0.0, True, False, False)


@pytest.mark.browser
def test_refused_actions_cost_a_step_until_the_limit() -> None:
    env = gym.make(FAMILIES[0])
    env.reset(seed=3)
    inner = env.unwrapped
    assert isinstance(inner, WebEnv)
    digest = inner.state_digest()
    ends = []
    for _ in range(installed().family(FAMILIES[0]).max_steps):
        seen, reward, terminated, truncated, info = env.step("click e999")
        assert seen["error"]
        assert (reward, terminated, info["success"]) == (0.0, False, False)
        ends.append(truncated)
    assert ends == [False] * (len(ends) - 1) + [True]
    assert inner.state_digest() == digest
    env.close()


@pytest.mark.browser
def test_tool_calls_are_taken_through_gymnasiums_wrappers() -> None:
    env = gym.make(FAMILIES[0])
    env.reset(seed=3)
    seen, *_ = env.step({"name": "goto", "arguments": {"url": "/cart"}})
    assert seen["url"] == "http://shop.test/cart"
    env.close()


class Interrupted(Future[Any]):
    """Work that somebody waits for when Ctrl-C is pressed."""

    def result(self, timeout: float | None = None) -> Any:
        del timeout
        raise KeyboardInterrupt


def test_ctrl_c_while_a_page_is_waited_for_reaches_the_caller(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    env = make(engine="dom")
    env.reset(seed=3)
    with monkeypatch.context() as patched:
        patched.setattr(default_runtime().dispatcher._workers, "submit", lambda _: Interrupted())
        with pytest.raises(KeyboardInterrupt):
            env.step("goto /search?q=nobody+has+asked+for+this")
    env.reset(seed=3)
    assert env.step("goto /search?q=nobody+has+asked+for+this")[4]["infra_error"] is None
