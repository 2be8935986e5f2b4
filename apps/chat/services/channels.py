"""Channels: finding, creating, renaming, archiving; topic, purpose and bookmarks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select
from sqlalchemy.orm import Session

from gristmill.apps.chat.models import Bookmark, Channel, FormerName, Kind, Membership
from gristmill.apps.chat.services.access import Visit, require_staff, visible, visible_to
from gristmill.apps.chat.services.errors import ChatError
from gristmill.apps.chat.services.memberships import admit, require_member, require_open
from gristmill.apps.chat.services.people import Card
from gristmill.apps.server.remembered import remembered
from gristmill.apps.world.world import World

MOST_BOOKMARKS = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A channel in the browser."""

    channel: Channel
    is_member: bool
    members: int


def browse(person: Card, *, query: str, scope: str) -> Select[*tuple[Any, ...]]:
    """The statement of the channel browser: channels that the person may see, by name.

    `scope` is `all`, `mine`, `other` or `archived`; `query` is part of a name, former name, topic or purpose.
    """
    members = select(func.count()).where(Membership.channel_id == Channel.id).scalar_subquery()
    own = (
        select(func.count())
        .where(Membership.channel_id == Channel.id, Membership.person_id == person.id)
        .scalar_subquery()
    )
    named = select(Channel, own, members).where(visible(person), Channel.name.is_not(None))
    named = named.where(
        Channel.archived_at.is_not(None) if scope == "archived" else Channel.archived_at.is_(None)
    )
    if scope in {"mine", "other"}:
        named = named.where(own == (1 if scope == "mine" else 0))
    for word in query.casefold().lstrip("#").split()[:8]:
        former = select(FormerName.channel_id).where(FormerName.name.contains(word, autoescape=True))
        text = func.lower(Channel.name + " " + Channel.topic + " " + Channel.purpose)
        named = named.where(text.contains(word, autoescape=True) | Channel.id.in_(former))
    return named.order_by(Channel.name, Channel.id)


def channel_ids(db: Session, person: Card) -> Mapping[str, int]:
    """The ids of the channels that somebody may see, by present and former name."""
    return read_channel_ids(db, person.id, is_guest=person.is_guest)


@remembered
def read_channel_ids(connection: Connection, person_id: int, *, is_guest: bool) -> Mapping[str, int]:
    """Read the channels by name; two queries. Of two of one name, one that is not archived counts."""
    former, present = _names(is_guest=is_guest)
    values = {"me": person_id}
    return {
        name: number
        for statement in (former, present)
        for name, number in connection.execute(statement, values)
    }


@cache
def _names(*, is_guest: bool) -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    """Former and present names of the channels that `:me` may see, with their ids."""
    may_see = visible_to(bindparam("me"), is_guest=is_guest)
    former = select(FormerName.name, FormerName.channel_id).join(Channel, Channel.id == FormerName.channel_id)
    present = select(Channel.name, Channel.id).where(may_see, Channel.name.is_not(None))
    return former.where(may_see), present.order_by(Channel.archived_at.is_(None), Channel.id.desc())


def create(
    world: World, person: Card, *, name: str, purpose: str, is_private: bool, invited: Collection[Card]
) -> Channel:
    """Create a channel with its creator and those who are invited.

    Raises:
        ChatError: the name is taken, or the person is a guest.
    """
    require_staff(person, "create channels")
    require_free(world.db, person, name)
    channel = Channel(
        id=world.next_number("chat_channel"),
        kind=Kind.PRIVATE if is_private else Kind.PUBLIC,
        name=name,
        topic="",
        purpose=purpose,
        creator_id=person.id,
        created_at=world.now,
    )
    world.db.add(channel)
    world.db.flush()
    for each in dict.fromkeys([person.id, *(card.id for card in invited if not card.has_left)]):
        admit(world, channel, each)
    return channel


def require_free(db: Session, person: Card, name: str) -> None:
    """Check that no channel that somebody may see has this name. Others' private channels are not disclosed.

    Raises:
        ChatError: one has.
    """
    if db.scalar(select(Channel.id).where(Channel.name == name, visible(person))) is not None:
        raise ChatError(f"There is a channel called #{name} already.")


def rename(world: World, person: Card, visit: Visit, name: str) -> None:
    """Rename a channel; its former name still leads to it.

    Raises:
        ChatError: the name is taken, or the person may not rename it.
    """
    require_member(person, visit, "rename it")
    require_open(visit)
    channel = visit.channel
    if name == channel.name or channel.name is None:
        return
    require_free(world.db, person, name)
    if world.db.get(FormerName, (channel.id, channel.name)) is None:
        world.db.add(FormerName(channel_id=channel.id, name=channel.name))
    channel.name = name


def describe(person: Card, visit: Visit, *, topic: str, purpose: str) -> None:
    """Set the topic and the purpose of a channel.

    Raises:
        ChatError: the person may not.
    """
    require_member(person, visit, "change its topic and purpose")
    require_open(visit)
    visit.channel.topic, visit.channel.purpose = topic, purpose


def archive(world: World, person: Card, visit: Visit) -> None:
    """Archive a channel: it can be read, but nothing more is posted.

    Raises:
        ChatError: the person may not.
    """
    require_member(person, visit, "archive it")
    if visit.channel.archived_at is None:
        visit.channel.archived_at = world.now


def restore(person: Card, visit: Visit) -> None:
    """Open an archived channel again.

    Raises:
        ChatError: the person may not.
    """
    require_member(person, visit, "restore it")
    visit.channel.archived_at = None


def add_bookmark(world: World, person: Card, visit: Visit, *, title: str, url: str) -> None:
    """Add a link to the top of a channel; the same one twice is one.

    Raises:
        ChatError: the person may not, or there are too many.
    """
    require_open(visit)
    if not visit.is_member:
        raise ChatError("Join this channel to add bookmarks.")
    known = list(world.db.scalars(select(Bookmark).where(Bookmark.channel_id == visit.channel.id)))
    if any((each.title, each.url) == (title, url) for each in known):
        return
    if len(known) >= MOST_BOOKMARKS:
        raise ChatError(f"A channel has at most {MOST_BOOKMARKS} bookmarks. Remove one first.")
    world.db.add(
        Bookmark(
            id=world.next_number("chat_bookmark"),
            channel_id=visit.channel.id,
            title=title,
            url=url,
            added_by_id=person.id,
            added_at=world.now,
        )
    )
