"""Mails that have arrived a moment ago, which every page announces as the settings want it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from gristmill.apps.mail.models import Folder

RECENT, MOST = timedelta(minutes=2), 3


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """A mail that is announced."""

    thread_id: int
    sender: str
    subject: str


def news(unread: Iterable[Row[*tuple[Any, ...]]], wanted: str, now: datetime) -> Sequence[News]:
    """The latest unread mails of the inbox that arrived within two minutes, as the settings want them."""
    found = {row.id: row for row in unread if is_recent(row, now) and (wanted == "all" or row.is_important)}
    latest = sorted(found.values(), key=lambda row: (row.shown_at, row.id), reverse=True)
    return [
        News(thread_id=row.thread_id, sender=row.sender_name or row.sender_email, subject=row.subject)
        for row in (latest[:MOST] if wanted != "none" else ())
    ]


def is_recent(row: Row[*tuple[Any, ...]], now: datetime) -> bool:
    """Whether an unread mail has arrived in the inbox a moment ago."""
    is_there = row.folder == Folder.INBOX and row.snoozed_until is None and not row.is_own
    return bool(is_there and row.shown_at > now - RECENT)
