"""What families that sort a mailbox want of its mails, and how verifiers compare that with what was done.

A plan names the mails that have to change; all others stay as they are. Mails are compared by folder, flags,
snooze and labels, so that what was done and undone counts as nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from gristmill.apps.base import Json, Task
from gristmill.apps.mail.services.folders import HIDDEN
from gristmill.snapshots.diff import ChangeKind, RowChange
from gristmill.verifiers.base import Check, CheckKind, Evidence, Verdict, verdict
from gristmill.verifiers.checks import Allowance, check, nothing_else_changed
from gristmill.verifiers.rows import row_after, row_before

WAY: Mapping[tuple[str, str], str] = {
    ("mail_entry", "left_folder"): "a mail in spam or in the bin may have got there through another folder",
}
COLUMNS = ("folder", "is_starred", "is_important", "snoozed_until")
ENTRY, LABELS = "mail_entry", "mail_entry_label"


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What is to become of the mails of an account; ids of mails are those of its entries, as text.

    Attributes:
        columns: for each mail that changes, the values of `COLUMNS` that do.
        labels: for each mail whose labels change, all that it has to have.
        start: the mailbox at the start; see `mailbox_state.start_of`.
    """

    account_id: int
    columns: dict[str, dict[str, Json]] = field(default_factory=dict)
    labels: dict[str, list[int]] = field(default_factory=dict)
    start: dict[str, Json] = field(default_factory=dict)

    @classmethod
    def of(cls, task: Task) -> "Plan":
        """From a task's terms."""
        terms: Any = task.terms["plan"]
        return cls(**{each.name: terms[each.name] for each in fields(cls)})

    def to_json(self) -> dict[str, Json]:
        """As a part of a task's terms."""
        return asdict(self)

    @property
    def ids(self) -> list[int]:
        """The mails that change."""
        return sorted(map(int, {**self.columns, **self.labels}))


def with_plan(task: Task, **changes: Any) -> Task:
    """A task with parts of its plan changed."""
    return replace(task, terms={**task.terms, "plan": replace(Plan.of(task), **changes).to_json()})


def everywhere(ids: Iterable[int], **columns: Json) -> dict[str, dict[str, Json]]:
    """The same values for some mails."""
    return {str(each): dict(columns) for each in sorted(ids)}


def sorted_verdict(
    plan: Plan,
    evidence: Evidence,
    goal: str,
    traps: Mapping[str, Sequence[int]],
    *more: Check,
    also: Sequence[Allowance] = (),
) -> Verdict:
    """Check that each mail is as it is wanted, those of each trap among them, and that nothing else changed.

    `goal` names the check of the mails that have to change; `traps` are ids of mails by the name of a check;
    `also` are changes that the task permits besides.
    """
    return verdict(
        as_wanted(plan, evidence, goal, plan.ids),
        *(replace(as_wanted(plan, evidence, name, ids), kind=CheckKind.TRAP) for name, ids in traps.items()),
        *more,
        nothing_else_changed(evidence, *sorting_changes(plan, evidence), *also),
    )


def as_wanted(plan: Plan, evidence: Evidence, name: str, ids: Sequence[int]) -> Check:
    """Check that these mails are as they are wanted."""
    labels = {when: labels_by_mail(rows.all(LABELS), ids) for when, rows in
              (("before", evidence.before), ("after", evidence.after))}  # fmt: skip
    wrong = [
        each
        for each in ids
        if not is_as_wanted(plan, evidence, each)
        or labels["after"][each] != set(plan.labels.get(str(each), labels["before"][each]))
    ]
    return check(name, not wrong, f"{len(wrong)} of {len(ids)} mails are not" if wrong else "")


def labels_by_mail(rows: Iterable[Mapping[str, Any]], ids: Sequence[int]) -> dict[int, set[int]]:
    """The labels of each of some mails."""
    found: dict[int, set[int]] = {each: set() for each in ids}
    for row in rows:
        if row["entry_id"] in found:
            found[row["entry_id"]].add(row["label_id"])
    return found


def is_as_wanted(plan: Plan, evidence: Evidence, entry_id: int) -> bool:
    """Whether folder, flags and snooze of a mail are as they are wanted."""
    before, after = (find(evidence, ENTRY, entry_id) for find in (row_before, row_after))
    wanted = plan.columns.get(str(entry_id), {})
    return bool(after) and all(after.get(name) == wanted.get(name, before.get(name)) for name in COLUMNS)


def sorting_changes(plan: Plan, evidence: Evidence) -> Sequence[Allowance]:
    """The changes of a plan: of its mails, within what it names, and of their labels.

    Where a mail in spam or in the bin would be restored to depends on the way that was taken.
    """

    def moves(change: RowChange) -> bool:
        if change.table != ENTRY or change.kind is not ChangeKind.UPDATED:
            return False
        wanted, after = plan.columns.get(str(change.key[0]), {}), change.after or {}
        is_free = wanted.get("folder") in HIDDEN
        changed = [name for name in change.columns if name != "left_folder" or not is_free]
        return all(name in wanted and after[name] == wanted[name] for name in changed)

    def labels(change: RowChange) -> bool:
        wanted = plan.labels.get(str(change.key[0]))
        if change.table != LABELS or wanted is None:
            return False
        return (change.key[1] in wanted) == (change.kind is ChangeKind.INSERTED)

    return Allowance(fits=moves), Allowance(fits=labels)


def folder_after(evidence: Evidence, entry_id: int) -> object:
    """Where a mail is now; the bin if it was deleted for ever."""
    row = evidence.after.get(ENTRY, entry_id)
    return row["folder"] if row else "bin"
