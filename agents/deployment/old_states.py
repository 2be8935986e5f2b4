"""States of old demonstrations, with and without notes."""

from collections.abc import Sequence
from dataclasses import dataclass

from gristmill.agents.deployment.experience import with_lines
from gristmill.agents.deployment.notes import nearest, note_of_demonstration
from gristmill.agents.training.demonstrations import Demonstration
from gristmill.agents.training.samples import Sample, states_of


@dataclass(frozen=True, slots=True)
class OldState:
    """A state as it is, and with the notes of another demonstration."""

    plain: Sample
    noted: Sample


def old_states(demonstrations: Sequence[Demonstration], note_words: int) -> list[OldState]:
    """The states whose labels the policy can express; about 3 ms each.

    The notes are those that an agent would read there if all other demonstrations had been its own episodes.
    """
    notes = [note_of_demonstration(each) for each in demonstrations]
    found = []
    for place, each in enumerate(demonstrations):
        lines = nearest(notes[:place] + notes[place + 1 :], each.goal)
        states = [sample for sample in states_of(each, note_words) if sample.label]
        found += [OldState(sample, with_lines(sample, lines)) for sample in states]
    return found
