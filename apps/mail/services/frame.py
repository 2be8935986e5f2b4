"""What the frame of every page shows: folders and labels with their unread counts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from gristmill.apps.mail.models import Account, Entry, EntryLabel, Folder, Mail, MailDraft, Outgoing, Unread
from gristmill.apps.mail.services.label_tree import LabelNode
from gristmill.apps.mail.services.mailbox import current_labels, current_mailbox, current_settings, now
from gristmill.apps.mail.services.news import News, news
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
    label_counts: dict[int, int]
    news: Sequence[News]

    @property
    def label_by_id(self) -> dict[int, LabelNode]:
        """The labels by their ids."""
        return {label.id: label for label in self.labels}

    def count(self, key: str) -> int:
        """The number beside a folder; none where being unread says nothing."""
        return self.counts.get(key, 0) if key in COUNTED else 0


def frame() -> Frame:
    """The frame of the current user's pages; four queries."""
    account = current_mailbox()
    rows = unread_mails(db(), account.id)
    unread, by_label = unread_threads(rows)
    drafts, scheduled = draft_counts(db(), account.id)
    return Frame(
        account=account,
        email=account.person.email,
        density=current_settings().density,
        counts=unread | {"drafts": drafts, "scheduled": scheduled},
        labels=current_labels(),
        label_counts=by_label,
        news=news(rows, account.settings.notifies, now()),
    )


def unread_mails(db: Session, account_id: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """The unread mails of an account, each once for each of its labels."""
    statement = (
        select(
            Entry.id, Entry.thread_id, Entry.folder, Entry.category, Entry.snoozed_until, Entry.shown_at,
            Entry.is_own, Entry.is_important, Mail.sender_name, Mail.sender_email, Mail.subject,
            EntryLabel.label_id,
        )
        .select_from(Unread)
        .join(Entry, Entry.id == Unread.entry_id)
        .join(Mail, Mail.id == Entry.message_id)
        .outerjoin(EntryLabel, EntryLabel.entry_id == Entry.id)
        .where(Unread.account_id == account_id)
    )  # fmt: skip
    return db.execute(statement).all()


def unread_threads(rows: Iterable[Row[*tuple[Any, ...]]]) -> tuple[dict[str, int], dict[int, int]]:
    """How many threads have unread mails, by folder or category (`inbox/offers`), and by label."""
    threads: dict[str, set[int]] = defaultdict(set)
    labelled: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        if row.snoozed_until is None:
            threads[row.folder].add(row.thread_id)
            threads[f"{row.folder}/{row.category}"].add(row.thread_id)
        if row.label_id is not None and row.folder not in (Folder.SPAM, Folder.BIN):
            labelled[row.label_id].add(row.thread_id)
    return {key: len(ids) for key, ids in threads.items()}, {key: len(ids) for key, ids in labelled.items()}


def draft_counts(db: Session, account_id: int) -> tuple[int, int]:
    """How many drafts there are, and how many scheduled mails."""
    statement = (
        select(func.count(), func.count(Outgoing.draft_id), func.sum(Outgoing.is_scheduled))
        .select_from(MailDraft)
        .outerjoin(Outgoing, Outgoing.draft_id == MailDraft.id)
        .where(MailDraft.account_id == account_id)
    )
    drafts, outgoing, scheduled = db.execute(statement).one()
    return drafts - outgoing, int(scheduled or 0)
