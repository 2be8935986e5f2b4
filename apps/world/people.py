"""Fills a new world with its settings, its people, its clock and its current user."""

import re
from collections.abc import Iterator
from datetime import datetime

from faker import Faker
from numpy.random import Generator
from sqlalchemy import insert

from gristmill.apps.world.choice import WorldChoice
from gristmill.apps.world.models import Clock, CurrentUser, Person, WorldSettings
from gristmill.apps.world.world import CLOCK_ROW, CURRENT_USER_ROW, SETTINGS_ROW, World
from gristmill.errors import InvalidOptionError

EPOCH = datetime(2031, 3, 4, 10, 0, 0)
TICK_S = 30
EMAIL_DOMAIN = "quillfold.test"  # private mailboxes; a company's people have work addresses as well
MOST_PEOPLE = 100  # limited by the fictional phone numbers 555-0100 to 555-0199


def write_settings(world: World, choice: WorldChoice) -> None:
    """Write the world's settings (size and skin), which seeds and pages read."""
    row = {"id": SETTINGS_ROW, "size": choice.size.value, "skin": choice.skin}
    world.db.execute(insert(WorldSettings), [row])


def seed_people(world: World, rng: Generator, count: int = 60) -> None:
    """Write `count` people, the clock at `EPOCH`, and the first person as current user.

    Raises:
        InvalidOptionError: `count` is outside 1..100.
    """
    if not 1 <= count <= MOST_PEOPLE:
        raise InvalidOptionError(f"A world has 1 to {MOST_PEOPLE} people, not {count}.")
    phones = rng.permutation(MOST_PEOPLE)
    names = _names(rng)
    rows = [_row(number, *next(names), phone=int(phones[number - 1])) for number in range(1, count + 1)]
    world.db.execute(insert(Person), rows)
    world.db.execute(insert(Clock), [{"id": CLOCK_ROW, "now": EPOCH, "tick_s": TICK_S}])
    world.db.execute(insert(CurrentUser), [{"id": CURRENT_USER_ROW, "person_id": 1}])


def _names(rng: Generator) -> Iterator[tuple[str, str]]:
    fakers = [Faker("en_US"), Faker("en_GB")]
    for faker in fakers:
        faker.seed_instance(int(rng.integers(2**31)))
    taken: set[str] = set()
    while True:
        faker = fakers[int(rng.integers(2))]
        given, family = faker.first_name(), faker.last_name()
        box = mailbox(given, family)
        if box not in taken:
            taken.add(box)
            yield given, family


def mailbox(given: str, family: str) -> str:
    """The local part of a person's addresses, such as `ada.park`."""
    return ".".join(re.sub(r"[^a-z]", "", part.lower()) for part in (given, family))


def _row(number: int, given: str, family: str, *, phone: int) -> dict[str, object]:
    return {
        "id": number,
        "given_name": given,
        "family_name": family,
        "email": f"{mailbox(given, family)}@{EMAIL_DOMAIN}",
        "phone": f"555-{100 + phone:04d}",
    }
