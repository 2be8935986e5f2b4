"""Notes that an agent keeps from one episode to the next: what it did in episodes that its user approved."""

from collections.abc import Sequence
from dataclasses import dataclass

from gristmill.agents.policies.matching import is_word
from gristmill.agents.policies.memory import describe
from gristmill.agents.policies.words import read
from gristmill.agents.training.demonstrations import Demonstration
from gristmill.agents.training.played import Played

Lines = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """What was done towards a goal: each action in words, without its refs, once."""

    goal: str
    lines: Lines


def note_of_episode(played: Played) -> Note:
    """The note that an agent takes of an episode of its own."""
    lines = (describe(step.observation, step.action) for step in played.steps)
    return Note(str(played.observation["goal"]), tuple(dict.fromkeys(lines)))


def note_of_demonstration(demonstration: Demonstration) -> Note:
    """The note that would have been taken of an oracle's episode."""
    pairs = zip(demonstration.observations(), demonstration.steps, strict=True)
    lines = (describe(observation, step.action) for observation, step in pairs)
    return Note(demonstration.goal, tuple(dict.fromkeys(lines)))


def nearest(notes: Sequence[Note], goal: str) -> Lines:
    """The lines of the note whose goal shares most words with this one; none without notes.

    The share is of the words of either goal (Jaccard). Of equally near notes those lines are returned that
    stand in most of them, so that one mistake of the user is outvoted; of equally many the newest.
    """
    if not notes:
        return ()
    wanted = words_of(goal)
    shares = [jaccard(words_of(note.goal), wanted) for note in notes]
    best = [note.lines for note, share in zip(notes, shares, strict=True) if share == max(shares)]
    return max(reversed(best), key=best.count)


def jaccard(some: frozenset[str], others: frozenset[str]) -> float:
    """The share of all words that both have."""
    return len(some & others) / max(len(some | others), 1)


def words_of(goal: str) -> frozenset[str]:
    """The distinct words of a goal."""
    return frozenset(filter(is_word, read(goal).words))
