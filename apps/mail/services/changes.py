"""The changes that actions on threads make to their mails."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from gristmill.apps.mail.models import Category, Entry, EntryLabel, Folder, Label, Thread, Unread
from gristmill.apps.mail.services.folders import HIDDEN
from gristmill.apps.mail.services.snoozing import snooze
from gristmill.apps.world.world import World
from gristmill.errors import GristmillError


class ActionError(GristmillError):
    """An action that cannot be carried out; the message is shown to users."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What an action works on.

    Attributes:
        entries: the mails of the threads, by thread and time.
        label: the label that is put on, taken off or moved to.
        until: when a snooze ends.
        category: the tab of the inbox that mails are moved to.
    """

    world: World
    account_id: int
    entries: Sequence[Entry]
    label: Label | None = None
    until: datetime | None = None
    category: str | None = None

    @property
    def db(self) -> Session:
        """The ORM session."""
        return self.world.db

    @property
    def ids(self) -> list[int]:
        """The ids of the mails."""
        return [entry.id for entry in self.entries]

    @property
    def by_thread(self) -> dict[int, list[Entry]]:
        """The mails of each thread, oldest first."""
        found: dict[int, list[Entry]] = {}
        for entry in self.entries:
            found.setdefault(entry.thread_id, []).append(entry)
        return found


def leave(entry: Entry, folder: Folder) -> None:
    """Move a mail, and remember where it comes from if it is to spam or bin."""
    if folder in HIDDEN and entry.folder not in HIDDEN:
        entry.left_folder = entry.folder
    if folder not in HIDDEN:
        entry.left_folder = None
    entry.folder, entry.snoozed_until = folder, None


def archive(change: Change) -> None:
    """Inbox to archive; one's sent mails stay in Sent."""
    for entry in change.entries:
        if entry.folder == Folder.INBOX:
            leave(entry, Folder.ARCHIVE)


def to_inbox(change: Change) -> None:
    """Back to the inbox, from wherever it is; one's sent mails go back to Sent."""
    for entry in change.entries:
        is_sent = entry.is_own and Folder.INBOX not in (entry.folder, entry.left_folder)
        leave(entry, Folder.SENT if is_sent else Folder.INBOX)


def to_bin(change: Change) -> None:
    """All mails to the bin."""
    for entry in change.entries:
        leave(entry, Folder.BIN)


def restore(change: Change) -> None:
    """From bin or spam to where it was."""
    for entry in change.entries:
        if entry.folder in HIDDEN:
            default = Folder.SENT if entry.is_own else Folder.INBOX
            leave(entry, Folder(entry.left_folder) if entry.left_folder else default)


def delete_forever(change: Change) -> None:
    """Delete mails that are in the bin or in spam."""
    ids = [entry.id for entry in change.entries if entry.folder in HIDDEN]
    if len(ids) < len(change.entries):
        raise ActionError("Only mails in the bin or in spam can be deleted for ever.")
    change.db.execute(delete(Entry).where(Entry.id.in_(ids)))


def report_spam(change: Change) -> None:
    """What others have sent goes to spam."""
    for entry in change.entries:
        if not entry.is_own:
            leave(entry, Folder.SPAM)


def mark_read(change: Change) -> None:
    """No mail is unread."""
    change.db.execute(delete(Unread).where(Unread.entry_id.in_(change.ids)))


def mark_unread(change: Change) -> None:
    """The latest mail that one has received is unread, so that the thread is."""
    known = set(change.db.scalars(select(Unread.entry_id).where(Unread.entry_id.in_(change.ids))))
    latest = [
        ([each for each in group if not each.is_own] or group)[-1] for group in change.by_thread.values()
    ]
    rows = [{"entry_id": e.id, "account_id": change.account_id} for e in latest if e.id not in known]
    if rows:
        change.db.execute(insert(Unread), rows)


def star(change: Change) -> None:
    """A star for the latest mail of each thread."""
    for group in change.by_thread.values():
        if not any(entry.is_starred for entry in group):
            group[-1].is_starred = True


def unstar(change: Change) -> None:
    """No stars."""
    for entry in change.entries:
        entry.is_starred = False


def set_importance(change: Change, *, is_important: bool) -> None:
    """Mark all mails as important, or as not."""
    for entry in change.entries:
        entry.is_important = is_important


def set_muted(change: Change, *, is_muted: bool) -> None:
    """Mute threads, which leave the inbox, or listen to them again."""
    for thread in change.db.scalars(select(Thread).where(Thread.id.in_(change.by_thread))):
        thread.is_muted = is_muted
    if is_muted:
        archive(change)


def add_label(change: Change) -> None:
    """Put a label on all mails."""
    label = required_label(change)
    own = EntryLabel.label_id == label.id, EntryLabel.entry_id.in_(change.ids)
    known = set(change.db.scalars(select(EntryLabel.entry_id).where(*own)))
    rows = [{"entry_id": each, "label_id": label.id} for each in change.ids if each not in known]
    if rows:
        change.db.execute(insert(EntryLabel), rows)


def remove_label(change: Change) -> None:
    """Take a label off all mails."""
    label = required_label(change)
    own = EntryLabel.label_id == label.id, EntryLabel.entry_id.in_(change.ids)
    change.db.execute(delete(EntryLabel).where(*own))


def move_to_label(change: Change) -> None:
    """Put a label on, and archive."""
    add_label(change)
    archive(change)


def required_label(change: Change) -> Label:
    """The chosen label."""
    if change.label is None:
        raise ActionError("Choose a label first.")
    return change.label


def to_category(change: Change) -> None:
    """Move mails to another tab of the inbox."""
    if change.category not in set(Category):
        raise ActionError("Choose a category first.")
    for entry in change.entries:
        entry.category = str(change.category)


def snooze_until(change: Change) -> None:
    """Hide what others have sent until a time; one's own mails if there are no others."""
    if change.until is None or change.until <= change.world.now:
        raise ActionError("Choose a time in the future.")
    groups = change.by_thread.values()
    received = [each for group in groups for each in ([e for e in group if not e.is_own] or group)]
    snooze(change.world, [each for each in received if each.folder not in HIDDEN], change.until)


def end_snooze(change: Change) -> None:
    """Back to the inbox now, also if archived; one's own mails stay in Sent. Each keeps its place there."""
    for entry in change.entries:
        if entry.snoozed_until is not None:
            leave(entry, Folder.INBOX if entry.folder == Folder.ARCHIVE else Folder(entry.folder))
