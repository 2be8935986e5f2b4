"""Direct and group conversations."""

from collections.abc import Collection

from sqlalchemy import select

from gristmill.apps.chat.models import Channel, Kind, Level, Membership
from gristmill.apps.chat.services.errors import ChatError
from gristmill.apps.chat.services.people import Card
from gristmill.apps.world.world import World

MOST_PEOPLE = 9


def find_or_open(world: World, person: Card, others: Collection[Card]) -> Channel:
    """The conversation of a person with others; opened if there is none.

    Raises:
        ChatError: nobody was chosen, too many were, or somebody's account is closed.
    """
    if not others:
        raise ChatError("Choose at least one person.")
    ids = sorted({person.id, *(card.id for card in others)})
    if len(ids) > MOST_PEOPLE:
        raise ChatError(f"A conversation has at most {MOST_PEOPLE} people. Create a channel instead.")
    key = ",".join(str(each) for each in ids)
    found = world.db.scalar(select(Channel).where(Channel.people_key == key))
    if found is not None:
        return found
    require_reachable(others)
    channel = Channel(
        id=world.next_number("chat_channel"),
        kind=Kind.DIRECT if len(ids) <= 2 else Kind.GROUP,
        people_key=key,
        topic="",
        purpose="",
        creator_id=person.id,
        created_at=world.now,
    )
    world.db.add(channel)
    world.db.flush()
    common = {"joined_at": world.now, "level": Level.MENTIONS, "is_muted": False, "is_starred": False}
    world.db.add_all(Membership(channel_id=channel.id, person_id=each, **common) for each in ids)
    world.db.flush()
    return channel


def require_reachable(others: Collection[Card]) -> None:
    """Check that everybody can be written to.

    Raises:
        ChatError: somebody's account is closed.
    """
    if closed := next((card for card in others if card.has_left), None):
        raise ChatError(f"{closed.name}'s account is closed. Nobody reads messages to it.")
