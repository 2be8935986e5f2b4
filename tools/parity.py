"""Verify that the `dom` engine behaves exactly like Chromium.

    python tools/parity.py [--seeds 50] [--first 0] [--steps 30] [--split train] [--task ID ...]

For each task family and seed the oracle and the random agent play one episode each, in both engines in
lockstep: the actions are chosen from Chromium's observations. After each step the whole observation, the
reward, the end of the episode and the database digest must be equal. Progress is written to stderr, results
to stdout. The exit code is 1 if anything differed.
"""

import argparse
import difflib
import sys
from collections.abc import Callable, Iterator
from time import perf_counter
from typing import Any

from gristmill.agents.scripted.random_policy import RandomAgent
from gristmill.envs.env import WebEnv
from gristmill.plugins import installed

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


def main() -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=50, help="episodes per player and family (50)")
    parser.add_argument("--first", type=int, default=0, help="the first seed (0)")
    parser.add_argument("--steps", type=int, default=30, help="steps of a random walk (30)")
    parser.add_argument("--split", choices=("train", "test"), default="train")
    parser.add_argument("--task", action="append", choices=list(installed().families), help="may be repeated")
    args = parser.parse_args()
    different = 0
    for task in args.task or list(installed().families):
        different += compared(task, args)
    print(f"{different} episodes differ." if different else "No difference.")
    return 1 if different else 0


def compared(task: str, args: argparse.Namespace) -> int:
    """Count the episodes of a family that differ, and print the first difference of each."""
    pair, different, steps, started_at = Pair(task, args.split), 0, 0, perf_counter()
    for seed in range(args.first, args.first + args.seeds):
        for name, (limit, choose) in players(seed, args.steps).items():
            found = list(episode(pair, seed, limit, choose))
            steps += len(found)
            if found[-1]:
                different += 1
                print(f"{task} seed {seed}, {name}, step {len(found) - 1}, {found[-1]}\n", flush=True)
        print(f"{task}: seed {seed} compared", file=sys.stderr, flush=True)
    pair.close()
    print(
        f"{task}: {2 * args.seeds} episodes, {steps} states, {different} differ, "
        f"{perf_counter() - started_at:.0f} s",
        flush=True,
    )
    return different


if __name__ == "__main__":
    sys.exit(main())
