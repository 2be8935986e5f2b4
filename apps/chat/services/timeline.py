"""Reading messages with all that hangs on them, in one query for any number of messages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from itertools import pairwise
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    String,
    and_,
    bindparam,
    cast,
    exists,
    func,
    literal,
    select,
)
from sqlalchemy.orm import Session, aliased

from gristmill.apps.chat.models import Attachment, Message, Poll, Reaction, Saved, Vote
from gristmill.apps.world.models import WorldFile

PAGE = 25
TOGETHER_S = 300  # posts of one author within this time are shown as one run


@dataclass(frozen=True, kw_only=True, slots=True)
class FileCard:
    """A file of the world without its content."""

    id: int
    name: str
    media_type: str
    size_bytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Chip:
    """A reaction: who gave one emoji."""

    emoji: str
    people: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ballot:
    """A poll with its votes, by option."""

    poll: Poll
    votes: Sequence[tuple[int, ...]]
    own: int | None

    @property
    def total(self) -> int:
        """The number of votes."""
        return sum(map(len, self.votes))


@dataclass(kw_only=True)
class Line:
    """A message as a page shows it.

    Attributes:
        replies: number of replies that are not deleted; `repliers` are their authors.
        is_next: whether it goes on right after a message of the same author.
    """

    message: Message
    chips: Sequence[Chip]
    replies: int
    last_reply_at: datetime | None
    repliers: Sequence[int]
    is_saved: bool
    file_ids: Sequence[int]
    poll: Poll | None
    original: Message | None
    files: Sequence[FileCard] = ()
    ballot: Ballot | None = None
    is_next: bool = False

    @property
    def id(self) -> int:
        """The message's id."""
        return self.message.id

    @property
    def day(self) -> date:
        """The day it was posted on."""
        return self.message.posted_at.date()

    @cached_property
    def is_deleted(self) -> bool:
        """Whether its author has deleted it."""
        return self.message.deleted_at is not None


@cache
def lines() -> Select[Any]:
    """The statement that reads messages for the viewer `:me`, without condition and order.

    Statements are built once per process, as building one takes longer than running it.
    """
    of_message = Reaction.message_id == Message.id
    mark = (
        cast(Reaction.made_at, String)
        .concat("|")
        .concat(Reaction.emoji)
        .concat("|")
        .concat(Reaction.person_id)
    )
    reactions = select(func.group_concat(mark, literal("\n"))).where(of_message)
    reply = aliased(Message)
    replies = (reply.root_id == Message.id, reply.deleted_at.is_(None))
    files = select(func.group_concat(Attachment.file_id)).where(Attachment.message_id == Message.id)
    original = aliased(Message)
    saved = (Saved.message_id == Message.id) & (Saved.person_id == bindparam("me"))
    return (
        select(
            Message,
            Poll,
            original,
            Saved.saved_at,
            reactions.correlate(Message).scalar_subquery(),
            select(func.count()).where(*replies).correlate(Message).scalar_subquery(),
            select(func.max(reply.posted_at)).where(*replies).correlate(Message).scalar_subquery(),
            select(func.group_concat(reply.author_id.distinct()))
            .where(*replies)
            .correlate(Message)
            .scalar_subquery(),
            files.correlate(Message).scalar_subquery(),
        )
        .outerjoin(Poll, Poll.message_id == Message.id)
        .outerjoin(original, original.id == Message.forwarded_id)
        .outerjoin(Saved, saved)
    )


@cache
def channel_lines() -> Select[Any]:
    """The newest messages of `:channel_id` before `:before`, the newest first."""
    newest_first = lines().where(in_channel(bindparam("channel_id")), Message.id < bindparam("before"))
    return newest_first.order_by(Message.id.desc()).limit(PAGE + 1)


@cache
def thread_lines() -> Select[Any]:
    """The message `:root_id` and the `:newest` of the replies to it, in order."""
    root_id = bindparam("root_id", type_=Integer)
    reply = aliased(Message)
    replies = select(reply.id).where(reply.root_id == root_id).order_by(reply.id.desc())
    newest = replies.limit(bindparam("newest", type_=Integer))
    return lines().where((Message.id == root_id) | Message.id.in_(newest)).order_by(Message.id)


@cache
def pinned_lines() -> Select[Any]:
    """The pinned messages of `:channel_id`, the last pinned first."""
    is_pinned = Message.pinned_at.is_not(None) & Message.deleted_at.is_(None)
    pinned = lines().where(Message.channel_id == bindparam("channel_id"), is_pinned)
    return pinned.order_by(Message.pinned_at.desc(), Message.id.desc())


