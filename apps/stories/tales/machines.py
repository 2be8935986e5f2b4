"""What machines write to the person at the centre: reports on stations, sheets of hours, statements."""

from datetime import datetime, timedelta
from typing import Any

from gristmill.apps.stories.acts import Address
from gristmill.apps.stories.company import DOMAIN
from gristmill.apps.stories.firms import HALDEN
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.tales.rhythms import PLACES, weekdays
from gristmill.apps.stories.times import day_text

STATIONS = Address(name="Station report", email=f"stations@{DOMAIN}")
HOURS = Address(name="Hours", email=f"hours@{DOMAIN}")
TOTAL = 214
WORKDAYS = (0, 1, 2, 3, 4)
OUTAGE = ("Brightwater 2", "Brightwater 3", "Brightwater 5")  # the night of the story about it


@story("machine-mails", needs={"mail"}, rank=84)
def machine_mails(s: StoryWriter) -> Acts:
    """A report on every working day, a sheet on Fridays, a statement on the second of the month."""
    yield
    outage = s.at("-6d").date()
    for day in weekdays(s.start, WORKDAYS, 6):
        station_report(s, day, list(OUTAGE) if day.date() == outage else quiet_stations(s))
    for day in weekdays(s.start, (4,), 8):
        hours_sheet(s, day)
    for at, month in statements(s.start, 3):
        statement(s, at, month)


def station_report(s: StoryWriter, day: datetime, silent: list[str], **more: Any) -> None:
    """Report on the night before a day; `more` are fields of `MailAct`, here and below."""
    lines = [f"Stations: {TOTAL}", f"Reporting: {TOTAL - len(silent)}"]
    lines += [f"Silent for an hour or more: {', '.join(silent)}" if silent else "Silent: none"]
    lines += [
        f"Batteries below a third: {s.between(0, 6)}",
        "",
        f"This is the night before {day_text(day.date())}.",
    ]
    at, subject = day + timedelta(hours=6, minutes=10), f"Stations, {day_text(day.date())}"
    s.mail(STATIONS, [s.desk], at, subject, "\n".join(lines), kind="notice", is_automatic=True, **more)


def hours_sheet(s: StoryWriter, friday: datetime, **more: Any) -> None:
    """Open the sheet of hours of the week that ends on a Friday."""
    day = day_text(friday.date())
    text = f"The sheet of your hours for the week that ends on {day} is open.\nIt closes on Monday at noon."
    at, subject = friday + timedelta(hours=11), f"Your hours, week to {day}"
    s.mail(HOURS, [s.desk], at, subject, text, kind="notice", is_automatic=True, **more)


def statement(s: StoryWriter, at: datetime, month: str, **more: Any) -> None:
    """Say that a month's card statement is ready."""
    private = Address(name=s.desk.name, email=s.desk.private_email, person_id=s.desk.id)
    text = f"Your card statement for {month} is ready. Sign in to read it. We never ask for your card number by mail."
    s.mail(
        HALDEN, [private], at, f"Your statement for {month}", text, kind="notice", is_automatic=True, **more
    )


def quiet_stations(s: StoryWriter) -> list[str]:
    """The stations that were silent on an ordinary night; mostly none."""
    return [f"{s.pick(PLACES[1:])} {s.between(1, 19)}" for _ in range(s.between(0, 2) if s.chance(45) else 0)]


def statements(start: datetime, count: int) -> list[tuple[datetime, str]]:
    """When the last statements came, and for which months."""
    firsts = [datetime(start.year, start.month, 2, 5, 30)]
    while len(firsts) < count:
        firsts.append((firsts[-1] - timedelta(days=5)).replace(day=2))
    return [(first, f"{first - timedelta(days=5):%B}") for first in firsts]
