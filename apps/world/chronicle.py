"""The chronicle of a world that is being built: orders that stories want, and what apps have recorded."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

KEY = "gristmill.chronicle"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedLine:
    """A line of an order that the shop has placed."""

    product_id: int
    variant_id: int
    product: str
    options: str
    quantity: int
    unit_price_cents: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PlacedOrder:
    """An order as the shop has placed it: the facts that texts may name."""

    id: int
    number: str
    placed_at: datetime
    status: str
    lines: tuple[PlacedLine, ...]
    subtotal_cents: int
    discount_cents: int
    delivery_cents: int
    total_cents: int
    arrives_from: date
    arrives_by: date
    ship_to: str
    card: str
    tracking: str


@dataclass(kw_only=True, slots=True)
class OrderRequest:
    """An order that a story wants; the shop places it and fills in `placed`.

    Attributes:
        key: `story.name`, unique.
        person_id: who orders.
        at: when.
        wants: product kinds (as in the catalogue) and quantities; products are chosen by the shop.
        ship_to: label of an address in the buyer's address book, such as `Work` or `Home`.
        delivery: `standard`, `express` or `pickup`.
        status: the status at the world's start; by default what follows from time and delivery.
        colour: a colour that the first line's variant has, if there is one.
        most_cents: an upper bound of the total, if possible.
        least_cents: a lower bound of the total, if possible.
        same_as: key of an order whose products are bought again.
        placed: the order; None in a world without a shop, or before it was seeded.
    """

    key: str
    person_id: int
    at: datetime
    wants: tuple[tuple[str, int], ...]
    ship_to: str = "Work"
    delivery: str = "standard"
    status: str | None = None
    colour: str | None = None
    most_cents: int | None = None
    least_cents: int | None = None
    same_as: str | None = None
    placed: PlacedOrder | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Happening:
    """Something that a seed wrote into the past, as the payload of the signal that is published live."""

    at: datetime
    kind: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class EventAct:
    """An event that a story wants: scheduled after all seeds if an app of the world handles its kind.

    With `held`, it does not run until a task asks for news.
    """

    at: datetime
    kind: str
    payload: Mapping[str, Any]
    held: bool = False


@dataclass(slots=True)
class Chronicle:
    """Lives while a world is built. Apps that stories involve read it in their seeds.

    Attributes:
        orders: the orders that stories want, by key; none in a world without stories.
        happenings: what apps have recorded so far.
        events: what stories want to happen after the world's start, by time.
        script: what the stories tell, once one of the apps has asked for it.
    """

    orders: dict[str, OrderRequest] = field(default_factory=dict)
    happenings: list[Happening] = field(default_factory=list)
    events: list[EventAct] = field(default_factory=list)
    cast: Any = None
    script: Any = None

    def record(self, kind: str, at: datetime, payload: Mapping[str, Any]) -> None:
        """Record a happening for the seeds of later apps."""
        self.happenings.append(Happening(at=at, kind=kind, payload=payload))

    def of_kind(self, kind: str) -> Iterator[Happening]:
        """The happenings of one kind, by time."""
        found = [each for each in self.happenings if each.kind == kind]
        return iter(sorted(found, key=lambda each: each.at))


def chronicle(db: Session) -> Chronicle:
    """The chronicle of the world that is being built through this ORM session."""
    found: Chronicle = db.info.setdefault(KEY, Chronicle())
    return found
