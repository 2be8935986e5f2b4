"""What comes round by itself: menus, bills, handovers, announcements, alerts, and private lines between colleagues."""

from datetime import datetime, timedelta

from gristmill.apps.stories.acts import Address
from gristmill.apps.stories.company import DOMAIN, Staff
from gristmill.apps.stories.pools import sections
from gristmill.apps.stories.story_writer import StoryWriter
from gristmill.apps.stories.storybook import Acts, story
from gristmill.apps.stories.times import day_text, is_holiday, money

CATERER = Address(name="Crumbwell Lunches", email="kitchen@crumbwell.test")
MENU_DAYS = (1, 3)
NOTES = 24  # of the pool, so that worlds differ
ALERTS = (
    "{gauge}: no reading for {n} minutes",
    "{gauge}: reading again, gap of {n} minutes",
    "{gauge}: battery at {n} %",
    "{gauge}: clock differs by {n} s, corrected",
    "{gauge}: level rises faster than {n} cm an hour",
    "ingest: queue length {n}",
    "ingest: queue empty again after {n} minutes",
    "exports: nightly run took {n} minutes",
)
PLACES = (
    "Brightwater",
    "Quillan",
    "Dunmarrow",
    "Kestrel",
    "East Lomond",
    "Osterville",
    "Pinchbeck",
    "Ivybrook",
)


@story("menus", needs={"mail"}, rank=84)
def menus(s: StoryWriter) -> Acts:
    """The caterer's menu on Tuesdays and Thursdays of the last five weeks, to the office manager and a few more."""
    yield
    manager = s.one("office manager", "PA")
    readers = list({each.id: each for each in (manager, s.desk)}.values())
    dishes, closes = (s.sampler.shuffled(sections("rhythms")[part]) for part in ("menu", "menu close"))
    for number, day in enumerate(reversed(weekdays(s.start, MENU_DAYS, 5))):
        if not dishes or day + timedelta(hours=9, minutes=30) >= s.start:
            continue
        text = dishes.pop() if number >= len(closes) else f"{dishes.pop()}\n\n{closes[number]}"
        s.mail(
            CATERER, readers, day + timedelta(hours=9, minutes=30), f"Lunch on {day_text(day.date())}", text,
            kind="notice", is_automatic=True,
        )  # fmt: skip


@story("bills", needs={"mail"}, rank=84)
def bills(s: StoryWriter) -> Acts:
    """Rent, lunches and boards: bills to the invoices list, with the numbers and sums of the ledger."""
    yield
    invoices = Address(name="Invoices", email=f"invoices@{DOMAIN}")
    boards = Address(name="Ohmlow Components", email="billing@ohmlow.test")
    landlord = Address(name="Quoinhithe Estates", email="rent@quoinhithe.test")
    for sender, at, what, low, high in (
        (landlord, "-62d 08:00", "Rent and service, Cooperage House, January", 18400, 18400),
        (landlord, "-31d 08:00", "Rent and service, Cooperage House, February", 18400, 18400),
        (landlord, "-3d 08:00", "Rent and service, Cooperage House, March", 18400, 18400),
        (CATERER, "-31d 07:30", "Lunches in January", 900, 1900),
        (CATERER, "-3d 07:30", "Lunches in February", 900, 1900),
        (boards, "-25d 13:10", "Controller boards, first delivery of February", 2100, 6400),
        (boards, "-11d 13:12", "Controller boards, second delivery of February", 2100, 6400),
    ):
        number, total = f"{s.between(20, 98)}{s.between(100, 999)}", s.between(low * 100, high * 100)
        s.fact(f"{what}, number", number)
        s.fact(f"{what}, sum", money(total))
        s.mail(
            sender, [invoices], at, f"Invoice {number}: {what}",
            f"Invoice {number}\n{what}\nTotal, tax included: {money(total)}\nPayable within thirty days.",
            kind="notice", is_automatic=True,
        )  # fmt: skip


