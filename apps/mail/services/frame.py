"""What the frame of every page shows: folders and labels with their unread counts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, CompoundSelect, Select, bindparam, func, literal, or_, select, union_all

from gristmill.apps.mail.models import Account, Entry, EntryLabel, Folder, Mail, MailDraft, Outgoing, Unread
from gristmill.apps.mail.services.folders import HIDDEN
from gristmill.apps.mail.services.label_tree import LabelNode
from gristmill.apps.mail.services.mailbox import current_labels, current_mailbox, current_settings, now
from gristmill.apps.server.database import db

JUST = timedelta(minutes=5)  # for this long a mail that arrived is announced, unless it is opened


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """A mail that has just arrived in the inbox."""

    thread_id: int
    sender: str
    subject: str


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
    arrivals: list[Arrival]

    def count(self, key: str) -> int:
        """The number beside a folder; none where being unread says nothing."""
        return self.counts.get(key, 0)


def frame() -> Frame:
    """The frame of the current user's pages; three queries."""
    account, settings = current_mailbox(), current_settings()
    rows = db().execute(counted(), {"own": account.id}).all()
    return Frame(
        account=account,
        email=account.person.email,
        density=settings.density,
        counts={key: number for key, _, number in rows if key},
        labels=current_labels(),
        label_by_id={label.id: label for label in current_labels()},
        label_counts={label_id: number for key, label_id, number in rows if not key},
        arrivals=arrivals(account.id, now() - JUST, settings.notifies),
    )


@cache
def counted() -> CompoundSelect[Any]:
    """What is counted of an account, as rows of a key or a label's id, and a number; one statement.

    How many threads have unread mails, by folder, by tab of the inbox (`inbox/offers`) and by label; how many
    drafts and scheduled mails there are.
    """
    own: BindParameter[int] = bindparam("own")
    folders = (Folder.INBOX, Folder.SPAM)
    unread = (
        select(Entry.id, Entry.thread_id, Entry.folder, Entry.category, Entry.snoozed_until)
        .join(Unread, Unread.entry_id == Entry.id)
        .where(Unread.account_id == own)
        .cte("unread")
    )
    mail, threads = unread.c, func.count(unread.c.thread_id.distinct())
    is_here, is_seen = mail.snoozed_until.is_(None), mail.folder.not_in(HIDDEN)
    tab = literal("inbox/").concat(mail.category)
    return union_all(
        select(mail.folder, literal(0), threads)
        .where(is_here, mail.folder.in_(folders))
        .group_by(mail.folder),
        select(tab, literal(0), threads).where(is_here, mail.folder == Folder.INBOX).group_by(mail.category),
        select(literal(""), EntryLabel.label_id, threads)
        .join(EntryLabel, EntryLabel.entry_id == mail.id)
        .where(is_seen)
        .group_by(EntryLabel.label_id),
        select(literal("drafts"), literal(0), func.count())
        .select_from(MailDraft)
        .outerjoin(Outgoing, Outgoing.draft_id == MailDraft.id)
        .where(MailDraft.account_id == own, Outgoing.draft_id.is_(None)),
        select(literal("scheduled"), literal(0), func.count())
        .select_from(MailDraft)
        .join(Outgoing, Outgoing.draft_id == MailDraft.id)
        .where(MailDraft.account_id == own, Outgoing.is_scheduled),
    )


def arrivals(account_id: int, since: datetime, notifies: str) -> list[Arrival]:
    """What has arrived in the inbox since a time: all, what is important, or nothing, as the settings say."""
    if notifies not in ("all", "important"):
        return []
    wanted = {"own": account_id, "since": since, "all": notifies == "all"}
    return [
        Arrival(thread_id=row.thread_id, sender=row.sender_name or row.sender_email, subject=row.subject)
        for row in db().execute(arrived(), wanted)
    ]


@cache
def arrived() -> Select[*tuple[Any, ...]]:
    """The unread mails that have come into an inbox since a time; all or those that are important."""
    return (
        select(Entry.thread_id, Mail.sender_name, Mail.sender_email, Mail.subject)
        .join(Unread, Unread.entry_id == Entry.id)
        .join(Mail, Mail.id == Entry.message_id)
        .where(Entry.account_id == bindparam("own"), Entry.folder == Folder.INBOX)
        .where(Entry.snoozed_until.is_(None), Entry.shown_at >= bindparam("since"))
        .where(or_(bindparam("all"), Entry.is_important))
        .order_by(Entry.id)
    )
