"""Labels and what they are on by their full names, so that it does not matter which rows say so."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.mail.models import Folder, Label
from gristmill.apps.mail.services.label_tree import label_tree
from gristmill.snapshots.diff import RowChange
from gristmill.verifiers.base import Evidence, Rows
from gristmill.verifiers.checks import Allowance

LABEL, ON = "mail_label", "mail_entry_label"
MAX_DEPTH = 9


def moved_path(path: str, old: str, new: str) -> str:
    """The full name of a label after the change."""
    return new if path == old else f"{new}{path[len(old) :]}" if path.startswith(f"{old}/") else path


def moved_tree(tree: Sequence[Any], old: str, new: str) -> list[Any]:
    """The labels with their colours after the change."""
    return sorted([moved_path(path, old, new), colour] for path, colour in tree if path != old)


def tree_now(db: Session, account_id: int) -> list[Any]:
    """The labels of an account, with their colours."""
    found = label_tree(db.scalars(select(Label).where(Label.account_id == account_id)))
    return sorted([each.path, each.colour] for each in found)


def tree_of(rows: Rows, account_id: int) -> list[Any]:
    """The same from a verifier's rows."""
    colours: Any = {row["id"]: row["colour"] for row in rows.all(LABEL)}
    return sorted([path, colours[key]] for key, path in paths_of(rows, account_id).items())


def paths_of(rows: Rows, account_id: int) -> dict[int, str]:
    """The full names of an account's labels by their ids; a parent that is missing is left out."""
    own: Any = {row["id"]: row for row in rows.all(LABEL, account_id=account_id)}

    def path(key: int, depth: int = 0) -> str:
        parent = own[key]["parent_id"]
        above = f"{path(parent, depth + 1)}/" if parent in own and depth < MAX_DEPTH else ""
        return f"{above}{own[key]['name']}"

    return {key: path(key) for key in own}


def labelling(rows: Rows, names: Mapping[int, str]) -> dict[object, set[str]]:
    """The full names of the labels of each mail."""
    found: dict[object, set[str]] = {}
    pairs: Any = rows.all(ON)
    for row in pairs:
        if row["label_id"] in names:
            found.setdefault(row["entry_id"], set()).add(names[row["label_id"]])
    return found


def elsewhere(evidence: Evidence, ids: Iterable[object]) -> set[object]:
    """Those of some mails that lie outside of the inbox."""
    rows = ((each, evidence.after.get("mail_entry", each)) for each in ids)
    return {each for each, row in rows if row is None or row["folder"] != Folder.INBOX}


def label_changes(account_id: int, label_ids: Collection[int]) -> Allowance:
    """Changes of an account's labels and of what they are on, which are compared by their names."""

    def fits(change: RowChange) -> bool:
        row: Any = change.after or change.before or {}
        if change.table == LABEL:
            return bool(row["account_id"] == account_id)
        return change.table == ON and row["label_id"] in label_ids

    return Allowance(fits=fits)
