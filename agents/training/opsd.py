"""On-policy self-distillation: a policy learns from itself with privileged hints.

One network in two roles (OPSD: Zhao et al. 2026; SDPO: Huebotter et al. 2026). The student acts on what it
sees. The teacher also reads a hint, see `hints`, and says what it would do in the states that the student
met; the student moves towards that distribution over all actions, exactly and not by samples. With labels in
place of a teacher this is DAgger (Ross et al. 2011), which is a control, and so are wrong hints and none.
"""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

import torch
from numpy.random import Generator, default_rng
from torch import Tensor

from gristmill.agents.policies.batches import collate
from gristmill.agents.policies.choices import is_one_of
from gristmill.agents.policies.distribution import decide, label_log_probs
from gristmill.agents.policies.hinted import with_hint
from gristmill.agents.policies.network import PagePolicy
from gristmill.agents.training.distillation import distilled
from gristmill.agents.training.divergences import Divergence, bounded
from gristmill.agents.training.hinted_states import HintedStates
from gristmill.agents.training.hints import HINTS, Demonstrated, Hinted, instruction
from gristmill.agents.training.opsd_config import OpsdConfig, require_sound
from gristmill.agents.training.played import Job, Played
from gristmill.agents.training.playing import MakeEnv, Players
from gristmill.agents.training.runs import Metrics
from gristmill.agents.training.samples import (
    Sample,
    batches_of,
    dropped_words,
    imitation_loss,
)
from gristmill.agents.training.streams import practice_seed
from gristmill.agents.training.updates import Optimiser
from gristmill.envs.env import WebEnv
from gristmill.errors import TrainingError

FIRST_SEED = 600_000  # of practice; below are those of other algorithms
INSTRUCTED = 0.5  # share of lessons in any action, where hints name one; the others have a demonstration's
MEASURED = 64  # states of a round in which agreement is measured


