"""The agenda: an account's meetings by days, and when people and rooms are taken."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, selectinload

from gristmill.apps.mail.models import Account, Answer, Guest, Meeting
from gristmill.apps.mail.services.rooms import BY_NAME, ROOMS
from gristmill.apps.world.models import Job

FARTHEST = timedelta(days=3 * 366)  # from now, of meetings and of the weeks that are shown
TAKING = (Answer.PENDING, Answer.ACCEPTED, Answer.MAYBE)


@dataclass(frozen=True, kw_only=True, slots=True)
class AgendaDay:
    """A day of the agenda; `busy` are the times at which a colleague is taken."""

    day: date
    meetings: Sequence[Meeting]
    busy: Sequence["Spell"] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Spell:
    """From when to when somebody is taken, without why; `is_sure` unless they have not accepted."""

    starts_at: datetime
    ends_at: datetime
    is_sure: bool = True


def first_day(day: date, starts_on: int) -> date:
    """The first day of a week: a Monday (0) or a Sunday (6)."""
    return day - timedelta(days=(day.weekday() - starts_on) % 7)


def takes_part(account_id: int) -> ColumnElement[bool]:
    """Meetings that an account organises or is invited to."""
    is_guest = exists().where(Guest.meeting_id == Meeting.id, Guest.account_id == account_id)
    return or_(Meeting.organiser_id == account_id, is_guest)


def between(start: datetime, end: datetime) -> ColumnElement[bool]:
    """Meetings that lie in a time, at least in part."""
    return (Meeting.starts_at < end) & (Meeting.ends_at > start)


def week_of(db: Session, account_id: int, first: date, colleague_id: int | None = None) -> list[AgendaDay]:
    """A week of an account's meetings, with the times at which a colleague is taken."""
    start, end = midnight(first), midnight(first + timedelta(days=7))
    found = select(Meeting).where(takes_part(account_id), between(start, end))
    parts = selectinload(Meeting.guests), selectinload(Meeting.series)
    ordered = found.options(*parts).order_by(Meeting.starts_at, Meeting.id)
    meetings = db.scalars(ordered).all()
    busy = taken_times(db, [colleague_id], start, end).get(colleague_id, []) if colleague_id else []
    days = [first + timedelta(days=number) for number in range(7)]
    return [
        AgendaDay(
            day=day,
            meetings=[each for each in meetings if lies_on(each.starts_at, each.ends_at, day)],
            busy=[each for each in busy if lies_on(each.starts_at, each.ends_at, day)],
        )
        for day in days
    ]


def midnight(day: date) -> datetime:
    """The beginning of a day."""
    return datetime.combine(day, time())


def lies_on(starts_at: datetime, ends_at: datetime, day: date) -> bool:
    """Whether a time touches a day."""
    return starts_at < midnight(day + timedelta(days=1)) and ends_at > midnight(day)


def taken_times(
    db: Session, account_ids: Sequence[int], start: datetime, end: datetime, but: int = 0
) -> dict[int, list[Spell]]:
    """When each account is taken by meetings that it organises or has not declined, but for one of them."""
    is_on = between(start, end), Meeting.is_cancelled.is_(False), Meeting.id != but
    times = Meeting.starts_at, Meeting.ends_at
    own = select(Meeting.organiser_id, *times).where(Meeting.organiser_id.in_(account_ids), *is_on)
    guest = (
        select(Guest.account_id, *times, Guest.answer)
        .join(Meeting, Meeting.id == Guest.meeting_id)
        .where(Guest.account_id.in_(account_ids), Guest.answer.in_(TAKING), *is_on)
    )
    found: dict[int, list[Spell]] = {}
    for key, starts_at, ends_at in db.execute(own):
        found.setdefault(key or 0, []).append(Spell(starts_at=starts_at, ends_at=ends_at))
    for key, starts_at, ends_at, answer in db.execute(guest):
        spell = Spell(starts_at=starts_at, ends_at=ends_at, is_sure=answer == Answer.ACCEPTED)
        found.setdefault(key or 0, []).append(spell)
    return {key: sorted(spells, key=lambda each: each.starts_at) for key, spells in found.items()}


def taken_rooms(db: Session, start: datetime, end: datetime, but: int = 0) -> dict[str, Meeting]:
    """The rooms that are taken at a time, with a meeting that takes each."""
    found = select(Meeting).where(between(start, end), Meeting.is_cancelled.is_(False), Meeting.id != but)
    meetings = db.scalars(found.order_by(Meeting.starts_at, Meeting.id)).all()
    return {name: each for each in reversed(meetings) if (name := room_of(each.place))}


def room_of(place: str) -> str | None:
    """The room that a meeting's place names, if it is one."""
    name = place.split(",")[0].strip()
    return name if name in BY_NAME else None


def free_rooms(taken: Iterable[str], people: int) -> list[str]:
    """The rooms that are free and seat so many, the smallest first, as a list shows them."""
    fitting = [room for room in ROOMS if room.seats >= people and room.name not in set(taken)]
    return [room.label for room in sorted(fitting, key=lambda room: room.seats)]


def find_meeting(db: Session, account_id: int, meeting_id: int) -> Meeting | None:
    """A meeting that an account organises or is invited to."""
    own = select(Meeting).where(Meeting.id == meeting_id, takes_part(account_id))
    return db.scalar(own.options(selectinload(Meeting.guests)))


def colleagues(db: Session, account_id: int) -> list[Account]:
    """The accounts of everybody else who works for the company, by name."""
    from_jobs = exists().where(Job.person_id == Account.person_id, Job.status != "left")
    found = select(Account).where(from_jobs, Account.id != account_id)
    return list(db.scalars(found.order_by(Account.name, Account.id)))
