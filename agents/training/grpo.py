"""GRPO: groups of episodes from one snapshot, whose mean is the baseline (Shao et al. 2024).

As in Dr. GRPO (Liu et al. 2025) advantages are not divided by the group's spread, and episodes are normalised
by a constant and not by their length. As in DAPO (Yu et al. 2025) clipping is asymmetric, and groups without
variance are left out and others played in their place.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from numpy.random import Generator

from gristmill.agents.dreams.opening import open_env
from gristmill.agents.policies.batches import collate
from gristmill.agents.policies.distribution import score
from gristmill.agents.policies.network import PagePolicy
from gristmill.agents.training.losses import clipped_surrogate, divergence
from gristmill.agents.training.playing import Job, MakeEnv, Played, Players, Step
from gristmill.agents.training.practice import Practice, measured
from gristmill.agents.training.runs import Metrics
from gristmill.agents.training.streams import practice_seed
from gristmill.agents.training.updates import Optimiser

FIRST_SEED = 300_000  # of practice; below are those of demonstrations and DAgger
LEAST_SPREAD = 1e-6  # of returns; a group with less has no variance
PLAYED_AT_ONCE = 4  # groups


@dataclass(frozen=True, kw_only=True, slots=True)
class GrpoConfig:
    """Settings of GRPO.

    Attributes:
        env_steps: environment steps in all; the run ends with the update that reaches them.
        groups: groups with variance that an update learns from.
        most_groups: groups that are played for an update at most.
        group_size: episodes from one snapshot.
        revisited: share of the groups whose seed had variance before, 0 to 1.
        learning_rate: falls linearly to a tenth.
        warm_steps: gradient steps over which it rises at first; Adam's first steps have full size.
        batch_size: choices of a gradient step.
        epochs: passes over the choices of an update.
        clip_below, clip_above: see `clipped_surrogate`.
        largest_kl: nats; an update ends early when the policy has moved so far.
        entropy: weight of the entropy over tokens.
        step_cost: subtracted from the reward of each step.
        seed: of episodes, draws and order.
    """

    env_steps: int = 100_000
    groups: int = 12
    most_groups: int = 36
    group_size: int = 8
    revisited: float = 0.5
    learning_rate: float = 1e-4
    warm_steps: int = 20
    batch_size: int = 64
    epochs: int = 2
    clip_below: float = 0.2
    clip_above: float = 0.28
    largest_kl: float = 0.03
    entropy: float = 0.003
    step_cost: float = 0.01
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Weighted:
    """A choice with its advantage."""

    step: Step
    advantage: float


@dataclass(slots=True)
class Seeds:
    """Tasks to practise on: new ones, and those whose last group had variance.

    Attributes:
        open: task and seed of the latter, oldest first.
    """

    task_ids: list[str]
    next_seed: int
    open: list[tuple[str, int]] = field(default_factory=list)

    def draw(self, rng: Generator, revisited: float) -> tuple[str, int]:
        """The next task."""
        if self.open and rng.random() < revisited:
            return self.open.pop(int(rng.integers(len(self.open))))
        self.next_seed += 1
        return self.task_ids[self.next_seed % len(self.task_ids)], self.next_seed


def group_advantages(returns: Sequence[float]) -> list[float]:
    """Return minus mean of the group; not divided by the spread."""
    mean = sum(returns) / len(returns)
    return [value - mean for value in returns]


def weighted_steps(group: Sequence[Played]) -> list[Weighted]:
    """The choices of a group with their advantages; none if it has no variance.

    Episodes with infrastructure failures leave their group.
    """
    judged = [each for each in group if each.success is not None]
    returns = [each.total_reward for each in judged]
    if len(judged) < 2 or max(returns) - min(returns) < LEAST_SPREAD:
        return []
    advantages = group_advantages(returns)
    return [
        Weighted(step, advantage)
        for each, advantage in zip(judged, advantages, strict=True)
        for step in each.steps
    ]


class Grpo(Practice):
    """Rounds of groups and updates."""

    def __init__(
        self,
        config: GrpoConfig,
        policy: PagePolicy,
        task_ids: Sequence[str],
        make_env: MakeEnv = open_env,
    ) -> None:
        self._config = config
        self._optimiser = Optimiser(policy, learning_rate=config.learning_rate, warm_steps=config.warm_steps)
        players = Players(
            num_envs=config.group_size * PLAYED_AT_ONCE,
            options={"step_cost": config.step_cost},
            make_env=make_env,
        )
        first = practice_seed(FIRST_SEED, config.seed)
        super().__init__(
            policy, players, self._optimiser, task_ids=task_ids, env_steps=config.env_steps, first_seed=first
        )
        self._seeds = Seeds(list(task_ids), first)

    def _round(self) -> Metrics:
        rng = self._rng(self._config.seed, 0x6270)
        groups, weighted = self._groups(rng)
        learned = self._learn(weighted, rng) if weighted else {}
        return {
            **measured([each for group in groups for each in group]),
            "groups": len(groups),
            "groups_with_variance": sum(bool(weighted_steps(group)) for group in groups),
            **learned,
        }

    def _groups(self, rng: Generator) -> tuple[list[list[Played]], list[Weighted]]:
        """Play groups until enough of them have variance."""
        config, groups, useful = self._config, list[list[Played]](), list[list[Weighted]]()
        while len(useful) < config.groups and len(groups) < config.most_groups:
            tasks = [self._seeds.draw(rng, config.revisited) for _ in range(PLAYED_AT_ONCE)]
            jobs = [job for task_id, seed in tasks for job in self._jobs(task_id, seed, rng)]
            played = self._play(jobs)
            for place, task in enumerate(tasks):
                group = played[place * config.group_size : (place + 1) * config.group_size]
                groups.append(group)
                if weighted := weighted_steps(group):
                    useful.append(weighted)
                    if len({each.success for each in group}) > 1:
                        self._seeds.open.append(task)
        return groups, [each for weighted in useful for each in weighted]

    def _jobs(self, task_id: str, seed: int, rng: Generator) -> list[Job]:
        env = self._players.env(task_id)
        env.reset(seed=seed)
        start = env.checkpoint()
        draws = rng.integers(1, 2**31, size=self._config.group_size).tolist()
        return [Job(task_id=task_id, seed=seed, checkpoint=start, draw=draw) for draw in draws]

    def _learn(self, weighted: Sequence[Weighted], rng: Generator) -> Metrics:
        config = self._config
        self.policy.train()
        rate = config.learning_rate * (1 - 0.9 * self.share_done)
        entropies, kl, norm, steps = 0.0, 0.0, 0.0, 0
        for _ in range(config.epochs):
            order = rng.permutation(len(weighted))
            for first in range(0, len(order), config.batch_size):
                batch = [weighted[i] for i in order[first : first + config.batch_size]]
                loss, moved, entropy = grpo_loss(self.policy, batch, config)
                kl = float(moved)
                if kl > config.largest_kl:
                    return {"kl": kl, "kl_stop": 1.0, "gradient_norm": norm, "gradient_steps": steps}
                norm = self._optimiser.step(loss, learning_rate=rate)
                entropies, steps = float(entropy), steps + 1
        return {
            "kl": kl, "kl_stop": 0.0, "gradient_norm": norm, "entropy": entropies,
            "gradient_steps": steps,
        }  # fmt: skip

    def state(self) -> dict[str, Any]:
        """See `Trainer`."""
        return super().state() | {
            "next_seed": self._seeds.next_seed,
            "open": [list(task) for task in self._seeds.open],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """See `Trainer`."""
        super().restore(state)
        self._seeds.next_seed = state["next_seed"]
        self._seeds.open = [(task_id, seed) for task_id, seed in state["open"]]


def grpo_loss(
    policy: PagePolicy, batch: Sequence[Weighted], config: GrpoConfig
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The loss, the divergence from the policy that played, and the mean entropy.

    Each choice weighs 1 / `batch_size`, a constant: a step of a long episode counts as much as any other.
    """
    states = collate([each.step.features for each in batch])
    encoded = policy(states)
    scores = score(policy, encoded, states, [each.step.decision.choice for each in batch])
    old = torch.tensor([each.step.decision.log_prob for each in batch])
    advantages = torch.tensor([each.advantage for each in batch])
    surrogate = clipped_surrogate(
        scores.log_probs, old, advantages, below=config.clip_below, above=config.clip_above
    )
    entropy = scores.entropies.mean()
    loss = -surrogate.sum() / config.batch_size - config.entropy * entropy
    return loss, divergence(scores.log_probs.detach(), old), entropy.detach()
