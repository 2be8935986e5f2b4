"""Joining, leaving, inviting and removing, and how somebody wants to see a conversation."""

from collections.abc import Collection

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from gristmill.apps.chat.models import Channel, Kind, Level, Membership, Message, Section
from gristmill.apps.chat.services.access import Visit, require_staff
from gristmill.apps.chat.services.errors import ChatError
from gristmill.apps.chat.services.people import Card
from gristmill.apps.chat.services.reading import newest_mention, read_channel
from gristmill.apps.world.world import World


def admit(world: World, channel: Channel, person_id: int) -> None:
    """Make somebody a member, who has read what was posted before."""
    row = Membership(
        channel_id=channel.id,
        person_id=person_id,
        joined_at=world.now,
        level=Level.MENTIONS,
        is_muted=False,
        is_starred=False,
    )
    world.db.add(row)
    world.db.flush()
    newest = world.db.scalar(select(func.max(Message.id)).where(Message.channel_id == channel.id))
    read_channel(world.db, person_id, channel.id, newest or 0, newest_mention(world.db, person_id))


def join(world: World, person: Card, visit: Visit) -> None:
    """Join a public channel; joining again changes nothing.

    Raises:
        ChatError: it is not public, it is archived, or the person is a guest.
    """
    require_staff(person, "join channels by themselves")
    require_open(visit)
    if visit.channel.kind != Kind.PUBLIC:
        raise ChatError("Only public channels can be joined.")
    if not visit.is_member:
        admit(world, visit.channel, person.id)


def leave(world: World, person: Card, visit: Visit) -> None:
    """Leave a channel; does nothing for somebody who is not in it.

    Raises:
        ChatError: it is a direct conversation, or nobody would be left in a private channel.
    """
    require_named(visit)
    if visit.channel.is_private and visit.people == (person.id,):
        raise ChatError("You are the only member of this private channel. Archive it instead.")
    drop(world.db, visit.channel.id, person.id)


def invite(world: World, person: Card, visit: Visit, chosen: Collection[Card]) -> list[Card]:
    """Add people to a channel; returns those who were not in it.

    Raises:
        ChatError: nobody was chosen, somebody's account is closed, or the person may not invite.
    """
    require_member(person, visit, "invite people")
    require_open(visit)
    if not chosen:
        raise ChatError("Choose at least one person.")
    if closed := next((card for card in chosen if card.has_left), None):
        raise ChatError(f"{closed.name}'s account is closed.")
    added = [card for card in chosen if card.id not in visit.people]
    for card in added:
        admit(world, visit.channel, card.id)
    return added


def remove(world: World, person: Card, visit: Visit, other_id: int) -> None:
    """Take somebody out of a channel.

    Raises:
        ChatError: it is oneself or the channel's creator, or the person may not remove.
    """
    require_member(person, visit, "remove people")
    require_open(visit)
    if other_id == person.id:
        raise ChatError("To take yourself out, leave the channel.")
    if other_id == visit.channel.creator_id:
        raise ChatError("Who created a channel cannot be removed from it.")
    drop(world.db, visit.channel.id, other_id)


def drop(db: Session, channel_id: int, person_id: int) -> None:
    """Remove a membership, if there is one."""
    key = Membership.channel_id == channel_id, Membership.person_id == person_id
    db.execute(delete(Membership).where(*key))


def require_named(visit: Visit) -> None:
    """Check that a conversation is a channel.

    Raises:
        ChatError: it is a direct or group conversation.
    """
    if visit.is_direct:
        raise ChatError("This is a conversation, not a channel: its people cannot change.")


def require_open(visit: Visit) -> None:
    """Check that a channel is not archived.

    Raises:
        ChatError: it is.
    """
    if visit.is_archived:
        raise ChatError("This channel is archived. Restore it first.")


def require_member(person: Card, visit: Visit, what: str) -> None:
    """Check that somebody is a member of a channel, and no guest.

    Raises:
        ChatError: they are not.
    """
    require_named(visit)
    require_staff(person, what)
    if not visit.is_member:
        raise ChatError(f"Join this channel to {what}.")


def prefer(db: Session, visit: Visit, *, level: str, is_muted: bool, section_id: int | None) -> None:
    """Set how somebody wants to see a conversation.

    Raises:
        ChatError: they are not in it, or the level or the section is unknown.
    """
    own = visit.membership
    if own is None:
        raise ChatError("Join this channel to change how you see it.")
    if level not in set(Level):
        raise ChatError("Choose what this channel notifies you about.")
    if section_id is not None:
        section = db.get(Section, section_id)
        if section is None or section.person_id != own.person_id:
            raise ChatError("Choose one of your own sections.")
    own.level, own.is_muted, own.section_id = level, is_muted, section_id


def star(visit: Visit, *, is_starred: bool) -> None:
    """Put a conversation at the top of somebody's side bar, or back.

    Raises:
        ChatError: they are not in it.
    """
    if visit.membership is None:
        raise ChatError("Join this channel to star it.")
    visit.membership.is_starred = is_starred


def add_section(world: World, person_id: int, name: str) -> Section:
    """Add a section to somebody's side bar.

    Raises:
        ChatError: they have one of this name.
    """
    require_free_name(world.db, person_id, name)
    section = Section(id=world.next_number("chat_section"), person_id=person_id, name=name)
    world.db.add(section)
    world.db.flush()
    return section


def rename_section(db: Session, section: Section, name: str) -> None:
    """Rename a section.

    Raises:
        ChatError: another one has this name.
    """
    if name.casefold() != section.name.casefold():
        require_free_name(db, section.person_id, name)
    section.name = name


def delete_section(db: Session, section: Section) -> None:
    """Delete a section; its channels go back to the others."""
    db.execute(update(Membership).where(Membership.section_id == section.id).values(section_id=None))
    db.delete(section)


def require_free_name(db: Session, person_id: int, name: str) -> None:
    """Check that somebody has no section of this name.

    Raises:
        ChatError: they have.
    """
    names = db.scalars(select(Section.name).where(Section.person_id == person_id))
    if name.casefold() in {each.casefold() for each in names}:
        raise ChatError(f"You have a section called {name} already.")
