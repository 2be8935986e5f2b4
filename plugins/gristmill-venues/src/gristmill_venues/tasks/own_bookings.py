"""Change what is booked: confirm a hold, cancel, change the number of guests."""

from dataclasses import replace
from datetime import date, datetime

from gristmill import Evidence, Level, Task, TaskFamily, TaskKind, Verdict, View, World, verdict
from gristmill.apps.kit import (
    RowView,
    Sampler,
    Unwinnable,
    check,
    nothing_else_changed,
    opened,
    term,
    trap,
    unchanged,
)
from numpy.random import Generator

from gristmill_venues.models import CATERING_CENTS, Booking, Catering, Status, Venue
from gristmill_venues.tasks import drawing
from gristmill_venues.tasks.moves import Booker
from gristmill_venues.tasks.registry import TASKS
from gristmill_venues.tasks.verdicts import freed_day, status_changes

CONFIRMS = {
    "train": (
        "I have holds at Hallstead. Pay the deposit for {venue} on {day}, and leave the other one as it is.",
        "We decided for {venue} on {day}: turn that hold into a booking. Touch no other hold.",
        "Please confirm my hold of {venue} for {day} by paying its deposit; nothing else.",
        "Make the hold on {venue} ({day}) firm. The other hold stays a hold.",
    ),
    "test": (
        "Of my holds, confirm only the one of {venue} on {day}.",
        "The deposit for {venue}, {day}, is to be paid now, so that the hold does not lapse. Nothing besides.",
        "Have my hold for {day} at {venue} become a booking, and change nothing else.",
    ),
}
CANCELS = {
    "train": (
        "Cancel my booking of {venue} on {day}, but only if the whole deposit comes back.",
        "We do not need {venue} on {day} any more. Cancel it if that costs nothing, otherwise leave it.",
        "If I get all of the deposit back, cancel {venue} on {day}. If not, do not.",
        "Please cancel the booking of {venue} for {day}, unless the deposit would be lost.",
    ),
    "test": (
        "{venue}, {day}: cancel the booking, provided that nothing of the deposit is kept.",
        "Give up our booking of {venue} on {day} only if it is still free of charge to do so.",
        "Should cancelling {venue} on {day} be free, do it; if it is not, leave everything as it is.",
    ),
}
CHANGES = {
    "train": (
        "Change the number of guests of my booking at {venue} on {day} to {guests}.",
        "We will be {guests} at {venue} on {day}. Correct the booking.",
        "My booking of {venue} for {day} has the wrong number of guests; make it {guests}.",
        "Please set the guests of our day at {venue}, {day}, to {guests}.",
    ),
    "test": (
        "{guests} guests instead of what is booked for {venue} on {day}: see to it.",
        "Update my {day} booking at {venue}: the party has {guests} people now.",
        "At {venue} on {day} we expect {guests} guests. The booking must say so.",
    ),
}
COLUMNS = ("status", "held_until", "paid_cents")


class OwnBooking(TaskFamily):
    """What the families of this module have in common: one booking of the person's, and pages to look at."""

    def task_of(
        self,
        booking: Booking,
        other: Booking,
        world: World,
        sampler: Sampler,
        wordings: dict[str, tuple[str, ...]],
        more: dict[str, object],
        asked: dict[str, object],
    ) -> Task:
        """The task about a booking; `other` is one of the same person that must stay as it is."""
        goal = sampler.pick(wordings[str(asked["wordings"])]).format(
            venue=booking.venue.name, day=drawing.day_words(booking.day), **more
        )
        return Task(
            family=self.id, goal=goal, start_url="http://venues.test/", person_id=booking.person_id,
            terms={"booking_id": booking.id, "other_id": other.id, "last_id": drawing.last_id(world), **more},  # type: ignore[dict-item]
            **asked,  # type: ignore[arg-type]
        )  # fmt: skip

    def before_oracle(self, view: View) -> tuple[Booker, Booking]:
        """The page and the booking.

        Raises:
            Unwinnable: something else was booked, or the other booking was touched.
        """
        page, terms = Booker(view), view.task.terms
        if page.new_bookings(terms["last_id"]):
            raise Unwinnable("Something else was booked.")
        other = view.db.get_one(Booking, terms["other_id"])
        if other.status not in {Status.HELD, Status.CONFIRMED} or other.is_open is False:
            raise Unwinnable("The other booking was cancelled.")
        return page, view.db.get_one(Booking, terms["booking_id"])


