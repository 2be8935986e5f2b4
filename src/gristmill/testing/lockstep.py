"""Plays the same episode in both engines in lockstep and describes the first difference."""

import difflib
from collections.abc import Callable, Iterator
from typing import Any

from gristmill.agents.scripted.random_policy import RandomAgent
from gristmill.envs.env import WebEnv

State = tuple[dict[str, Any], float, bool, str]  # observation, reward, whether the episode is over, digest


class Pair:
    """Two environments of one task, one per engine, that receive the same actions."""

    def __init__(self, task: str, split: str) -> None:
        self.envs = [WebEnv(task, engine=engine, split=split) for engine in ("chromium", "dom")]

    def reset(self, seed: int) -> list[State]:
        """Reset both."""
        return [(env.reset(seed=seed)[0], 0.0, False, env.state_digest()) for env in self.envs]

    def step(self, action: str) -> list[State]:
        """Perform the action in both."""
        return [perform(env, action) for env in self.envs]

    def close(self) -> None:
        """Close both environments."""
        for env in self.envs:
            env.close()


def perform(env: WebEnv, action: str) -> State:
    """Perform an action and return the resulting state."""
    observation, reward, terminated, truncated, info = env.step(action)
    if truncated:
        observation = observation | {"error": f"fault: {info['infra_error']}"}
    return observation, float(reward), terminated or truncated, env.state_digest()


def difference(states: list[State]) -> str:
    """Describe how the second state differs from the first; empty if it does not."""
    first, second = states
    if first == second:
        return ""
    lines = [
        line
        for key in first[0]
        for line in difflib.unified_diff(
            str(first[0][key]).split("\n"),
            str(second[0][key]).split("\n"),
            f"chromium {key}",
            f"dom {key}",
            lineterm="",
            n=1,
        )
    ]
    if first[1:] != second[1:]:
        lines.append(f"chromium {first[1:]}, dom {second[1:]}")
    return "\n".join(lines)


def episode(
    pair: Pair, seed: int, steps: int, choose: Callable[[Pair, dict[str, Any]], str]
) -> Iterator[str]:
    """Play one episode; yields the difference after each step, up to the first that is not empty."""
    states = pair.reset(seed)
    action = "reset"
    for _ in range(steps):
        found = difference(states)
        yield f"after {action}:\n{found}" if found else ""
        if found or states[0][2]:
            return
        action = choose(pair, states[0][0])
        states = pair.step(action)
    found = difference(states)
    yield f"after {action}:\n{found}" if found else ""


def players(seed: int, steps: int) -> dict[str, tuple[int, Callable[[Pair, dict[str, Any]], str]]]:
    """Players by name: the step limit, and the function that chooses actions."""
    agent = RandomAgent()

    def walk(pair: Pair, observation: dict[str, Any]) -> str:
        return agent.act(observation)

    def oracle(pair: Pair, _: dict[str, Any]) -> str:
        return pair.envs[0].oracle()

    agent.begin(None, seed)  # type: ignore[arg-type]  # it does not use the environment
    return {"oracle": (80, oracle), "random": (steps, walk)}
