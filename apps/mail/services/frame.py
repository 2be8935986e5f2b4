"""What the frame of every page shows: folders and labels with their unread counts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gristmill.apps.mail.models import Account, Entry, EntryLabel, Folder, MailDraft, Outgoing, Unread
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
    """The frame of the current user's pages; five queries."""
    account = current_mailbox()
    unread, by_label = unread_threads(db(), account.id)
    drafts, scheduled = draft_counts(db(), account.id)
    return Frame(
        account=account,
        email=account.person.email,
        density=current_settings().density,
        counts=unread | {"drafts": drafts, "scheduled": scheduled},
        labels=current_labels(),
        label_counts=by_label,
        news=news(db(), account, now()),
    )


def unread_threads(db: Session, account_id: int) -> tuple[dict[str, int], dict[int, int]]:
    """How many threads have unread mails, by folder or category (`inbox/offers`), and by label."""
    columns = Entry.thread_id, Entry.folder, Entry.category, Entry.snoozed_until, EntryLabel.label_id
    statement = (
        select(*columns)
        .select_from(Unread)
        .join(Entry, Entry.id == Unread.entry_id)
        .outerjoin(EntryLabel, EntryLabel.entry_id == Entry.id)
        .where(Unread.account_id == account_id)
    )
    threads: dict[str, set[int]] = defaultdict(set)
    labelled: dict[int, set[int]] = defaultdict(set)
    for thread_id, folder, category, snoozed_until, label_id in db.execute(statement):
        if snoozed_until is None:
            threads[folder].add(thread_id)
            threads[f"{folder}/{category}"].add(thread_id)
        if label_id is not None and folder not in (Folder.SPAM, Folder.BIN):
            labelled[label_id].add(thread_id)
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
