"""Meetings that recur: their days, what they have in common, and which of them are still to come."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from gristmill.apps.mail.models import Meeting, Repeats

MOST = 80  # meetings of a series
SATURDAY = 5

Row = dict[str, Any]


def days(first: date, repeats: str, until: date) -> list[date]:
    """The days of a series, the first one included; a weekday series leaves out weekends. At most `MOST`."""
    step = timedelta(days=7 if repeats == Repeats.WEEKLY else 1)
    found, day = [first], first + step
    while day <= until and len(found) < MOST:
        if repeats == Repeats.WEEKLY or day.weekday() < SATURDAY:
            found.append(day)
        day += step
    return found


def single_meetings(meeting: Row) -> list[Row]:
    """The meetings of an invitation, as JSON like itself: one, or those of its series."""
    if "repeats" not in meeting:
        return [meeting]
    starts, ends = (datetime.fromisoformat(meeting[name]) for name in ("starts", "ends"))
    found, left_out = [], meeting.get("without", ())
    for number, day in enumerate(days(starts.date(), meeting["repeats"], last_day(meeting))):
        if day.isoformat() in left_out:
            continue
        gap = day - starts.date()
        times = {"starts": (starts + gap).isoformat(), "ends": (ends + gap).isoformat()}
        found.append(meeting | times | {"key": f"{meeting['key']}.{number}" if number else meeting["key"]})
    return found


def last_day(meeting: Row) -> date:
    """Until when an invitation's series goes."""
    return date.fromisoformat(meeting["until"])


def coming(meeting: Meeting, now: datetime) -> Sequence[Meeting]:
    """The meetings of a meeting's series that are neither over nor cancelled; the meeting alone has none."""
    if meeting.series is None:
        return []
    return [each for each in meeting.series.meetings if each.ends_at > now and not each.is_cancelled]


def next_one(meeting: Meeting, now: datetime) -> Meeting:
    """The meeting of a series that comes next; the meeting itself if it is single, or none is to come."""
    return next(iter(coming(meeting, now)), meeting)


def rhythm(meeting: Meeting) -> str:
    """How a meeting recurs: `Every Monday`, `Every weekday`; empty if it does not."""
    if meeting.series is None:
        return ""
    day = f"{meeting.starts_at:%A}" if meeting.series.repeats == Repeats.WEEKLY else "weekday"
    return f"Every {day}"