def rows_of(task: Task, evidence: Evidence) -> tuple[RowView, RowView]:
    """The booking's row before and now."""
    key = task.terms["booking_id"]
    before, after = evidence.before.get("venues_booking", key), evidence.after.get("venues_booking", key)
    return RowView(before or {}), RowView(after or {})


def other_untouched(task: Task, evidence: Evidence) -> object:
    """The trap of acting on the other booking."""
    changed = any(
        change.table == "venues_booking" and change.key == (task.terms["other_id"],) for change in evidence.diff.changes
    )
    return trap("the other booking is untouched", not changed)


@TASKS.add("Venues-ConfirmHold-v0", tags=("booking",), max_steps=36, level=Level.EASY, axes=("brief",))
class ConfirmHold(OwnBooking):
    """Pay the deposit of one of two holds."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Two holds of any person, made just now."""
        sampler = Sampler(rng)
        drawing.draw_person(world, sampler)
        booking, other = (drawing.draw_booking(world, sampler, is_hold=True) for _ in range(2))
        asked = {"seed": seed, "split": split, "wordings": wordings}
        return self.task_of(booking, other, world, sampler, CONFIRMS, {}, asked)

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check that the hold is confirmed and its deposit paid."""
        before, after = rows_of(task, evidence)
        venue = RowView(evidence.before.get("venues_venue", before.get("venue_id")) or {})
        paid = before.integer("total_cents") * venue.integer("deposit_percent") // 100
        return verdict(
            term("status", Status.CONFIRMED.value, after.get("status")),
            term("deposit", paid, after.get("paid_cents")),
            term("no longer held", None, after.get("held_until")),
            other_untouched(task, evidence),
            nothing_else_changed(evidence, status_changes(task.terms["booking_id"], *COLUMNS)),
        )  # fmt: skip

    def oracle(self, view: View) -> str:
        """Open the booking and pay."""
        page, booking = self.before_oracle(view)
        if booking.status == Status.CONFIRMED:
            return "done"
        if booking.status != Status.HELD:
            raise Unwinnable("The hold is gone.")
        return page.to_booking(booking) or page.click("button", "Pay the deposit") or "goto /bookings"


@TASKS.add(
    "Venues-Cancel-v0",
    tags=("booking",),
    max_steps=36,
    level=Level.MEDIUM,
    kind=TaskKind.REFUSE,
    axes=("brief",),
)
class Cancel(OwnBooking):
    """Cancel a booking if that is free of charge; give up if it is not."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """In 40 % of the tasks the deposit would be lost."""
        sampler = Sampler(rng)
        drawing.draw_person(world, sampler)
        is_free = not sampler.chance(40)
        today = world.now.date()

        def fits(venue: Venue, day: date) -> bool:
            return ((day - today).days > venue.free_until_days) == is_free and (day - today).days > 1

        booking = drawing.draw_booking(world, sampler, fits)
        other = drawing.draw_booking(world, sampler)
        asked = {"seed": seed, "split": split, "wordings": wordings}
        task = self.task_of(booking, other, world, sampler, CANCELS, {}, asked)
        terms = {**task.terms, "is_free": is_free, "slug": booking.venue.slug}
        return replace(task, terms=terms, ends_with=drawing.DONE if is_free else drawing.GIVE_UP)

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check that the booking is cancelled and paid back; or untouched, after a look at its terms."""
        before, after = rows_of(task, evidence)
        key = task.terms["booking_id"]
        if not task.terms["is_free"]:
            pages = rf"venues\.test/(bookings/{key}(/cancel)?|v/{task.terms['slug']})(\?.*)?"
            return verdict(
                trap("not cancelled", after.get("status") == Status.CONFIRMED),
                opened(evidence, pages, name="the terms were looked at"), unchanged(evidence),
            )  # fmt: skip
        cancelled_at = after.text("cancelled_at")
        day = str(before.get("day"))
        return verdict(
            term("status", Status.CANCELLED.value, after.get("status")),
            term("deposit paid back", 0, after.get("paid_cents")),
            check("when it was cancelled", is_time(cancelled_at), cancelled_at),
            check("the day is free again", evidence.after.get("venues_taken_day", before.get("venue_id"), day) is None),
            other_untouched(task, evidence),
            nothing_else_changed(
                evidence, status_changes(key, "status", "paid_cents", "cancelled_at"),
                freed_day(before.integer("venue_id"), day),
            ),
        )  # fmt: skip

    def oracle(self, view: View) -> str:
        """Look at the booking; cancel, or give up."""
        page, booking = self.before_oracle(view)
        if booking.status == Status.CANCELLED:
            if not view.task.terms["is_free"]:
                raise Unwinnable("The booking was cancelled, although that cost the deposit.")
            return "done"
        if view.task.terms["is_free"]:
            return page.cancel(booking)
        return page.to_booking(booking) or 'give_up "Cancelling would cost the deposit."'


