"""Drawing of a week's agenda, and of invitations that fit into it or do not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import Answer, Guest, InvitationMethod, Meeting, MessageKind
from gristmill.apps.mail.services.agenda import between, takes_part
from gristmill.apps.mail.services.invitations import facts
from gristmill.apps.mail.services.mailings import Mailing
from gristmill.apps.mail.services.meetings import create_meeting, invitation
from gristmill.apps.mail.tasks.correspondence import Party, past, place
from gristmill.apps.mail.tasks.sorting_drawing import draw_mailbox
from gristmill.apps.world.world import World

CLASH, SERIES, TOUCHING, DECLINED, FREE = "clash", "series", "touching", "declined", "free"


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot:
    """A time of a day."""

    starts_at: datetime
    ends_at: datetime

    @classmethod
    def of(cls, day: date, hour: int, minutes: int = 60, *, after: int = 0) -> "Slot":
        """From a full hour, or some minutes after it."""
        starts_at = datetime.combine(day, time(hour)) + timedelta(minutes=after)
        return cls(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes))


def draw_week(world: World, sampler: Sampler) -> tuple[Party, list[Party], date, list[int]]:
    """Somebody with a coming week that has room, their colleagues, and what `free_week` says of it."""
    while True:
        owner, colleagues = draw_mailbox(world, sampler)
        if found := free_week(world, sampler, owner):
            return owner, colleagues, *found


def free_week(world: World, sampler: Sampler, owner: Party) -> tuple[date, list[int]] | None:
    """The Monday of a coming week, and for each of its working days an hour around which nothing is on."""
    today = world.now.date()
    mondays = [today - timedelta(days=today.weekday()) + timedelta(weeks=each) for each in (1, 2, 3)]
    for monday in sampler.shuffled(mondays):
        hours = [free_hour(world.db, sampler, owner.id, monday + timedelta(days=each)) for each in range(5)]
        if all(hours) and not is_open(world.db, owner.id, monday):
            return monday, hours
    return None


def free_hour(db: Session, sampler: Sampler, account_id: int, day: date) -> int:
    """An hour with two free hours before and after it; 0 if there is none."""
    for hour in sampler.shuffled(range(9, 16)):
        slot = Slot.of(day, hour - 2, 5 * 60)
        on = select(Meeting.id).where(takes_part(account_id), between(slot.starts_at, slot.ends_at))
        if db.scalar(on.limit(1)) is None:
            return hour
    return 0


def is_open(db: Session, account_id: int, monday: date) -> bool:
    """Whether there are invitations of a week, or of the one after, that wait for an answer or may be met."""
    start = datetime.combine(monday, time())
    unsure = Guest.account_id == account_id, Guest.answer.in_((Answer.PENDING, Answer.MAYBE))
    found = select(Meeting.id).join(Guest, Guest.meeting_id == Meeting.id)
    return db.scalar(found.where(*unsure, between(start, start + timedelta(days=12))).limit(1)) is not None


def slot_of(kind: str, monday: date, hours: Sequence[int]) -> Slot:
    """The time of an invitation, by what it is to show."""
    place = [CLASH, SERIES, DECLINED, TOUCHING, FREE].index(kind)
    day, hour = monday + timedelta(days=min(place, 4)), hours[min(place, 4)]
    if kind == TOUCHING:  # right before one's own appointment
        return Slot.of(monday, hours[0] - 1)
    return Slot.of(day, hour, after=0 if kind == FREE else 30)


def stage(
    world: World, owner: Party, organisers: Sequence[Party], titles: Sequence[str], own: str, monday: date,
    hours: Sequence[int],
) -> None:  # fmt: skip
    """What the agenda holds: an appointment, a series that was accepted, a meeting that was declined."""
    days = [monday + timedelta(days=each) for each in range(3)]
    book(world, owner, owner, own, Slot.of(days[0], hours[0]), Answer.ACCEPTED)
    until = (days[1] + timedelta(weeks=3)).isoformat()
    series, declined = Slot.of(days[1], hours[1]), Slot.of(days[2], hours[2])
    book(world, owner, organisers[0], titles[0], series, Answer.ACCEPTED, repeats="weekly", until=until)
    book(world, owner, organisers[1], titles[1], declined, Answer.DECLINED)


def book(
    world: World, owner: Party, organiser: Party, title: str, slot: Slot, given: Answer, **more: Any
) -> Meeting:
    """Write a meeting with the owner's answer."""
    at = (world.now - timedelta(days=1)).isoformat()
    answers = {} if given == Answer.PENDING else {owner.emails[0]: [str(given), at]}
    number = world.next_number("mail_invitation")
    return create_meeting(
        world,
        invitation(
            f"invitation-{number}", organiser.mailbox, [owner.mailbox], title=title, place="",
            starts=slot.starts_at.isoformat(), ends=slot.ends_at.isoformat(), answers=answers, **more,
        ),
    )  # fmt: skip


def invite(world: World, sampler: Sampler, owner: Party, organiser: Party, title: str, slot: Slot) -> Meeting:
    """Invite the owner to a meeting, by mail."""
    meeting = book(world, owner, organiser, title, slot, Answer.PENDING)
    mailing = Mailing(
        sender=organiser.mailbox, to=(owner.mailbox,), subject=f"Invitation: {title}", body=facts(meeting),
        kind=MessageKind.INVITATION, meeting_id=meeting.id, meeting_method=str(InvitationMethod.REQUEST),
    )  # fmt: skip
    place(world, mailing, past(world, sampler, days=sampler.pick((1, 4, 5, 6))), [owner.id])
    return meeting


def guest_id(meeting: Meeting, owner: Party) -> int:
    """The row of the owner's answer."""
    return next(each.id for each in meeting.guests if each.account_id == owner.id)
