"""Reminders: about a message or a note of one's own, at a time."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.chat import events
from gristmill.apps.chat.models import Channel, Member, Message, Reminder
from gristmill.apps.chat.services.access import visible
from gristmill.apps.chat.services.errors import ChatError
from gristmill.apps.chat.services.people import Card
from gristmill.apps.world.world import World


def add(world: World, person_id: int, *, text: str, due_at: datetime, message_id: int | None) -> Reminder:
    """Remind somebody at a time; the same reminder twice is one.

    Raises:
        ChatError: the time has passed.
    """
    require_future(world, due_at)
    same = select(Reminder).where(
        Reminder.person_id == person_id,
        Reminder.text == text,
        Reminder.due_at == due_at,
        Reminder.message_id.is_(message_id) if message_id is None else Reminder.message_id == message_id,
        Reminder.done_at.is_(None),
    )
    found = world.db.scalar(same)
    if found is not None:
        return found
    reminder = Reminder(
        id=world.next_number("chat_reminder"),
        person_id=person_id,
        message_id=message_id,
        text=text,
        created_at=world.now,
        due_at=due_at,
    )
    world.db.add(reminder)
    schedule(world, reminder)
    return reminder


def move(world: World, reminder: Reminder, due_at: datetime) -> None:
    """Put a reminder off to a later time.

    Raises:
        ChatError: the time has passed.
    """
    require_future(world, due_at)
    reminder.due_at, reminder.fired_at = due_at, None
    schedule(world, reminder)


def finish(world: World, reminder: Reminder) -> None:
    """Mark a reminder as done."""
    if reminder.done_at is None:
        reminder.done_at = world.now


def schedule(world: World, reminder: Reminder) -> None:
    """Schedule the event that reminds."""
    world.schedule(events.REMIND, reminder.due_at, {"reminder_id": reminder.id})


def fire(world: World, reminder: Reminder) -> None:
    """Remind somebody; while they are not to be disturbed, it waits until `release`."""
    member = world.db.get_one(Member, reminder.person_id)
    if member.quiet_until is None or member.quiet_until <= world.now:
        reminder.fired_at = world.now


def release(world: World, person_id: int) -> None:
    """Remind somebody who can be disturbed again of all that has waited."""
    own = Reminder.person_id == person_id, Reminder.due_at <= world.now
    waiting = select(Reminder).where(*own, Reminder.fired_at.is_(None), Reminder.done_at.is_(None))
    for reminder in world.db.scalars(waiting):
        reminder.fired_at = world.now


def require_future(world: World, due_at: datetime) -> None:
    """Check that a time is still to come.

    Raises:
        ChatError: it is not.
    """
    if due_at <= world.now:
        raise ChatError("Choose a time that is still to come.")


def reminders_of(db: Session, person: Card) -> list[tuple[Reminder, Message | None]]:
    """Somebody's reminders that are not done, the next one first, with messages that they may see."""
    own = select(Channel.id).where(visible(person))
    about = (Message.id == Reminder.message_id) & Message.channel_id.in_(own) & Message.deleted_at.is_(None)
    statement = select(Reminder, Message).outerjoin(Message, about)
    open_ones = statement.where(Reminder.person_id == person.id, Reminder.done_at.is_(None))
    return [(row[0], row[1]) for row in db.execute(open_ones.order_by(Reminder.due_at, Reminder.id))]
