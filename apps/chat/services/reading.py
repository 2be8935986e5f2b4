"""Read pointers: how far somebody has read conversations and threads.

Opening a conversation or a thread moves its pointer, and so does writing in it; nothing else does.
"""

from collections.abc import Mapping
from functools import cache

from sqlalchemy import func, select, update
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.orm import Session

from gristmill.apps.chat.bookkeeping import Mention, ReadPointer, ThreadPointer
from gristmill.apps.chat.models import Message

Pointer = type[ReadPointer] | type[ThreadPointer]


def newest_mention(db: Session, person_id: int) -> int:
    """The id of somebody's newest mention; 0 without one."""
    return (
        db.scalar(select(func.coalesce(func.max(Mention.id), 0)).where(Mention.person_id == person_id)) or 0
    )


def read_channel(db: Session, person_id: int, channel_id: int, message_id: int, mention_id: int) -> None:
    """Move a pointer forward, up to this message and this mention. It never moves back."""
    advance(db, ReadPointer, {"channel_id": channel_id, "person_id": person_id}, message_id, mention_id)


def read_thread(db: Session, person_id: int, root_id: int, message_id: int, mention_id: int) -> None:
    """Move the pointer into a thread forward. It never moves back."""
    advance(db, ThreadPointer, {"root_id": root_id, "person_id": person_id}, message_id, mention_id)


def advance(db: Session, model: Pointer, key: Mapping[str, int], message_id: int, mention_id: int) -> None:
    """Move a pointer forward, or write it; one statement."""
    db.execute(_advance(model), {**key, "message_id": message_id, "mention_id": mention_id})


@cache
def _advance(model: Pointer) -> Insert:
    """The statement that moves a pointer; built once, as it takes a while."""
    table = model.metadata.tables[model.__tablename__]
    row = insert(table)
    later = {name: func.max(table.c[name], row.excluded[name]) for name in ("message_id", "mention_id")}
    return row.on_conflict_do_update(index_elements=list(table.primary_key), set_=later)


def unread_from(db: Session, person_id: int, message: Message) -> None:
    """Set pointers back to just before a message where they are past it.

    In its thread if it is a reply, in its channel if it is shown there; for a broadcast in both.
    """
    if message.root_id is not None:
        set_back(db, ThreadPointer, {"root_id": message.root_id, "person_id": person_id}, message.id)
    if message.root_id is None or message.is_broadcast:
        set_back(db, ReadPointer, {"channel_id": message.channel_id, "person_id": person_id}, message.id)


def set_back(db: Session, model: Pointer, key: Mapping[str, int], message_id: int) -> None:
    """Set a pointer back to just before a message, unless it is there or further back."""
    own = update(model).filter_by(**key).where(model.message_id >= message_id)
    db.execute(own.values(message_id=message_id - 1))
