"""The oracle's moves for mails: selecting in lists, labels, folders, flags and snoozes.

They compare the mailbox with what the task wants of it, so that they also bring back what went wrong.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select

from gristmill.apps.base import Json, View
from gristmill.apps.mail.models import Entry, Folder, Label
from gristmill.apps.mail.services.actions import threads_in
from gristmill.apps.mail.services.folders import HIDDEN
from gristmill.apps.mail.services.label_tree import label_tree
from gristmill.apps.mail.services.scopes import scope_of
from gristmill.apps.mail.services.search.evaluate import Reader
from gristmill.apps.mail.services.search.words import words_of
from gristmill.apps.mail.tasks.list_page import ListPage
from gristmill.apps.mail.tasks.mail_page import HOST, MailPage
from gristmill.apps.mail.tasks.mailbox_state import STAMP, digest
from gristmill.apps.mail.tasks.sorting import Plan
from gristmill.apps.mail.tasks.sorting_fixes import Fix, fixes
from gristmill.apps.mail.tasks.writing import Wanted
from gristmill.apps.mail.tasks.writing_moves import (
    discard,
    sent_mails,
    stray_drafts,
    take_back,
    waiting_mails,
)
from gristmill.apps.world.world import World
from gristmill.errors import Unwinnable


def settled(
    view: View, plan: Plan, lists: Mapping[str, str] = {}, *, sent: Collection[int] = ()
) -> str | None:
    """The next action towards the mailbox as the plan has it; None once it is.

    `lists` are searches that find the mails of a fix, by its key; other mails are opened one by one.
    `sent` are mails that were meant to be sent.

    Raises:
        Unwinnable: something was changed that this does not bring back.
    """
    page, start = Sorter(view, plan), plan.start
    if action := cleared(view, plan, sent):
        return action
    found = fixes(view.db, plan)
    if found:
        return page.fix(found, lists)
    but: Any = start["but"]
    newest: Any = start["newest"]
    if digest(view.db, plan.account_id, newest, but) != start["rest"]:
        raise Unwinnable("Labels, rules, settings or contacts were changed.")
    return None


def cleared(view: View, plan: Plan, sent: Collection[int] = ()) -> str | None:
    """Take back mails that wait to be sent, and discard drafts.

    Raises:
        Unwinnable: a mail was sent that was not meant to be.
    """
    page, start = MailPage(view), plan.start
    newest: Any = [start["sent"], start["drafts"]]
    wanted = Wanted(account_id=plan.account_id, to=[], newest=newest)
    if any(each.number not in sent for each in sent_mails(view, wanted)):
        raise Unwinnable("A mail was sent.")
    if held := waiting_mails(view, wanted):
        return take_back(page, held[0].number)
    stray = stray_drafts(view, wanted, None)
    return discard(page, stray[0]) if stray else None


class Sorter(ListPage):
    """A page of mail on which mails are sorted."""

    def __init__(self, view: View, plan: Plan) -> None:
        super().__init__(view)
        self.plan = plan

    def fix(self, found: Sequence[Fix], lists: Mapping[str, str]) -> str:
        """The next action towards the first of some fixes, together with those like it."""
        one = found[0]
        threads = {each.entry.thread_id for each in found if each.key == one.key}
        if one.what == "snoozed_until" and one.value is None:
            if self.path != "/snoozed":
                return self.follow("/snoozed")
            return self.on_rows(threads, lambda: self.click("button", "End snooze")) or self.lost(one)
        hidden = hidden_with(one, found)
        if len(hidden) > 1 or (hidden and self.is_apart(one.entry)):
            return self.from_hidden(one, hidden)
        if one.key in lists and one.entry.folder not in HIDDEN:
            action = self.in_list(lists[one.key], threads, one)
            if action:
                return action
        if self.path == "/snooze" and self.query.get("thread") == [str(one.entry.thread_id)]:
            return self.snooze_page(one) or self.lost(one)
        if self.path != f"/threads/{one.entry.thread_id}":
            return self.open_thread(one.entry)
        return self.press(one) or self.lost(one)

    def open_thread(self, entry: Entry) -> str:
        """Open the thread of a mail: from its folder, or by a search for its subject."""
        path = f"/threads/{entry.thread_id}"
        if entry.folder in HIDDEN:
            return self.follow(f"/{entry.folder}", path)
        return self.to_thread(entry.thread_id, " ".join(words_of(entry.message.subject))) or f"goto {HOST}/"

    def is_apart(self, entry: Entry) -> bool:
        """Whether a mail lies in spam or bin, and others of its thread, which its page shows, do not."""
        others = select(Entry.id).where(Entry.thread_id == entry.thread_id, Entry.folder.not_in(HIDDEN))
        return self.db.scalar(others.limit(1)) is not None

    def from_hidden(self, one: Fix, threads: Collection[int]) -> str:
        """Move threads out of spam or bin, in the list of what lies there."""
        path = f"/{one.entry.folder}"
        if self.path != path:
            return self.follow(path)
        if action := self.on_rows(threads, lambda: self.press(one)):
            return action
        return self.follow(path) if "page" in self.query else self.lost(one)

    def lost(self, one: Fix) -> str:
        """There is no way to do something."""
        raise Unwinnable(f"The page {self.path} offers no way to set {one.key}.")

    def in_list(self, query: str, threads: Collection[int], one: Fix) -> str | None:
        """Select threads among what a search finds, all at once if it finds no others, and act."""
        if self.path != "/search" or self.query.get("q") != [query]:
            return self.search(query)
        if self.query.get("select") == ["all"]:
            is_right = self.found(query) == set(threads)
            return self.press(one) if is_right else self.click("link", "Clear selection")
        if self.found(query) == set(threads) and len(threads) > 1 and self.ticked() != set(threads):
            return self.click("link", re.compile("Select all .*"))
        return self.on_rows(threads, lambda: self.press(one))

    def found(self, query: str) -> set[int]:
        """The threads that a search finds."""
        labels = select(Label).where(Label.account_id == self.plan.account_id)
        reader = Reader(
            account_id=self.plan.account_id,
            now=World(self.db).now,
            labels=label_tree(self.db.scalars(labels)),
        )
        scope = scope_of("/search", {"q": query}, reader, uses_categories=False)
        return set(threads_in(self.db, self.plan.account_id, scope)) if scope else set()

    def press(self, one: Fix) -> str | None:
        """Press the button for a fix, in its menu if it has one."""
        if one.what in ("label", "unlabel"):
            button = "Add label" if one.what == "label" else "Remove label"
            return self.choose("Label", "Label", self.path_of(one.value), button)
        if one.what == "snoozed_until":  # to a time that is none of the usual ones, on its own page
            return self.choose("Snooze", "Snooze until", "Another time", "Snooze")
        if one.what == "folder":
            button = self.folder_button(one.entry.folder, str(one.value))
        else:
            on, off = FLAGS[one.what]
            button = on if one.value else off
        return self.click("button", button) or self.click("generic", "More")

    def path_of(self, label_id: Json) -> str:
        """The full name of a label.

        Raises:
            Unwinnable: it was deleted.
        """
        labels = select(Label).where(Label.account_id == self.plan.account_id)
        paths = {each.id: each.path for each in label_tree(self.db.scalars(labels))}
        if label_id not in paths:
            raise Unwinnable("A label was deleted.")
        return paths[label_id]  # type: ignore[index]

    def folder_button(self, folder: str, wanted: str) -> str:
        """The button that moves a mail, or one that it has to go through."""
        if folder in HIDDEN:
            return "Restore" if folder == Folder.BIN else "Not spam"
        texts = {Folder.BIN: "bin", Folder.SPAM: "spam", Folder.ARCHIVE: "archive"}
        return self.label_text(texts[Folder(wanted)]) if wanted in texts else "Move to inbox"

    def snooze_page(self, one: Fix) -> str | None:
        """Enter the time; leave the page if something else is to be done."""
        if one.what != "snoozed_until" or one.value is None:
            return self.click("link", "Cancel")
        at = datetime.strptime(str(one.value), STAMP)
        return self.fill("textbox", "Until", f"{at:%Y-%m-%d %H:%M}") or self.click("button", "Snooze")


def hidden_with(one: Fix, found: Sequence[Fix]) -> set[int]:
    """The threads that are to leave spam or bin together with this one; none if it is not to."""
    folder = one.entry.folder
    if one.what != "folder" or folder not in HIDDEN:
        return set()
    return {each.entry.thread_id for each in found if each.what == "folder" and each.entry.folder == folder}


FLAGS = {
    "is_starred": ("Star", "Remove star"),
    "is_important": ("Mark as important", "Mark as not important"),
}


def read_first(view: View, path: str) -> str | None:
    """Open a page unless it was opened in this episode."""
    page = MailPage(view)
    return None if page.has_opened(path) else page.follow(path)


def to_results(view: View, query: str) -> str | None:
    """Search unless that was done in this episode."""
    page = MailPage(view)
    known = any(urlsplit(url).path == "/search" for url in view.visited)
    return None if known else page.search(query) or f"goto {HOST}/"
