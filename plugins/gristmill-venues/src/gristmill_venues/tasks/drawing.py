"""Sampling of people, venues, days and bookings."""

from collections.abc import Callable
from datetime import date, timedelta

from gristmill import EndsWith, Person, World
from gristmill.apps.kit import Sampler
from sqlalchemy import func, select

from gristmill_venues import services
from gristmill_venues.models import Booking, Catering, TakenDay, Venue
from gristmill_venues.seed import DAYS

DONE, GIVE_UP, ANSWER = EndsWith.DONE, EndsWith.GIVE_UP, EndsWith.ANSWER
SERVED = {
    Catering.NONE: "without catering", Catering.COFFEE: "with coffee and cake",
    Catering.BUFFET: "with the buffet", Catering.DINNER: "with dinner",
}  # fmt: skip


def draw_person(world: World, sampler: Sampler) -> Person:
    """Anybody of the world; signed in from now on."""
    person = sampler.pick(world.people)
    world.sign_in(person.id)
    return person


def draw_venue(world: World, sampler: Sampler) -> Venue:
    """Any venue."""
    return sampler.pick(world.db.scalars(select(Venue).order_by(Venue.id)).all())


def draw_day(world: World, sampler: Sampler, venue: Venue, *, is_free: bool = True) -> date:
    """A day on which a venue is free, or taken."""
    today = world.now.date()
    taken = set(world.db.scalars(select(TakenDay.day).where(TakenDay.venue_id == venue.id)))
    days = (today + timedelta(days=ahead) for ahead in range(1, DAYS + 1))
    return sampler.pick([day for day in days if (day not in taken) == is_free])


def anywhere(venue: Venue, day: date) -> bool:
    """Fits everything."""
    return True


def draw_booking(
    world: World, sampler: Sampler, fits: Callable[[Venue, date], bool] = anywhere, *, is_hold: bool = False
) -> Booking:
    """A new booking of the signed-in person, at a venue and on a day that fit."""
    while True:
        venue = draw_venue(world, sampler)
        day = draw_day(world, sampler, venue)
        if fits(venue, day):
            break
    guests = sampler.between(3, venue.capacity - 1)
    wish = services.Wish(day=day, guests=guests, catering=sampler.pick(tuple(Catering)).value)
    return services.book(world, venue, wish, is_hold=is_hold)


def last_id(world: World) -> int:
    """The id of the newest booking, to recognise later ones."""
    return world.db.scalar(select(func.max(Booking.id))) or 0


def day_words(day: date) -> str:
    """A day in words, such as `March 14, 2031`."""
    return f"{day:%B} {day.day}, {day.year}"
