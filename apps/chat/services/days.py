"""Days and spans of days as people type them into a search."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta

DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})")
YEAR = re.compile(r"\d{4}")
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december",
)  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """Days from `first` up to the day before `end`."""

    first: date
    end: date


def parse_day(text: str, today: Callable[[], date]) -> date | None:
    """The day of `2031-03-04`, `today`, `yesterday` or a weekday, which is the last one before today."""
    word = text.strip().casefold()
    if found := DATE.fullmatch(word):
        return day_of(*(int(part) for part in found.groups()))
    if word in {"today", "yesterday"}:
        return today() - timedelta(days=word == "yesterday")
    if word in WEEKDAYS:
        now = today()
        return now - timedelta(days=(now.weekday() - WEEKDAYS.index(word) - 1) % 7 + 1)
    return None


def parse_span(text: str, today: Callable[[], date]) -> Span | None:
    """The days of a day, a week (`week`, from Monday), a month or a year; a month's name is its last one."""
    word = text.strip().casefold().removeprefix("this ")
    if (day := parse_day(word, today)) is not None:
        return Span(first=day, end=day + timedelta(days=1))
    if word == "week":
        monday = today() - timedelta(days=today().weekday())
        return Span(first=monday, end=monday + timedelta(days=7))
    if word in MONTHS or word in {"month", "year"}:
        return named_span(word, today())
    if found := MONTH.fullmatch(word):
        return month_of(int(found[1]), int(found[2]))
    return year_of(int(word)) if YEAR.fullmatch(word) else None


def named_span(word: str, now: date) -> Span | None:
    """The days of this month or year, or of a month by name."""
    if word == "year":
        return year_of(now.year)
    if word == "month":
        return month_of(now.year, now.month)
    month = MONTHS.index(word) + 1
    return month_of(now.year - (month > now.month), month)


def day_of(year: int, month: int, day: int) -> date | None:
    """A day, if there is one of these numbers, and days before and after it."""
    try:
        return date(year, month, day) if MINYEAR < year < MAXYEAR else None
    except ValueError:
        return None


def month_of(year: int, month: int) -> Span | None:
    """The days of a month."""
    first = day_of(year, month, 1)
    following = day_of(year + month // 12, month % 12 + 1, 1)
    return Span(first=first, end=following) if first and following else None


def year_of(year: int) -> Span | None:
    """The days of a year."""
    first, following = day_of(year, 1, 1), day_of(year + 1, 1, 1)
    return Span(first=first, end=following) if first and following else None


def midnight(day: date) -> datetime:
    """The beginning of a day."""
    return datetime(day.year, day.month, day.day)
