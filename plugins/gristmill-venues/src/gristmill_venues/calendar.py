"""Months of a venue's calendar."""

import calendar
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """A cell of a calendar; `state` is free, taken or closed (past, or too far ahead)."""

    date: date
    state: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    """A month. `key` is what addresses say: `2031-03`."""

    year: int
    number: int

    @property
    def key(self) -> str:
        """The month in an address."""
        return f"{self.year}-{self.number:02}"

    @property
    def title(self) -> str:
        """The month in words."""
        return f"{calendar.month_name[self.number]} {self.year}"

    def weeks(self, taken: Collection[date], today: date, days: int) -> list[list[Day | None]]:
        """The weeks from Monday on; None for days of the months beside."""

        def cell(number: int) -> Day | None:
            if not number:
                return None
            day = date(self.year, self.number, number)
            is_open = today < day <= today + timedelta(days=days)
            return Day(date=day, state="closed" if not is_open else "taken" if day in taken else "free")

        return [list(map(cell, week)) for week in calendar.monthcalendar(self.year, self.number)]


def month_of(text: str, today: date, days: int) -> Month:
    """The month of an address; this month if it is none of those that can be booked."""
    found = re.fullmatch(r"(\d{4})-(\d\d)", text)
    asked = Month(year=int(found[1]), number=int(found[2])) if found else None
    return asked if asked in months(today, days) else months(today, days)[0]


def months(today: date, days: int) -> list[Month]:
    """The months in which days can be booked."""
    last, found, day = today + timedelta(days=days), [], today.replace(day=1)
    while day <= last:
        found.append(Month(year=day.year, number=day.month))
        day = (day + timedelta(days=31)).replace(day=1)
    return found
