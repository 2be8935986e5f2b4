"""Episodes to play, and what is kept of those that were played."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from numpy.random import Generator

from gristmill.agents.base import Observation
from gristmill.agents.policies.distribution import Decision
from gristmill.agents.policies.features import Features
from gristmill.agents.policies.memory import Memory
from gristmill.agents.policies.tried import TriedChoices
from gristmill.envs.checkpoints.checkpoint import Checkpoint


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """An episode to play.

    Attributes:
        checkpoint: where it begins; by default at the start of the seed's task.
        memory: what the policy keeps of the steps before; nothing by default.
        draw: number of the stream that choices are drawn from; None for the likeliest ones.
    """

    task_id: str
    seed: int
    checkpoint: Checkpoint | None = None
    memory: Memory | None = None
    draw: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One decision, what it was based on, and its reward.

    Attributes:
        label: what the caller's `label` returned for the state.
    """

    observation: Observation
    memory: Memory
    features: Features
    decision: Decision
    reward: float
    action: str
    label: Any = None


@dataclass(slots=True)
class Played:
    """An episode.

    Attributes:
        success: None after an infrastructure failure: such an episode must not be learned from.
        is_cut: whether the step limit ended it.
        memory, observation: at its end.
        rng: where choices are drawn from; None for the likeliest ones.
        tried: the likeliest ones that were made, so that none is repeated for ever; None if they are drawn.
        notes: lines that the policy also reads in each state, as a hint is read.
    """

    job: Job
    steps: list[Step] = field(default_factory=list)
    success: bool | None = None
    is_cut: bool = False
    observation: Observation = field(default_factory=dict)
    memory: Memory = field(default_factory=Memory)
    rng: Generator | None = None
    tried: TriedChoices | None = None
    notes: tuple[str, ...] = ()
    is_over: bool = False

    @property
    def total_reward(self) -> float:
        """Undiscounted return."""
        return sum(step.reward for step in self.steps)

    @property
    def repeats(self) -> float:
        """Share of the steps that repeat an earlier one: same page, same memory of the page, same action."""
        pages = [(id(step.features), step.action) for step in self.steps]
        return 1 - len(set(pages)) / len(pages) if pages else 0.0


def judged_in(played: Sequence[Played]) -> list[Played]:
    """The episodes without those that ended with an infrastructure failure, which have no verdict."""
    return [each for each in played if each.success is not None]
