"""Who may see which conversation. What somebody may not see does not exist for them."""

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, func, select
from sqlalchemy.orm import Session

from gristmill.apps.chat.bookkeeping import Mention, ReadPointer
from gristmill.apps.chat.models import Bookmark, Channel, Draft, Kind, Membership, Message
from gristmill.apps.chat.services.errors import ChatError
from gristmill.apps.chat.services.people import Card, Directory


@dataclass(kw_only=True)
class Visit:
    """A conversation as one person may see it; without a membership, as a preview of a public channel.

    `token` names what is written next, so that a form that is submitted twice posts once.
    """

    channel: Channel
    membership: Membership | None
    read_id: int
    mention_id: int
    newest_mention_id: int
    has_bookmarks: bool
    draft: str
    token: str
    people: tuple[int, ...]

    @property
    def is_member(self) -> bool:
        """Whether the person is in it."""
        return self.membership is not None

    @property
    def is_archived(self) -> bool:
        """Whether it can only be read."""
        return self.channel.archived_at is not None

    @property
    def may_post(self) -> bool:
        """Whether the person can write in it."""
        return self.is_member and not self.is_archived

    @cached_property
    def is_direct(self) -> bool:
        """Whether it is a direct or group conversation."""
        return not self.channel.is_named


def own_channels(person_id: Any) -> ColumnElement[bool]:
    """SQL: the channel is one that this person is in."""
    own = select(Membership.channel_id).where(Membership.person_id == person_id)
    return Channel.id.in_(own)


def visible(person: Card) -> ColumnElement[bool]:
    """SQL: this person may see the channel: their own, and public ones unless they are a guest."""
    return visible_to(person.id, is_guest=person.is_guest)


def visible_to(person_id: Any, *, is_guest: bool) -> ColumnElement[bool]:
    """SQL: this person, who may be a guest, may see the channel."""
    own = own_channels(person_id)
    return own if is_guest else own | (Channel.kind == Kind.PUBLIC)


@cache
def _visit(*, is_guest: bool, by_message: bool) -> Select[Any]:
    """The conversation `:target`, or that of the message `:target`, as `:me` may see it; one statement.

    With the draft of `:me` for it or for its thread `:root_id`.
    """
    own, target = bindparam("me", type_=Integer), bindparam("target", type_=Integer)
    of_channel = Membership.channel_id == Channel.id
    members = select(func.group_concat(Membership.person_id)).where(of_channel).correlate(Channel)
    marks = select(func.count()).where(Bookmark.channel_id == Channel.id).correlate(Channel)
    last = select(func.max(Message.id)).where(Message.author_id == own)
    named = select(func.max(Mention.id)).where(Mention.person_id == own)
    read = (ReadPointer.channel_id == Channel.id) & (ReadPointer.person_id == own)
    draft = (Draft.channel_id == Channel.id) & (Draft.person_id == own)
    number = (
        select(Message.channel_id).where(Message.id == target).scalar_subquery() if by_message else target
    )
    columns = (Channel, Membership, ReadPointer.message_id, ReadPointer.mention_id, Draft.text)
    return (
        select(*columns, *(each.scalar_subquery() for each in (members, last, named, marks)))
        .outerjoin(Membership, of_channel & (Membership.person_id == own))
        .outerjoin(ReadPointer, read)
        .outerjoin(Draft, draft & (Draft.root_id == bindparam("root_id")))
        .where(Channel.id == number, visible_to(own, is_guest=is_guest))
    )


def find_visit(db: Session, person: Card, channel_id: int, root_id: int = 0) -> Visit | None:
    """The conversation with this id, if the person may see it; with the draft for it or one of its threads.

    One query.
    """
    return _read(db, person, channel_id, root_id, by_message=False)


def find_visit_of(db: Session, person: Card, message_id: int, root_id: int = 0) -> Visit | None:
    """The conversation of a message, if the person may see it; as `find_visit`."""
    return _read(db, person, message_id, root_id, by_message=True)


def _read(db: Session, person: Card, target: int, root_id: int, *, by_message: bool) -> Visit | None:
    statement = _visit(is_guest=person.is_guest, by_message=by_message)
    row = db.execute(statement, {"me": person.id, "target": target, "root_id": root_id}).one_or_none()
    if row is None:
        return None
    channel, membership, read_id, mention_id, text, ids, last_id, newest_mention, marks = row
    return Visit(
        channel=channel,
        membership=membership,
        read_id=read_id or 0,
        mention_id=mention_id or 0,
        newest_mention_id=newest_mention or 0,
        has_bookmarks=marks > 0,
        draft=text or "",
        token=f"{person.id}-{channel.id}-{root_id}-{last_id or 0}",
        people=tuple(sorted(int(each) for each in (ids or "").split(",") if each)),
    )


def title_of(channel: Channel, people: tuple[int, ...], viewer_id: int, names: Directory) -> str:
    """What a conversation is called for somebody: its name, or those of the other people."""
    if channel.name is not None:
        return channel.name
    others = [names.name(each) for each in people if each != viewer_id]
    return ", ".join(others) or f"{names.name(viewer_id)} (you)"


def require_may_post(visit: Visit) -> None:
    """Check that somebody can write in a conversation.

    Raises:
        ChatError: they are not in it, or it is archived.
    """
    if visit.is_archived:
        raise ChatError("This channel is archived. Nobody can post in it until it is restored.")
    if not visit.is_member:
        raise ChatError("Join this channel to post in it.")


def require_staff(person: Card, what: str) -> None:
    """Check that somebody is no guest.

    Raises:
        ChatError: they are one.
    """
    if person.is_guest:
        raise ChatError(f"Guests cannot {what}. Ask the person who invited you.")
