"""Queries of the home, listing and product pages: cards, products and options."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from gristmill.apps.server.remembered import remembered
from gristmill.apps.shop.models import Brand, Department, Product, Variant
from gristmill.apps.shop.services.sizes import in_size_order


class CardProduct(NamedTuple):
    """The product fields shown on cards."""

    id: int
    slug: str
    name: str
    kind: str
    picture: Mapping[str, str]
    department_id: int
    brand_id: int
    from_cents: int
    rating_tenths: int
    review_count: int
    is_sponsored: bool
    brand_name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A product card; `stock` is the total over its variants, `was_cents` the lowest price before a sale."""

    product: CardProduct
    price_varies: bool
    stock: int
    was_cents: int | None


# Columns instead of mapped objects: the rows are the same for every user and can be cached.
_CARDS = (
    select(
        Product.id, Product.slug, Product.name, Product.kind, Product.picture, Product.department_id,
        Product.brand_id, Product.from_cents, Product.rating_tenths, Product.review_count,
        Product.is_sponsored, Brand.name.label("brand_name"), func.max(Variant.price_cents),
        func.sum(Variant.stock), func.min(Variant.was_cents),
    )
    .join(Product.variants)
    .join(Product.brand)
    .group_by(Product.id)
)  # fmt: skip


def cards(db: Session, product_ids: Sequence[int]) -> Sequence[Card]:
    """The cards of these products, in this order; cached, one query."""
    return _cards(db, tuple(product_ids))


@remembered
def _cards(connection: Connection, product_ids: tuple[int, ...]) -> tuple[Card, ...]:
    return read_cards(connection, product_ids)


def read_cards(connection: Connection, product_ids: Sequence[int]) -> tuple[Card, ...]:
    """The cards of these products, in this order."""
    found = {}
    for *columns, highest, stock, was_cents in connection.execute(_CARDS.where(Product.id.in_(product_ids))):
        product = CardProduct(*columns)
        found[product.id] = Card(
            product=product, price_varies=highest > product.from_cents, stock=stock, was_cents=was_cents
        )
    return tuple(found[product_id] for product_id in product_ids)


@remembered
def popular(connection: Connection, count: int) -> Sequence[Card]:
    """The products with the most reviews, at most one of each department."""
    other = aliased(Product)
    best = (
        select(other.id)
        .where(other.department_id == Department.id, ~other.is_discontinued)
        .order_by(other.review_count.desc(), other.id)
        .limit(1)
        .scalar_subquery()
    )
    first = (
        select(Product.id)
        .join(Department, Product.id == best)
        .order_by(Product.review_count.desc(), Product.id)
        .limit(count)
    )
    return read_cards(connection, connection.scalars(first).all())


def more_from_brand(db: Session, product: Product, count: int) -> Sequence[Card]:
    """Other products of the same brand, best rated first."""
    return _others_of_brand(db, product.brand_id, product.id, count)


@remembered
def _others_of_brand(connection: Connection, brand_id: int, product_id: int, count: int) -> Sequence[Card]:
    others = (
        select(Product.id)
        .where(Product.brand_id == brand_id, Product.id != product_id, ~Product.is_discontinued)
        .order_by(Product.rating_tenths.desc(), Product.review_count.desc(), Product.id)
    )
    return read_cards(connection, connection.scalars(others.limit(count)).all())


def find_product(db: Session, slug: str) -> Product | None:
    """The product of this slug with its brand, department and variants."""
    loaded = (joinedload(Product.brand), joinedload(Product.department), selectinload(Product.variants))
    return db.scalar(select(Product).where(Product.slug == slug).options(*loaded))


def choose(variants: Sequence[Variant], size: str | None, colour: str | None) -> Variant:
    """The best matching variant: by requested options, then availability, then the shop's order."""

    def fit(variant: Variant) -> tuple[int, bool]:
        asked = ((size, variant.size), (colour, variant.colour))
        return sum(wanted is not None and wanted == has for wanted, has in asked), variant.stock > 0

    return max(variants, key=fit)


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A selectable size or colour.

    Attributes:
        cents: the price shared by all its variants; None if they differ.
        is_sold_out: whether none of its variants is in stock.
    """

    name: str
    cents: int | None
    is_chosen: bool
    is_sold_out: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Choices:
    """The options offered on a product's page.

    Attributes:
        chosen: the preselected variant.
        missing: unavailable combinations of colour and size, with the reason.
        scarce: variants of which at most five are left.
    """

    chosen: Variant
    colours: Sequence[Choice]
    sizes: Sequence[Choice]
    missing: Sequence[str]
    scarce: Sequence[Variant]


SCARCE = 5


def choices(variants: Sequence[Variant], chosen: Variant) -> Choices:
    """The available colours, and sizes in ascending order; the options are in the shop's order."""
    colours = distinct(variant.colour for variant in variants)
    sizes = in_size_order(distinct(variant.size for variant in variants))
    return Choices(
        chosen=chosen,
        colours=[choice(name, [v for v in variants if v.colour == name], chosen.colour) for name in colours],
        sizes=[choice(name, [v for v in variants if v.size == name], chosen.size) for name in sizes],
        missing=missing(variants, colours, sizes) if colours and sizes else [],
        scarce=[v for v in variants if 0 < v.stock <= SCARCE],
    )


def choice(name: str, variants: Sequence[Variant], current: str | None) -> Choice:
    """A selectable option value and the price and availability of its variants."""
    prices = {variant.price_cents for variant in variants}
    return Choice(
        name=name,
        cents=prices.pop() if len(prices) == 1 else None,
        is_chosen=name == current,
        is_sold_out=not any(variant.stock for variant in variants),
    )


def missing(variants: Sequence[Variant], colours: Sequence[str], sizes: Sequence[str]) -> list[str]:
    """The unavailable combinations of colour and size, except those with a sold-out colour or size."""
    stock = {(variant.colour, variant.size): variant.stock for variant in variants}
    buyable = {pair for pair, units in stock.items() if units}
    pairs = [(colour, size) for colour in colours for size in sizes if (colour, size) not in buyable]
    return [
        f"{colour}, {size} ({'out of stock' if (colour, size) in stock else 'not made'})"
        for colour, size in pairs
        if any(c == colour for c, _ in buyable) and any(s == size for _, s in buyable)
    ]


def distinct(values: Iterable[str | None]) -> list[str]:
    """The distinct values that are not None, in order of first appearance."""
    return list(dict.fromkeys(value for value in values if value is not None))
