"""Book a named venue, or hold it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

from gristmill import Evidence, Level, Task, TaskFamily, Verdict, View, World, verdict
from gristmill.apps.kit import Sampler, Unwinnable, nothing_else_changed, opened, trap, unchanged
from numpy.random import Generator

from gristmill_venues.models import Booking, Catering, Status, Venue
from gristmill_venues.tasks import drawing
from gristmill_venues.tasks.moves import Booker
from gristmill_venues.tasks.registry import TASKS
from gristmill_venues.tasks.verdicts import booking_changes, one_booking, taken_day

BOOKINGS = {
    "train": (
        "Book {venue} in {town} for {day}: {guests} guests, {served}. Pay the deposit.",
        "I need {venue} ({town}) on {day} for {guests} guests, {served}. Book it and pay the deposit.",
        "Please reserve {venue} in {town} firmly, with the deposit: {day}, {guests} people, {served}.",
        "On {day} we are {guests} guests, {served}, and want {venue} in {town}. Make the booking, deposit paid.",
    ),
    "test": (
        "{venue}, {town}: book it with the deposit for {guests} guests, {served}, on {day}.",
        "Get us {venue} in {town}. The day is {day}, the guests are {guests}, {served}. It must be booked, not held.",
        "Make a firm booking of {venue} in {town}, {served}, for {guests} guests on {day}.",
    ),
}
HOLDS = {
    "train": (
        "Put {venue} in {town} on hold for {day}, {guests} guests, {served}. Do not pay anything yet.",
        "Hold {venue} ({town}) on {day} for {guests} guests, {served}; no deposit for now.",
        "I want an option on {venue} in {town}: {day}, {guests} people, {served}. Only hold it.",
        "Keep {venue} in {town} for us on {day} without paying: {guests} guests, {served}.",
    ),
    "test": (
        "{venue}, {town}, {day}: a hold for {guests} guests, {served}, nothing paid.",
        "Let {venue} in {town} be held for us, {guests} guests, {served}, on {day}. No firm booking.",
        "Without paying a deposit, hold {venue} in {town} for {day} ({guests} guests, {served}).",
    ),
}


class BookingFamily(TaskFamily):
    """What booking and holding have in common; the button and the status differ."""

    wordings: ClassVar[Mapping[str, tuple[str, ...]]]
    status: ClassVar[Status]
    button: ClassVar[str]

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Any person and venue; in 15 % of the tasks the day is taken, so that it cannot be had."""
        sampler = Sampler(rng)
        person, venue = drawing.draw_person(world, sampler), drawing.draw_venue(world, sampler)
        is_free = not sampler.chance(15)
        day = drawing.draw_day(world, sampler, venue, is_free=is_free)
        guests, catering = sampler.between(2, venue.capacity), sampler.pick(tuple(Catering))
        goal = sampler.pick(self.wordings[wordings]).format(
            venue=venue.name, town=venue.town, day=drawing.day_words(day), guests=guests,
            served=drawing.SERVED[catering],
        )  # fmt: skip
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal,
            start_url="http://venues.test/", person_id=person.id,
            ends_with=drawing.DONE if is_free else drawing.GIVE_UP,
            terms={
                "venue_id": venue.id, "slug": venue.slug, "day": day.isoformat(), "guests": guests,
                "catering": catering.value, "last_id": drawing.last_id(world), "is_free": is_free,
            },
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another number of guests."""
        guests = task.terms["guests"] - 1 if task.terms["guests"] > 2 else task.terms["guests"] + 1
        changed = replace(task, terms={**task.terms, "guests": guests})
        return changed, f"We are {guests} guests instead."

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one booking with every term; or, of a taken day, that nothing was booked."""
        terms = task.terms
        if not terms["is_free"]:
            return refused(evidence, str(terms["slug"]))
        expected = {name: terms[name] for name in ("day", "guests", "catering")}
        expected |= {"person_id": task.person_id, "status": str(self.status)}
        checks, row = one_booking(evidence, expected, [terms["venue_id"]])
        return verdict(
            *checks, taken_day(evidence, terms["venue_id"], terms["day"]),
            nothing_else_changed(evidence, *booking_changes(row, task.person_id)),
        )  # fmt: skip

    def oracle(self, view: View) -> str:
        """Find the venue, get the quote, book or hold."""
        terms, page = view.task.terms, Booker(view)
        venue = view.db.get_one(Venue, terms["venue_id"])
        made = page.new_bookings(terms["last_id"])
        require_as_asked(made, {**terms, "status": str(self.status)})
        if made:
            return "done"
        if not terms["is_free"]:
            return look_and_refuse(page, venue)
        day = date.fromisoformat(terms["day"])
        quoted = page.to_quote(venue, day, terms["guests"], terms["catering"])
        return quoted or page.click("button", self.button) or "goto /"


@TASKS.add("Venues-Book-v0", tags=("booking",), max_steps=45, level=Level.MEDIUM, axes=("brief", "news"))
class Book(BookingFamily):
    """Book a named venue for a day, a number of guests and a catering, with its deposit."""

    wordings, status, button = BOOKINGS, Status.CONFIRMED, "Book and pay the deposit"


@TASKS.add("Venues-Hold-v0", tags=("booking",), max_steps=45, level=Level.MEDIUM, axes=("brief", "news"))
class Hold(BookingFamily):
    """Put a named venue on hold, without paying."""

    wordings, status, button = HOLDS, Status.HELD, "Hold it"


def refused(evidence: Evidence, slug: str) -> Verdict:
    """The verdict on a task whose venue cannot be had: it was looked at, and nothing was booked instead."""
    made = evidence.diff.inserted("venues_booking")
    page = rf"venues\.test/v/{slug}(\?.*|/quote\?.*)?"
    looked = opened(evidence, page, name="the venue was looked at")
    return verdict(trap("nothing booked instead", not made), looked, unchanged(evidence))


def look_and_refuse(page: Booker, venue: Venue) -> str:
    """Open the venue's page, then give up."""
    if page.path in {f"/v/{venue.slug}", f"/v/{venue.slug}/quote"}:
        return f'give_up "{venue.name} cannot be had on that day."'
    return page.find(venue) or "goto /"


def require_as_asked(made: Sequence[Booking], terms: Mapping[str, Any]) -> None:
    """Check that nothing else was booked.

    Raises:
        Unwinnable: something was; bookings cannot be taken back without a trace.
    """
    for booking in made:
        found = {
            "venue_id": booking.venue_id, "day": booking.day.isoformat(), "guests": booking.guests,
            "catering": booking.catering, "status": booking.status,
        }  # fmt: skip
        wrong = [name for name, value in found.items() if terms[name] != value]
        if wrong or not terms["is_free"] or len(made) > 1:
            raise Unwinnable(f"Another booking was made: {', '.join(wrong) or 'a second one'}.")
