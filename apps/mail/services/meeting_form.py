"""The form of a meeting: day, times, place and guests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from gristmill.apps.kit.forms import FormError, Rule, at_most, first_error, required, tidy
from gristmill.apps.mail.models import Repeats
from gristmill.apps.mail.services.addresses import Mailbox, split_field
from gristmill.apps.mail.services.agenda import FARTHEST, room_of, taken_rooms
from gristmill.apps.mail.services.field_rules import printable
from gristmill.apps.mail.services.recipients import resolve
from gristmill.apps.mail.services.rooms import BY_NAME
from gristmill.apps.mail.services.search.values import parse_day
from gristmill.apps.mail.services.series import MOST, days

TITLE_RULES: Sequence[Rule] = (required("Enter a title."), at_most(120), printable)
PLACE_RULES: Sequence[Rule] = (at_most(120), printable)
NOTES_RULES: Sequence[Rule] = (at_most(2_000), printable)


@dataclass(frozen=True, kw_only=True, slots=True)
class MeetingEntry:
    """What the form of a meeting says."""

    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    notes: str
    guests: tuple[Mailbox, ...]
    repeats: str | None = None
    until: date | None = None


def parse_meeting(
    db: Session, account_id: int, form: Mapping[str, str], now: datetime, but: int = 0
) -> MeetingEntry:
    """What a form says; `but` is the meeting that is changed.

    Raises:
        FormError: a field is invalid, or the room is too small or taken.
    """
    title, place = tidy(form.get("title", "")), tidy(form.get("room", "") or form.get("place", ""))
    notes = form.get("notes", "").replace("\r\n", "\n").strip()
    errors = {
        "title": first_error(title, TITLE_RULES),
        "place": first_error(place, PLACE_RULES),
        "notes": first_error(notes, NOTES_RULES),
    }
    found = {name: message for name, message in errors.items() if message}
    times: tuple[datetime, datetime] | None = None
    guests: tuple[Mailbox, ...] = ()
    try:
        times = parse_times(form, now)
    except FormError as error:
        found |= error.errors
    repeats, until = form.get("repeats") or None, parse_day(form.get("until", "").strip())
    if repeats and times and (problem := series_problem(repeats, times[0].date(), until)):
        found["until"] = problem
    try:
        guests = parse_guests(db, account_id, form.get("guests", ""))
    except FormError as error:
        found |= {"guests": error.errors["to"].removeprefix("To: ")}
    if times and not found:
        first = times[0].date()
        shifts = [day - first for day in days(first, repeats or "", (until if repeats else None) or first)]
        spans = [(times[0] + each, times[1] + each) for each in shifts]
        if problem := room_problem(db, place, spans, len(guests) + 1, but):
            found["room"] = problem
    if found or times is None:
        raise FormError(found)
    return MeetingEntry(
        title=title, starts_at=times[0], ends_at=times[1], place=place, notes=notes, guests=guests,
        repeats=repeats, until=until if repeats else None,
    )  # fmt: skip


def series_problem(repeats: str, first: date, until: date | None) -> str | None:
    """What is wrong with a series: how it repeats is unknown, or its last day missing, early or far off."""
    if repeats not in list(Repeats):
        return "Choose how the meeting repeats."
    if until is None:
        return "Enter the last day of the series, such as 2031-03-31."
    if until <= first:
        return "The last day of the series is not after the first one."
    if until - first > FARTHEST or len(days(first, repeats, until + timedelta(days=7))) >= MOST:
        return f"A series has fewer than {MOST} meetings. Choose an earlier last day."
    return None


def parse_guests(db: Session, account_id: int, text: str) -> tuple[Mailbox, ...]:
    """The guests of a field, as the recipients of a mail are typed; nobody is fine.

    Raises:
        FormError: one is neither an address nor a known name.
    """
    return resolve(db, account_id, {"to": text})["to"] if split_field(text) else ()


def parse_times(form: Mapping[str, str], now: datetime) -> tuple[datetime, datetime]:
    """Day, start and end of a form.

    Raises:
        FormError: one is malformed, the end is not after the start, or the start has passed or is far off.
    """
    day = parse_day(form.get("day", "").strip())
    start, end = (parse_clock(form.get(name, "")) for name in ("starts", "ends"))
    errors = {
        "day": None if day else "Enter a day such as 2031-03-10.",
        "starts": None if start else "Enter a time such as 14:30.",
        "ends": None if end else "Enter a time such as 15:00.",
    }
    if found := {name: message for name, message in errors.items() if message}:
        raise FormError(found)
    starts_at, ends_at = combined(day, start), combined(day, end)
    if ends_at <= starts_at:
        raise FormError({"ends": "The end is not after the start."})
    if starts_at <= now:
        raise FormError({"day": f"{starts_at:%Y-%m-%d %H:%M} has passed. Choose a later time."})
    if starts_at - now > FARTHEST:
        raise FormError({"day": f"Choose a day within {FARTHEST.days // 365} years."})
    return starts_at, ends_at


def combined(day: date | None, clock: time | None) -> datetime:
    """A day and a time of day."""
    assert day is not None
    assert clock is not None
    return datetime.combine(day, clock)


def parse_clock(text: str) -> time | None:
    """A time of day such as `14:30`, `9:00` or `2:30 pm`."""
    for form in ("%H:%M", "%I:%M %p", "%I:%M%p"):
        try:
            return datetime.strptime(text.strip(), form).time()
        except ValueError:
            continue
    return None


def room_problem(
    db: Session, place: str, spans: Sequence[tuple[datetime, datetime]], people: int, but: int
) -> str | None:
    """What is wrong with a room at some times: it is too small, or taken."""
    name = room_of(place)
    if name is None:
        return None
    seats = BY_NAME[name].seats
    if seats < people:
        return f"{name} seats {seats}; you are {people}. Choose a larger room."
    for span in spans:
        if taken := taken_rooms(db, *span, but).get(name):
            start, end = taken.starts_at, taken.ends_at
            day = f" on {start:%a} {start.day} {start:%B}" if len(spans) > 1 else ""
            return f"{name} is taken{day} from {start:%H:%M} to {end:%H:%M}. Choose another room or time."
    return None