@TASKS.add("Venues-ChangeGuests-v0", tags=("booking",), max_steps=36, level=Level.EASY, axes=("brief", "news"))
class ChangeGuests(OwnBooking):
    """Change the number of guests of a booking."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """In 15 % of the tasks more guests are asked for than the venue takes."""
        sampler = Sampler(rng)
        drawing.draw_person(world, sampler)
        booking, other = drawing.draw_booking(world, sampler), drawing.draw_booking(world, sampler)
        capacity, is_too_many = booking.venue.capacity, sampler.chance(15)
        others = [number for number in range(2, capacity + 1) if number != booking.guests]
        guests = capacity + sampler.between(1, 60) if is_too_many else sampler.pick(others)
        asked = {"seed": seed, "split": split, "wordings": wordings}
        task = self.task_of(booking, other, world, sampler, CHANGES, {"guests": guests}, asked)
        terms = {**task.terms, "fits": not is_too_many, "slug": booking.venue.slug}
        return replace(task, terms=terms, ends_with=drawing.GIVE_UP if is_too_many else drawing.DONE)

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """One guest less, or in a task that asks for too many, still too many."""
        booking = world.db.get_one(Booking, task.terms["booking_id"])
        guests = task.terms["guests"] + (1 if not task.terms["fits"] or task.terms["guests"] < 4 else -1)
        if task.terms["fits"] and guests == booking.guests:
            guests = 2 if booking.guests != 2 else 3
        return replace(task, terms={**task.terms, "guests": guests}), f"It is {guests} guests."

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check the number of guests and the price; or that nothing was changed where they do not fit in."""
        before, after = rows_of(task, evidence)
        key, guests = task.terms["booking_id"], task.terms["guests"]
        if not task.terms["fits"]:
            pages = rf"venues\.test/(bookings/{key}|v/{task.terms['slug']})(\?.*)?"
            return verdict(
                trap("not set to fewer", after.get("guests") == before.get("guests")),
                opened(evidence, pages, name="the booking was looked at"), unchanged(evidence),
            )  # fmt: skip
        venue = RowView(evidence.before.get("venues_venue", before.get("venue_id")) or {})
        price = venue.integer("day_cents") + guests * CATERING_CENTS[Catering(before.text("catering"))]
        return verdict(
            term("guests", guests, after.get("guests")),
            term("total", price, after.get("total_cents")),
            other_untouched(task, evidence),
            nothing_else_changed(evidence, status_changes(key, "guests", "total_cents")),
        )  # fmt: skip

    def oracle(self, view: View) -> str:
        """Open the booking, set the number, send; or give up once it was looked at."""
        page, booking = self.before_oracle(view)
        terms = view.task.terms
        if not booking.is_open:
            raise Unwinnable("The booking was cancelled.")
        if terms["fits"] and booking.guests == terms["guests"]:
            return "done"
        if not terms["fits"]:
            return page.to_booking(booking) or f'give_up "{booking.venue.name} takes {booking.venue.capacity} guests."'
        return (
            page.to_booking(booking)
            or page.fill("spinbutton", "Number of guests", str(terms["guests"]))
            or page.click("button", "Change guests")
            or "goto /bookings"
        )


def is_time(stored: str) -> bool:
    """Whether a stored text is a time."""
    try:
        datetime.fromisoformat(stored)
    except ValueError:
        return False
    return True
