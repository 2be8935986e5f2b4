"""Plays a policy in many environments, with one pass of the network for all that wait."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from numpy.random import default_rng

from gristmill.agents.base import Observation
from gristmill.agents.dreams.opening import open_env
from gristmill.agents.policies.choices import action_of
from gristmill.agents.policies.distribution import decide
from gristmill.agents.policies.features import Features, features_of
from gristmill.agents.policies.hinted import hint_of_texts, with_hint
from gristmill.agents.policies.memory import Memory
from gristmill.agents.policies.network import PagePolicy
from gristmill.agents.policies.tried import TriedChoices
from gristmill.agents.training.played import Job, Played, Step
from gristmill.envs.env import WebEnv
from gristmill.envs.vector.base import EpisodeStart, SlotResult
from gristmill.envs.vector.local import run_slots
from gristmill.errors import InvalidOptionError

MakeEnv = Callable[..., Any]

CACHED = 1024  # features; about 70 kB each


def remembered(memory: Memory, result: SlotResult) -> Memory:
    """What a policy remembers where an episode begins: in a dream of a later state, what led to it."""
    before = result.info.get("before", ())
    following = [*(observation for observation, _ in before[1:]), result.observation]
    for (observation, action), now in zip(before, following, strict=bool(before)):
        memory = memory.after(observation, action, now)
    return memory


class FeatureCache:
    """Features by observation, memory and notes; the oldest are dropped."""

    def __init__(self, size: int = CACHED) -> None:
        self._size = size
        self._kept: dict[tuple[Any, ...], Features] = {}

    def __call__(self, observation: Observation, memory: Memory, notes: tuple[str, ...] = ()) -> Features:
        """The features of an observation; the same object for equal ones."""
        key = (*(observation[name] for name in ("goal", "url", "title", "error", "aria")), memory, notes)
        if key not in self._kept:
            if len(self._kept) >= self._size:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = with_hint(features_of(observation, memory), hint_of_texts(notes))
        return self._kept[key]


class Players:
    """Environments in which a policy is played. The caller closes it.

    Args:
        num_envs: episodes that are played side by side.
        options: of `gymnasium.make`, the engine among them; `dom` by default.
        limit_share: share of a family's step limit after which an episode is cut, above 0 to 1.
        make_env: makes an environment of the id of a family, or of a dream, and the options.

    Raises:
        InvalidOptionError: the share is not above 0 and at most 1.
    """

    def __init__(
        self,
        *,
        num_envs: int,
        options: Mapping[str, Any] | None = None,
        limit_share: float = 1.0,
        make_env: MakeEnv = open_env,
    ) -> None:
        if not 0 < limit_share <= 1:
            raise InvalidOptionError(f"limit_share must be above 0 and at most 1, not {limit_share}.")
        self._size, self._limit_share, self._make_env = num_envs, limit_share, make_env
        self._options = {"engine": "dom", **(options or {})}
        self._envs: dict[tuple[int, str], WebEnv] = {}
        self.features = FeatureCache()
        self.steps_taken = 0

    def env(self, task_id: str, slot: int = 0) -> WebEnv:
        """A slot's environment of a family."""
        if (slot, task_id) not in self._envs:
            self._envs[slot, task_id] = self._make_env(task_id, **self._options)
        return self._envs[slot, task_id]

    def play(
        self,
        policy: PagePolicy,
        jobs: Sequence[Job],
        *,
        label: Callable[[WebEnv], Any] = lambda env: None,
        on_end: Callable[[Played], None] = lambda played: None,
        notes: Callable[[str], tuple[str, ...]] = lambda goal: (),
    ) -> list[Played]:
        """Play episodes and return them in the order of the jobs.

        The draws of an episode depend on its job alone; only rounding depends on what is played beside it.

        Args:
            policy: is set to evaluation mode.
            jobs: the episodes; `num_envs` are played side by side.
            label: called with the environment in each state, before the policy acts.
            on_end: called after each episode.
            notes: called with each episode's goal; see `Played.notes`.
        """
        waiting = list(enumerate(jobs))[::-1]
        running: dict[int, tuple[int, Played]] = {}
        ended: dict[int, Played] = {}
        policy.eval()
        while waiting or running:
            self._start(waiting, running, policy.config.note_words, notes)
            self._step(policy, running, label)
            for slot in [slot for slot, (_, played) in running.items() if played.is_over]:
                place, played = running.pop(slot)
                ended[place] = played
                on_end(played)
        return [ended[place] for place in range(len(jobs))]

    def _start(
        self,
        waiting: list[tuple[int, Job]],
        running: dict[int, tuple[int, Played]],
        note_words: int,
        notes: Callable[[str], tuple[str, ...]],
    ) -> None:
        free = [slot for slot in range(self._size) if slot not in running][: len(waiting)]
        started = {slot: waiting.pop() for slot in free}
        envs = {slot: self.env(job.task_id, slot) for slot, (_, job) in started.items()}
        episodes = {
            slot: EpisodeStart(None if job.checkpoint else job.seed, job.checkpoint)
            for slot, (_, job) in started.items()
        }
        for slot, result in run_slots(envs, {}, episodes).items():
            place, job = started[slot]
            played = Played(job, memory=job.memory or Memory(max_words=note_words))
            if job.draw is None:
                played.tried = TriedChoices()
            else:
                played.rng = default_rng([job.seed, job.draw])
            running[slot] = place, played
            if isinstance(result, SlotResult):
                played.observation = result.observation
                played.memory = remembered(played.memory, result)
                played.notes = notes(str(result.observation["goal"]))
            else:
                played.is_over = True

    def _step(
        self,
        policy: PagePolicy,
        running: dict[int, tuple[int, Played]],
        label: Callable[[WebEnv], Any],
    ) -> None:
        active = {slot: played for slot, (_, played) in running.items() if not played.is_over}
        if not active:
            return
        states = {
            slot: self.features(each.observation, each.memory, each.notes) for slot, each in active.items()
        }
        envs = {slot: self.env(each.job.task_id, slot) for slot, each in active.items()}
        excluded = {
            place: each.tried.exhausted(states[slot])
            for place, (slot, each) in enumerate(active.items())
            if each.tried
        }
        rngs = [each.rng for each in active.values()]
        decisions = decide(policy, list(states.values()), rngs, excluded)
        labels = {slot: label(env) for slot, env in envs.items()}
        actions = {
            slot: action_of(states[slot], decision.choice)
            for slot, decision in zip(active, decisions, strict=True)
        }
        results = run_slots(envs, actions, {})
        self.steps_taken += len(actions)
        for (slot, played), decision in zip(active.items(), decisions, strict=True):
            result = results[slot]
            if not isinstance(result, SlotResult) or result.info["infra_error"] is not None:
                played.is_over, played.success = True, None
                continue
            if played.tried:
                played.tried.add(states[slot], decision.choice)
            played.steps.append(
                Step(
                    played.observation,
                    played.memory,
                    states[slot],
                    decision,
                    result.reward,
                    actions[slot],
                    labels[slot],
                )
            )
            played.memory = played.memory.after(played.observation, actions[slot], result.observation)
            played.observation = result.observation
            limit = self._limit_share * envs[slot].family.max_steps
            played.is_cut = not result.terminated and envs[slot].steps_taken >= limit
            if result.terminated or result.truncated or played.is_cut:
                played.is_over, played.success = True, bool(result.info["success"])

    def close(self) -> None:
        """Close all environments."""
        for env in self._envs.values():
            env.close()
        self._envs.clear()
