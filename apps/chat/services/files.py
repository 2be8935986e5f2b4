"""Files of the world that somebody may see: their own, and those in conversations that they may see."""

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from gristmill.apps.chat.models import Attachment, Channel, Message
from gristmill.apps.chat.services.access import visible
from gristmill.apps.chat.services.people import Card
from gristmill.apps.chat.services.timeline import FileCard, file_cards
from gristmill.apps.world.models import WorldFile


def reachable(person: Card) -> ColumnElement[bool]:
    """SQL: a person may see the file."""
    shared = (
        select(Attachment.file_id)
        .join(Message, Message.id == Attachment.message_id)
        .join(Channel, Channel.id == Message.channel_id)
        .where(Message.deleted_at.is_(None), visible(person))
    )
    return (WorldFile.owner_id == person.id) | WorldFile.id.in_(shared)


def usable(db: Session, person: Card) -> list[FileCard]:
    """The files that a person can send, by name."""
    return file_cards(db, list(db.scalars(select(WorldFile.id).where(reachable(person)))))


def find_file(db: Session, person: Card, file_id: int) -> WorldFile | None:
    """A file that a person may see."""
    return db.scalar(select(WorldFile).where(WorldFile.id == file_id, reachable(person)))


def shared_in(db: Session, channel_id: int) -> list[tuple[FileCard, Message]]:
    """The files of a conversation with the message that each was last sent with, the newest first."""
    newest = (
        select(Attachment.file_id, func.max(Message.id).label("message_id"))
        .join(Message, Message.id == Attachment.message_id)
        .where(Message.channel_id == channel_id, Message.deleted_at.is_(None))
        .group_by(Attachment.file_id)
        .subquery()
    )
    pairs = select(newest.c.file_id, Message).join(Message, Message.id == newest.c.message_id)
    found: dict[int, Message] = dict(db.execute(pairs).all())
    cards = {card.id: card for card in file_cards(db, sorted(found))}
    return sorted(((cards[key], found[key]) for key in found), key=lambda pair: -pair[1].id)
