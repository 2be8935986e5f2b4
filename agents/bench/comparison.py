"""Compares a run with a stored one: is the difference more than chance, and are the two comparable?"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from gristmill.agents.bench.run import SUMMARY
from gristmill.agents.bench.statistics import fisher_p, paired_p
from gristmill.agents.bench.summary import FORMAT
from gristmill.errors import InvalidOptionError

MAX_LISTED = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """A run against a baseline.

    Attributes:
        test: `paired` (McNemar's exact test on the tasks that both have) or `unpaired` (Fisher's exact test).
        p: two-sided p-value; both agents equally good if 1.
        rate: success rate of the run in the episodes that count.
        baseline_rate: that of the baseline.
        pairs: tasks that both have and that are compared; 0 in an unpaired test.
        lost: tasks that only the baseline solved.
        won: tasks that only the run solved.
        differing: what differs between the two and what was left out because of it.
    """

    test: str
    p: float
    rate: float
    baseline_rate: float
    pairs: int
    lost: tuple[str, ...]
    won: tuple[str, ...]
    differing: tuple[str, ...]

    def is_worse(self, alpha: float) -> bool:
        """Whether the run is significantly worse."""
        return self.rate < self.baseline_rate and self.p < alpha

    def verdict(self, alpha: float) -> str:
        """In one word: `worse`, `better`, or `equal` as far as these episodes can tell."""
        if self.p >= alpha or self.rate == self.baseline_rate:
            return "equal"
        return "worse" if self.rate < self.baseline_rate else "better"

    def to_json(self) -> dict[str, Any]:
        """This comparison as JSON."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain


def load_baseline(path: Path) -> Mapping[str, Any]:
    """Read the summary of a run: the file, or the folder that holds it.

    Raises:
        InvalidOptionError: it is no summary.
    """
    path = path / SUMMARY if path.is_dir() else path
    try:
        data: Mapping[str, Any] = msgspec.json.decode(path.read_bytes())
        if data["format"] == FORMAT and isinstance(data["outcomes"], dict) and data["versions"]["machinery"]:
            return data
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidOptionError(
            f"{path} is no baseline: {error}. A baseline is the {SUMMARY} of an earlier `gristmill bench`."
        ) from error
    raise InvalidOptionError(f"{path} has another format: make the baseline anew with `gristmill bench`.")


def compare(summary: Mapping[str, Any], baseline: Mapping[str, Any]) -> Comparison:
    """Compare two summaries over the episodes that are the same task in the same world.

    Episodes whose task or world has another version in the baseline are left out, and named. If both have
    tasks in common, only these count, in pairs; otherwise all that remain.

    Raises:
        InvalidOptionError: nothing is left to compare; the message says what differs.
    """
    differing = list(differences(summary, baseline))
    ours, moved = comparable(summary["outcomes"], baseline)
    theirs = {
        name: outcome["success"]
        for name, outcome in baseline["outcomes"].items()
        if outcome["success"] is not None and name not in moved and has_current_task(name, outcome, summary)
    }
    if moved:
        differing.append(f"left out, as their task or world has another version: {listed(sorted(moved))}")
    if not ours or not theirs:
        raise InvalidOptionError(
            "The run and the baseline cannot be compared: "
            f"{'; '.join(differing) or 'neither has a judged episode that the other could be held against'}. "
            "Make the baseline anew with today's versions, see docs/versioning.md."
        )
    pairs = sorted(ours.keys() & theirs.keys())
    return paired(ours, theirs, pairs, differing) if pairs else unpaired(ours, theirs, differing)


def comparable(
    outcomes: Mapping[str, Any], baseline: Mapping[str, Any]
) -> tuple[dict[str, bool], frozenset[str]]:
    """Our judged outcomes that can be compared, and the names of those whose versions differ."""
    kept, moved = {}, set()
    task_versions = {name.split()[0]: each["tasks"] for name, each in baseline["outcomes"].items()}
    for name, outcome in outcomes.items():
        there = baseline["outcomes"].get(name, {})
        has_moved = task_versions.get(name.split()[0], outcome["tasks"]) != outcome["tasks"] or (
            None not in (there.get("world"), outcome["world"]) and there["world"] != outcome["world"]
        )
        if has_moved:
            moved.add(name)
        elif outcome["success"] is not None:
            kept[name] = outcome["success"]
    return kept, frozenset(moved)


def has_current_task(name: str, outcome: Mapping[str, Any], summary: Mapping[str, Any]) -> bool:
    """Whether an episode of the baseline has the task version that the run has, if the run has the family."""
    current = summary["versions"]["tasks"].get(name.split()[0])
    return current is None or current == outcome["tasks"]


def paired(
    ours: Mapping[str, bool], theirs: Mapping[str, bool], pairs: list[str], differing: list[str]
) -> Comparison:
    """Compare task by task."""
    lost = tuple(name for name in pairs if theirs[name] and not ours[name])
    won = tuple(name for name in pairs if ours[name] and not theirs[name])
    if single := len(ours) + len(theirs) - 2 * len(pairs):
        differing.append(f"left out, as only one of the two has them: {single} episodes")
    return Comparison(
        test="paired",
        p=paired_p(len(lost), len(won)),
        rate=sum(ours[name] for name in pairs) / len(pairs),
        baseline_rate=sum(theirs[name] for name in pairs) / len(pairs),
        pairs=len(pairs),
        lost=lost,
        won=won,
        differing=tuple(differing),
    )


def unpaired(ours: Mapping[str, bool], theirs: Mapping[str, bool], differing: list[str]) -> Comparison:
    """Compare all of one with all of the other."""
    won, other_won = sum(ours.values()), sum(theirs.values())
    return Comparison(
        test="unpaired",
        p=fisher_p(won, len(ours) - won, other_won, len(theirs) - other_won),
        rate=won / len(ours),
        baseline_rate=other_won / len(theirs),
        pairs=0,
        lost=(),
        won=(),
        differing=(
            *differing,
            "no task is in both, so all episodes of one are compared with all of the other",
        ),
    )


def differences(summary: Mapping[str, Any], baseline: Mapping[str, Any]) -> list[str]:
    """What differs between two runs besides their outcomes, in words."""
    found = []
    here, there = summary["versions"]["machinery"], baseline["versions"]["machinery"]
    if here != there:
        found.append(f"Gristmill is {here}, the baseline's {there}")
    moved = [
        task
        for task, digest in summary["versions"]["tasks"].items()
        if baseline["versions"]["tasks"].get(task, digest) != digest
    ]
    if moved:
        found.append(f"the code of these families has changed: {listed(moved)}")
    if not baseline["is_complete"]:
        found.append("the baseline was stopped before its end")
    return found


def listed(names: list[str]) -> str:
    """The first few names, and how many more there are."""
    more = f" and {len(names) - MAX_LISTED} more" if len(names) > MAX_LISTED else ""
    return ", ".join(names[:MAX_LISTED]) + more
