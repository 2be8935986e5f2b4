"""Events of the chat: what others post and change as the world's clock advances.

Each does nothing if its target is gone: the conversation archived, its author removed, the message deleted.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete

from gristmill.apps.chat import events
from gristmill.apps.chat.bookkeeping import StoryMessage
from gristmill.apps.chat.models import Channel, Member, Membership, Message, Poll, Reaction, Reminder, Vote
from gristmill.apps.chat.services import memberships, posting, presence, reminders
from gristmill.apps.chat.services.posting import Words
from gristmill.apps.world.handlers import Handler, Payload
from gristmill.apps.world.world import World
from gristmill.errors import TargetGone


def post(world: World, payload: Payload) -> None:
    """Somebody posts, as a story says."""
    channel = open_channel(world, payload["channel_id"], payload["author_id"])
    root = story_message(world, payload["root_key"]) if payload["root_key"] else None
    closes = payload["closes_at"]
    words = Words(
        text=payload["text"],
        root_id=root.id if root else None,
        is_automatic=payload["is_automatic"],
        file_ids=payload["file_ids"],
        options=payload["poll"],
        closes_at=datetime.fromisoformat(closes) if closes else None,
    )
    message = posting.post(world, channel, payload["author_id"], words)
    world.db.add(StoryMessage(key=payload["key"], message_id=message.id))
    world.db.flush()


def answer(world: World, payload: Payload) -> None:
    """Somebody answers a message of the signed-in person, in its thread or its conversation."""
    channel = open_channel(world, payload["channel_id"], payload["author_id"])
    root_id = payload["root_id"]
    alive(world, payload["message_id"])
    if root_id is not None:
        alive(world, root_id)
    posting.post(world, channel, payload["author_id"], Words(text=payload["text"], root_id=root_id))


def edit(world: World, payload: Payload) -> None:
    """An author changes a message."""
    posting.edit(world, story_message(world, payload["key"]), payload["text"])


def remove(world: World, payload: Payload) -> None:
    """An author deletes a message."""
    posting.remove(world, story_message(world, payload["key"]))


def react(world: World, payload: Payload) -> None:
    """Somebody reacts to a message."""
    message = story_message(world, payload["key"])
    open_channel(world, message.channel_id, payload["person_id"])
    key = {"message_id": message.id, "emoji": payload["emoji"], "person_id": payload["person_id"]}
    if world.db.get(Reaction, key) is None:
        world.db.add(Reaction(**key, made_at=world.now))


def vote(world: World, payload: Payload) -> None:
    """Somebody votes in a poll, changes their vote, or (with no option) takes it back."""
    message = story_message(world, payload["key"])
    open_channel(world, message.channel_id, payload["person_id"])
    poll = world.db.get(Poll, message.id)
    if poll is None or poll.closed_at is not None:
        raise TargetGone(f"The poll of message {message.id} is closed.")
    person_id = payload["person_id"]
    if payload["option"] is None:
        world.db.execute(delete(Vote).where(Vote.message_id == message.id, Vote.person_id == person_id))
        return
    world.db.merge(
        Vote(message_id=message.id, person_id=person_id, option=payload["option"], voted_at=world.now)
    )


def pin(world: World, payload: Payload) -> None:
    """Somebody pins a message."""
    message = story_message(world, payload["key"])
    if message.pinned_at is None:
        message.pinned_at, message.pinned_by_id = world.now, payload["person_id"]


def unpin(world: World, payload: Payload) -> None:
    """A message is not pinned any more."""
    message = story_message(world, payload["key"])
    message.pinned_at = message.pinned_by_id = None


def join(world: World, payload: Payload) -> None:
    """Somebody joins a channel."""
    channel = world.db.get(Channel, payload["channel_id"])
    key = (payload["channel_id"], payload["person_id"])
    if channel is None or channel.archived_at is not None or world.db.get(Membership, key) is not None:
        raise TargetGone(f"Channel {payload['channel_id']} cannot be joined.")
    memberships.admit(world, channel, payload["person_id"])


def leave(world: World, payload: Payload) -> None:
    """Somebody leaves a channel."""
    key = Membership.channel_id == payload["channel_id"], Membership.person_id == payload["person_id"]
    if world.db.get(Membership, (payload["channel_id"], payload["person_id"])) is None:
        raise TargetGone(f"Nobody {payload['person_id']} is in channel {payload['channel_id']}.")
    world.db.execute(delete(Membership).where(*key))


def close_poll(world: World, payload: Payload) -> None:
    """A poll ends."""
    number = payload["message_id"] if "message_id" in payload else story_message(world, payload["key"]).id
    poll = world.db.get(Poll, number)
    if poll is None or poll.closed_at is not None or poll.closes_at is None or poll.closes_at > world.now:
        raise TargetGone(f"The poll of message {number} is closed already, or ends later.")
    poll.closed_at = world.now


def remind(world: World, payload: Payload) -> None:
    """Somebody is reminded of something."""
    reminder = world.db.get(Reminder, payload["reminder_id"])
    if reminder is None or reminder.done_at is not None or reminder.due_at > world.now:
        raise TargetGone(f"Reminder {payload['reminder_id']} is done, removed or moved.")
    reminders.fire(world, reminder)


def clear_status(world: World, payload: Payload) -> None:
    """A status ends."""
    member = world.db.get_one(Member, payload["person_id"])
    if member.status_until is None or member.status_until > world.now:
        raise TargetGone(f"The status of person {payload['person_id']} was changed.")
    member.status_emoji = member.status_text = ""
    member.status_until = None


def end_quiet(world: World, payload: Payload) -> None:
    """Somebody can be disturbed again."""
    member = world.db.get_one(Member, payload["person_id"])
    if member.quiet_until is None or member.quiet_until > world.now:
        raise TargetGone(f"Person {payload['person_id']} changed when they can be disturbed.")
    presence.set_quiet(world, member.person_id, None)


def open_channel(world: World, channel_id: int, person_id: int) -> Channel:
    """The conversation that somebody writes in.

    Raises:
        TargetGone: it is archived, they are not in it any more, or they are signed in: then the agent acts
            for them, and no story does.
    """
    if person_id == world.person.id:
        raise TargetGone(f"Person {person_id} is signed in and acts for themselves.")
    channel = world.db.get(Channel, channel_id)
    if channel is None or channel.archived_at is not None:
        raise TargetGone(f"Channel {channel_id} is archived.")
    if world.db.get(Membership, (channel_id, person_id)) is None:
        raise TargetGone(f"Person {person_id} is not in channel {channel_id}.")
    return channel


def story_message(world: World, key: str) -> Message:
    """The message that a story's post became.

    Raises:
        TargetGone: it was not posted, or is deleted.
    """
    row = world.db.get(StoryMessage, key)
    if row is None:
        raise TargetGone(f"The post {key} was not made.")
    return alive(world, row.message_id)


def alive(world: World, message_id: int) -> Message:
    """A message that is not deleted.

    Raises:
        TargetGone: it is.
    """
    message = world.db.get(Message, message_id)
    if message is None or message.deleted_at is not None:
        raise TargetGone(f"Message {message_id} is deleted.")
    return message


HANDLERS: Mapping[str, Handler] = {
    events.POST: post,
    events.ANSWER: answer,
    events.EDIT: edit,
    events.DELETE: remove,
    events.REACT: react,
    events.VOTE: vote,
    events.PIN: pin,
    events.UNPIN: unpin,
    events.JOIN: join,
    events.LEAVE: leave,
    events.CLOSE_POLL: close_poll,
    events.REMIND: remind,
    events.CLEAR_STATUS: clear_status,
    events.END_QUIET: end_quiet,
}