class Opsd:
    """One update of lessons, then rounds of play and distillation on all distinct states so far.

    Args:
        config: settings.
        policy: a trained one.
        task_ids: families.
        demonstrated: states of demonstrations.
        make_env: see `Players`.

    Raises:
        InvalidOptionError: a setting names nothing that there is, or settings do not fit each other.
    """

    save_every = 1

    def __init__(
        self,
        config: OpsdConfig,
        policy: PagePolicy,
        task_ids: Sequence[str],
        demonstrated: Sequence[Demonstrated],
        make_env: MakeEnv = WebEnv,
    ) -> None:
        require_sound(config)
        if not demonstrated:
            raise TrainingError("There is nothing to learn from: the policy can express no label.")
        self._config, self.policy, self._task_ids = config, policy, list(task_ids)
        self._demonstrated, self._kind = list(demonstrated), HINTS[config.hint]
        self._teacher = policy if config.teacher == "moving" else deepcopy(policy).eval()
        self._optimiser = Optimiser(policy, learning_rate=config.learning_rate, warm_steps=config.warm_steps)
        self._players = Players(num_envs=config.num_envs, make_env=make_env)
        self._met = HintedStates(self._kind, are_wrong=config.wrong_hints)
        self._env_steps = 0
        self.updates_done = 0

    @property
    def share_done(self) -> float:
        """See `Trainer`."""
        return self.updates_done / (self._config.rounds + 1)

    def update(self) -> Metrics:
        """The lessons, or a round. See `Trainer`."""
        rng = default_rng([self._config.seed, self.updates_done, 0x095D])
        metrics = self._round(rng) if self.updates_done else self._lessons(rng)
        self.updates_done += 1
        return metrics | {"env_steps": self._env_steps}

    def _lessons(self, rng: Generator) -> Metrics:
        """Learn to use hints; then the teacher is what the network has become."""
        losses = [
            self._step(self._imitation(self._config.batch_size, rng))
            for _ in range(self._config.lesson_steps)
        ]
        self._teacher.load_state_dict(self.policy.state_dict())
        return {"loss": sum(losses) / max(len(losses), 1)}

    def _round(self, rng: Generator) -> Metrics:
        groups = self._play(rng)
        played = [each for group in groups for each in group]
        judged = [each for each in played if each.success is not None]
        if not judged:
            raise TrainingError("Every episode of the round ended with an infrastructure failure.")
        self._env_steps += sum(len(each.steps) for each in judged)
        keys = [key for group in groups for key in self._met.keep(group)]
        agreement = self._agreement(keys, rng)
        losses, divergence = self._distil(rng) if self._met else ([0.0], 0.0)
        return {
            "loss": sum(losses) / len(losses),
            "divergence": divergence,
            "success_in_training": sum(each.success is True for each in judged) / len(judged),
            "states": len(self._met),
            "faults": len(played) - len(judged),
            **agreement,
        }

    def _play(self, rng: Generator) -> list[list[Played]]:
        """The student's episodes, in groups that begin in one snapshot."""
        config, size = self._config, self._config.group_size
        first = practice_seed(FIRST_SEED, config.seed) + (self.updates_done - 1) * config.groups_per_round
        jobs = []
        for place in range(config.groups_per_round):
            task_id, seed = self._task_ids[place % len(self._task_ids)], first + place
            draws: list[int | None] = [*rng.integers(1, 2**31, size=size).tolist()]
            if size == 1 and place % 2:
                draws = [None]
            jobs += [Job(task_id=task_id, seed=seed, draw=draw) for draw in draws]
        played = self._players.play(self.policy, jobs, label=self._kind.privileged)
        return [played[begin : begin + size] for begin in range(0, len(played), size)]

    def _agreement(self, keys: Sequence[str], rng: Generator) -> Metrics:
        """Shares of a round's distinct states in which student and teacher would do what the oracle does."""
        if not keys:
            return {}
        distinct = list(dict.fromkeys(keys))
        drawn = [distinct[i] for i in rng.permutation(len(distinct))[:MEASURED]]
        hinted = self._met.hinted(drawn, rng)
        plain = [each.sample.features for each in hinted]
        found = {"student_agreement": share_right(self.policy.eval(), plain, hinted)}
        if self._config.teacher != "labels":
            read = [with_hint(each.sample.features, each.hint) for each in hinted]
            found["teacher_agreement"] = share_right(self._teacher.eval(), read, hinted)
        return found

    def _distil(self, rng: Generator) -> tuple[list[float], float]:
        """The gradient steps of a round: their losses, and the mean divergence of their states."""
        config, losses, found = self._config, list[float](), list[float]()
        kept = self._met.samples()
        while len(losses) < config.steps_per_round:
            for batch in batches_of(kept, config.batch_size // 2, rng):
                hinted = self._met.hinted(self._met.keys_of(batch), rng)
                self.policy.train()
                distillation = self._distillation(hinted, dropped_words(rng, config.word_dropout))
                found.append(float(distillation.detach()))
                losses.append(self._step(distillation + self._imitation(len(batch), rng)))
                if len(losses) == config.steps_per_round:
                    break
        return losses, sum(found) / len(found)

    def _distillation(self, hinted: Sequence[Hinted], dropped: Tensor | None) -> Tensor:
        """Mean loss of the student's states: divergence from the teacher, or from the oracle's labels."""
        config = self._config
        states = collate([each.sample.features for each in hinted])
        if config.teacher == "labels":
            labels = [each.sample.label for each in hinted]
            losses = -label_log_probs(self.policy, self.policy(states, dropped), states, labels)
            return bounded(losses, config.largest_divergence).mean()
        found = distilled(
            self.policy,
            self._teacher,
            states,
            collate([with_hint(each.sample.features, each.hint) for each in hinted]),
            kind=Divergence(config.divergence),
            beta=config.beta,
            dropped=dropped,
        )
        is_sure = found.confidence >= config.least_confidence
        return (bounded(found.divergences, config.largest_divergence) * is_sure).mean()

    def _imitation(self, count: int, rng: Generator) -> Tensor:
        """Imitation of demonstrations with and without hints: neither the student nor the teacher forgets."""
        config = self._config
        drawn = [self._demonstrated[i] for i in rng.integers(len(self._demonstrated), size=count)]
        follows = config.teacher in {"ema", "moving"} and config.lessons_in_rounds
        is_hinted = follows or (config.teacher != "labels" and not self.updates_done)
        kept = self._met.samples()
        samples = []
        for each in drawn:
            if not is_hinted or rng.random() < config.hint_dropout:
                samples.append(each.sample)
                continue
            if self._kind.names_action and rng.random() < INSTRUCTED:
                place = int(rng.integers(len(kept) + len(self._demonstrated)))
                sample = kept[place] if place < len(kept) else each.sample
                hinted = instruction(sample.features, rng)
            else:
                hinted = Hinted(each.sample, self._kind.tokens(each.sample.features, each.lines))
            samples.append(Sample(with_hint(hinted.sample.features, hinted.hint), hinted.sample.label))
        self.policy.train()
        return imitation_loss(self.policy, samples, dropped_words(rng, config.word_dropout))

    def _step(self, loss: Tensor) -> float:
        self._optimiser.step(loss)
        if self._config.teacher == "ema":
            average(self._teacher, self.policy, self._config.teacher_decay)
        return float(loss.detach())

    def state(self) -> dict[str, Any]:
        """See `Trainer`."""
        return {
            "optimiser": self._optimiser.state(),
            "teacher": self._teacher.state_dict() if self._config.teacher in {"fixed", "ema"} else {},
            "updates_done": self.updates_done,
            "env_steps": self._env_steps,
            "met": self._met.to_state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """See `Trainer`."""
        self._optimiser.restore(state["optimiser"])
        if state["teacher"]:
            self._teacher.load_state_dict(state["teacher"])
        self.updates_done, self._env_steps = state["updates_done"], state["env_steps"]
        self._met.restore(state["met"])

    def close(self) -> None:
        """See `Trainer`."""
        self._players.close()


def share_right(policy: PagePolicy, features: Sequence[Any], hinted: Sequence[Hinted]) -> float:
    """Share of states whose likeliest choice is one of the label's."""
    made = decide(policy, features, [None] * len(features))
    right = [
        is_one_of(state.sample.features, each.choice, state.sample.label)
        for each, state in zip(made, hinted, strict=True)
    ]
    return sum(right) / len(right)


@torch.no_grad()
def average(teacher: PagePolicy, policy: PagePolicy, decay: float) -> None:
    """Move a teacher's weights towards a policy's by 1 - `decay`."""
    for mean, new in zip(teacher.parameters(), policy.parameters(), strict=True):
        mean.lerp_(new, 1 - decay)
