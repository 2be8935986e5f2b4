"""Mails that have arrived a moment ago, which every page announces as the settings want it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.mail.models import Account, Entry, Folder, Mail, Unread

RECENT, MOST = timedelta(minutes=2), 3


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """A mail that is announced."""

    thread_id: int
    sender: str
    subject: str


def news(db: Session, account: Account, now: datetime) -> Sequence[News]:
    """The latest unread mails of the inbox that arrived within two minutes; none if that is not wanted."""
    wanted = account.settings.notifies
    if wanted == "none":
        return ()
    statement = (
        select(Entry.thread_id, Mail.sender_name, Mail.sender_email, Mail.subject)
        .select_from(Unread)
        .join(Entry, Entry.id == Unread.entry_id)
        .join(Mail, Mail.id == Entry.message_id)
        .where(
            Unread.account_id == account.id, Entry.folder == Folder.INBOX, Entry.snoozed_until.is_(None),
            Entry.shown_at > now - RECENT, Entry.is_own.is_(False),
        )
        .order_by(Entry.shown_at.desc(), Entry.id.desc())
        .limit(MOST)
    )  # fmt: skip
    if wanted == "important":
        statement = statement.where(Entry.is_important)
    return [
        News(thread_id=thread_id, sender=name or email, subject=subject)
        for thread_id, name, email, subject in db.execute(statement)
    ]
