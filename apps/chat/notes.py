"""Notes that a colleague passes on: a direct message with what the person asked to be reminded of."""

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.base import NoteCarrier, View
from gristmill.apps.chat.bookkeeping import ReadPointer
from gristmill.apps.chat.models import Message
from gristmill.apps.chat.services import directs, posting
from gristmill.apps.chat.services.people import read_directory
from gristmill.apps.chat.services.posting import Words
from gristmill.apps.kit.oracle_page import OraclePage
from gristmill.apps.world.handlers import Payload
from gristmill.apps.world.models import Person
from gristmill.apps.world.world import World

NOTE = "chat.note"
PASSED_ON = "(You asked me to pass this on.)"


def deliver_note(world: World, payload: Payload) -> None:
    """A colleague of the person passes a note on: the one with the lowest id whose account is open."""
    person_id, cards = payload["person_id"], read_directory(world.db).cards
    open_ones = [card for card in cards.values() if card.id != person_id and not card.has_left]
    colleague = min(open_ones, key=lambda card: card.id)
    channel = directs.find_or_open(world, cards[person_id], [colleague])
    text = f"{payload['subject']}: {payload['text']} {PASSED_ON}"
    posting.post(world, channel, colleague.id, Words(text=text))


def is_read(db: Session, person_id: int, subject: str) -> bool | None:
    """Whether the person has opened the message that begins with a subject; None if it has not arrived."""
    message = newest(db, subject)
    if message is None:
        return None
    pointer = db.get(ReadPointer, {"channel_id": message.channel_id, "person_id": person_id})
    return pointer is not None and pointer.message_id >= message.id


def newest(db: Session, subject: str) -> Message | None:
    """The newest note with this subject."""
    is_note = Message.text.startswith(f"{subject}: ", autoescape=True)
    passed_on = Message.text.endswith(PASSED_ON, autoescape=True)
    return db.scalars(select(Message).where(is_note, passed_on).order_by(Message.id.desc())).first()


def step(view: View, subject: str) -> str:
    """Open the chat, then the conversation with the colleague."""
    if "//chat.test" not in view.url:
        return "switch_app chat"
    message = newest(view.db, subject)
    assert message is not None
    author = view.db.get_one(Person, message.author_id).name
    found = OraclePage(view).click("link", re.compile(rf"{re.escape(author)}\b.*"))
    return found or f"goto /c/{message.channel_id}"


NOTES = NoteCarrier(
    kind=NOTE, is_read=is_read, step=step, place='the direct message "{subject}" that I got on Natterbeck'
)
