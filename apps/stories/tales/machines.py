"""What machines write to the person at the centre: reports on stations, sheets of hours, statements."""

from datetime import datetime, timedelta

from gristmill.apps.stories.acts import Address
from gristmill.apps.stories.company import DOMAIN
from gristmill.apps.stories.firms import HALDEN, notice
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
        silent = list(OUTAGE) if day.date() == outage else quiet_stations(s)
        lines = [f"Stations: {TOTAL}", f"Reporting: {TOTAL - len(silent)}"]
        lines += [f"Silent for an hour or more: {', '.join(silent)}" if silent else "Silent: none"]
        lines += [
            f"Batteries below a third: {s.between(0, 6)}",
            "",
            f"This is the night before {day_text(day.date())}.",
        ]
        at = day + timedelta(hours=6, minutes=10)
        notice(s, STATIONS, [s.desk], at, f"Stations, {day_text(day.date())}", "\n".join(lines))
    for day in weekdays(s.start, (4,), 8):
        text = f"The sheet of your hours for the week that ends on {day_text(day.date())} is open.\nIt closes on Monday at noon."
        notice(
            s, HOURS, [s.desk], day + timedelta(hours=11), f"Your hours, week to {day_text(day.date())}", text
        )
    private = Address(name=s.desk.name, email=s.desk.private_email, person_id=s.desk.id)
    for at, month in statements(s.start):
        text = f"Your card statement for {month} is ready. Sign in to read it. We never ask for your card number by mail."
        s.mail(HALDEN, [private], at, f"Your statement for {month}", text, kind="notice", is_automatic=True)


def quiet_stations(s: StoryWriter) -> list[str]:
    """The stations that were silent on an ordinary night; mostly none."""
    return [f"{s.pick(PLACES[1:])} {s.between(1, 19)}" for _ in range(s.between(0, 2) if s.chance(45) else 0)]


def statements(start: datetime) -> list[tuple[datetime, str]]:
    """When the last statements came, and for which months."""
    firsts = [datetime(start.year, start.month, 2, 5, 30)]
    while len(firsts) < 3:
        firsts.append((firsts[-1] - timedelta(days=5)).replace(day=2))
    return [(first, f"{first - timedelta(days=5):%B}") for first in firsts]
