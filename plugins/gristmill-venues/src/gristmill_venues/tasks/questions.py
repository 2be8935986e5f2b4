"""Questions about venues: what a day costs, and when one is free."""

from datetime import date, timedelta

from gristmill import Evidence, Level, Task, TaskFamily, TaskKind, Verdict, View, World, verdict
from gristmill.apps.kit import Sampler, answers_day, answers_money, opened, unchanged
from gristmill.verifiers.answers import DAY, MONEY
from numpy.random import Generator
from sqlalchemy import select

from gristmill_venues.models import Catering, TakenDay, Venue, total
from gristmill_venues.seed import DAYS
from gristmill_venues.tasks import drawing
from gristmill_venues.tasks.moves import Booker
from gristmill_venues.tasks.registry import TASKS

QUOTES = {
    "train": (
        "What would a day at {venue} in {town} cost in total for {guests} guests, {served}? Book nothing. " + MONEY,
        "How much is {venue} ({town}) for {guests} guests, {served}, all in all? Only tell me. " + MONEY,
        "I need the total price of a day at {venue}, {town}, with {guests} guests, {served}; no booking. " + MONEY,
        "Find out what {venue} in {town} charges for one day, {guests} guests, {served}. " + MONEY,
    ),
    "test": (
        "{guests} guests at {venue} in {town}, {served}: what is the total for a day? Do not book. " + MONEY,
        "Tell me the full price of {venue}, {town}, for one day and {guests} people, {served}. " + MONEY,
        "What does {venue} in {town} come to, {served}, for {guests} guests? Just the sum, no booking. " + MONEY,
    ),
}
FREE_DAYS = {
    "train": (
        "Which is the first {weekday} in {month} on which {venue} in {town} is still free? " + DAY,
        "When is {venue} ({town}) free on a {weekday} in {month} for the first time? " + DAY,
        "I look for a {weekday} in {month} at {venue}, {town}; the earliest that is free. " + DAY,
        "Find the earliest free {weekday} of {month} at {venue} in {town}. " + DAY,
    ),
    "test": (
        "On which {weekday} in {month} could one have {venue} in {town} first? " + DAY,
        "{venue}, {town}: what is the first {weekday} in {month} that nobody has taken? " + DAY,
        "Name the first {weekday} of {month} for which {venue} in {town} can still be booked. " + DAY,
    ),
}
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@TASKS.add(
    "Venues-Quote-v0",
    tags=("question",),
    max_steps=40,
    level=Level.MEDIUM,
    kind=TaskKind.ANSWER,
    axes=("brief",),
)
class Quote(TaskFamily):
    """Say what a day at a venue costs in total."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Any venue, number of guests and catering."""
        sampler = Sampler(rng)
        person, venue = drawing.draw_person(world, sampler), drawing.draw_venue(world, sampler)
        guests, catering = sampler.between(2, venue.capacity), sampler.pick(tuple(Catering))
        goal = sampler.pick(QUOTES[wordings]).format(
            venue=venue.name, town=venue.town, guests=guests, served=drawing.SERVED[catering]
        )
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, ends_with=drawing.ANSWER,
            start_url="http://venues.test/", person_id=person.id,
            terms={
                "venue_id": venue.id, "slug": venue.slug, "guests": guests, "catering": catering.value,
                "day": drawing.draw_day(world, sampler, venue).isoformat(),
                "cents": total(venue, guests, catering),
            },
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check the sum, and that the venue's page or a quote was opened."""
        page = rf"venues\.test/v/{task.terms['slug']}(/quote)?(\?.*)?"
        return verdict(answers_money(evidence, task.terms["cents"]), opened(evidence, page), unchanged(evidence))

    def oracle(self, view: View) -> str:
        """Get a quote for some free day, and answer with its total."""
        terms, page = view.task.terms, Booker(view)
        venue, day = view.db.get_one(Venue, terms["venue_id"]), date.fromisoformat(terms["day"])
        quoted = page.to_quote(venue, day, terms["guests"], terms["catering"])
        return quoted or f'answer "{terms["cents"] / 100:.2f}"'


@TASKS.add(
    "Venues-FreeDay-v0",
    tags=("question",),
    max_steps=40,
    level=Level.MEDIUM,
    kind=TaskKind.ANSWER,
    axes=("brief",),
)
class FreeDay(TaskFamily):
    """Say which is the first free day of a kind in a month."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Any venue, weekday and month in which there is such a day, and an earlier one is taken if possible."""
        sampler = Sampler(rng)
        person = drawing.draw_person(world, sampler)
        while True:
            venue, weekday = drawing.draw_venue(world, sampler), sampler.between(0, 6)
            first = drawing.draw_day(world, sampler, venue).replace(day=1)
            days = days_of(world, venue, first, weekday)
            free = [day for day, is_free in days if is_free]
            if free and (free[0] != days[0][0] or sampler.chance(20)):
                break
        goal = sampler.pick(FREE_DAYS[wordings]).format(
            venue=venue.name, town=venue.town, weekday=WEEKDAYS[weekday], month=f"{first:%B %Y}"
        )
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, ends_with=drawing.ANSWER,
            start_url="http://venues.test/", person_id=person.id,
            terms={
                "venue_id": venue.id, "slug": venue.slug, "month": f"{first:%Y-%m}",
                "day": free[0].isoformat(), "is_first": first == world.now.date().replace(day=1),
            },
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check the day, and that the month of the venue's calendar was opened."""
        terms = task.terms
        shown = r"(\?.*)?" if terms["is_first"] else rf"\?(.*&)?month={terms['month']}(&.*)?"
        page = rf"venues\.test/v/{terms['slug']}{shown}"
        right = answers_day(evidence, date.fromisoformat(terms["day"]))
        return verdict(right, opened(evidence, page), unchanged(evidence))

    def oracle(self, view: View) -> str:
        """Open the month of the venue's calendar, and answer."""
        terms, page = view.task.terms, Booker(view)
        venue = view.db.get_one(Venue, terms["venue_id"])
        if page.path != f"/v/{venue.slug}":
            return page.find(venue) or "goto /"
        title = f"{date.fromisoformat(terms['day']):%B %Y}"
        if page.page.find("heading", title) is None:
            return page.click("link", title) or "goto /"
        return f'answer "{terms["day"]}"'


def days_of(world: World, venue: Venue, first: date, weekday: int) -> list[tuple[date, bool]]:
    """The days of a weekday in a month that can be booked, each with whether it is free."""
    today = world.now.date()
    taken = set(world.db.scalars(select(TakenDay.day).where(TakenDay.venue_id == venue.id)))
    days = (today + timedelta(days=ahead) for ahead in range(1, DAYS + 1))
    wanted = (day for day in days if (day.year, day.month, day.weekday()) == (first.year, first.month, weekday))
    return [(day, day not in taken) for day in wanted]