@story("notes-between-colleagues", needs={"mail"}, rank=86)
def notes_between_colleagues(s: StoryWriter) -> Acts:
    """Private lines between the person at the desk and colleagues, most of them answered."""
    yield
    pool = sections("rhythms")
    pairs = s.sampler.shuffled(list(zip(pool["banter mail"], pool["banter reply"], strict=True)))
    others = s.sampler.shuffled([each for each in s.cast.staff() if each.id != s.desk.id])
    subjects = s.sampler.shuffled(SUBJECTS)
    for place, (line, reply) in enumerate(pairs[:NOTES]):
        at = working_hour(s, others[place], s.between(1, 55))
        first = s.mail(
            others[place], [s.desk], at, subjects[place % len(subjects)], line, private=s.chance(30)
        )
        if s.chance(75):
            s.reply(s.desk, first, next_hour(s, s.desk, at + timedelta(minutes=s.between(20, 400))), reply)


SUBJECTS = (
    "small thing", "quick one", "Before I forget", "A question, not about work", "Two lines", "For you",
    "no hurry", "Something for the weekend", "Found and lost", "Good morning", "A favour", "Re the other day",
    "Stairwell news", "Not urgent at all", "From downstairs", "A confession", "An offer", "Sharing", "Hello again",
    "In passing", "Noted with thanks", "While you were out", "Half a joke", "One more thing",
)  # fmt: skip


@story("handovers", needs={"chat"}, rank=81)
def handovers(s: StoryWriter) -> Acts:
    """Who is on call says so on Monday mornings; the chief of staff announces things."""
    yield
    lines = s.sampler.shuffled(sections("rhythms")["oncall"])
    first = s.one("engineer", "HS")
    engineers = [first, *(each for each in s.all("engineer", "HS") if each.id != first.id)]
    for number, day in enumerate(weekdays(s.start, (0,), 6)):
        at = day + timedelta(hours=10, minutes=5 + 3 * number)
        if lines and at < s.start:
            s.post("oncall", engineers[number % len(engineers)], at, lines.pop())
    chief = s.one("chief of staff")
    news = s.sampler.shuffled(sections("rhythms")["announce"])
    for number, day in enumerate(weekdays(s.start, (0, 2, 4), 4)):
        at = day + timedelta(hours=11, minutes=(7 * number) % 50)
        if news and at < s.start:
            s.post("announcements", chief, at, news.pop())


@story("alerts", needs={"chat"}, rank=81)
def alerts(s: StoryWriter) -> Acts:
    """What the monitoring posts in the incidents channel, day and night, in the on-call lead's name."""
    yield
    lead = s.one("on-call lead")
    for _ in range(100):
        at = s.start - timedelta(minutes=s.between(200, 40 * 24 * 60))
        text = s.pick(ALERTS).format(gauge=f"{s.pick(PLACES)} {s.between(1, 19)}", n=s.between(3, 240))
        s.post("incidents", lead, at, text, is_automatic=True)


def weekdays(start: datetime, days: tuple[int, ...], weeks: int) -> list[datetime]:
    """The midnights of some weekdays of the last weeks, oldest first; today included."""
    midnight = datetime(start.year, start.month, start.day)
    found = [midnight - timedelta(days=back) for back in range(7 * weeks, -1, -1)]
    return [day for day in found if day.weekday() in days]


def working_hour(s: StoryWriter, person: Staff, back: int) -> datetime:
    """A time in somebody's office hours on a working day, about so many days ago."""
    midnight = datetime(s.start.year, s.start.month, s.start.day)
    day = midnight - timedelta(days=back)
    while day.weekday() > 4 or is_holiday(day):
        day -= timedelta(days=1)
    return s.within(person, day + timedelta(hours=9, minutes=s.between(10, 380)))


def next_hour(s: StoryWriter, person: Staff, after: datetime) -> datetime:
    """A time in somebody's office hours after a time: soon, or on their next working day."""
    at = s.within(person, after)
    day = after.replace(hour=12, minute=s.between(0, 50))
    while at < after or at.weekday() > 4 or is_holiday(at):
        day += timedelta(days=1)
        at = s.within(person, day)
    return min(at, s.start - timedelta(minutes=s.between(20, 50)))
