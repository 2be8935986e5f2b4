"""Delivers what was posted before the world's start, as rows: mails, copies in mailboxes, threads, flags."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, select

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import (
    Entry,
    EntryLabel,
    Folder,
    InvitationMethod,
    Label,
    Mail,
    MailAddress,
    MailFile,
    Recipient,
    Thread,
    Unread,
)
from gristmill.apps.mail.seed.habits import Kept, habit
from gristmill.apps.mail.seed.meetings import add_meeting, invitation_of
from gristmill.apps.mail.seed.posted import Posted
from gristmill.apps.mail.seed.rows import Tables
from gristmill.apps.mail.services.mailboxes import category
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.services.messages import message_columns, message_id, recipient_rows
from gristmill.apps.mail.services.search.words import mail_marks, word_text
from gristmill.apps.mail.services.threads import Headers, MailsInMemory, threads_of
from gristmill.apps.stories.acts import MailAct, Script
from gristmill.apps.world.models import Job, WorldFile
from gristmill.apps.world.world import World

UNREAD_FOR = timedelta(days=1)
DEFAULT_LABELS = (("Follow up", "rose"), ("Receipts", "teal"), ("Private", "slate"))
COLOURS = ("plum", "sky", "moss", "amber", "brick", "teal", "rose", "slate")


class Mailboxes:
    """All mailboxes of a new world. What stories say of folders and flags holds at the world's centre."""

    def __init__(self, world: World, script: Script, tables: Tables, sampler: Sampler) -> None:
        db, self._sampler = world.db, sampler
        self.now, self.centre = world.now, world.person.id
        self.people = {person.id: person for person in world.people}
        self._tables, self._lists = tables, script.lists
        self._boss = db.scalar(select(Job.manager_id).where(Job.person_id == self.centre))
        self.accounts = dict(iter(db.execute(select(MailAddress.email, MailAddress.account_id))))
        columns = WorldFile.id, WorldFile.name, WorldFile.media_type, func.length(WorldFile.content)
        self._files = {row[0]: tuple(row[1:]) for row in db.execute(select(*columns))}
        self._known: dict[int, MailsInMemory] = {each: MailsInMemory() for each in self.accounts.values()}
        self._marks: dict[int, dict[str, int]] = {}  # of mails, by number
        self.headers: dict[str, Headers] = {}
        self.messages: dict[str, int] = {}
        self.threads: dict[tuple[int, str], int] = {}
        self._labels: dict[tuple[int, str], int] = {}
        for account_id in sorted(self._known):
            for name, colour in DEFAULT_LABELS:
                self._labels[account_id, name] = self._new_label(account_id, None, name, colour)
        for path in script.labels:
            self.label(self.centre, path)

    def deliver(self, posted: Posted) -> None:
        """Write a mail, and its copies in the mailboxes of sender and recipients."""
        mailing = self.addressed(posted)
        number = self._write_mail(posted, mailing)
        sender, readers = self.accounts.get(mailing.sender.email), self.readers(mailing)
        for account_id in sorted(readers | ({sender} if sender else set())):
            default = Folder.INBOX if account_id in readers else Folder.SENT
            entry_id = self._file(posted, mailing, number, account_id, default)
            if account_id != sender and is_unread(self._act(posted, account_id), posted.at, self.now):
                self._tables.link(Unread, entry_id=entry_id, account_id=account_id)

    def addressed(self, posted: Posted) -> Mailing:
        """The mail with its id and those of its ancestors; also for mails that are sent later."""
        number = len(self.headers) + 1
        mailing, parent = posted.mailing, posted.act.parent if posted.act else None
        known = self.headers.get(parent.key) if parent else None
        mailing = replace(
            mailing, message_id=message_id(number, mailing.sender.email),
            in_reply_to=known.message_id if known else "",
            references=(*known.references, known.message_id) if known else (),
        )  # fmt: skip
        key = posted.act.key if posted.act else f"shop.{number}"
        self.headers[key] = Headers(
            message_id=mailing.message_id, in_reply_to=mailing.in_reply_to, references=mailing.references,
            subject=mailing.subject,
        )  # fmt: skip
        return mailing

    def readers(self, mailing: Mailing) -> set[int]:
        """The accounts that a mail reaches."""
        found: set[int] = set()
        for each in mailing.recipients:
            found.update(self._lists.get(each.email, ()))
            if each.email in self.accounts:
                found.add(self.accounts[each.email])
        return found & self._known.keys()

    def label(self, account_id: int, path: str) -> int:
        """The id of a label by its full name; creates it, and those above it."""
        if (account_id, path) not in self._labels:
            above, _, name = path.rpartition("/")
            parent = self.label(account_id, above) if above else None
            colour = COLOURS[len(self._labels) % len(COLOURS)]
            self._labels[account_id, path] = self._new_label(account_id, parent, name, colour)
        return self._labels[account_id, path]

    def _new_label(self, account_id: int, parent_id: int | None, name: str, colour: str) -> int:
        return self._tables.add(Label, account_id=account_id, parent_id=parent_id, name=name, colour=colour)

    def _write_mail(self, posted: Posted, mailing: Mailing) -> int:
        files = [self._files[each] for each in mailing.file_ids]
        invitation = invitation_of(posted.act, self.people) if posted.act else None
        meeting = add_meeting(self._tables, invitation, self.accounts) if invitation else None
        columns = message_columns(mailing, 0, [size for _, _, size in files])
        columns |= {
            "meeting_id": meeting,
            "meeting_method": str(InvitationMethod.REQUEST) if meeting else None,
        }
        number = self._tables.add(
            Mail, **columns, sent_at=posted.at, sender_account_id=self.accounts.get(mailing.sender.email)
        )
        self._marks[number] = mail_marks(str(columns["words"]), len(files))
        if posted.act:
            self.messages[posted.act.key] = number
        for row in recipient_rows(mailing, self.accounts):
            self._tables.add(Recipient, message_id=number, **row)
        for file_id, (name, media_type, size) in zip(mailing.file_ids, files, strict=True):
            self._tables.add(
                MailFile, message_id=number, file_id=file_id, name=name, media_type=media_type,
                size_bytes=size, words=word_text(name),
            )  # fmt: skip
        return number

    def _act(self, posted: Posted, account_id: int) -> MailAct | None:
        return posted.act if account_id == self.centre else None

    def _file(self, posted: Posted, mailing: Mailing, number: int, account_id: int, default: Folder) -> int:
        act, kept = self._act(posted, account_id), self._habit(posted, mailing, account_id)
        folder = (act and act.folder) or kept.folder or default
        entry_id = self._tables.add(
            Entry, account_id=account_id, message_id=number,
            thread_id=self._thread(account_id, posted, mailing), folder=str(folder),
            left_folder=str(default) if folder in (Folder.SPAM, Folder.BIN) else None,
            category=category(mailing.kind, mailing.list_email), shown_at=posted.at,
            is_own=self.accounts.get(mailing.sender.email) == account_id,
            is_starred=bool(act and act.is_starred),
            is_important=bool(act and (act.is_important or is_from_boss(act, self._boss, account_id))),
            snoozed_until=None, **self._marks[number],
        )  # fmt: skip
        labels = (*(act.labels if act else ()), *([kept.label] if kept.label else []))
        for path in labels:
            self._tables.link(EntryLabel, entry_id=entry_id, label_id=self.label(account_id, path))
        return entry_id

    def _habit(self, posted: Posted, mailing: Mailing, account_id: int) -> Kept:
        is_spoken_of = posted.act is not None or account_id != self.centre
        return Kept() if is_spoken_of else habit(self._sampler, mailing, self.now - posted.at)

    def _thread(self, account_id: int, posted: Posted, mailing: Mailing) -> int:
        known = self._known[account_id]
        headers = Headers(
            message_id=mailing.message_id, in_reply_to=mailing.in_reply_to, references=mailing.references,
            subject=mailing.subject,
        )  # fmt: skip
        found = threads_of(headers, known)
        thread = found[0] if found else self._tables.add(Thread, account_id=account_id, is_muted=False)
        if len(found) > 1:
            self._join(account_id, thread, found[1:])
        known.add(headers, thread)
        if posted.act:
            self.threads[account_id, posted.act.key] = thread
        return thread

    def _join(self, account_id: int, into: int, others: Sequence[int]) -> None:
        """Move the mails of some threads to another one, which a mail has connected them with."""
        self._known[account_id].merge(into, others)
        for row in self._tables.rows[Entry]:
            if row["thread_id"] in others:
                row["thread_id"] = into
        self.threads |= {key: into for key, thread in self.threads.items() if thread in others}


def is_from_boss(act: MailAct, boss: int | None, account_id: int) -> bool:
    """Whether somebody's boss writes to them in person."""
    is_to_them = any(each.person_id == account_id for each in act.to)
    return boss is not None and act.sender.person_id == boss and is_to_them


def is_unread(act: MailAct | None, at: datetime, now: datetime) -> bool:
    """Whether a mail has not been opened: as its story says, else if it is of the last day."""
    if act is not None and act.is_read is not None:
        return not act.is_read
    return now - at < UNREAD_FOR
