"""Snoozed mails leave the inbox until a time, at which they are on top of it again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import select

from gristmill.apps.mail.models import Entry, Folder
from gristmill.apps.world.handlers import Payload
from gristmill.apps.world.world import World
from gristmill.errors import TargetGone

WAKE = "mail.wake"
CHOSEN = "pick"  # instead of a time: ask for it on a page of its own
MORNING, EVENING = time(8), time(18)
FORMATS = ("%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M")


@dataclass(frozen=True, kw_only=True, slots=True)
class Preset:
    """A time to snooze until."""

    name: str
    until: datetime


def presets(now: datetime) -> list[Preset]:
    """The usual times: later today, tomorrow, the weekend, next week; those that lie ahead."""
    today = now.date()
    evening = datetime.combine(today, EVENING)
    saturday = today + timedelta(days=(5 - today.weekday()) % 7 or 7)
    monday = today + timedelta(days=7 - today.weekday())
    found = [
        Preset(name="In one hour", until=now.replace(second=0) + timedelta(hours=1)),
        Preset(name="This evening", until=evening),
        Preset(name="Tomorrow", until=datetime.combine(today + timedelta(days=1), MORNING)),
        Preset(name="This weekend", until=datetime.combine(saturday, MORNING)),
        Preset(name="Next week", until=datetime.combine(monday, MORNING)),
    ]
    return [preset for preset in found if preset.until > now]


def parse_time(text: str) -> datetime | None:
    """A time as a form gives it, `2031-03-05 08:00`; None if it is none."""
    for form in FORMATS:
        try:
            return datetime.strptime(text.strip(), form)
        except ValueError:
            continue
    return None


def snooze(world: World, entries: Sequence[Entry], until: datetime) -> None:
    """Hide mails until a time in the future; a later snooze replaces an earlier one."""
    ids = [entry.id for entry in entries if entry.snoozed_until != until]
    for entry in entries:
        entry.snoozed_until = until
    if ids:
        schedule_end(world, ids, until)


def schedule_end(world: World, entry_ids: Sequence[int], until: datetime) -> None:
    """Schedule the end of a snooze; with the next step if its time has passed."""
    world.schedule(WAKE, until, {"entry_ids": list(entry_ids), "until": until.isoformat()})


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
