"""Notes that people send to themselves: a mail from the person to the person."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.base import NoteCarrier, View
from gristmill.apps.kit.oracle_page import OraclePage
from gristmill.apps.mail.models import Account, Entry, Mail, Unread
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.delivery import deliver
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.world.handlers import Payload
from gristmill.apps.world.models import Person
from gristmill.apps.world.world import World

NOTE = "mail.note"


def deliver_note(world: World, payload: Payload) -> None:
    """Deliver a note that somebody wrote to themselves elsewhere."""
    person = world.db.get_one(Person, payload["person_id"])
    own = Mailbox(name=person.name, email=person.email.lower())
    deliver(
        world,
        Mailing(sender=own, to=(own,), subject=payload["subject"], body=payload["text"], keeps_copy=False),
    )


def is_read(db: Session, person_id: int, subject: str) -> bool | None:
    """Whether the person has opened their note with this subject; None if it has not arrived."""
    entry = newest(db, person_id, subject)
    if entry is None:
        return None
    return db.scalar(select(Unread.entry_id).where(Unread.entry_id == entry.id)) is None


def newest(db: Session, person_id: int, subject: str) -> Entry | None:
    """The person's copy of their newest note with this subject."""
    statement = (
        select(Entry)
        .join(Mail, Entry.message_id == Mail.id)
        .join(Account, Entry.account_id == Account.id)
        .where(Account.person_id == person_id, Mail.subject == subject)
        .order_by(Entry.id.desc())
    )
    return db.scalars(statement).first()


def step(view: View, subject: str) -> str:
    """Open the mail app, then its inbox, then the note."""
    if "//mail.test" not in view.url:
        return "switch_app mail"
    page = OraclePage(view)
    at_inbox = page.path == "/inbox" and not page.query
    found = page.click("link", re.compile(rf".*{re.escape(subject)}.*", re.DOTALL)) if at_inbox else None
    return found or "goto /inbox"


NOTES = NoteCarrier(kind=NOTE, is_read=is_read, step=step, place='the mail "{subject}" in my inbox')
