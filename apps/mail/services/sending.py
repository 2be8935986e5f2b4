"""Sends drafts: a moment after "Send", so that it can be undone, or at a time that was chosen."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, union_all

from gristmill.apps.mail.models import (
    Account,
    Contact,
    ContactAddress,
    Entry,
    Folder,
    Mail,
    MailAddress,
    MailDraft,
    MailingList,
    MailReminder,
    Outgoing,
    Recipient,
    Signature,
    Unread,
)
from gristmill.apps.mail.services.addresses import Mailbox, joined, parse_mailbox, split_field
from gristmill.apps.mail.services.answering import split_answer
from gristmill.apps.mail.services.contacts import new_contact
from gristmill.apps.mail.services.delivery import deliver
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.services.numbers import new_id
from gristmill.apps.mail.services.recipients import resolve
from gristmill.apps.mail.services.writing import SEND
from gristmill.apps.world.handlers import Payload
from gristmill.apps.world.world import World
from gristmill.errors import TargetGone

REMIND = "mail.remind"


def send(world: World, draft: MailDraft, due_at: datetime, *, is_scheduled: bool = False) -> None:
    """Queue a draft for sending; at once if it is due already.

    Raises:
        FormError: a recipient is malformed, or there is none.
    """
    found = resolve(world.db, draft.account_id, {"to": draft.to, "cc": draft.cc, "bcc": draft.bcc})
    draft.to, draft.cc, draft.bcc = (joined(found[name]) for name in ("to", "cc", "bcc"))
    if due_at <= world.now:
        deliver_draft(world, draft)
        return
    draft.outgoing = Outgoing(due_at=due_at, is_scheduled=is_scheduled)
    world.db.flush()
    world.schedule(SEND, due_at, {"draft_id": draft.id})


def unsend(world: World, draft: MailDraft) -> None:
    """Make a mail that waits to be sent a draft again."""
    draft.outgoing = None
    world.db.flush()


def send_due(world: World, payload: Payload) -> None:
    """Send a mail whose time has come.

    Raises:
        TargetGone: it was sent, discarded, taken back, or put off.
    """
    draft = world.db.get(MailDraft, payload["draft_id"])
    if draft is None or draft.outgoing is None or draft.outgoing.due_at > world.now:
        raise TargetGone(f"The draft {payload['draft_id']} does not wait to be sent now.")
    deliver_draft(world, draft)


def deliver_draft(world: World, draft: MailDraft) -> Mail:
    """Deliver a draft and delete it."""
    account = world.db.get_one(Account, draft.account_id)
    mail = deliver(world, mailing_of(world, draft, account))
    if account.settings.adds_contacts:
        add_contacts(world, account, mail.recipients)
    if draft.remind_after_days:
        remind_later(world, draft, mail)
    world.db.delete(draft)
    world.db.flush()
    return mail


def mailing_of(world: World, draft: MailDraft, account: Account) -> Mailing:
    """A draft as it is handed over for delivery."""
    signature = world.db.get(Signature, draft.signature_id) if draft.signature_id else None
    to, cc, bcc = (mailboxes(text) for text in (draft.to, draft.cc, draft.bcc))
    mailing = Mailing(
        sender=Mailbox(name=account.name, email=draft.sender_email), to=to, cc=cc, bcc=bcc,
        subject=draft.subject, markup=draft.markup, file_ids=tuple(each.file_id for each in draft.files),
        body=signed(draft, signature.text if signature else "").strip("\n"),
    )  # fmt: skip
    return mailing.answering(draft.parent) if draft.parent else mailing


def mailboxes(text: str) -> tuple[Mailbox, ...]:
    """The recipients of a field that was checked before."""
    return tuple(found for part in split_field(text) if (found := parse_mailbox(part)))


def signed(draft: MailDraft, signature: str) -> str:
    """A draft's text with a signature: above what it quotes or forwards."""
    if not signature:
        return draft.body
    text, rest = split_answer(draft.body, draft.kind, draft.parent)
    parts = (text.rstrip(), f"-- \n{signature}", rest)
    return "\n\n".join(part for part in parts if part)


def add_contacts(world: World, account: Account, recipients: Sequence[Recipient]) -> None:
    """Make contacts of recipients who are none yet; lists and oneself are left out."""
    known = select(ContactAddress.email).join(Contact).where(Contact.account_id == account.id)
    own = MailAddress.account_id == account.id
    taken = {
        *world.db.scalars(union_all(known, select(MailAddress.email).where(own), select(MailingList.email)))
    }
    for each in recipients:
        if each.email not in taken:
            taken.add(each.email)
            world.db.add(new_contact(world, account.id, each.name or each.email, each.email))
    world.db.flush()


def remind_later(world: World, draft: MailDraft, mail: Mail) -> None:
    """Note that a mail is to come back to the inbox if nobody has answered it by then."""
    own = Entry.account_id == draft.account_id, Entry.message_id == mail.id
    entry = world.db.scalar(select(Entry).where(*own))
    if entry is not None:
        due = world.now + timedelta(days=draft.remind_after_days or 0)
        row = MailReminder(
            id=new_id(world, MailReminder),
            account_id=draft.account_id,
            entry_id=entry.id,
            due_at=due,
            note="",
        )
        world.db.add(row)
        world.db.flush()
        world.schedule(REMIND, due, {"reminder_id": row.id})


def remind(world: World, payload: Payload) -> None:
    """Bring a mail back to the inbox, unread, if nobody has answered it.

    Raises:
        TargetGone: the reminder was removed with its mail.
    """
    reminder = world.db.get(MailReminder, payload["reminder_id"])
    if reminder is None:
        raise TargetGone(f"There is no reminder {payload['reminder_id']}.")
    entry = world.db.get_one(Entry, reminder.entry_id)
    if not is_answered(world, entry) and entry.folder not in (Folder.SPAM, Folder.BIN):
        entry.folder, entry.snoozed_until, entry.shown_at = Folder.INBOX, None, world.now
        if world.db.get(Unread, entry.id) is None:
            world.db.add(Unread(entry_id=entry.id, account_id=entry.account_id))
    world.db.delete(reminder)
    world.db.flush()


def is_answered(world: World, entry: Entry) -> bool:
    """Whether somebody else wrote in the thread after a mail; machines do not count."""
    later = (
        select(Entry.id)
        .join(Mail, Mail.id == Entry.message_id)
        .where(
            Entry.thread_id == entry.thread_id, Entry.is_own.is_(False), Mail.is_automatic.is_(False),
            Mail.id > entry.message_id,
        )
    )  # fmt: skip
    return world.db.scalar(later.limit(1)) is not None
