"""States that were met in deployment, each once, with what is to be learned in them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from gristmill.agents.deployment.notes import Lines
from gristmill.agents.policies.features import features_of
from gristmill.agents.policies.hinted import hint_of_texts, with_hint
from gristmill.agents.training.played import Played
from gristmill.agents.training.samples import LabelledStates, Sample
from gristmill.errors import LearningFileError


@dataclass(slots=True)
class Experience:
    """States without the agent's notes, labelled with what it did, and lines that a teacher reads there.

    Attributes:
        lines: of each state by its key; empty where there is none.
    """

    states: LabelledStates = field(default_factory=LabelledStates)
    lines: dict[str, Lines] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.states.samples)

    def keep(self, played: Played, lines: Lines) -> None:
        """Keep the states of an episode. About 2 ms a step: the page is read again without the notes."""
        for step in played.steps:
            features = features_of(step.observation, step.memory)
            key = self.states.add(step.observation, step.memory, features, step.action)
            if key in self.states.samples:
                self.lines[key] = lines

    def samples(self) -> list[Sample]:
        """All states, in the order in which they were met."""
        return list(self.states.samples.values())

    def taught(self, samples: Sequence[Sample]) -> list[Sample]:
        """Some of the states as a teacher reads them."""
        keys = {id(sample): key for key, sample in self.states.samples.items()}
        return [with_lines(sample, self.lines[keys[id(sample)]]) for sample in samples]

    def to_state(self) -> dict[str, Any]:
        """All states as plain values."""
        return {"states": self.states.to_bytes(), "lines": [list(each) for each in self.lines.values()]}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> "Experience":
        """What `to_state` was given.

        Raises:
            LearningFileError: another version of Gristmill wrote it, which told states apart otherwise.
        """
        states = LabelledStates.from_bytes(state["states"])
        lines = [tuple(each) for each in state["lines"]]
        if len(lines) != len(states.samples):
            raise LearningFileError(
                f"The run has {len(lines)} states, of which this version tells {len(states.samples)} apart: "
                "go on with the version that wrote it, or begin anew."
            )
        return cls(states, dict(zip(states.samples, lines, strict=True)))


def with_lines(sample: Sample, lines: Lines) -> Sample:
    """A state with notes to read."""
    return Sample(with_hint(sample.features, hint_of_texts(lines)), sample.label)
