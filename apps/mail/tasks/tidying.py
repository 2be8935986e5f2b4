"""How a mailbox was when a task began, and the oracle's moves that bring it back to that.

Stars, importance and folders are brought back. What is rarer (labels, rules, settings, contacts) is not:
then the oracle says that the task cannot be done any more.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.base import Json, View
from gristmill.apps.mail.models import (
    BlockedSender,
    CannedText,
    Contact,
    Entry,
    EntryLabel,
    Filter,
    Folder,
    Group,
    GroupMember,
    Label,
    Settings,
    Signature,
    Thread,
    Unsubscription,
    Vacation,
)
from gristmill.apps.mail.services.folders import HIDDEN
from gristmill.apps.mail.tasks.mail_page import HOST, MailPage
from gristmill.apps.world.models import Model
from gristmill.errors import Unwinnable

OWNED: Sequence[type[Model]] = (
    BlockedSender, CannedText, Filter, Group, Label, Settings, Signature, Unsubscription, Vacation,
)  # fmt: skip
MORE = frozenset({"Star", "Remove star", "Mark as important", "Mark as not important", "Move to inbox"})


def box_state(db: Session, account_id: int) -> dict[str, Json]:
    """A mailbox as it is now: the flags and folders of its mails, and a digest of everything else."""
    entries = entries_of(db, account_id)
    newest = max((each.id for each in entries), default=0)
    card = db.scalar(select(Contact.id).where(Contact.account_id == account_id).order_by(Contact.id.desc()))
    return {
        "newest": newest, "starred": [each.id for each in entries if each.is_starred],
        "important": [each.id for each in entries if each.is_important],
        "folders": {str(e.id): e.folder for e in entries if e.folder != usual_folder(e)},
        "card": card or 0, "rest": digest(db, account_id, newest, card or 0),
    }  # fmt: skip


def entries_of(db: Session, account_id: int) -> Sequence[Entry]:
    """The mails of an account, by id."""
    return db.scalars(select(Entry).where(Entry.account_id == account_id).order_by(Entry.id)).all()


def usual_folder(entry: Entry) -> str:
    """Where most mails lie."""
    return Folder.SENT if entry.is_own else Folder.INBOX


def digest(db: Session, account_id: int, newest: int, card: int) -> str:
    """A digest of an account's labels, rules, texts, settings, and contacts up to one."""
    parts: list[Any] = []
    for model in OWNED:
        table: Any = model.__table__
        own = select(table).where(table.c.account_id == account_id).order_by(*table.primary_key)
        parts += [list(map(str, row)) for row in db.execute(own)]
    own_entries = Entry.account_id == account_id, Entry.id <= newest
    labels = select(EntryLabel.entry_id, EntryLabel.label_id).join(Entry, Entry.id == EntryLabel.entry_id)
    muted = select(Thread.id).where(Thread.account_id == account_id, Thread.is_muted)
    cards: Any = Contact.__table__
    known = select(cards).where(cards.c.account_id == account_id, cards.c.id <= card)
    members = select(GroupMember.group_id, GroupMember.contact_id).join(Group).where(
        Group.account_id == account_id
    )  # fmt: skip
    for query in (labels.where(*own_entries), muted, known, members):
        parts += [sorted(list(map(str, row)) for row in db.execute(query))]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def tidy(view: View, account_id: int) -> str | None:
    """The next action towards the mailbox as it was; None once it is.

    Raises:
        Unwinnable: something was changed that this does not bring back.
    """
    state: Any = view.task.terms["box"]
    starred, important = set(state["starred"]), set(state["important"])
    found = {each.id: each for each in entries_of(view.db, account_id) if each.id <= state["newest"]}
    for entry in found.values():
        folder = state["folders"].get(str(entry.id), usual_folder(entry))
        button = folder_button(view, entry.folder, folder)
        button = button or flag_button(entry.is_starred, entry.id in starred, "Star", "Remove star")
        button = button or flag_button(
            entry.is_important, entry.id in important, "Mark as important", "Mark as not important"
        )
        if button:
            if entry.folder != folder:
                require_one_folder(found.values(), entry, state["folders"])
            return press(MailPage(view), entry, button)
    if digest(view.db, account_id, state["newest"], state["card"]) != state["rest"]:
        raise Unwinnable("Labels, rules, settings or contacts were changed.")
    return None


def require_one_folder(found: Iterable[Entry], moved: Entry, folders: Mapping[str, str]) -> None:
    """Refuse a thread whose mails lay in inbox and archive: its buttons move all of them together.

    Raises:
        Unwinnable: they did, and one of them was moved.
    """
    wanted = {
        folders.get(str(each.id), usual_folder(each)) for each in found if each.thread_id == moved.thread_id
    }
    if moved.folder not in HIDDEN and wanted >= {Folder.INBOX, Folder.ARCHIVE}:
        raise Unwinnable("The mails of a thread that lay in inbox and archive were moved together.")


def folder_button(view: View, folder: str, wanted: str) -> str | None:
    """The button that moves a mail back to its folder."""
    if folder == wanted:
        return None
    if folder in HIDDEN:
        return "Restore" if folder == Folder.BIN else "Not spam"
    if folder == Folder.ARCHIVE and wanted == Folder.INBOX:
        return "Move to inbox"
    if folder == Folder.INBOX and wanted == Folder.ARCHIVE:
        return MailPage(view).label_text("archive")
    raise Unwinnable(f"A mail was moved from {wanted} to {folder}.")


def flag_button(is_set: bool, is_wanted: bool, on: str, off: str) -> str | None:
    """The button that sets a flag as it was."""
    return None if is_set == is_wanted else on if is_wanted else off


def press(page: MailPage, entry: Entry, button: str) -> str:
    """Press a button of a mail's thread, in the menu if it is there."""
    if page.path != f"/threads/{entry.thread_id}":
        return page.follow(f"/threads/{entry.thread_id}")
    found = page.click("button", button)
    menu = page.click("generic", "More") if button in MORE else None
    if found or menu:
        return found or str(menu)
    raise Unwinnable(f"The thread {HOST}{page.path} has no button {button}.")