@cache
def lines_by_id() -> Select[Any]:
    """The messages with `:ids`, in order."""
    return lines().where(Message.id.in_(bindparam("ids", expanding=True))).order_by(Message.id)


def in_channel(channel_id: Any) -> ColumnElement[bool]:
    """SQL: the message is at the top level of a conversation, and not deleted unless it has a thread."""
    reply = aliased(Message)
    has_replies = exists().where(reply.root_id == Message.id, reply.deleted_at.is_(None))
    is_top = Message.root_id.is_(None) | Message.is_broadcast
    return and_(Message.channel_id == channel_id, is_top, Message.deleted_at.is_(None) | has_replies)


def read_lines(db: Session, statement: Select[Any], viewer_id: int, **values: Any) -> list[Line]:
    """The messages of one of the statements: one query, and one each if there are files or polls."""
    found = [line_of(*row) for row in db.execute(statement, {"me": viewer_id, **values})]
    add_files(db, found)
    add_ballots(db, found, viewer_id)
    return found


def line_of(
    message: Message,
    poll: Poll | None,
    original: Message | None,
    saved_at: datetime | None,
    reactions: str | None,
    replies: int,
    last_reply_at: datetime | None,
    repliers: str | None,
    files: str | None,
) -> Line:
    """The line of one row."""
    return Line(
        message=message,
        poll=poll,
        original=original,
        is_saved=saved_at is not None,
        chips=chips_of(reactions),
        replies=replies,
        last_reply_at=last_reply_at,
        repliers=numbers(repliers),
        file_ids=numbers(files),
    )


def numbers(text: str | None) -> list[int]:
    """The numbers that SQL has joined with commas, sorted."""
    return sorted(int(each) for each in text.split(",")) if text else []


def chips_of(text: str | None) -> list[Chip]:
    """Reactions by emoji, in the order in which each was first given."""
    found: dict[str, list[int]] = {}
    for mark in sorted(text.split("\n")) if text else ():
        _, emoji, person_id = mark.split("|")
        found.setdefault(emoji, []).append(int(person_id))
    return [Chip(emoji=emoji, people=tuple(people)) for emoji, people in found.items()]


def add_files(db: Session, lines: Iterable[Line]) -> None:
    """Fill in the files of messages."""
    ids = {each for line in lines for each in line.file_ids}
    if not ids:
        return
    cards = {card.id: card for card in file_cards(db, sorted(ids))}
    for line in lines:
        line.files = [cards[each] for each in line.file_ids]


def file_cards(db: Session, ids: Sequence[int]) -> list[FileCard]:
    """Files by id, without their content."""
    columns = (WorldFile.id, WorldFile.name, WorldFile.media_type, func.length(WorldFile.content))
    rows = db.execute(select(*columns).where(WorldFile.id.in_(ids)).order_by(WorldFile.name, WorldFile.id))
    return [FileCard(id=key, name=name, media_type=kind, size_bytes=size) for key, name, kind, size in rows]


def add_ballots(db: Session, lines: Iterable[Line], viewer_id: int) -> None:
    """Fill in the votes of polls."""
    polls = {line.id: line for line in lines if line.poll is not None}
    if not polls:
        return
    votes = db.scalars(_votes(), {"ids": sorted(polls)}).all()
    for number, line in polls.items():
        assert line.poll is not None
        own = [vote for vote in votes if vote.message_id == number]
        line.ballot = Ballot(
            poll=line.poll,
            votes=[
                tuple(v.person_id for v in own if v.option == option)
                for option in range(len(line.poll.options))
            ],
            own=next((vote.option for vote in own if vote.person_id == viewer_id), None),
        )


@cache
def _votes() -> Select[Vote]:
    wanted = Vote.message_id.in_(bindparam("ids", expanding=True))
    return select(Vote).where(wanted).order_by(Vote.person_id)


def mark_runs(lines: Sequence[Line]) -> None:
    """Mark messages that go on right after one of the same author, on the same day."""
    for before, line in pairwise(lines):
        one, other = before.message, line.message
        is_near = (other.posted_at - one.posted_at).total_seconds() <= TOGETHER_S
        is_same = one.author_id == other.author_id and one.posted_at.date() == other.posted_at.date()
        line.is_next = is_near and is_same and not before.is_deleted and before.poll is None
