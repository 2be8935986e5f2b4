"""The states that a student met, each once, with the hints that its teacher reads there."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from numpy.random import Generator

from gristmill.agents.training.hints import Hinted, HintKind, Lines
from gristmill.agents.training.played import Played
from gristmill.agents.training.samples import LabelledStates, Sample


@dataclass(slots=True)
class HintedStates:
    """Keeps states, and gives them back with their hints.

    Attributes:
        kind: of the hints.
        are_wrong: whether each state is given the hint of another one.
        states: with the oracle's labels, for measurements and for the control without a teacher.
        lines: the hint of each state by its key.
    """

    kind: HintKind
    are_wrong: bool = False
    states: LabelledStates = field(default_factory=LabelledStates)
    lines: dict[str, Lines] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.lines)

    def keep(self, group: Sequence[Played]) -> list[str]:
        """Keep the states of a group of episodes that have a hint, and return their keys.

        Episodes with infrastructure failures are left out, and so is what follows once one cannot be won.
        """
        judged = [each for each in group if each.success is not None]
        keys = []
        for episode, hints in zip(judged, self.kind.of_group(judged), strict=True):
            for step, lines in zip(episode.steps, hints, strict=True):
                if step.label.action is None:
                    break
                if not lines and not self.kind.may_be_empty:
                    continue
                key = self.states.add(step.observation, step.memory, step.features, step.label.action)
                if key in self.states.samples:  # else the policy cannot express the label
                    self.lines.setdefault(key, lines)
                    keys.append(key)
        return keys

    def hinted(self, keys: Sequence[str], rng: Generator) -> list[Hinted]:
        """States with their hints; wrong ones are drawn anew each time."""
        return [Hinted(self.states.samples[key], self._hint(self._owner(key, rng))) for key in keys]

    def samples(self) -> list[Sample]:
        """All states, in the order in which they were met."""
        return [self.states.samples[key] for key in self.lines]

    def keys_of(self, samples: Sequence[Sample]) -> list[str]:
        """The keys of some of them."""
        by_id = {id(self.states.samples[key]): key for key in self.lines}
        return [by_id[id(sample)] for sample in samples]

    def _owner(self, key: str, rng: Generator) -> str:
        """Whose hint a state gets."""
        if not self.are_wrong or len(self.lines) < 2:
            return key
        others = [each for each in self.lines if each != key]
        return others[int(rng.integers(len(others)))]

    def _hint(self, key: str) -> Any:
        return self.kind.tokens(self.states.samples[key].features, self.lines[key])

    def to_state(self) -> dict[str, Any]:
        """All states as plain values."""
        lines = {key: list(lines) for key, lines in self.lines.items()}
        return {"states": self.states.to_bytes(), "lines": lines}

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to what `to_state` returned."""
        self.states = LabelledStates.from_bytes(state["states"])
        self.lines = {key: tuple(lines) for key, lines in state["lines"].items()}
