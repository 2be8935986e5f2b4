"""What the frame of every page shows: folders and labels with their unread counts."""

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import Session

from gristmill.apps.mail.models import Account, Entry, EntryLabel, Folder, MailDraft, Outgoing, Unread
from gristmill.apps.mail.services.label_tree import LabelNode
from gristmill.apps.mail.services.mailbox import current_labels, current_mailbox, current_settings
from gristmill.apps.server.database import db

COUNTED = frozenset({"inbox", "drafts", "scheduled", "spam"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """The side bar. Counts are of threads with unread mails, and of drafts and scheduled mails."""

    account: Account
    email: str
    density: str
    counts: dict[str, int]
    labels: list[LabelNode]
    label_by_id: dict[int, LabelNode]
    label_counts: dict[int, int]

    def count(self, key: str) -> int:
        """The number beside a folder; none where being unread says nothing."""
        return self.counts.get(key, 0) if key in COUNTED else 0


def frame() -> Frame:
    """The frame of the current user's pages; four queries."""
    account = current_mailbox()
    unread, by_label = unread_threads(db(), account.id)
    drafts, scheduled = draft_counts(db(), account.id)
    return Frame(
        account=account,
        email=account.person.email,
        density=current_settings().density,
        counts=unread | {"drafts": drafts, "scheduled": scheduled},
        labels=current_labels(),
        label_by_id={label.id: label for label in current_labels()},
        label_counts=by_label,
    )


def unread_threads(db: Session, account_id: int) -> tuple[dict[str, int], dict[int, int]]:
    """How many threads have unread mails, by folder or category (`inbox/offers`), and by label."""
    threads: dict[str, set[int]] = defaultdict(set)
    labelled: dict[int, set[int]] = defaultdict(set)
    for thread_id, folder, category, snoozed_until, label_id in db.execute(
        unread_mails(), {"own": account_id}
    ):
        if snoozed_until is None:
            threads[folder].add(thread_id)
            threads[f"{folder}/{category}"].add(thread_id)
        if label_id is not None and folder not in (Folder.SPAM, Folder.BIN):
            labelled[label_id].add(thread_id)
    return {key: len(ids) for key, ids in threads.items()}, {key: len(ids) for key, ids in labelled.items()}


@cache
def unread_mails() -> Select[*tuple[Any, ...]]:
    """The unread mails of an account, once for each of their labels."""
    columns = Entry.thread_id, Entry.folder, Entry.category, Entry.snoozed_until, EntryLabel.label_id
    return (
        select(*columns)
        .select_from(Unread)
        .join(Entry, Entry.id == Unread.entry_id)
        .outerjoin(EntryLabel, EntryLabel.entry_id == Entry.id)
        .where(Unread.account_id == bindparam("own"))
    )


@cache
def counted_drafts() -> Select[*tuple[Any, ...]]:
    """How many drafts an account has, how many of them wait to be sent, and how many are scheduled."""
    return (
        select(func.count(), func.count(Outgoing.draft_id), func.sum(Outgoing.is_scheduled))
        .select_from(MailDraft)
        .outerjoin(Outgoing, Outgoing.draft_id == MailDraft.id)
        .where(MailDraft.account_id == bindparam("own"))
    )


def draft_counts(db: Session, account_id: int) -> tuple[int, int]:
    """How many drafts there are, and how many scheduled mails."""
    drafts, outgoing, scheduled = db.execute(counted_drafts(), {"own": account_id}).one()
    return drafts - outgoing, int(scheduled or 0)
