"""Values of operators: days, ages, sizes, and words from fixed lists."""

import re
from datetime import date, datetime, timedelta

from gristmill.apps.mail.services.search.operators import OPERATORS

DAY = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})")
AGE = re.compile(r"(\d{1,4})([dmy])")
SIZE = re.compile(r"(\d{1,9})([km]?)b?")
UNITS = {"": 1, "k": 1_000, "m": 1_000_000}


def problem_with(operator: str, value: str) -> str | None:
    """What is wrong with an operator's value, or None."""
    known = OPERATORS[operator]
    if known.values and value not in known.values:
        return f"{operator}:{value} is unknown. Use one of {', '.join(known.values)}."
    readers = {
        "before": parse_day, "after": parse_day, "older_than": parse_age, "newer_than": parse_age,
        "larger": parse_size, "smaller": parse_size,
    }  # fmt: skip
    if operator in readers and readers[operator](value) is None:
        return f"{operator}:{value} is no {known.value}. Write it as in {known.example}."
    return None


def parse_day(text: str) -> date | None:
    """A day as YYYY/MM/DD or YYYY-MM-DD."""
    found = DAY.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def parse_age(text: str) -> tuple[int, str] | None:
    """An age as a count and its unit: d, m or y."""
    found = AGE.fullmatch(text)
    return (int(found[1]), found[2]) if found else None


def parse_size(text: str) -> int | None:
    """A size in bytes."""
    found = SIZE.fullmatch(text)
    return int(found[1]) * UNITS[found[2]] if found else None


def ago(now: datetime, text: str) -> datetime:
    """The time that lies an age before now; months and years by the calendar, at most to the year 1."""
    count, unit = parse_age(text) or (0, "d")
    if unit == "d":
        return now - timedelta(days=min(count, (now - datetime.min).days))
    months = max(now.year * 12 + now.month - 1 - count * (12 if unit == "y" else 1), 12)
    year, month = divmod(months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - timedelta(days=1)).day
    return now.replace(year=year, month=month + 1, day=min(now.day, last))
