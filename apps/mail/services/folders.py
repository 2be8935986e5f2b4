"""The folders of the side bar: their names, addresses, and which mails they show."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import InstrumentedAttribute

from gristmill.apps.mail.models import Category, Entry, Folder

HIDDEN = (Folder.SPAM, Folder.BIN)


@dataclass(frozen=True, kw_only=True, slots=True)
class FolderPage:
    """A page of the side bar. `empty` is what it says when there is nothing on it."""

    key: str
    title: str
    symbol: str
    empty: str
    hint: str

    @property
    def url(self) -> str:
        """Its address."""
        return f"/{self.key}"


FOLDER_PAGES = {
    page.key: page
    for page in (
        FolderPage(key="inbox", title="Inbox", symbol="inbox", empty="Your inbox is empty",
                   hint="Mails that arrive are listed here."),
        FolderPage(key="starred", title="Starred", symbol="star", empty="No starred mails",
                   hint="Star a mail to find it here again."),
        FolderPage(key="snoozed", title="Snoozed", symbol="clock", empty="Nothing is snoozed",
                   hint="Snoozed threads wait here until their time comes."),
        FolderPage(key="important", title="Important", symbol="flag", empty="Nothing is marked important",
                   hint="Mark a thread as important to list it here."),
        FolderPage(key="sent", title="Sent", symbol="send", empty="You have sent nothing yet",
                   hint="Copies of what you send are kept here."),
        FolderPage(key="drafts", title="Drafts", symbol="edit", empty="No drafts",
                   hint="Mails that you have begun are kept here until you send them."),
        FolderPage(key="scheduled", title="Scheduled", symbol="calendar", empty="Nothing is scheduled",
                   hint="Mails that are to be sent later wait here."),
        FolderPage(key="archive", title="Archive", symbol="archive", empty="The archive is empty",
                   hint="Archived threads leave the inbox and are kept here."),
        FolderPage(key="spam", title="Spam", symbol="spam", empty="No spam",
                   hint="Reported mails and those of blocked senders end up here."),
        FolderPage(key="bin", title="Bin", symbol="trash", empty="The bin is empty",
                   hint="Deleted threads can be restored from here."),
        FolderPage(key="all", title="All mail", symbol="layers", empty="No mails",
                   hint="Everything except spam and the bin is listed here."),
    )
}  # fmt: skip
LISTED = tuple(key for key in FOLDER_PAGES if key not in ("drafts", "scheduled"))
CATEGORY_TITLES = {
    Category.MAIN: "Main", Category.UPDATES: "Updates", Category.OFFERS: "Offers", Category.LISTS: "Lists",
}  # fmt: skip


def not_hidden() -> ColumnElement[bool]:
    """Mails outside of spam and bin."""
    return Entry.folder.not_in(HIDDEN)


def in_folder(key: str, category: str | None = None) -> ColumnElement[bool]:
    """The condition for mails on a folder's page; `category` narrows the inbox."""
    if key == "inbox":
        parts = [Entry.folder == Folder.INBOX, Entry.snoozed_until.is_(None)]
        return and_(*parts, *([Entry.category == category] if category else []))
    if key in (Folder.SPAM, Folder.BIN):
        return Entry.folder == key
    if key == Folder.ARCHIVE:
        return and_(Entry.folder == Folder.ARCHIVE, Entry.snoozed_until.is_(None))
    flags: dict[str, ColumnElement[bool] | InstrumentedAttribute[bool]] = {
        "starred": Entry.is_starred, "important": Entry.is_important, "sent": Entry.is_own,
        "snoozed": Entry.snoozed_until.is_not(None),
    }  # fmt: skip
    return and_(flags[key], not_hidden()) if key in flags else not_hidden()
