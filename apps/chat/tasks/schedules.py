"""When people can meet: times that suit some of them and one that suits all, in everybody's local time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gristmill.apps.chat import events
from gristmill.apps.chat.services.people import Card, read_directory
from gristmill.apps.chat.tasks.drawing import day_in_words, gives_day, gives_time
from gristmill.apps.chat.tasks.staging import draw_people, stage_direct, stage_rule
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.world.models import Person
from gristmill.apps.world.world import World

HALF_HOURS = range(16, 27)  # from 8:00 to 13:00, which is the same day everywhere
COUNT = 3  # colleagues
CAN = ("On {day} I can at {times}, my time.", "{times} would do on {day}, as I count the hours here.")
CHANGE = (
    "About {day} once more: I cannot at {old} after all, but at {new} I can. My time, as ever.",
    "Correction for {day}: {new} instead of {old}, both my time.",
)
NO_MORE = ("About {day} once more: I cannot at {old} after all, nor at any other of those times.",)
KEY = "poll-meeting"
MINUTES = 40  # until the first colleague writes again


@dataclass(frozen=True, kw_only=True, slots=True)
class Meeting:
    """What is to be posted."""

    what: str
    time: datetime

    def is_in(self, text: str) -> bool:
        """Whether a text gives the matter, the day and the time, and no other time."""
        words = " ".join(text.casefold().split())
        return self.what in words and gives_time(words, self.time) and gives_day(words, self.time)


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """Who can when, in the time of the company's first site.

    Attributes:
        offered: all times that are asked about.
        suits: those that suit each colleague, by what they answer.
        first: the time that suits all until the first colleague writes again.
        right: the time that suits all from then on.
    """

    offered: Sequence[datetime]
    suits: Sequence[Sequence[datetime]]
    first: datetime
    right: datetime


def draw_schedule(sampler: Sampler, day: datetime) -> Schedule:
    """Six times of a day; the answers have one in common, the correction replaces it by another."""
    halves = sampler.some(HALF_HOURS, 6)
    first, right, *others = (day + timedelta(minutes=30 * half) for half in halves)
    one, two = sampler.some(others, 2)
    suits = [
        sorted([first, *sampler.some(others, 2)]),
        sorted([first, right, one]),
        sorted([first, right, two]),
    ]
    return Schedule(offered=sorted([first, right, *others]), suits=suits, first=first, right=right)


def draw_travellers(world: World, sampler: Sampler) -> list[Person]:
    """An employee and some colleagues, who work in at least three time zones, the first one elsewhere."""
    person, *others = draw_people(world, sampler, 100)
    cards = read_directory(world.db).cards
    zones: dict[int, list[Person]] = {}
    for each in others:
        zones.setdefault(cards[each.id].offset_minutes, []).append(each)
    chosen = sampler.some(sorted(zones), COUNT)
    if chosen[0] == 0:
        chosen = [*chosen[1:], chosen[0]]
    return [person, *(sampler.pick(zones[each]) for each in chosen)]


def local_times(times: Sequence[datetime], card: Card) -> str:
    """Times of day as somebody writes them who works elsewhere, such as `14:00, 15:30 or 16:00`."""
    local = [f"{card.local_time(each):%H:%M}" for each in times]
    return f"{', '.join(local[:-1])} or {local[-1]}" if len(local) > 1 else local[0]


def stage_answers(
    world: World, sampler: Sampler, people: Sequence[Person], schedule: Schedule, *, is_possible: bool
) -> None:
    """Let each colleague answer once, and the first one write again at a given time."""
    cards, day = read_directory(world.db).cards, day_in_words(schedule.right)
    for n, (each, times) in enumerate(zip(people[1:], schedule.suits, strict=True)):
        text = sampler.pick(CAN).format(day=day, times=local_times(times, cards[each.id]))
        stage_rule(world, f"{KEY}.{n}", each.id, text, minutes=sampler.between(3, 12))
    author = cards[people[1].id]
    old, new = (local_times([each], author) for each in (schedule.first, schedule.right))
    text = sampler.pick(CHANGE if is_possible else NO_MORE).format(day=day, old=old, new=new)
    payload = {
        "key": f"{KEY}.change", "channel_id": stage_direct(world, people[0], people[1]).id, "text": text,
        "author_id": author.id, "root_key": None, "is_automatic": False, "file_ids": [], "poll": [],
        "closes_at": None,
    }  # fmt: skip
    world.schedule(events.POST, world.now + timedelta(minutes=MINUTES), payload)


def local_readings(world: World, people: Sequence[Person], time: datetime) -> list[str]:
    """What a time is on the clocks of those who work in other time zones."""
    cards = [read_directory(world.db).cards[each.id] for each in people[1:]]
    return [card.local_time(time).isoformat() for card in cards if card.offset_minutes]
