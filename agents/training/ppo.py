"""PPO with generalised advantage estimation (Schulman et al. 2017); what cannot be chosen is masked."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from numpy.random import Generator
from torch import Tensor

from gristmill.agents.dreams.opening import open_env
from gristmill.agents.policies.batches import collate
from gristmill.agents.policies.distribution import decide, score
from gristmill.agents.policies.network import PagePolicy
from gristmill.agents.training.losses import advantages_and_returns, clipped_surrogate
from gristmill.agents.training.played import Played, Step
from gristmill.agents.training.playing import MakeEnv, Players
from gristmill.agents.training.policy_kl import PolicyKl, within_limit
from gristmill.agents.training.practice import Practice, judged_of, measured
from gristmill.agents.training.runs import Metrics
from gristmill.agents.training.streams import practice_seed
from gristmill.agents.training.updates import Optimiser, shuffled

FIRST_SEED = 500_000  # of practice; below are those of the other algorithms


@dataclass(frozen=True, kw_only=True, slots=True)
class PpoConfig:
    """Settings of PPO.

    Attributes:
        env_steps: environment steps in all; the run ends with the update that reaches them.
        episodes: of an update, each of a task of its own.
        num_envs: episodes side by side.
        learning_rate: falls linearly to a tenth.
        warm_steps: gradient steps over which it rises at first, those of the value head among them.
        batch_size: choices of a gradient step.
        epochs: passes over the choices of an update.
        clip: see `clipped_surrogate`.
        discount, trace: gamma and lambda, 0 to 1.
        value_weight, entropy: weights in the loss.
        largest_kl: nats; an update ends early when the policy has moved so far, see `PolicyKl`.
        value_updates: first updates, in which only the value head learns.
        step_cost: subtracted from the reward of each step.
        reward: `sparse` or `progress`.
        seed: of episodes, draws and order.
    """

    env_steps: int = 100_000
    episodes: int = 64
    num_envs: int = 32
    learning_rate: float = 1e-4
    warm_steps: int = 20
    batch_size: int = 64
    epochs: int = 3
    clip: float = 0.2
    discount: float = 0.99
    trace: float = 0.95
    value_weight: float = 0.5
    entropy: float = 0.003
    largest_kl: float = 0.05
    value_updates: int = 2
    step_cost: float = 0.01
    reward: str = "sparse"
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Estimated:
    """A choice with its advantage and the return from its state."""

    step: Step
    advantage: float
    returned: float


class Ppo(Practice):
    """Rounds of episodes and updates."""

    def __init__(
        self,
        config: PpoConfig,
        policy: PagePolicy,
        task_ids: Sequence[str],
        make_env: MakeEnv = open_env,
    ) -> None:
        options = {"step_cost": config.step_cost, "reward": config.reward}
        self._config = config
        self._optimiser = Optimiser(policy, learning_rate=config.learning_rate, warm_steps=config.warm_steps)
        super().__init__(
            policy,
            Players(num_envs=config.num_envs, options=options, make_env=make_env),
            self._optimiser,
            task_ids=task_ids,
            env_steps=config.env_steps,
            first_seed=practice_seed(FIRST_SEED, config.seed),
        )

    def _round(self) -> Metrics:
        played = self._play(self._new_jobs(self._config.episodes))
        estimated = [choice for each in judged_of(played) for choice in self._estimate(each)]
        return measured(played) | self._learn(estimated, self._rng(self._config.seed, 0x9907))

    def _estimate(self, played: Played) -> list[Estimated]:
        """Advantages of an episode; if the step limit ended it, its last state's value is what follows."""
        last = 0.0
        if played.is_cut:
            state = self._players.features(played.observation, played.memory)
            last = decide(self.policy, [state], [None])[0].value
        advantages, returns = advantages_and_returns(
            torch.tensor([step.reward for step in played.steps]),
            torch.tensor([step.decision.value for step in played.steps]),
            last,
            discount=self._config.discount,
            trace=self._config.trace,
        )
        values = zip(played.steps, advantages.tolist(), returns.tolist(), strict=True)
        return [Estimated(*each) for each in values]

    def _learn(self, estimated: Sequence[Estimated], rng: Generator) -> Metrics:
        config = self._config
        policy_kl = PolicyKl(self.policy, [each.step.features for each in estimated])
        self.policy.train()
        rate = config.learning_rate * (1 - 0.9 * self.share_done)
        advantages = torch.tensor([each.advantage for each in estimated])
        mean, spread = float(advantages.mean()), float(advantages.std(correction=0)) + 1e-8
        only_values = self.updates_done < config.value_updates
        found: Metrics = {"kl": 0.0, "kl_stop": 0.0}
        for batch in shuffled(estimated, config.batch_size, config.epochs, rng):
            scaled = torch.tensor([(each.advantage - mean) / spread for each in batch])
            loss, log_probs = ppo_loss(self.policy, batch, scaled, config, only_values=only_values)
            found["kl"] = policy_kl.since([each.step.features for each in batch], log_probs)
            if not only_values and not within_limit(self._optimiser, found["kl"], config.largest_kl):
                return found | {"kl_stop": 1.0}
            found["gradient_norm"] = self._optimiser.step(loss, learning_rate=rate)
            found["loss"] = float(loss.detach())
        found["kl"] = policy_kl.now(self.policy)
        is_within = only_values or within_limit(self._optimiser, found["kl"], config.largest_kl)
        return found | {"kl_stop": float(not is_within)}


def ppo_loss(
    policy: PagePolicy,
    batch: Sequence[Estimated],
    advantages: Tensor,
    config: PpoConfig,
    *,
    only_values: bool = False,
) -> tuple[Tensor, Tensor]:
    """The loss, and the log probabilities (B, T) of tokens.

    With `only_values` the value head alone is fitted; what it reads is left as it is.
    """
    states = collate([each.step.features for each in batch])
    encoded = policy(states)
    returned = torch.tensor([each.returned for each in batch])
    if only_values:
        fit = (policy.value_of(encoded.tokens.detach(), states.present) - returned).square().mean()
        return config.value_weight * fit, encoded.log_probs
    scores = score(policy, encoded, states, [each.step.decision.choice for each in batch])
    old = torch.tensor([each.step.decision.log_prob for each in batch])
    surrogate = clipped_surrogate(scores.log_probs, old, advantages, below=config.clip, above=config.clip)
    fit = (encoded.values - returned).square().mean()
    loss = -surrogate.mean() + config.value_weight * fit - config.entropy * scores.entropies.mean()
    return loss, encoded.log_probs
