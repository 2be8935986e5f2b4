"""Threads: who follows them, and what is unread in them.

Somebody follows a thread whose root they wrote, in which they replied or were mentioned by name, or which
they chose to follow; unless they chose to leave it, which holds until they follow it again.
"""

from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    bindparam,
    case,
    distinct,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from gristmill.apps.chat.bookkeeping import Mention, ThreadPointer
from gristmill.apps.chat.models import Follow, Membership, Message


def followed(person: Any) -> Select[Any]:
    """SQL: the ids of the roots that somebody follows, whether or not there are replies yet; some twice."""
    own = Message.author_id == person, Message.deleted_at.is_(None)
    named = (
        select(func.coalesce(Message.root_id, Message.id))
        .join(Mention, Mention.message_id == Message.id)
        .where(Mention.person_id == person, Mention.how == "name", Message.deleted_at.is_(None))
    )
    chosen = select(Follow.root_id).where(Follow.person_id == person)
    taking_part = select(func.coalesce(Message.root_id, Message.id)).where(*own)
    every = taking_part.union_all(named, chosen.where(Follow.is_following)).subquery()
    left = chosen.where(~Follow.is_following)
    return select(every.c[0]).where(every.c[0].not_in(left))


def reaches(person: Any) -> ColumnElement[bool]:
    """SQL: a mention reaches somebody: by name, or by all of a channel that they have not muted."""
    own = select(Membership.channel_id).where(Membership.person_id == person)
    return (Mention.how == "name") | Mention.channel_id.not_in(own.where(Membership.is_muted))


def unread_counts(own: Any) -> tuple[ScalarSelect[int], ScalarSelect[int]]:
    """SQL: the number of followed threads with unread replies, and that of unread mentions in any thread."""
    read = (ThreadPointer.root_id == Message.root_id) & (ThreadPointer.person_id == own)
    read_id = func.coalesce(ThreadPointer.message_id, 0)
    channels = select(Membership.channel_id).where(Membership.person_id == own)
    others = (
        Message.root_id.is_not(None),
        Message.author_id != own,
        Message.deleted_at.is_(None),
        Message.channel_id.in_(channels),
    )
    unread = (
        select(func.count(distinct(Message.root_id)))
        .outerjoin(ThreadPointer, read)
        .where(*others, Message.root_id.in_(followed(own)), Message.id > read_id)
    )
    is_new = or_(
        Message.id > read_id, Mention.is_by_edit & (Mention.id > func.coalesce(ThreadPointer.mention_id, 0))
    )
    mentions = (
        select(func.count())
        .select_from(Mention)
        .join(Message, Message.id == Mention.message_id)
        .outerjoin(ThreadPointer, read)
        .where(*others, Mention.person_id == own, Mention.root_id.is_not(None), is_new)
        .where(reaches(own))
    )
    return unread.scalar_subquery(), mentions.scalar_subquery()


def follows(db: Session, person_id: int, root_id: int) -> bool:
    """Whether somebody follows a thread."""
    return db.scalar(_follows(), {"me": person_id, "root_id": root_id}) is not None


@cache
def _follows() -> Select[int]:
    """The thread `:root_id`, if `:me` follows it."""
    root_id, own = bindparam("root_id", type_=Integer), bindparam("me", type_=Integer)
    in_thread = (Message.root_id == root_id) | (Message.id == root_id)
    chosen = select(Follow.is_following).where(Follow.root_id == root_id, Follow.person_id == own)
    written = exists().where(in_thread, Message.author_id == own, Message.deleted_at.is_(None))
    named = exists().where(
        in_thread,
        Message.deleted_at.is_(None),
        Mention.message_id == Message.id,
        Mention.person_id == own,
        Mention.how == "name",
    )
    takes_part = case((written | named, True), else_=False)
    return select(literal(1)).where(func.coalesce(chosen.scalar_subquery(), takes_part))
