"""The mutation score of a verifier on one final state."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from numpy.random import Generator

from gristmill.snapshots.values import SqlValue
from gristmill.verifiers.audit.alternatives import TIME, answers_altered
from gristmill.verifiers.audit.final_state import FinalState
from gristmill.verifiers.audit.mutants import ROWS, Mutant, mutants
from gristmill.verifiers.base import Evidence, Verdict

Judge = Callable[[Evidence], Verdict]
Equivalents = Mapping[tuple[str, str], str]
"""Reasons why mutants of a column, or of whole rows (`rows`), may pass: by table and column."""

BY_CLOCK = "stamped with the world's time, which no agent chooses"


@dataclass(kw_only=True, slots=True)
class MutationScore:
    """How many mutants a verifier has rejected.

    Attributes:
        survivors: those that passed and are not declared equivalent, in words.
        equivalent: how many passed that are declared equivalent, by reason.
    """

    killed: int = 0
    survivors: list[str] = field(default_factory=list)
    equivalent: Counter[str] = field(default_factory=Counter)

    @property
    def value(self) -> float:
        """The share of rejected mutants among those that are not equivalent; 1.0 if there are none."""
        counted = self.killed + len(self.survivors)
        return self.killed / counted if counted else 1.0

    def add(self, other: "MutationScore") -> None:
        """Count another score in."""
        self.killed += other.killed
        self.survivors += other.survivors
        self.equivalent += other.equivalent


def mutation_score(
    state: FinalState, judge: Judge, *, equivalents: Equivalents, rng: Generator, at_most: int | None = None
) -> MutationScore:
    """Judge the mutants of a final state, of rows and of the ending; at most so many, drawn at random.

    The verifier must be pure, as always. What it raises is passed on.
    """
    score = MutationScore()
    for mutant in sampled(list(mutants(state, rng)), rng, at_most):
        with state.changed(mutant.edit) as evidence:
            passed = judge(evidence).success
        if not passed:
            score.killed += 1
        elif (reason := reason_for(mutant, state, equivalents)) is not None:
            score.equivalent[reason] += 1
        else:
            score.survivors.append(str(mutant))
    for evidence, what in other_endings(state.evidence()):
        if judge(evidence).success:
            score.survivors.append(what)
        else:
            score.killed += 1
    return score


def sampled(found: list[Mutant], rng: Generator, at_most: int | None) -> list[Mutant]:
    """At most so many mutants: first those of the agent's own changes, both parts drawn at random."""
    if at_most is None or len(found) <= at_most:
        return found
    order = [found[int(place)] for place in rng.permutation(len(found))]
    mine = [mutant for mutant in order if mutant.is_own][: at_most * 2 // 3]
    rest = [mutant for mutant in order if not mutant.is_own]
    return [*mine, *rest[: at_most - len(mine)]]


def reason_for(mutant: Mutant, state: FinalState, equivalents: Equivalents) -> str | None:
    """Why a mutant is as good as the original; None if nobody has said so."""
    declared = equivalents.get((mutant.table, mutant.column))
    if declared is not None:
        return f"{mutant.table}.{mutant.column}: {declared}"
    before = mutant.edit.before
    if mutant.is_own and before is not None and mutant.column != ROWS:
        return BY_CLOCK if is_stamp(before[mutant.column], state.clock) else None
    return None


def is_stamp(value: SqlValue, clock: tuple[str, str]) -> bool:
    """Whether a value is a time within the episode."""
    start, end = clock
    return isinstance(value, str) and bool(TIME.fullmatch(value)) and start[:19] <= value[:19] <= end[:19]


def other_endings(right: Evidence) -> list[tuple[Evidence, str]]:
    """Wrong ways to end in the right state: another answer, no answer, giving up or not giving up."""
    if right.gave_up is not None:
        return [
            (replace(right, gave_up=None), "ending: done instead of given up"),
            (replace(right, gave_up=None, answer="done"), "ending: answered instead of given up"),
            (replace(right, visited=frozenset()), "ending: given up without having opened a page"),
        ]
    endings = [(replace(right, answer=None, gave_up="cannot"), "ending: given up in the right state")]
    if right.answer is not None:
        endings += [
            (replace(right, answer=text), f"answer: {text!r} instead of {right.answer!r}")
            for text in answers_altered(right.answer)
        ]
        endings += [
            (replace(right, answer=None), "ending: done without an answer"),
            (replace(right, visited=frozenset()), "ending: answered without having opened a page"),
        ]
    return endings
