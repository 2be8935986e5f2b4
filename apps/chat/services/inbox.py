"""The views that gather: threads that somebody follows, mentions of them and reactions, what they saved."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVarTuple

from sqlalchemy import Integer, Select, bindparam, func, literal, select, union_all
from sqlalchemy.orm import Session, aliased

from gristmill.apps.chat.bookkeeping import Mention, ThreadPointer
from gristmill.apps.chat.models import Channel, Membership, Message, Reaction, Saved
from gristmill.apps.chat.services.access import own_channels, visible_to
from gristmill.apps.chat.services.people import Card
from gristmill.apps.chat.services.threads import followed, reaches
from gristmill.apps.chat.services.timeline import Line, lines_by_id, read_lines

PER_PAGE = 12

Row = TypeVarTuple("Row")


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Messages of one page of a view, and whether there are more."""

    lines: dict[int, Line]
    channels: dict[int, tuple[Channel, tuple[int, ...]]]


@dataclass(frozen=True, kw_only=True, slots=True)
class ThreadRow:
    """A thread in the threads view."""

    root_id: int
    last_id: int
    unread: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Happened:
    """A mention of somebody or a reaction to one of their messages."""

    kind: str
    message_id: int
    person_id: int
    emoji: str
    at: datetime


@cache
def threads() -> Select[*tuple[Any, ...]]:
    """A page of the threads with replies that `:me` follows or is mentioned in; unread ones first."""
    person_id = bindparam("me", type_=Integer)
    root = aliased(Message)
    reply_unread = (Message.id > func.coalesce(ThreadPointer.message_id, 0)) & (
        Message.author_id != person_id
    )
    unread = func.count(Message.id).filter(reply_unread)
    own = select(Membership.channel_id).where(Membership.person_id == person_id)
    mentioned = select(Mention.root_id).where(
        Mention.person_id == person_id, Mention.root_id.is_not(None), reaches(person_id)
    )
    every = followed(person_id).union_all(mentioned).subquery()
    read = (ThreadPointer.root_id == Message.root_id) & (ThreadPointer.person_id == person_id)
    return paged(
        select(Message.root_id, func.max(Message.id), unread)
        .join(root, root.id == Message.root_id)
        .outerjoin(ThreadPointer, read)
        .where(Message.deleted_at.is_(None), root.channel_id.in_(own))
        .where(Message.root_id.in_(select(every.c[0])))
        .group_by(Message.root_id)
        .order_by((unread > 0).desc(), func.max(Message.id).desc())
    )


@cache
def happened(show: str) -> Select[Any]:
    """A page of mentions of `:me` and others' reactions to their messages, the newest first."""
    person_id = bindparam("me", type_=Integer)
    own = select(Channel.id).where(own_channels(person_id))
    alive = Message.deleted_at.is_(None) & Message.channel_id.in_(own)
    mentions = (
        select(
            literal("mention").label("kind"),
            Message.id.label("message_id"),
            Message.author_id.label("person_id"),
            literal("").label("emoji"),
            func.coalesce(Message.edited_at, Message.posted_at).label("at"),
        )
        .join(Mention, Mention.message_id == Message.id)
        .where(Mention.person_id == person_id, Message.author_id != person_id, alive)
    )
    reactions = (
        select(
            literal("reaction"), Message.id, Reaction.person_id, Reaction.emoji, Reaction.made_at.label("at")
        )
        .join(Reaction, Reaction.message_id == Message.id)
        .where(Message.author_id == person_id, Reaction.person_id != person_id, alive)
    )
    chosen = {"mentions": [mentions], "reactions": [reactions]}.get(show, [mentions, reactions])
    every = union_all(*chosen).subquery()
    columns = list(every.c)
    return paged(select(*columns).order_by(columns[4].desc(), columns[1].desc(), columns[2], columns[3]))


@cache
def saved(*, is_guest: bool) -> Select[int]:
    """A page of the ids of messages that `:me` saved and may see, the last saved first."""
    person_id = bindparam("me", type_=Integer)
    return paged(
        select(Message.id)
        .join(Saved, Saved.message_id == Message.id)
        .join(Channel, Channel.id == Message.channel_id)
        .where(Saved.person_id == person_id, Message.deleted_at.is_(None))
        .where(visible_to(person_id, is_guest=is_guest))
        .order_by(Saved.saved_at.desc(), Message.id.desc())
    )


def paged(statement: Select[*Row]) -> Select[*Row]:
    """One page of a statement's rows from `:offset` on, and one more row if there are further ones."""
    return statement.limit(PER_PAGE + 1).offset(bindparam("offset"))


def read_found(db: Session, person: Card, ids: list[int]) -> Found:
    """The messages with these ids and their conversations with their people."""
    lines = read_lines(db, lines_by_id(), person.id, ids=ids) if ids else []
    return Found(
        lines={line.id: line for line in lines},
        channels=channels_of(db, {line.message.channel_id for line in lines}),
    )


def channels_of(db: Session, ids: set[int]) -> dict[int, tuple[Channel, tuple[int, ...]]]:
    """Conversations by id; direct and group ones with their people."""
    if not ids:
        return {}
    rows = db.execute(_channels(), {"ids": sorted(ids)})
    return {
        channel.id: (channel, tuple(sorted(int(each) for each in (people or "").split(",") if each)))
        for channel, people in rows
    }


@cache
def _channels() -> Select[*tuple[Any, ...]]:
    """Conversations by `:ids`, with the ids of their people."""
    people = select(func.group_concat(Membership.person_id)).where(Membership.channel_id == Channel.id)
    wanted = Channel.id.in_(bindparam("ids", expanding=True))
    return select(Channel, people.correlate(Channel).scalar_subquery()).where(wanted)
