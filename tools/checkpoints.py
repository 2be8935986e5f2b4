"""Verify that an episode restored from a checkpoint continues exactly like the original.

    python tools/checkpoints.py [--seeds 20] [--engine chromium] [--pixels] [--task ID ...]

Plays a random walk of mouse, keyboard and element actions for each task family and seed. Every few steps a
checkpoint is restored in a second environment and both perform the same actions: observations, rewards and
database digests must be equal. Progress is written to stderr, results to stdout. The exit code is 1 if
anything differed.
"""

import argparse
import difflib
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.random import Generator, default_rng

from gristmill.apps.kit.aria import parse_aria_snapshot
from gristmill.envs.env import WebEnv
from gristmill.plugins import installed

KEYS = (
    *("Tab", "Tab", "Tab", "Shift+Tab", "Shift+Tab", "Enter", "Space", "Escape", "ArrowDown", "ArrowUp"),
    *("ArrowLeft", "Shift+ArrowLeft", "Home", "End", "Control+a", "Backspace", "a"),
)
WORDS = ("lamp", "Ada Park", "3", "", "a b")
WAYS = ("back", "scroll down", "scroll top", "goto /cart", "goto /search?q=lamp", "goto /")
Observation = dict[str, Any]


def random_action(rng: Generator, observation: Observation, *, has_mouse: bool) -> str:
    """Draw an action; most click, press or fill an existing element."""
    nodes = [node for node in parse_aria_snapshot(observation["aria"]).walk() if node.ref]
    kind = rng.choice(["click", "click", "key", "key", "key", "fill", "hover", "mouse", "go"])
    if kind == "key":
        return f"press {rng.choice(KEYS)}"
    if kind == "mouse" and has_mouse:
        verb = rng.choice(["mouse_click", "mouse_move", "mouse_double_click"])
        return f"{verb} {rng.integers(640)} {rng.integers(480)}"
    if kind in {"go", "mouse"} or not nodes:
        return str(rng.choice(WAYS))
    if kind == "fill":
        boxes = [n for n in nodes if n.role in {"textbox", "combobox", "spinbutton", "checkbox", "radio"}]
        if boxes:
            box = boxes[rng.integers(len(boxes))]
            if box.role in {"checkbox", "radio"}:
                return f"check {box.ref}"
            return f'fill {box.ref} "{rng.choice(WORDS)}"'
        return 'type "xy"'
    usable = [n for n in nodes if n.role in {"link", "button", "checkbox", "radio", "textbox", "combobox"}]
    chosen = (usable or nodes) if rng.random() < 0.8 else nodes
    return f"{kind} {chosen[rng.integers(len(chosen))].ref}"


def difference(one: Observation, other: Observation) -> str:
    """Describe how two observations differ; empty if they do not."""
    lines: list[str] = []
    for key, value in one.items():
        if key == "pixels" and not np.array_equal(value, other[key]):
            rows, columns = np.nonzero((value != other[key]).any(axis=2))
            lines.append(
                f"pixels: {len(rows)} differ, in {columns.min()},{rows.min()} to {columns.max()},{rows.max()}"
            )
        elif key != "pixels" and value != other[key]:
            sides = str(value).split("\n"), str(other[key]).split("\n")
            lines += difflib.unified_diff(*sides, f"original {key}", f"restored {key}", lineterm="", n=1)
    return "\n".join(lines)


def outcome(env: WebEnv, action: str) -> tuple[Observation, list[Any]]:
    """Perform an action; returns the observation, and reward, end, failure and database digest."""
    observation, reward, terminated, truncated, info = env.step(action)
    return observation, [reward, terminated, truncated, info["infra_error"], env.state_digest()]


class Walk:
    """A random walk whose checkpoints are restored in a second environment."""

    def __init__(self, env: WebEnv, other: WebEnv, *, before: int, after: int) -> None:
        self._env, self._other, self._before, self._after = env, other, before, after

    def play(self, seed: int, checkpoints: int) -> Iterator[str]:
        """For each checkpoint, yield the first difference after restoring it; empty if there is none."""
        rng, has_mouse = default_rng(seed), "pixels" in self._env.observation_space.spaces
        observation, _ = self._env.reset(seed=seed)
        done: list[str] = []
        for _ in range(checkpoints):
            for _ in range(self._before):
                done.append(random_action(rng, observation, has_mouse=has_mouse))
                observation, result = outcome(self._env, done[-1])
                if result[1] or result[2]:
                    return
            restored, _ = self._other.reset(options={"checkpoint": self._env.checkpoint()})
            found, marked = difference(observation, restored), len(done)
            for _ in range(self._after):
                if found:
                    break
                done.append(random_action(rng, observation, has_mouse=has_mouse))
                (observation, result), (restored, restored_result) = (
                    outcome(self._env, done[-1]),
                    outcome(self._other, done[-1]),
                )
                found = difference(observation, restored) or (
                    f"{result} became {restored_result}" if result != restored_result else ""
                )
                if result[1] or result[2]:
                    break
            trail = f"{' | '.join(done[max(marked - 8, 0) : marked])} || {' | '.join(done[marked:])}"
            yield f"{trail}\n{found}" if found else ""
            if self._env.runner.is_over:
                return


def main() -> int:
    """Run the command line; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=20, help="walks per family (20)")
    parser.add_argument("--first", type=int, default=0, help="the first seed (0)")
    parser.add_argument("--checkpoints", type=int, default=4, help="per walk (4)")
    parser.add_argument("--engine", choices=("chromium", "dom"), default="chromium")
    parser.add_argument("--pixels", action="store_true", help="compare screenshots as well")
    parser.add_argument("--task", action="append", choices=list(installed().families), help="may be repeated")
    args = parser.parse_args()
    options = {"observation": "aria+pixels" if args.pixels else "aria", "engine": args.engine}
    tried = different = 0
    for task in args.task or list(installed().families):
        env, other = (WebEnv(task, viewport=(640, 480), **options) for _ in range(2))
        for seed in range(args.first, args.first + args.seeds):
            found = list(Walk(env, other, before=5, after=6).play(seed, args.checkpoints))
            tried += len(found)
            for each in filter(None, found):
                different += 1
                print(f"{task} seed {seed}: {each}\n", flush=True)
            print(f"{task}: seed {seed} done, {different} of {tried} differ", file=sys.stderr, flush=True)
        env.close()
        other.close()
    print(f"{different} of {tried} checkpoints differ.")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
