"""Who may see which conversation. What somebody may not see does not exist for them."""

from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import ColumnElement, ScalarSelect, func, select
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


def own_channels(person_id: int) -> ColumnElement[bool]:
    """SQL: the channel is one that this person is in."""
    own = select(Membership.channel_id).where(Membership.person_id == person_id)
    return Channel.id.in_(own)


def visible(person: Card) -> ColumnElement[bool]:
    """SQL: this person may see the channel: their own, and public ones unless they are a guest."""
    own = own_channels(person.id)
    return own if person.is_guest else own | (Channel.kind == Kind.PUBLIC)


def find_visit(
    db: Session, person: Card, channel_id: int | ScalarSelect[int], root_id: int = 0
) -> Visit | None:
    """The conversation with this id, if the person may see it; with the draft for it or one of its threads.

    One query.
    """
    members = (
        select(func.group_concat(Membership.person_id))
        .where(Membership.channel_id == Channel.id)
        .correlate(Channel)
        .scalar_subquery()
    )
    own = (Membership.channel_id == Channel.id) & (Membership.person_id == person.id)
    read = (ReadPointer.channel_id == Channel.id) & (ReadPointer.person_id == person.id)
    draft = (Draft.channel_id == Channel.id) & (Draft.person_id == person.id) & (Draft.root_id == root_id)
    last = select(func.max(Message.id)).where(Message.author_id == person.id).scalar_subquery()
    named = select(func.max(Mention.id)).where(Mention.person_id == person.id).scalar_subquery()
    marks = select(func.count()).where(Bookmark.channel_id == Channel.id).correlate(Channel).scalar_subquery()
    pointer = ReadPointer.message_id, ReadPointer.mention_id
    columns = (Channel, Membership, *pointer, Draft.text, members, last, named, marks)
    statement = (
        select(*columns).outerjoin(Membership, own).outerjoin(ReadPointer, read).outerjoin(Draft, draft)
    )
    row = db.execute(statement.where(Channel.id == channel_id, visible(person))).one_or_none()
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


def channel_of(message_id: int) -> ScalarSelect[int]:
    """SQL: the id of the conversation of a message."""
    return select(Message.channel_id).where(Message.id == message_id).scalar_subquery()


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
