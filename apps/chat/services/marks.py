"""What people do to messages: react, pin, save, vote, follow."""

from sqlalchemy.orm import Session

from gristmill.apps.chat.emoji import EMOJI
from gristmill.apps.chat.models import Follow, Message, Poll, Reaction, Saved, Vote
from gristmill.apps.chat.services.access import Visit, require_may_post
from gristmill.apps.chat.services.errors import ChatError
from gristmill.apps.chat.services.threads import follows
from gristmill.apps.world.world import World


def require_alive(message: Message) -> None:
    """Check that a message is not deleted.

    Raises:
        ChatError: it is.
    """
    if message.deleted_at is not None:
        raise ChatError("This message was deleted.")


def react(
    world: World, person_id: int, visit: Visit, message: Message, emoji: str, *, is_given: bool
) -> None:
    """React to a message, or take a reaction back; doing it twice changes nothing more.

    Raises:
        ChatError: the emoji is unknown, the message deleted, or the person may not.
    """
    require_may_post(visit)
    require_alive(message)
    key = {"message_id": message.id, "emoji": emoji, "person_id": person_id}
    row = world.db.get(Reaction, key)
    if row is None and emoji not in EMOJI:
        raise ChatError("Choose one of the emoji.")
    if is_given and row is None:
        world.db.add(Reaction(**key, made_at=world.now))
    elif not is_given and row is not None:
        world.db.delete(row)


def pin(world: World, person_id: int, visit: Visit, message: Message, *, is_pinned: bool) -> None:
    """Pin a message to its conversation, or unpin it.

    Raises:
        ChatError: it is deleted, or the person may not.
    """
    require_may_post(visit)
    require_alive(message)
    if is_pinned == (message.pinned_at is not None):
        return
    message.pinned_at = world.now if is_pinned else None
    message.pinned_by_id = person_id if is_pinned else None


def save(world: World, person_id: int, message: Message, *, is_saved: bool) -> None:
    """Save a message for later, or forget it.

    Raises:
        ChatError: it is deleted.
    """
    require_alive(message)
    row = world.db.get(Saved, (message.id, person_id))
    if is_saved and row is None:
        world.db.add(Saved(message_id=message.id, person_id=person_id, saved_at=world.now))
    elif not is_saved and row is not None:
        world.db.delete(row)


def vote(world: World, person_id: int, visit: Visit, message: Message, option: int | None) -> None:
    """Vote in a poll, for another option than before or for none; doing it twice changes nothing more.

    Raises:
        ChatError: there is no such option, the poll is closed, or the person may not.
    """
    require_may_post(visit)
    require_alive(message)
    poll = world.db.get(Poll, message.id)
    if poll is None or (option is not None and not 0 <= option < len(poll.options)):
        raise ChatError("Choose one of the poll's options.")
    if poll.closed_at is not None:
        raise ChatError("This poll is closed.")
    row = world.db.get(Vote, (message.id, person_id))
    if row is not None and option is None:
        world.db.delete(row)
    if option is None or (row is not None and row.option == option):
        return
    world.db.merge(Vote(message_id=message.id, person_id=person_id, option=option, voted_at=world.now))


def close_poll(world: World, person_id: int, visit: Visit, message: Message) -> None:
    """End one's own poll.

    Raises:
        ChatError: it is somebody else's, or no poll.
    """
    require_may_post(visit)
    require_alive(message)
    poll = world.db.get(Poll, message.id)
    if poll is None or message.author_id != person_id:
        raise ChatError("Only who started a poll can close it.")
    if poll.closed_at is None:
        poll.closed_at = world.now


def follow(db: Session, person_id: int, root: Message, *, is_following: bool) -> None:
    """Follow a thread or leave it, which holds until the person decides otherwise."""
    if follows(db, person_id, root.id) == is_following:
        return
    db.merge(Follow(root_id=root.id, person_id=person_id, is_following=is_following))
