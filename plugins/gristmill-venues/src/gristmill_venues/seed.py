"""Venues of six towns, their taken days, and what the world's people have booked."""

from datetime import timedelta

from gristmill import World
from gristmill.apps.kit import Sampler
from numpy.random import Generator

from gristmill_venues.models import Amenity, Booking, Catering, Status, TakenDay, Venue, total

TOWNS = ("Port Ansley", "Lake Verrin", "Hallow Strand", "Marsh End", "Quarry Hill", "Tarn Bridge")
FIRST = (
    "Copper", "Lantern", "Heron", "Orchard", "Slate", "Juniper", "Ferry", "Clock", "Willow", "Granary",
    "Beacon", "Saddler's", "Glass", "Mill", "Harbour", "Foundry", "Linden", "Weir", "Chapel", "Barley",
)  # fmt: skip
LAST = ("Hall", "Loft", "Barn", "House", "Room", "Pavilion", "Cellar", "Gallery", "Court", "Works")
AMENITIES = (
    "Stage", "Projector", "Garden", "Kitchen", "Parking", "Step-free access", "Piano", "Sound system",
    "Terrace", "Cloakroom",
)  # fmt: skip
LOOKS = (
    "Brick walls, high windows and a floor that has seen dancing.",
    "Bright and quiet, a few minutes from the station.",
    "Old timber, new lighting, and room to push the tables aside.",
    "A long room above the water, with a view to the other bank.",
    "Plain on the outside, warm on the inside, good for long talks.",
    "Built for machines, kept for people: one big room and three small ones.",
)  # fmt: skip
PER_TOWN = {"small": 6, "standard": 12, "large": 60}
CAPACITIES = (20, 30, 40, 60, 80, 100, 120, 150, 200, 300)
DAYS = 120  # that can be booked, from tomorrow
BOOKERS, MOST_BOOKINGS = 24, 3


def seed(world: World, rng: Generator) -> None:
    """Write all rows."""
    sampler = Sampler(rng)
    venues = write_venues(world, sampler, PER_TOWN[world.size.value])
    people = sampler.some(world.people, BOOKERS)
    for person in people:
        for _ in range(sampler.between(1, MOST_BOOKINGS)):
            write_booking(world, sampler, person.id, sampler.pick(venues))
    world.db.flush()


def write_venues(world: World, sampler: Sampler, per_town: int) -> list[Venue]:
    """The venues of every town, with names that are theirs alone."""
    names = sampler.some([f"{first} {last}" for first in FIRST for last in LAST], len(TOWNS) * min(per_town, 33))
    venues: list[Venue] = []
    today = world.now.date()
    for number in range(len(TOWNS) * per_town):
        name = names[number] if number < len(names) else f"{names[number % len(names)]} {number // len(names) + 1}"
        capacity = sampler.pick(CAPACITIES)
        venue = Venue(
            id=number + 1, slug=name.lower().replace("'", "").replace(" ", "-"), name=name,
            town=TOWNS[number % len(TOWNS)], description=sampler.pick(LOOKS), capacity=capacity,
            day_cents=(90 + capacity * sampler.between(4, 9)) * 100,
            deposit_percent=sampler.pick((10, 20, 25, 30)), free_until_days=sampler.pick((3, 7, 14, 21)),
            hold_hours=sampler.pick((2, 4, 24, 48)),
        )  # fmt: skip
        venue.amenities = [
            Amenity(venue_id=venue.id, name=each) for each in sampler.some(AMENITIES, sampler.between(2, 6))
        ]
        venues.append(venue)
        taken = sampler.some(range(1, DAYS + 1), sampler.between(25, 70))
        world.db.add_all(TakenDay(venue_id=venue.id, day=today + timedelta(days=ahead)) for ahead in sorted(taken))
    world.db.add_all(venues)
    return venues


def write_booking(world: World, sampler: Sampler, person_id: int, venue: Venue) -> None:
    """A booking of somebody, past or to come; skipped where the day is gone."""
    day = world.now.date() + timedelta(days=sampler.between(-40, 100))
    if day == world.now.date() or world.db.get(TakenDay, (venue.id, day)) is not None:
        return
    made_at = world.now.replace(microsecond=0) - timedelta(days=sampler.between(1, 40), minutes=sampler.between(0, 600))
    guests = sampler.between(5, venue.capacity)
    catering = sampler.pick(tuple(Catering)).value
    is_cancelled = sampler.chance(15)
    number = world.next_number("venues_booking")
    price = total(venue, guests, catering)
    world.db.add(
        Booking(
            id=number, number=f"HS-{4000 + number * 7}", person_id=person_id, venue_id=venue.id, day=day,
            guests=guests, catering=catering, status=Status.CANCELLED if is_cancelled else Status.CONFIRMED,
            total_cents=price, paid_cents=0 if is_cancelled else price * venue.deposit_percent // 100,
            made_at=made_at, held_until=None,
            cancelled_at=made_at + timedelta(minutes=sampler.between(10, 600)) if is_cancelled else None,
        )
    )  # fmt: skip
    if not is_cancelled and day > world.now.date():
        world.db.add(TakenDay(venue_id=venue.id, day=day))
        world.db.flush()
