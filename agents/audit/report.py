"""What an audit has found out about a family, and whether that meets the bars."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from gristmill.agents.audit.trials import Group, Result, Trial
from gristmill.verifiers.audit.scoring import MutationScore

MUTATION_BAR = 0.99
SHOWN_SURVIVORS = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """A defect of a family, or of its app clone.

    Attributes:
        where: the part of the audit, such as `adversary null`.
        actions: from the start of the episode; empty if there is nothing to replay.
    """

    task_id: str
    split: str
    seed: int
    where: str
    detail: str
    actions: Sequence[str] = ()

    def to_json(self) -> dict[str, Any]:
        """This finding as JSON, with the command that repeats it."""
        return {
            "where": self.where,
            "seed": self.seed,
            "split": self.split,
            "detail": self.detail,
            "actions": list(self.actions),
            "repeat": self.command,
        }

    @property
    def command(self) -> str:
        """The command that repeats the audit of this task alone."""
        return f"gristmill audit {self.task_id} --split {self.split} --first {self.seed} --seeds 1"


@dataclass(kw_only=True, slots=True)
class FamilyReport:
    """The counts and findings of one family; of some of its seeds until all are merged.

    Attributes:
        seeds: how many tasks were audited.
        steps: the oracle's steps for each.
        tallies: how often each trial had which result, by group and name.
        refused: how many tasks end by giving up.
        idle: how many others ask for no change and no answer: there is nothing to do.
        readings: for each goal with its start, the seed that has it first and what is asked there.
    """

    task_id: str
    split: str
    seeds: int = 0
    steps: list[int] = field(default_factory=list)
    tallies: dict[tuple[Group, str], Counter[Result]] = field(default_factory=dict)
    mutation: MutationScore = field(default_factory=MutationScore)
    ambiguous: int = 0
    refused: int = 0
    idle: int = 0
    readings: dict[Any, tuple[int, str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    duration_s: float = 0.0

    def count(self, seed: int, trial: Trial) -> None:
        """Count a trial; one that went wrong becomes a finding."""
        self.tallies.setdefault((trial.group, trial.name), Counter())[trial.result] += 1
        if trial.result is Result.WRONG:
            where = trial.name if trial.group is Group.ORACLE else f"{trial.group} {trial.name}"
            self.find(seed, where, trial.detail, trial.actions)

    def find(self, seed: int, where: str, detail: str, actions: Sequence[str] = ()) -> None:
        """Note a defect."""
        self.findings.append(
            Finding(
                task_id=self.task_id, split=self.split, seed=seed, where=where, detail=detail, actions=actions
            )
        )

    def read(self, seed: int, given: Any, asked: str) -> None:
        """Note what a goal asks; another task with the same goal that asks something else is ambiguous."""
        first, before = self.readings.setdefault(given, (seed, asked))
        if before != asked:
            self.ambiguous += 1
            self.find(seed, "ambiguous goal", f"seed {first} has the same goal and start, but asks otherwise")

    def merge(self, other: "FamilyReport") -> None:
        """Count another report of the same family in."""
        self.seeds += other.seeds
        self.steps += other.steps
        self.refused += other.refused
        self.idle += other.idle
        self.ambiguous += other.ambiguous
        self.duration_s += other.duration_s
        self.findings += other.findings
        self.mutation.add(other.mutation)
        for at, tally in other.tallies.items():
            self.tallies.setdefault(at, Counter()).update(tally)
        for given, (seed, asked) in other.readings.items():
            self.read(seed, given, asked)

    def require_mutation_bar(self) -> None:
        """Add a finding if fewer mutants were rejected than the bar asks for."""
        if self.mutation.value < MUTATION_BAR:
            kinds = Counter(text.partition(" (")[0] for text in self.mutation.survivors)
            most = [f"{number} x {kind}" for kind, number in kinds.most_common(SHOWN_SURVIVORS)]
            self.find(-1, "mutants", f"{self.mutation.value:.1%} rejected; accepted: {'; '.join(most)}")

    def wrong(self, group: Group) -> dict[str, int]:
        """How often each trial of a group went wrong, if it did."""
        found = {name: tally[Result.WRONG] for (of, name), tally in self.tallies.items() if of is group}
        return {name: number for name, number in found.items() if number}

    def share(self, group: Group, result: Result) -> float:
        """The share of a group's trials with this result, the skipped ones left out."""
        tallies = [tally for (of, _), tally in self.tallies.items() if of is group]
        made = sum(tally.total() - tally[Result.SKIPPED] for tally in tallies)
        return sum(tally[result] for tally in tallies) / made if made else 0.0

    @property
    def passed(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def to_json(self) -> dict[str, Any]:
        """This report as JSON."""
        trials = {
            f"{group} {name}": {str(result): number for result, number in sorted(tally.items())}
            for (group, name), tally in sorted(self.tallies.items())
        }
        return {
            "id": self.task_id,
            "split": self.split,
            "passed": self.passed,
            "seeds": self.seeds,
            "oracle": self.share(Group.ORACLE, Result.RIGHT),
            "steps": {
                "least": min(self.steps, default=0),
                "median": median(self.steps) if self.steps else 0,
                "most": max(self.steps, default=0),
            },
            "false_positives": self.wrong(Group.ADVERSARY),
            "false_negatives": self.wrong(Group.WAY),
            "unwinnable_after_random_actions": self.share(Group.REPLANNING, Result.UNWINNABLE),
            "mutants": {
                "rejected": self.mutation.killed,
                "accepted": self.mutation.survivors,
                "equivalent": dict(self.mutation.equivalent),
                "score": self.mutation.value,
            },
            "ambiguous": self.ambiguous,
            "refused": self.refused,
            "nothing_to_do": self.idle,
            "impossible_share": (self.refused + self.idle) / self.seeds if self.seeds else 0.0,
            "trials": trials,
            "findings": [finding.to_json() for finding in self.findings],
            "duration_s": round(self.duration_s, 1),
        }
