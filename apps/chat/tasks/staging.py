"""Set-up rows: channels that a task brings with it, and what people wrote in them before it begins."""

import hashlib
import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gristmill.apps.chat.bookkeeping import Answer
from gristmill.apps.chat.models import Channel, Kind, Level, Member, Membership, Message
from gristmill.apps.chat.services import directs, posting
from gristmill.apps.chat.services.people import read_directory
from gristmill.apps.chat.services.posting import Words
from gristmill.apps.chat.tasks.drawing import draw_member
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.task import Json
from gristmill.apps.world.models import Job, Person
from gristmill.apps.world.world import World

FIRST_WORDS = (
    "harbor", "orchard", "lantern", "ferry", "meadow", "gravel", "copper", "willow", "anchor", "barley",
    "chalk", "ember", "fennel", "granite", "heather", "juniper",
)  # fmt: skip
LAST_WORDS = (
    "fair", "crew", "round", "watch", "circle", "bench", "desk", "team", "works", "yard", "board", "table",
    "group", "store",
)  # fmt: skip
SMALL_TALK = (
    "Good morning, everybody", "The kettle upstairs works again", "Has anybody found a grey umbrella?",
    "Thanks, that helped", "I am in a meeting until noon", "The lift is slow today, take the stairs",
    "There is cake left from yesterday", "My headset is back, no need to look for it any more",
    "Who has borrowed the long ladder?", "It rains sideways here", "The printer has paper again",
    "I will read this later", "Nice work, all of you", "The new chairs are good",
    "Two parcels wait downstairs",
    "Please close the windows in the evening", "The plant by the door wants water", "On my way",
    "The coffee is strong today", "Does the clock in the hall go wrong again?", "I have updated the list",
    "Same here", "That was quick", "The heating is on again", "Somebody left a scarf on the stairs",
)  # fmt: skip


def colleagues(world: World, person_id: int) -> Sequence[Person]:
    """The other employees, by id."""
    staff = select(Person).join(Job, Job.person_id == Person.id).join(Member, Member.person_id == Person.id)
    return world.db.scalars(
        staff.where(Job.status == "staff", Person.id != person_id).order_by(Person.id)
    ).all()


def draw_people(world: World, sampler: Sampler, count: int) -> list[Person]:
    """An employee and so many colleagues of theirs, none of whom has an answer of a story to give."""
    person = draw_member(world, sampler, channels=0)
    busy = set(world.db.scalars(select(Answer.person_id)))
    free = [each for each in colleagues(world, person.id) if each.id not in busy]
    return [person, *sampler.some(free, count)]


def free_name(world: World, sampler: Sampler) -> str:
    """A name that no channel has."""
    taken = set(world.db.scalars(select(Channel.name).where(Channel.name.is_not(None))))
    names = [f"{a}-{b}" for a in FIRST_WORDS for b in LAST_WORDS]
    return sampler.pick([each for each in names if each not in taken])


def stage_channel(
    world: World,
    name: str,
    people: Collection[Person],
    *,
    days: int = 40,
    kind: Kind = Kind.PUBLIC,
    topic: str = "",
) -> Channel:
    """A channel that the last of these people created so many days ago, with all of them in it."""
    since = world.now - timedelta(days=days)
    creator_id = list(people)[-1].id
    channel = Channel(
        id=world.next_number("chat_channel"), kind=kind, name=name, topic=topic, purpose="",
        creator_id=creator_id, created_at=since,
    )  # fmt: skip
    world.db.add(channel)
    world.db.flush()
    common = {"joined_at": since, "level": Level.MENTIONS, "is_muted": False, "is_starred": False}
    world.db.add_all(Membership(channel_id=channel.id, person_id=each.id, **common) for each in people)
    world.db.flush()
    return channel


def stage_direct(world: World, person: Person, other: Person) -> Channel:
    """The direct conversation of two people."""
    cards = read_directory(world.db).cards
    return directs.find_or_open(world, cards[person.id], [cards[other.id]])


def stage_post(
    world: World,
    channel: Channel,
    author_id: int,
    at: datetime,
    text: str,
    root: Message | None = None,
    options: Sequence[str] = (),
) -> Message:
    """What somebody wrote at a time before the task; within a channel, stage posts in order of time."""
    words = Words(text=text, root_id=root.id if root else None, options=options)
    message = posting.post(world, channel, author_id, words)
    message.posted_at = at
    world.db.flush()
    return message


def stage_deleted(world: World, message: Message) -> None:
    """Let an author have deleted a message soon after it was posted."""
    posting.remove(world, message)
    message.deleted_at = message.posted_at + timedelta(minutes=3)
    world.db.flush()


class Times:
    """Times of day in order, some minutes apart, that end before the task begins."""

    def __init__(self, world: World, sampler: Sampler, *, hours: int) -> None:
        self._sampler, self._now = sampler, world.now - timedelta(hours=hours)

    def __call__(self, least: int = 2, most: int = 14) -> datetime:
        """The next time, so many minutes later."""
        self._now += timedelta(minutes=self._sampler.between(least, most))
        return self._now


def stage_rule(world: World, key: str, person_id: int, text: str, *, minutes: int) -> None:
    """Let somebody answer the first message that the task's person sends them directly."""
    number = 1 + (world.db.scalar(select(Answer.id).order_by(Answer.id.desc()).limit(1)) or 0)
    world.db.add(
        Answer(id=number, key=key, person_id=person_id, pattern=".", after_s=60 * minutes, text=text)
    )
    world.db.flush()


def places_of(db: Session, newest: int | None = None) -> dict[str, Json]:
    """The conversations up to one (None: all) and who is in them, as a digest."""
    last = newest if newest is not None else db.scalar(select(func.max(Channel.id))) or 0
    channels: Any = Channel.__table__
    members: Any = Membership.__table__
    queries = (
        select(channels).where(channels.c.id <= last).order_by(channels.c.id),
        select(members).where(members.c.channel_id <= last).order_by(*members.primary_key),
    )
    rows = [list(map(str, row)) for query in queries for row in db.execute(query)]
    return {"newest": last, "digest": hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]}
