"""Find the cheapest venue that fits, and book it."""

from datetime import date

from gristmill import Evidence, Level, Task, TaskFamily, Verdict, View, World, verdict
from gristmill.apps.kit import Sampler, nothing_else_changed
from numpy.random import Generator
from sqlalchemy import select

from gristmill_venues.models import Catering, Status, TakenDay, Venue
from gristmill_venues.tasks import drawing
from gristmill_venues.tasks.book import require_as_asked
from gristmill_venues.tasks.moves import Booker
from gristmill_venues.tasks.registry import TASKS
from gristmill_venues.tasks.verdicts import booking_changes, one_booking, taken_day

WORDINGS = {
    "train": (
        "Book the cheapest venue by the day in {town} that is free on {day}, takes {guests} guests and has: "
        "{amenities}. No catering; pay the deposit.",
        "We are {guests} people in {town} on {day} and need {amenities}. Book whichever venue costs least for a "
        "day, without catering, deposit paid.",
        "Find a venue in {town} for {day} with {amenities} and room for {guests}. Take the one with the lowest "
        "day price and book it with its deposit, no catering.",
        "In {town}, on {day}: which venue for {guests} guests with {amenities} is cheapest by the day? Book that "
        "one without catering and pay the deposit.",
    ),
    "test": (
        "Of the venues in {town} that are free on {day}, seat {guests} and offer {amenities}, book the one with "
        "the lowest price a day. No catering. The deposit is to be paid.",
        "{guests} guests, {town}, {day}, and there must be: {amenities}. Book the least expensive venue, catering "
        "not wanted, with the deposit.",
        "Please make a firm booking, without catering, of the lowest-priced {town} venue for {guests} guests on "
        "{day} that has {amenities}.",
    ),
}


@TASKS.add("Venues-FindAndBook-v0", tags=("search", "booking"), max_steps=60, level=Level.HARD, axes=("brief",))
class FindAndBook(TaskFamily):
    """Book the cheapest venue of a town that is free, large enough, and has what is asked for."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Drawn until at least two venues fit and one is cheaper than all others."""
        sampler = Sampler(rng)
        person = drawing.draw_person(world, sampler)
        while True:
            venue = drawing.draw_venue(world, sampler)
            day = drawing.draw_day(world, sampler, venue)
            guests = sampler.between(2, venue.capacity)
            wanted = sorted(sampler.some([each.name for each in venue.amenities], sampler.between(1, 2)))
            found = fitting(world, venue.town, day, guests, wanted)
            if len(found) > 1 and found[0].day_cents < found[1].day_cents:
                break
        goal = sampler.pick(WORDINGS[wordings]).format(
            town=venue.town, day=drawing.day_words(day), guests=guests, amenities=" and ".join(wanted).lower()
        )
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal,
            start_url="http://venues.test/", person_id=person.id,
            terms={
                "venue_id": found[0].id, "town": venue.town, "day": day.isoformat(), "guests": guests,
                "amenities": wanted, "catering": Catering.NONE.value, "last_id": drawing.last_id(world),
                "is_free": True, "status": Status.CONFIRMED.value,
            },
        )  # fmt: skip

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one confirmed booking of the cheapest venue."""
        expected = {name: task.terms[name] for name in ("day", "guests", "catering", "status")}
        checks, row = one_booking(evidence, {**expected, "person_id": task.person_id}, [task.terms["venue_id"]])
        taken = taken_day(evidence, task.terms["venue_id"], task.terms["day"])
        return verdict(*checks, taken, nothing_else_changed(evidence, *booking_changes(row, task.person_id)))

    def oracle(self, view: View) -> str:
        """Search with every condition, cheapest first; open the first result, get the quote, book."""
        terms, page = view.task.terms, Booker(view)
        made = page.new_bookings(terms["last_id"])
        require_as_asked(made, terms)
        if made:
            return "done"
        venue = view.db.get_one(Venue, terms["venue_id"])
        if page.path not in {f"/v/{venue.slug}", f"/v/{venue.slug}/quote"}:
            return page.found(
                venue, town=terms["town"], day=terms["day"], guests=str(terms["guests"]), order="price",
                amenities=terms["amenities"],
            )  # fmt: skip
        quoted = page.to_quote(venue, date.fromisoformat(terms["day"]), terms["guests"], terms["catering"])
        return quoted or page.click("button", "Book and pay the deposit") or "goto /"


def fitting(world: World, town: str, day: date, guests: int, wanted: list[str]) -> list[Venue]:
    """The venues that fulfil the conditions, cheapest first."""
    taken = select(TakenDay.venue_id).where(TakenDay.day == day)
    fits = Venue.town == town, Venue.capacity >= guests, Venue.id.not_in(taken)
    found = world.db.scalars(select(Venue).where(*fits).order_by(Venue.day_cents, Venue.id))
    return [venue for venue in found if set(wanted) <= {each.name for each in venue.amenities}]
