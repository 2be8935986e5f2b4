"""Settings of on-policy self-distillation."""

from dataclasses import dataclass

from gristmill.agents.training.divergences import Divergence
from gristmill.agents.training.hints import HINTS
from gristmill.errors import InvalidOptionError

TEACHERS = ("fixed", "ema", "moving", "labels")


@dataclass(frozen=True, kw_only=True, slots=True)
class OpsdConfig:
    """Settings of on-policy self-distillation.

    Attributes:
        hint: what the teacher also reads: `next_step`, `open_checks`, `sibling`, `none`.
        wrong_hints: each state gets another state's hint; a control.
        teacher: `fixed`, a copy of the network after the lessons; `ema`, an average of its past; `moving`,
            the network as it is; `labels`, the oracle's actions and no teacher, which is DAgger.
        teacher_decay: of the average, for each gradient step.
        divergence: `forward`, `reverse` or `jsd`, see `Divergence`.
        beta: share of the teacher in the mixture of `jsd`.
        largest_divergence: nats; a state with more pulls no harder than that. 0 for no bound.
        least_confidence: states in which no token has this probability for the teacher teach nothing.
        lesson_steps: gradient steps before the first round that teach the network to use hints.
        lessons_in_rounds: whether a teacher that follows the network goes on to practise in the rounds.
        hint_dropout: share of the states that are imitated without a hint where hints are practised.
        rounds: of play and gradient steps.
        groups_per_round: snapshots that episodes of a round begin in.
        group_size: episodes from one snapshot; those of `sibling` need two. Single ones are greedy by turns.
        steps_per_round: gradient steps of a round.
        batch_size: states of a gradient step: half are the student's, half those of demonstrations.
        learning_rate: constant, and small: the policy is trained already.
        warm_steps: gradient steps until it is reached.
        word_dropout: see `CloningConfig`; the teacher reads all words.
        num_envs: episodes side by side.
        seed: of episodes and order.
    """

    hint: str = "next_step"
    wrong_hints: bool = False
    teacher: str = "fixed"
    teacher_decay: float = 0.99
    divergence: str = "forward"
    beta: float = 0.5
    largest_divergence: float = 5.0
    least_confidence: float = 0.0
    lesson_steps: int = 200
    lessons_in_rounds: bool = True
    hint_dropout: float = 0.5
    rounds: int = 20
    groups_per_round: int = 16
    group_size: int = 1
    steps_per_round: int = 50
    batch_size: int = 32
    learning_rate: float = 3e-4
    warm_steps: int = 50
    word_dropout: float = 0.1
    num_envs: int = 16
    seed: int = 0


def require_sound(config: OpsdConfig) -> None:
    """Check that settings name what there is and fit each other.

    Raises:
        InvalidOptionError: they do not.
    """
    for name, known in (("hint", HINTS), ("teacher", TEACHERS), ("divergence", list(Divergence))):
        if getattr(config, name) not in known:
            raise InvalidOptionError(
                f"The setting {name} must be one of {', '.join(known)}, not {getattr(config, name)!r}."
            )
    least = HINTS[config.hint].least_group
    if config.group_size < least:
        raise InvalidOptionError(f"Hints of kind {config.hint} need a group_size of {least} or more.")
    if config.divergence == Divergence.JSD and not 0 < config.beta < 1:
        raise InvalidOptionError(f"The setting beta must lie between 0 and 1, but is {config.beta}.")
