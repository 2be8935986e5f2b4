"""Sampling of task parts (people, channels, facts) and what a text must say to give a fact."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from gristmill.apps.base import Task
from gristmill.apps.chat.models import Channel, Kind, Member, Membership
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.world.models import Job, Person
from gristmill.apps.world.world import World

ANNOUNCEMENTS = "announcements"
EVENTS = (
    "fire drill", "first aid course", "bicycle check", "team breakfast", "photo session", "key handover",
    "forklift training", "book swap", "flu vaccination", "stock count", "window cleaning", "coffee tasting",
    "desk move", "laptop exchange", "choir rehearsal", "plant sale", "blood donation", "chess evening",
    "security briefing", "printer demonstration",
)  # fmt: skip
PLACES = (
    "canteen", "small yard", "loading bay", "reading room", "workshop", "lobby", "archive", "roof terrace",
    "garage", "training room", "old kitchen", "sample room",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """Something that takes place: what, when and where. `starts_at` is in ISO format."""

    what: str
    starts_at: str
    place: str

    @property
    def time(self) -> datetime:
        """When it begins."""
        return datetime.fromisoformat(self.starts_at)

    def words(self) -> str:
        """The fact in words, such as `the fire drill is on Thursday, March 6, at 14:30 in the canteen`."""
        when = self.time
        return f"the {self.what} is on {day_in_words(when)}, at {when:%H:%M} in the {self.place}"


def day_in_words(day: date) -> str:
    """A day without its year, such as `Thursday, March 6`."""
    return f"{WEEKDAYS[day.weekday()]}, {day:%B} {day.day}"


def in_words(day: date) -> str:
    """A day with its year, such as `Thursday, March 6, 2031`."""
    return f"{day_in_words(day)}, {day.year}"


def draw_fact(world: World, sampler: Sampler) -> Fact:
    """Something within the next two weeks, on a working day and the half hour."""
    first = world.now.replace(hour=0, minute=0, second=0, microsecond=0)
    days = [day for n in range(2, 15) if (day := first + timedelta(days=n)).weekday() < 5]
    start = sampler.pick(days) + timedelta(minutes=30 * sampler.between(16, 36))
    return Fact(what=sampler.pick(EVENTS), starts_at=start.isoformat(), place=sampler.pick(PLACES))


def fact_of(task: Task) -> Fact:
    """The fact of a task's terms."""
    return Fact(**{name: str(task.terms[name]) for name in ("what", "starts_at", "place")})


def gives_fact(text: str, fact: Fact) -> bool:
    """Whether a text gives a fact: what, the day (weekday or date), the time and the place."""
    words = " ".join(text.casefold().split())
    has_words = fact.what in words and fact.place in words
    return has_words and gives_time(words, fact.time) and gives_day(words, fact.time)


def gives_time(words: str, time: datetime) -> bool:
    """Whether a text in lower case names this time of day, and no other."""
    named = {minutes_of(found) for found in TIME.finditer(words)}
    return named == {time.hour * 60 + time.minute}


TIME = re.compile(r"\b(\d{1,2})[:.](\d\d)\s*([ap]\.?m\b)?|\b(\d{1,2})\s*([ap]\.?m\b)")


def minutes_of(found: "re.Match[str]") -> int:
    """The minutes since midnight of a time such as `14:30`, `2:30 pm` or `2 pm`."""
    hour, minute = int(found[1] or found[4]), int(found[2] or 0)
    half = (found[3] or found[5] or "")[:1]
    return (hour % 12 + 12 * (half == "p") if half else hour) * 60 + minute


def gives_day(words: str, day: datetime) -> bool:
    """Whether a text in lower case names this day by its date or weekday, and no other weekday."""
    weekdays = {name for name in WEEKDAYS if name.casefold() in words}
    month, short = f"{day:%B}".casefold(), f"{day:%b}".casefold()
    date = rf"\b({month}|{short}\.?) 0?{day.day}\b|\b0?{day.day}(th|st|nd|rd)?\.? (of )?({month}|{short})\b"
    dated = re.search(rf"{date}|{day:%Y-%m-%d}|\b{day:%d\.%m\.}", words) is not None
    own = {WEEKDAYS[day.weekday()]}
    return weekdays <= own and (dated or weekdays == own)


def draw_member(world: World, sampler: Sampler, *, channels: int = 3) -> Person:
    """An employee who is in at least so many named channels that can be posted to."""
    joined = (
        select(Membership.person_id)
        .join(Channel, Channel.id == Membership.channel_id)
        .where(Channel.archived_at.is_(None), Channel.kind == Kind.PUBLIC)
        .group_by(Membership.person_id)
        .having(func.count() > channels)
    )
    staff = select(Person).join(Job, Job.person_id == Person.id).join(Member, Member.person_id == Person.id)
    return sampler.pick(
        world.db.scalars(staff.where(Job.status == "staff", Person.id.in_(joined)).order_by(Person.id)).all()
    )


def own_channels(world: World, person_id: int) -> Sequence[Channel]:
    """The public channels that somebody is in and may post to, by name."""
    own = select(Channel).join(Membership, Membership.channel_id == Channel.id)
    return world.db.scalars(
        own.where(
            Membership.person_id == person_id, Channel.kind == Kind.PUBLIC, Channel.archived_at.is_(None),
            Channel.name != ANNOUNCEMENTS,
        ).order_by(Channel.name)
    ).all()  # fmt: skip
