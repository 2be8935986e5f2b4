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
    coupon_code: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundVariant:
    """A variant of a product that a story speaks of."""

    variant_id: int
    colour: str | None
    size: str | None
    price_cents: int
    stock: int


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundProduct:
    """A product that a story speaks of, bought or not."""

    product_id: int
    name: str
    variants: tuple[FoundVariant, ...]

    @property
    def colours(self) -> tuple[str, ...]:
        """The names of its colours, in the order of its variants."""
        return tuple(dict.fromkeys(each.colour for each in self.variants if each.colour))

    @property
    def sizes(self) -> tuple[str, ...]:
        """Its sizes, from small to large."""
        return tuple(dict.fromkeys(each.size for each in self.variants if each.size))

    def variant(self, colour: str | None = None, size: str | None = None) -> FoundVariant:
        """The first variant with this colour and size; else the first with this size, else the first."""
        same_size = [each for each in self.variants if size in {None, each.size}] or list(self.variants)
        return next((each for each in same_size if colour in {None, each.colour}), same_size[0])


@dataclass(kw_only=True, slots=True)
class GoodsRequest:
    """A product that a story wants to speak of; the shop's seed chooses it and fills in `found`.

    Attributes:
        key: `story.name`, unique.
        kind: as in the catalogue.
        style: the word of its name that says how it is built, if there is one such.
        size: a size that it comes in, if possible.
        colours: how many colours it comes in at least, if possible.
        least_cents, most_cents: bounds of its smallest size's price, if possible.
        unlike: keys of requests whose products it must not be.
        found: the product; None in a world without a shop, or before it was seeded.
    """

    key: str
    kind: str
    style: str | None = None
    size: str | None = None
    colours: int = 0
    least_cents: int | None = None
    most_cents: int | None = None
    unlike: tuple[str, ...] = ()
    found: FoundProduct | None = None


@dataclass(kw_only=True, slots=True)
class RefundRequest:
    """Money that a story says was paid back for pieces of an order's first line; its letter is the story's.

    Attributes:
        order: key of the order's request; one of a story's orders, with one refund at most.
        at: when it was paid back.
        quantity: for how many pieces.
        reason: as the order's page shows it.
        opened_at: when the pieces were sent back; None if they were kept.
        is_short: whether the coupon's share was wrongly taken off twice.
        cents: how much it was, filled in by the shop; None in a world without one, or before it was seeded.
    """

    order: str
    at: datetime
    quantity: int
    reason: str
    opened_at: datetime | None = None
    is_short: bool = False
    cents: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewRequest:
    """A review of a product that a story speaks of; `goods` is the key of its request."""

    goods: str
    person_id: int
    stars: int
    title: str
    body: str
    written_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class CouponFact:
    """A coupon of the shop: kind is `percent`, `amount` (cents) or `free_delivery`."""

    code: str
    kind: str
    value: int
    minimum_cents: int
    department: str | None
    expires_on: date


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
        same_as: key of an order whose products are bought again: as many lines as `wants` has, or all.
        goods: key of a `GoodsRequest` whose product all lines are.
        sizes: the sizes of these lines, where it comes in them.
        unlike: keys of orders whose first line's colour differs from this one's, if possible.
        dearer_cents: how much dearer than now each piece was at that time.
        coupon: a kind of coupon that is used, if one fits.
        variant_id: the first line's variant, once it was chosen.
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
    goods: str | None = None
    sizes: tuple[str | None, ...] = ()
    unlike: tuple[str, ...] = ()
    dearer_cents: int = 0
    coupon: str | None = None
    variant_id: int | None = None
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
    story: str = ""


@dataclass(slots=True)
class Chronicle:
    """Lives while a world is built. Apps that stories involve read it in their seeds.

    Attributes:
        orders: the orders that stories want, by key; none in a world without stories.
        happenings: what apps have recorded so far.
        goods: the products that stories want to speak of, by key.
        refunds: what stories say was paid back, by the key of the order.
        reviews: what stories say of them in the shop.
        coupons: the shop's coupons, once it was seeded.
        events: what stories want to happen after the world's start, by time.
        script: the acts of the stories, once one of the apps has asked for it.
    """

    orders: dict[str, OrderRequest] = field(default_factory=dict)
    happenings: list[Happening] = field(default_factory=list)
    goods: dict[str, GoodsRequest] = field(default_factory=dict)
    refunds: dict[str, RefundRequest] = field(default_factory=dict)
    reviews: list[ReviewRequest] = field(default_factory=list)
    coupons: list[CouponFact] = field(default_factory=list)
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
