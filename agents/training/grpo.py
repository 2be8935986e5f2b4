"""GRPO: groups of episodes from one snapshot, whose mean is the baseline (Shao et al. 2024).

As in Dr. GRPO (Liu et al. 2025) advantages are not divided by the group's spread, and episodes are normalised
by a constant and not by their length; it is the mean that is weighted by length, see `group_advantages`. As
in DAPO (Yu et al. 2025) clipping is asymmetric, and groups without variance are left out and others played in
their place. Steps may have groups of their own, see `groups.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.random import Generator
from torch import Tensor

from gristmill.agents.dreams.opening import open_env
from gristmill.agents.policies.batches import collate
from gristmill.agents.policies.distribution import choice_log_probs, entropy
from gristmill.agents.policies.network import PagePolicy
from gristmill.agents.training.curriculum import Curriculum, TaskDraw
from gristmill.agents.training.groups import TaskGroups, Weighted, branch_jobs, branch_points
from gristmill.agents.training.losses import clipped_surrogate
from gristmill.agents.training.played import Job
from gristmill.agents.training.playing import MakeEnv, Players
from gristmill.agents.training.policy_kl import PolicyKl, within_limit
from gristmill.agents.training.practice import Practice, measured
from gristmill.agents.training.runs import Metrics
from gristmill.agents.training.state_batches import StateChoices, by_state, state_batches
from gristmill.agents.training.streams import practice_seed
from gristmill.agents.training.updates import Optimiser

FIRST_SEED = 300_000  # of practice; below are those of demonstrations and DAgger
PLAYED_AT_ONCE = 4  # tasks


@dataclass(frozen=True, kw_only=True, slots=True)
class GrpoConfig:
    """Settings of GRPO.

    Attributes:
        env_steps: environment steps in all; the run ends with the update that reaches them.
        groups: tasks whose groups have variance that an update learns from.
        most_groups: tasks that are played for an update at most.
        limit_share: share of a family's step limit after which an episode is cut, above 0 to 1. What follows
            a mistake that cannot be undone is often right and counts as wrong: shorter is clearer.
        group_size: episodes from one snapshot; with `step_groups`, 1 compares steps alone.
        step_groups: states of each such task in which actions are compared; 0 for none. A task whose
            episodes all earned the same is left alone.
        branches: actions that are drawn in such a state, each played on to the end.
        later_steps: share of a branch's advantage for its later choices, 0 to 1.
        revisited: share of the tasks that had both outcomes before, 0 to 1.
        least_weight: see `Curriculum`.
        learning_rate: falls linearly to a tenth.
        warm_steps: gradient steps over which it rises at first; Adam's first steps have full size.
        batch_size: choices of a gradient step, at least: those that were made in one state stay together.
        epochs: passes over the choices of an update.
        clip_below, clip_above: see `clipped_surrogate`.
        largest_kl: nats; an update ends early when the policy has moved so far, see `PolicyKl`.
        entropy: weight of the entropy over tokens.
        step_cost: subtracted from the reward of each step.
        reward: `sparse` or `progress`.
        seed: of episodes, draws and order.
    """

    env_steps: int = 100_000
    groups: int = 12
    most_groups: int = 36
    limit_share: float = 1.0
    group_size: int = 8
    step_groups: int = 0
    branches: int = 6
    later_steps: float = 0.0
    revisited: float = 0.5
    least_weight: float = 0.05
    learning_rate: float = 1e-4
    warm_steps: int = 20
    batch_size: int = 64
    epochs: int = 2
    clip_below: float = 0.2
    clip_above: float = 0.28
    largest_kl: float = 0.05
    entropy: float = 0.003
    step_cost: float = 0.01
    reward: str = "sparse"
    seed: int = 0


@dataclass(frozen=True, slots=True)
class BatchLoss:
    """The loss of a batch of B states, their tokens' log probabilities (B, T), and mean entropy in nats."""

    loss: Tensor
    log_probs: Tensor
    entropy: float


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
            num_envs=PLAYED_AT_ONCE * max(config.group_size, config.branches if config.step_groups else 0),
            options={"step_cost": config.step_cost, "reward": config.reward},
            limit_share=config.limit_share,
            make_env=make_env,
        )
        first = practice_seed(FIRST_SEED, config.seed)
        super().__init__(
            policy, players, self._optimiser, task_ids=task_ids, env_steps=config.env_steps, first_seed=first
        )
        self._curriculum = Curriculum(list(task_ids), first, config.least_weight)

    def _round(self) -> Metrics:
        rng = self._rng(self._config.seed, 0x6270)
        groups = self._groups(rng)
        weighted = [each for group in groups for each in self._weighted(group)]
        learned = self._learn(weighted, rng) if weighted else {}
        rates = self._curriculum.pass_rates if len(self._curriculum.task_ids) > 1 else {}
        return {
            **measured([each for group in groups for each in group.episodes]),
            "groups": len(groups),
            "groups_with_variance": sum(bool(self._weighted(group)) for group in groups),
            "branch_faults": sum(
                each.success is None for group in groups for branches in group.branches for each in branches
            ),
            **{f"pass_rate/{task_id}": rate for task_id, rate in rates.items()},
            **learned,
        }

    def _weighted(self, group: TaskGroups) -> list[Weighted]:
        config = self._config
        return group.weighted(later_steps=config.later_steps, step_cost=config.step_cost)

    def _groups(self, rng: Generator) -> list[TaskGroups]:
        """Play tasks until enough of them have groups with variance."""
        config, groups, useful = self._config, list[TaskGroups](), 0
        while useful < config.groups and len(groups) < config.most_groups:
            draws = [self._curriculum.draw(rng, config.revisited) for _ in range(PLAYED_AT_ONCE)]
            played = self._branched(self._episodes(draws, rng), rng)
            for each in played:
                self._curriculum.add(each.draw, each.pass_rate, is_mixed=each.is_mixed)
            useful += sum(bool(self._weighted(each)) for each in played)
            groups += played
        return groups

    def _episodes(self, draws: Sequence[TaskDraw], rng: Generator) -> list[TaskGroups]:
        """Play each task `group_size` times, with checkpoints of all states if steps get groups."""
        size, has_branches = self._config.group_size, self._config.step_groups > 0
        jobs = [job for draw in draws for job in self._jobs(draw, rng)]
        played = self._play(jobs, label=lambda env: env.checkpoint() if has_branches else None)
        return [TaskGroups(draw, played[at * size : (at + 1) * size]) for at, draw in enumerate(draws)]

    def _jobs(self, draw: TaskDraw, rng: Generator) -> list[Job]:
        env = self._players.env(draw.task_id)
        env.reset(seed=draw.seed)
        start = env.checkpoint()
        streams = rng.integers(1, 2**31, size=self._config.group_size).tolist()
        return [Job(task_id=draw.task_id, seed=draw.seed, checkpoint=start, draw=each) for each in streams]

    def _branched(self, groups: list[TaskGroups], rng: Generator) -> list[TaskGroups]:
        """Play the branches of states of these tasks."""
        config = self._config
        owners, jobs = list[TaskGroups](), list[Job]()
        for group in groups if config.step_groups else []:
            if config.group_size > 1 and not self._weighted(group):
                continue
            for played, place in branch_points(group.episodes, config.step_groups, rng):
                owners.append(group)
                jobs += branch_jobs(played, place, config.branches, rng)
        played_on = self._play(jobs)
        for at, group in enumerate(owners):
            group.branches.append(played_on[at * config.branches : (at + 1) * config.branches])
        return groups

    def _learn(self, weighted: Sequence[Weighted], rng: Generator) -> Metrics:
        config = self._config
        states = by_state(weighted)
        policy_kl = PolicyKl(self.policy, [each.features for each in states])
        self.policy.train()
        rate = config.learning_rate * (1 - 0.9 * self.share_done)
        found: Metrics = {"kl": 0.0, "kl_stop": 0.0, "gradient_steps": 0}
        for batch in state_batches(states, config.batch_size, config.epochs, rng):
            losses = grpo_loss(self.policy, batch, config)
            found["kl"] = policy_kl.since(
                [each.features for each in batch], losses.log_probs, [len(each.choices) for each in batch]
            )
            if not within_limit(self._optimiser, found["kl"], config.largest_kl):
                return found | {"kl_stop": 1.0}
            found["gradient_norm"] = self._optimiser.step(losses.loss, learning_rate=rate)
            found["entropy"] = losses.entropy
            found["gradient_steps"] += 1
        found["kl"] = policy_kl.now(self.policy)
        is_within = within_limit(self._optimiser, found["kl"], config.largest_kl)
        return found | {"kl_stop": float(not is_within)}

    def state(self) -> dict[str, Any]:
        """See `Trainer`."""
        return super().state() | {"curriculum": self._curriculum.state()}

    def restore(self, state: dict[str, Any]) -> None:
        """See `Trainer`."""
        super().restore(state)
        self._curriculum.restore(state["curriculum"])


def grpo_loss(policy: PagePolicy, batch: Sequence[StateChoices], config: GrpoConfig) -> BatchLoss:
    """The loss of choices with advantages.

    Each weighs 1 / `batch_size`, a constant: a step of a long episode counts as much as any other.
    """
    states = collate([each.features for each in batch])
    encoded = policy(states)
    rows = [row for row, each in enumerate(batch) for _ in each.choices]
    weighted = [choice for each in batch for choice in each.choices]
    decisions = [each.step.decision for each in weighted]
    log_probs = choice_log_probs(policy, encoded, states, rows, [each.choice for each in decisions])
    old = log_probs.new_tensor([each.log_prob for each in decisions])
    advantages = log_probs.new_tensor([each.advantage for each in weighted])
    surrogate = clipped_surrogate(
        log_probs, old, advantages, below=config.clip_below, above=config.clip_above
    )
    spread = entropy(encoded.log_probs)[rows].mean()
    loss = -surrogate.sum() / config.batch_size - config.entropy * spread
    return BatchLoss(loss, encoded.log_probs, float(spread.detach()))
