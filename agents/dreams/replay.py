"""Does what succeeded in a dream succeed in the real environment? The same actions are done there again."""

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from typing import Any

from gristmill.agents.dreams.comparison import Verdicts, translated
from gristmill.agents.dreams.environment import DreamCheckpoint, DreamEnv
from gristmill.agents.dreams.files import Dream
from gristmill.agents.dreams.logs import Episode
from gristmill.agents.dreams.opening import open_env
from gristmill.agents.dreams.outlines import Page, page_of, refs_of
from gristmill.agents.dreams.simulator import State
from gristmill.agents.policies.network import PagePolicy
from gristmill.agents.training.played import Job, Played
from gristmill.agents.training.playing import Players
from gristmill.envs.vector.base import EpisodeStart, SlotResult
from gristmill.envs.vector.local import run_slots


def replayed(
    policy: PagePolicy,
    dream: Dream,
    episodes: Sequence[Episode],
    *,
    draw: int | None = 1,
    make_env: Callable[..., Any] = open_env,
) -> Verdicts:
    """Play a policy in the dream on tasks of these episodes, then repeat its actions in reality.

    Args:
        policy: its choices are drawn.
        dream: an authored one.
        episodes: give start and goal, and seed and family of the real task; they need not be the dream's own.
        draw: see `Job`.
        make_env: makes the real environment.
    """
    jobs = [
        Job(task_id="dream", seed=each.seed, draw=draw, checkpoint=begun(each))  # type: ignore[arg-type]
        for each in episodes
    ]
    with closing(Players(num_envs=16, make_env=lambda task_id, **_: DreamEnv(dream))) as players:
        dreamt = players.play(policy, jobs)
    found: Counter[tuple[bool, bool]] = Counter()
    for episode, played in zip(episodes, dreamt, strict=True):
        with closing(make_env(episode.task, engine="dom")) as env:
            real = repeated(env, episode.seed, played)
        if real is not None:
            found[bool(played.success), real] += 1
    return Verdicts.of(found)


def begun(episode: Episode) -> DreamCheckpoint:
    """The beginning of an episode in a dream."""
    return DreamCheckpoint(State(episode.goal, episode.scenes[0]))


def repeated(env: Any, seed: int, played: Played) -> bool | None:
    """Whether the same actions succeed on the task of this seed; None after an infrastructure failure."""
    result = run_slots({0: env}, {}, {0: EpisodeStart(seed)})[0]
    for step in played.steps:
        if not isinstance(result, SlotResult) or result.info["infra_error"] is not None:
            return None
        if result.terminated or result.truncated:
            break
        there = page_of(result.observation["aria"])
        line = numbered(step.action, page_of(step.observation["aria"]), result.observation["aria"], there)
        result = run_slots({0: env}, {0: line}, {})[0]
    is_judged = isinstance(result, SlotResult) and result.info.get("success") is not None
    return bool(result.info["success"]) if isinstance(result, SlotResult) and is_judged else None


def numbered(line: str, dreamt: Page, aria: str, there: Page) -> str:
    """An action of a dream with the refs of a real page."""
    own = translated(line, dreamt, there)
    verb, _, rest = own.partition(" ")
    ref, _, text = rest.partition(" ")
    place = refs_of(there).get(ref)
    if place is None:
        return own
    real = aria.split("\n")[place].partition(" [ref=")[2].partition("]")[0]
    return " ".join(part for part in (verb, real, text) if part)
