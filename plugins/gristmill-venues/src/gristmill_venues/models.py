"""The tables: venues, the days on which others have them, and bookings of the world's people."""

from datetime import date, datetime
from enum import StrEnum

from gristmill import Model, Person
from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship


class Status(StrEnum):
    """Where a booking stands. A hold lapses unless its deposit is paid in time."""

    HELD = "held"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


class Catering(StrEnum):
    """What is served, and so the price for each guest."""

    NONE = "none"
    COFFEE = "coffee"
    BUFFET = "buffet"
    DINNER = "dinner"


CATERING_CENTS = {Catering.NONE: 0, Catering.COFFEE: 650, Catering.BUFFET: 2400, Catering.DINNER: 4900}
SORTS = {"name": "Name", "price": "Price, lowest first", "size": "Guests, fewest first"}
CATERING_TITLES = {
    Catering.NONE: "No catering", Catering.COFFEE: "Coffee and cake", Catering.BUFFET: "Buffet",
    Catering.DINNER: "Dinner",
}  # fmt: skip


class Venue(Model):
    """A venue. `free_until_days` is how many days before the event cancelling still costs nothing."""

    __tablename__ = "venues_venue"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    town: Mapped[str] = mapped_column(index=True)
    description: Mapped[str]
    capacity: Mapped[int]
    day_cents: Mapped[int]
    deposit_percent: Mapped[int]
    free_until_days: Mapped[int]
    hold_hours: Mapped[int]

    amenities: Mapped[list["Amenity"]] = relationship(order_by="Amenity.name")


class Amenity(Model):
    """Something that a venue has, such as a stage."""

    __tablename__ = "venues_amenity"

    venue_id: Mapped[int] = mapped_column(ForeignKey("venues_venue.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)


class TakenDay(Model):
    """A day on which a venue is somebody else's, or closed."""

    __tablename__ = "venues_taken_day"

    venue_id: Mapped[int] = mapped_column(ForeignKey("venues_venue.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)


class Booking(Model):
    """One day at a venue for one person: a hold, later confirmed by its deposit, or cancelled."""

    __tablename__ = "venues_booking"
    __table_args__ = (UniqueConstraint("number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("world_person.id"), index=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues_venue.id"), index=True)
    day: Mapped[date]
    guests: Mapped[int]
    catering: Mapped[str]
    status: Mapped[str]
    total_cents: Mapped[int]
    paid_cents: Mapped[int]
    made_at: Mapped[datetime]
    held_until: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]

    venue: Mapped[Venue] = relationship()
    person: Mapped[Person] = relationship()

    @property
    def is_open(self) -> bool:
        """Whether it still takes the venue's day."""
        return self.status in {Status.HELD, Status.CONFIRMED}

    @property
    def deposit_cents(self) -> int:
        """What is paid when it is confirmed."""
        return deposit(self.venue, self.total_cents)


def deposit(venue: Venue, total_cents: int) -> int:
    """The deposit on a total, in whole cents, rounded down."""
    return total_cents * venue.deposit_percent // 100


def total(venue: Venue, guests: int, catering: str) -> int:
    """The price of a day for so many guests, in cents."""
    return venue.day_cents + guests * CATERING_CENTS[Catering(catering)]
