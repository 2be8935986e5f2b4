"""The rules: who can have which day, what it costs, and what becomes of holds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from gristmill import GristmillError, World
from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill_venues import letters
from gristmill_venues.models import Booking, Catering, Status, TakenDay, Venue, deposit, total
from gristmill_venues.seed import DAYS

LAPSE = "venues.lapse"


class BookingRefused(GristmillError):  # noqa: N818 - named for the event
    """A request that cannot be granted; the message is shown to users."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What somebody wants of a venue."""

    day: date
    guests: int
    catering: str


def parse_wish(world: World, venue: Venue, fields: Mapping[str, str]) -> Wish:
    """Read the form of a venue.

    Raises:
        BookingRefused: the day is not free, or the number of guests or the catering is impossible.
    """
    day = parse_day(fields.get("day", ""))
    guests = parse_guests(venue, fields.get("guests", ""))
    catering = fields.get("catering", Catering.NONE)
    if catering not in list(Catering):
        raise BookingRefused("Choose one of the kinds of catering.")
    require_free(world, venue, day)
    return Wish(day=day, guests=guests, catering=catering)


def parse_day(text: str) -> date:
    """Read a day as browsers send it.

    Raises:
        BookingRefused: it is none.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise BookingRefused("Choose a day, such as 2031-03-20.") from None


def parse_guests(venue: Venue, text: str) -> int:
    """Read a number of guests.

    Raises:
        BookingRefused: it is none, or more than fit in.
    """
    if not re.fullmatch(r"[0-9]{1,4}", text.strip()) or int(text) < 1:
        raise BookingRefused("Enter the number of guests, 1 or more.")
    if int(text) > venue.capacity:
        raise BookingRefused(f"{venue.name} takes at most {venue.capacity} guests.")
    return int(text)


def require_free(world: World, venue: Venue, day: date) -> None:
    """Check that a venue can be had on a day.

    Raises:
        BookingRefused: it cannot.
    """
    today = world.now.date()
    if not today < day <= today + timedelta(days=DAYS):
        raise BookingRefused(f"{venue.name} can be booked from tomorrow on, up to {DAYS} days ahead.")
    if world.db.get(TakenDay, (venue.id, day)) is not None:
        raise BookingRefused(f"{venue.name} is not free on that day.")


def book(world: World, venue: Venue, wish: Wish, *, is_hold: bool) -> Booking:
    """Hold a venue, or book it and pay the deposit. The wish has been checked."""
    number = world.next_number("venues_booking")
    price = total(venue, wish.guests, wish.catering)
    until = world.now + timedelta(hours=venue.hold_hours) if is_hold else None
    booking = Booking(
        id=number, number=f"HS-{4000 + number * 7}", person_id=world.person.id, venue_id=venue.id, day=wish.day,
        guests=wish.guests, catering=wish.catering, status=Status.HELD if is_hold else Status.CONFIRMED,
        total_cents=price, paid_cents=0 if is_hold else deposit(venue, price), made_at=world.now,
        held_until=until, cancelled_at=None,
    )  # fmt: skip
    world.db.add_all([booking, TakenDay(venue_id=venue.id, day=wish.day)])
    world.db.flush()
    if until is not None:
        world.schedule(LAPSE, until, {"booking_id": booking.id})
    letters.send(world, booking, "held" if is_hold else "confirmed")
    return booking


def confirm(world: World, booking: Booking) -> None:
    """Pay the deposit of a hold.

    Raises:
        BookingRefused: it is no hold any more.
    """
    if booking.status != Status.HELD:
        raise BookingRefused("Only a hold can be confirmed.")
    booking.status, booking.held_until = Status.CONFIRMED, None
    booking.paid_cents = booking.deposit_cents
    world.db.flush()
    letters.send(world, booking, "confirmed")


def change_guests(world: World, booking: Booking, guests: int) -> None:
    """Change the number of guests, and with it the price; the deposit stays as it was paid.

    Raises:
        BookingRefused: the booking is closed, or its event is over.
    """
    require_ahead(world, booking)
    booking.guests = guests
    booking.total_cents = total(booking.venue, guests, booking.catering)
    world.db.flush()


def refund(world: World, booking: Booking) -> int:
    """What cancelling would give back now, in cents: the deposit, up to the venue's last free day."""
    is_free = (booking.day - world.now.date()).days >= booking.venue.free_until_days
    return booking.paid_cents if is_free else 0


def cancel(world: World, booking: Booking) -> None:
    """Cancel a booking or hold, and free its day; the deposit is kept if it is too late.

    Raises:
        BookingRefused: it is closed, or its event is over.
    """
    require_ahead(world, booking)
    booking.paid_cents -= refund(world, booking)
    booking.status, booking.cancelled_at, booking.held_until = Status.CANCELLED, world.now, None
    free_day(world.db, booking)
    letters.send(world, booking, "cancelled")


def require_ahead(world: World, booking: Booking) -> None:
    """Check that a booking is open and its event to come.

    Raises:
        BookingRefused: it is not.
    """
    if not booking.is_open or booking.day <= world.now.date():
        raise BookingRefused("This booking can no longer be changed.")


def free_day(db: Session, booking: Booking) -> None:
    """Give a booking's day back to others."""
    taken = db.get(TakenDay, (booking.venue_id, booking.day))
    if taken is not None:
        db.delete(taken)
    db.flush()


def bookings_of(db: Session, person_id: int) -> list[Booking]:
    """Somebody's bookings, the latest event first."""
    own = select(Booking).where(Booking.person_id == person_id)
    return list(db.scalars(own.order_by(Booking.day.desc(), Booking.id.desc())))
