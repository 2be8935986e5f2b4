"""The times of stories: `-8d 14:20`, `-40m`, `+6m`, counted from the world's start."""

import re
from datetime import date, datetime, timedelta

DAY = re.compile(r"([+-]\d+)d(?: (\d\d):(\d\d))?")
MINUTES = re.compile(r"([+-]\d+)m")


def moment(start: datetime, text: str) -> datetime:
    """The time that a story means.

    Raises:
        ValueError: the text is neither a day with a time of day nor minutes.
    """
    if found := MINUTES.fullmatch(text):
        return start + timedelta(minutes=int(found[1]))
    if found := DAY.fullmatch(text):
        day = start.date() + timedelta(days=int(found[1]))
        return datetime(day.year, day.month, day.day, int(found[2] or 9), int(found[3] or 0))
    raise ValueError(f"{text!r} is no time of a story: write '-8d 14:20', '-40m' or '+6m'.")


def is_holiday(day: date) -> bool:
    """Whether nobody works, from Christmas Eve to New Year's Day."""
    return (day.month, day.day) >= (12, 24) or (day.month, day.day) == (1, 1)


def day_text(day: date, *, year: bool = False) -> str:
    """A day as texts say it: `Wed 26 February`."""
    text = f"{day:%a} {day.day} {day:%B}"
    return f"{text} {day.year}" if year else text


def clock_text(time: datetime) -> str:
    """A time of day as texts say it: `14:05`."""
    return f"{time:%H:%M}"


def money(cents: int) -> str:
    """A sum as texts say it: `$1,204.50`, and `$150` for whole dollars."""
    return f"${cents // 100:,}" if cents % 100 == 0 else f"${cents // 100:,}.{cents % 100:02d}"
