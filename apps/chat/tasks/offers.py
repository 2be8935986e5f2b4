"""Proposals for a day out with a price and a number of seats, and which of them fulfil a condition."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from gristmill.apps.base import Task
from gristmill.apps.kit.sampling import Sampler

OUTINGS = (
    "the lake island", "the old mill", "the caves", "the lighthouse", "the tram museum", "the rose garden",
    "the salt works", "the bell tower", "the paper mill", "the high moor", "the water tower", "the seal bank",
    "the glass works", "the ropewalk",
)  # fmt: skip
PRICES = (12, 14, 15, 18, 20, 22, 24, 25, 28, 30, 32, 35, 38, 40)
SEATS = (10, 12, 16, 20, 24, 30, 36, 40)


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A proposal. `number` is its message, or its place among the options of a poll."""

    place: str
    price: int
    seats: int
    author_id: int = 0
    number: int = 0

    def words(self) -> str:
        """The proposal as somebody writes it."""
        return f"{self.place[0].upper()}{self.place[1:]}: ${self.price} a head, {self.seats} seats"


def draw_offers(sampler: Sampler, count: int) -> list[Offer]:
    """So many proposals with different places and prices."""
    places, prices = sampler.some(OUTINGS, count), sampler.some(PRICES, count)
    return [
        Offer(place=place, price=price, seats=sampler.pick(SEATS))
        for place, price in zip(places, prices, strict=True)
    ]


def fitting(offers: Sequence[Offer], price: int, seats: int) -> list[Offer]:
    """The proposals of at most this price with at least so many seats."""
    return [each for each in offers if each.price <= price and each.seats >= seats]


def draw_condition(sampler: Sampler, offers: Sequence[Offer]) -> tuple[int, int]:
    """A price and a number of seats that one to four proposals keep; each is that of one of these."""
    found = set()
    for price in {each.price for each in offers}:
        for seats in {each.seats for each in offers}:
            fit = fitting(offers, price, seats)
            at_limit = any(each.price == price for each in fit) and any(each.seats == seats for each in fit)
            if len(fit) <= 4 and at_limit:
                found.add((price, seats))
    return sampler.pick(sorted(found))


def offers_of(task: Task) -> list[Offer]:
    """The proposals of a task's terms."""
    offers = task.terms["offers"]
    assert isinstance(offers, list)
    return [Offer(**each) for each in offers]


def as_terms(offers: Sequence[Offer]) -> list[dict[str, object]]:
    """Proposals as terms."""
    return [asdict(each) for each in offers]
