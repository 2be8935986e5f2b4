"""What about the mails of a mailbox differs from what a task wants of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.base import Json
from gristmill.apps.mail.models import Entry, Filter, Folder
from gristmill.apps.mail.services.folders import HIDDEN
from gristmill.apps.mail.tasks.mailbox_state import all_entries, labels_of, stored, usual
from gristmill.apps.mail.tasks.sorting import COLUMNS, Plan


@dataclass(frozen=True, kw_only=True, slots=True)
class Fix:
    """Something about a mail that has to be changed: to a value, or the label that it gets or loses."""

    entry: Entry
    what: str
    value: Json

    @property
    def key(self) -> str:
        """What lists are given for: `folder:archive`, `label:12`."""
        return f"{self.what}:{self.value}"


def fixes(db: Session, plan: Plan) -> list[Fix]:
    """All that is to be changed.

    Moves out of spam and bin come first, so that they are made together; what can only be done outside of
    these comes before moves there.
    """
    start: Any = plan.start
    labels = labels_of(db, plan.account_id, start["newest"])
    entries = all_entries(db, plan.account_id)
    hidden: list[Fix] = []
    found = fixes_of_arrived(db, plan, [each for each in entries if each.id > start["newest"]])
    for entry in entries:
        if entry.id > start["newest"]:
            continue
        key, now = str(entry.id), stored(entry)
        wanted = {**usual(entry), **start["odd"].get(key, {}), **plan.columns.get(key, {})}
        has: Any = labels.get(key, [])
        needs = plan.labels.get(key, start["labels"].get(key, []))
        parts = [Fix(entry=entry, what="label", value=each) for each in needs if each not in has]
        parts += [Fix(entry=entry, what="unlabel", value=each) for each in has if each not in needs]
        others = (*COLUMNS[1:], COLUMNS[0])
        parts += [
            Fix(entry=entry, what=each, value=wanted[each]) for each in others if now[each] != wanted[each]
        ]
        is_hidden = now["folder"] in HIDDEN and parts and parts[-1].what == "folder"
        if is_hidden:
            hidden.append(parts[-1])
        else:
            found += parts
    return hidden + found


def fixes_of_arrived(db: Session, plan: Plan, entries: Sequence[Entry]) -> list[Fix]:
    """What is to be undone about mails that came during the episode: flags, and moves out of the inbox.

    Nothing where the account has filters, which may have done it.
    """
    has_filters = select(Filter.id).where(Filter.account_id == plan.account_id).limit(1)
    if not entries or db.scalar(has_filters) is not None:
        return []
    found = []
    for entry in entries:
        now, wanted = stored(entry), usual(entry)
        names = [each for each in COLUMNS[1:] if now[each] != wanted[each]]
        if not entry.is_own and entry.folder in (Folder.ARCHIVE, Folder.BIN):
            names = ["folder"] if entry.folder == Folder.BIN else [*names, "folder"]
        found += [Fix(entry=entry, what=each, value=wanted[each]) for each in names]
    return found
