"""Draws demonstrations by playing oracles, in several processes."""

import multiprocessing
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass

from gristmill.agents.training.demonstrations import Demonstration, DemonstrationStep, deduplicated
from gristmill.envs.env import WebEnv
from gristmill.errors import TrainingError, Unwinnable

CHUNK = 10  # episodes of one call to a process


@dataclass(frozen=True, slots=True)
class Share:
    """The episodes that one call plays."""

    task_id: str
    seeds: tuple[int, ...]
    options: tuple[tuple[str, str], ...]


def draw_demonstrations(
    task_ids: Sequence[str],
    seeds: Sequence[int],
    *,
    options: Mapping[str, str] | None = None,
    processes: int = 1,
    on_progress: Callable[[int], None] = lambda done: None,
) -> list[Demonstration]:
    """Play each family's oracle on these seeds with `engine="dom"`, and return what succeeded, once each.

    The result does not depend on `processes`. 200 to 900 episodes of the shop a CPU minute. Episodes with an
    infrastructure failure are left out.

    Args:
        task_ids: families.
        seeds: of the episodes of each family.
        options: of `gymnasium.make`, such as `split` or `skin`.
        processes: number of them; with 1 it is this one.
        on_progress: called with the number of episodes that have just ended.

    Raises:
        TrainingError: no episode of a family succeeded.
    """
    given = tuple(sorted((options or {}).items()))
    shares = [
        Share(task_id, tuple(seeds[first : first + CHUNK]), given)
        for task_id in task_ids
        for first in range(0, len(seeds), CHUNK)
    ]
    drawn: list[Demonstration] = []
    if processes == 1:
        for share in shares:
            drawn += play_share(share)
            on_progress(len(share.seeds))
    else:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(processes, mp_context=context) as pool:
            futures = [(share, pool.submit(play_share, share)) for share in shares]
            for share, future in futures:
                drawn += future.result()
                on_progress(len(share.seeds))
    missing = [task_id for task_id in task_ids if task_id not in {each.task_id for each in drawn}]
    if missing:
        raise TrainingError(f"The oracle succeeded in no episode of {', '.join(missing)}.")
    return deduplicated(drawn)


def play_share(share: Share) -> list[Demonstration]:
    """Play some episodes in this process."""
    with closing(WebEnv(share.task_id, engine="dom", **dict(share.options))) as env:  # type: ignore[arg-type]
        played = [play_oracle(env, share, seed) for seed in share.seeds]
    return [each for each in played if each is not None]


def play_oracle(env: WebEnv, share: Share, seed: int) -> Demonstration | None:
    """One episode, or None if it did not succeed."""
    observation, info = env.reset(seed=seed)
    steps: list[DemonstrationStep] = []
    is_over = False
    while not is_over and len(steps) < env.family.max_steps:
        try:
            action = env.oracle()
        except Unwinnable:
            return None
        page = {key: observation[key] for key in ("url", "title", "error", "aria")}
        steps.append(DemonstrationStep(action=action, **page))
        observation, _, terminated, truncated, info = env.step(action)
        is_over = terminated or truncated
    if not info["success"]:
        return None
    return Demonstration(
        task_id=share.task_id,
        seed=seed,
        goal=observation["goal"],
        steps=tuple(steps),
        options=dict(share.options),
    )
