"""What can be done to threads: to one on its page, to several in a list, to all that a search finds.

An action on a thread acts on all of its mails that are neither in spam nor in the bin; if there are none
such, on those that are. What has to be kept apart says so in `changes.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.mail.models import Entry, Mail
from gristmill.apps.mail.services import changes
from gristmill.apps.mail.services.changes import ActionError, Change
from gristmill.apps.mail.services.folders import HIDDEN
from gristmill.apps.mail.services.listing import thread_ids
from gristmill.apps.mail.services.scopes import Scope
from gristmill.apps.mail.services.undoing import forget, keep_undo, last_undo, state_of

MOST_THREADS = 5_000  # of one action
NO_CHANGE = "That changes nothing here: it is so already, or these mails cannot be put there."


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """An action by its name; `done` says what it did to some threads, `{}` is "3 threads"."""

    label: str
    done: str
    run: Callable[[Change], None]
    can_undo: bool = True


def threads_in(db: Session, account_id: int, scope: Scope) -> list[int]:
    """The ids of all threads of a list, in its order."""
    statement = thread_ids(account_id, scope.condition)
    if scope.reads_mails:
        statement = statement.join(Mail, Mail.id == Entry.message_id)
    return [row[0] for row in db.execute(statement.limit(MOST_THREADS))]


def mails_of_threads(db: Session, account_id: int, thread_ids: Sequence[int], view: str) -> list[Entry]:
    """The mails that an action on these threads of an account acts on.

    On the pages of spam and bin, those that are there.
    """
    statement = (
        select(Entry)
        .join(Mail, Mail.id == Entry.message_id)
        .where(Entry.account_id == account_id, Entry.thread_id.in_(thread_ids))
        .order_by(Entry.thread_id, Mail.sent_at, Entry.id)
    )
    if view in HIDDEN:
        return list(db.scalars(statement.where(Entry.folder == view)))
    found: dict[int, list[Entry]] = {}
    for entry in db.scalars(statement):
        found.setdefault(entry.thread_id, []).append(entry)
    kept = ([each for each in group if each.folder not in HIDDEN] or group for group in found.values())
    return [entry for group in kept for entry in group]


def act(name: str, change: Change) -> int | None:
    """Carry out an action; returns the number with which it can be undone, or None.

    A change that was sent twice leaves the way to undo the first.

    Raises:
        ActionError: there is no such action, it lacks what it needs, or it changes nothing.
    """
    action = ACTIONS.get(name)
    if action is None:
        raise ActionError(f"Mail cannot {name!r} threads.")
    if not action.can_undo:
        action.run(change)
        forget(change.db, change.account_id)
        return None
    before = state_of(change.db, change.entries)
    action.run(change)
    change.db.flush()
    if state_of(change.db, change.entries) != before:
        return keep_undo(change.world, change.account_id, name, before)
    number = last_undo(change.db, change.account_id, name, change.entries)
    if number is None:
        raise ActionError(NO_CHANGE)
    return number


ACTIONS: Mapping[str, Action] = {
    "archive": Action(label="Archive", done="{} archived.", run=changes.archive),
    "inbox": Action(label="Move to inbox", done="{} moved to the inbox.", run=changes.to_inbox),
    "bin": Action(label="Delete", done="{} moved to the bin.", run=changes.to_bin),
    "restore": Action(label="Restore", done="{} restored.", run=changes.restore),
    "delete": Action(
        label="Delete for ever", done="{} deleted for ever.", run=changes.delete_forever, can_undo=False
    ),
    "spam": Action(label="Report spam", done="{} reported as spam.", run=changes.report_spam),
    "not_spam": Action(label="Not spam", done="{} moved back from spam.", run=changes.restore),
    "read": Action(label="Mark as read", done="{} marked as read.", run=changes.mark_read),
    "unread": Action(label="Mark as unread", done="{} marked as unread.", run=changes.mark_unread),
    "star": Action(label="Star", done="{} starred.", run=changes.star),
    "unstar": Action(label="Remove star", done="Stars removed from {}.", run=changes.unstar),
    "important": Action(
        label="Mark as important",
        done="{} marked as important.",
        run=partial(changes.set_importance, is_important=True),
    ),
    "unimportant": Action(
        label="Mark as not important",
        done="{} marked as not important.",
        run=partial(changes.set_importance, is_important=False),
    ),
    "mute": Action(label="Mute", done="{} muted.", run=partial(changes.set_muted, is_muted=True)),
    "unmute": Action(
        label="Unmute", done="{} no longer muted.", run=partial(changes.set_muted, is_muted=False)
    ),
    "label": Action(label="Add label", done="Label added to {}.", run=changes.add_label),
    "unlabel": Action(label="Remove label", done="Label removed from {}.", run=changes.remove_label),
    "file": Action(label="Move to label", done="{} moved to the label.", run=changes.move_to_label),
    "category": Action(label="Move to tab", done="{} moved to another tab.", run=changes.to_category),
    "snooze": Action(label="Snooze", done="{} snoozed.", run=changes.snooze_until),
    "unsnooze": Action(label="End snooze", done="{} back in the inbox.", run=changes.end_snooze),
}
