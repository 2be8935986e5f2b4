"""Snoozed mails leave the inbox until a time, at which they are on top of it again."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from gristmill.apps.mail.models import Entry, Folder
from gristmill.apps.world.handlers import Payload
from gristmill.apps.world.world import World
from gristmill.errors import TargetGone

WAKE = "mail.wake"


def snooze(world: World, entries: Sequence[Entry], until: datetime) -> None:
    """Hide mails until a time in the future; a later snooze replaces an earlier one."""
    for entry in entries:
        entry.snoozed_until = until
    ids = [entry.id for entry in entries]
    if ids:
        world.schedule(WAKE, until, {"entry_ids": ids, "until": until.isoformat()})


def wake(world: World, payload: Payload) -> None:
    """End the snooze of those mails that are still snoozed until this time.

    Raises:
        TargetGone: none of them is.
    """
    until = datetime.fromisoformat(payload["until"])
    statement = select(Entry).where(Entry.id.in_(payload["entry_ids"]), Entry.snoozed_until == until)
    entries = world.db.scalars(statement.order_by(Entry.id)).all()
    if not entries:
        raise TargetGone("The snoozed mails have been deleted, or their snooze was changed.")
    for entry in entries:
        surface(entry, until)
    world.db.flush()


def surface(entry: Entry, now: datetime) -> None:
    """Put a mail on top of the inbox; one's own mails stay in Sent."""
    entry.snoozed_until, entry.shown_at = None, now
    if entry.folder == Folder.ARCHIVE:
        entry.folder = Folder.INBOX
