"""Takes an account's last change of many mails back."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from gristmill.apps.mail.models import Entry, EntryLabel, Label, Thread, Undo, Unread
from gristmill.apps.mail.services.snoozing import schedule_end
from gristmill.apps.world.world import World

COLUMNS = ("folder", "left_folder", "category", "is_starred", "is_important")
TIMES = ("shown_at", "snoozed_until")


def state_of(db: Session, entries: Sequence[Entry]) -> dict[str, object]:
    """All of some mails that can be taken back, as JSON."""
    unread, labels = flags_of(db, [entry.id for entry in entries])
    threads = {entry.thread_id for entry in entries}
    muted = db.scalars(select(Thread.id).where(Thread.id.in_(threads), Thread.is_muted)).all()
    return {
        "entries": {str(entry.id): columns_of(entry) for entry in entries},
        "threads": sorted(threads), "muted": sorted(muted), "unread": unread, "labels": labels,
    }  # fmt: skip


def keep_undo(world: World, account_id: int, what: str, before: dict[str, object]) -> int:
    """Note how mails were before a change, in place of what was noted before; returns its number."""
    number = world.next_number("mail_undo")
    row = world.db.get(Undo, account_id)
    if row is None:
        world.db.add(Undo(account_id=account_id, number=number, what=what, before=before))
    else:
        row.number, row.what, row.before = number, what, before
    world.db.flush()
    return number


def last_undo(db: Session, account_id: int, what: str, entries: Sequence[Entry]) -> int | None:
    """The number of the last change, if it was this one of the same mails."""
    row: Any = db.get(Undo, account_id)
    is_same = (
        row is not None and row.what == what and set(row.before["entries"]) == {str(e.id) for e in entries}
    )
    return row.number if is_same else None


def columns_of(entry: Entry) -> dict[str, Any]:
    """What of a mail can be taken back, as JSON."""
    times = {name: value and value.isoformat() for name in TIMES for value in [getattr(entry, name)]}
    return {name: getattr(entry, name) for name in COLUMNS} | times


def flags_of(db: Session, ids: Sequence[int]) -> tuple[list[int], list[list[int]]]:
    """Which of the mails are unread, and their labels."""
    unread = db.scalars(select(Unread.entry_id).where(Unread.entry_id.in_(ids)).order_by(Unread.entry_id))
    pairs = select(EntryLabel.entry_id, EntryLabel.label_id).where(EntryLabel.entry_id.in_(ids))
    ordered = pairs.order_by(EntryLabel.entry_id, EntryLabel.label_id)
    return list(unread), [[entry_id, label_id] for entry_id, label_id in db.execute(ordered)]


def forget(db: Session, account_id: int) -> None:
    """The last change cannot be taken back any more."""
    db.execute(delete(Undo).where(Undo.account_id == account_id))


def undo(world: World, account_id: int, number: int) -> str | None:
    """Take the last change back, if it is the one with this number; returns what it was, else None."""
    row = world.db.get(Undo, account_id)
    if row is None or row.number != number:
        return None
    before: Any = row.before
    ids = [int(key) for key in before["entries"]]
    entries = list(world.db.scalars(select(Entry).where(Entry.id.in_(ids)).order_by(Entry.id)))
    for entry in entries:
        restore_columns(entry, before["entries"][str(entry.id)])
    end_missed_snoozes(world, entries)
    for thread in world.db.scalars(select(Thread).where(Thread.id.in_(before["threads"]))):
        thread.is_muted = thread.id in before["muted"]
    restore_flags(world.db, account_id, [entry.id for entry in entries], before)
    world.db.delete(row)
    world.db.flush()
    return row.what


def restore_columns(entry: Entry, values: dict[str, Any]) -> None:
    """Set a mail's columns to what they were."""
    for name in COLUMNS:
        setattr(entry, name, values[name])
    for name in TIMES:
        setattr(entry, name, values[name] and datetime.fromisoformat(values[name]))


def end_missed_snoozes(world: World, entries: Iterable[Entry]) -> None:
    """Let snoozes that came back after their time end with the next step; the others' ends are scheduled."""
    by_time: dict[datetime, list[int]] = {}
    for entry in entries:
        if entry.snoozed_until is not None and entry.snoozed_until <= world.now:
            by_time.setdefault(entry.snoozed_until, []).append(entry.id)
    for until, ids in sorted(by_time.items()):
        schedule_end(world, ids, until)


def restore_flags(db: Session, account_id: int, ids: Sequence[int], before: Any) -> None:
    """Set what is unread and the labels of mails to what they were; labels that are gone stay gone."""
    db.flush()
    known, left = set(ids), set(db.scalars(select(Label.id).where(Label.account_id == account_id)))
    db.execute(delete(Unread).where(Unread.entry_id.in_(ids)))
    db.execute(delete(EntryLabel).where(EntryLabel.entry_id.in_(ids)))
    unread = [{"entry_id": each, "account_id": account_id} for each in before["unread"] if each in known]
    labels = [
        {"entry_id": entry_id, "label_id": label_id}
        for entry_id, label_id in before["labels"]
        if entry_id in known and label_id in left
    ]
    for model, rows in ((Unread, unread), (EntryLabel, labels)):
        if rows:
            db.execute(insert(model), rows)
