"""What the home, listing and product pages read: cards, products, their options and reviews."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from gristmill.apps.shop.models import Customer, Product, Review, Variant

REVIEWS_PER_PAGE = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """A product as cards show it: `stock` sums up its variants."""

    product: Product
    price_varies: bool
    stock: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewPage:
    """Some of a product's reviews, newest first, and how many there are of 5, 4, 3, 2, 1 stars."""

    reviews: Sequence[Review]
    page: int
    pages: int
    breakdown: dict[int, int]


def cards(db: Session, product_ids: Sequence[int]) -> list[Card]:
    """The cards of these products, in this order; one query."""
    statement = (
        select(Product, func.max(Variant.price_cents), func.sum(Variant.stock))
        .join(Product.variants)
        .join(Product.brand)
        .where(Product.id.in_(product_ids))
        .group_by(Product.id)
        .options(contains_eager(Product.brand))
    )
    found = {
        product.id: Card(product=product, price_varies=highest > product.from_cents, stock=stock)
        for product, highest, stock in db.execute(statement)
    }
    return [found[product_id] for product_id in product_ids]


def popular(db: Session, count: int) -> list[Card]:
    """The products with the most reviews, at most one of each department."""
    # SQLite takes bare columns from the row that holds the maximum.
    best = func.max(Product.review_count * 1_000_000 - Product.id)
    first = select(Product.id, best).group_by(Product.department_id).order_by(best.desc()).limit(count)
    return cards(db, list(db.scalars(first)))


def more_from_brand(db: Session, product: Product, count: int) -> list[Card]:
    """Other products of the same brand, best rated first."""
    others = (
        select(Product.id)
        .where(Product.brand_id == product.brand_id, Product.id != product.id)
        .order_by(Product.rating_tenths.desc(), Product.review_count.desc(), Product.id)
    )
    return cards(db, list(db.scalars(others.limit(count))))


def find_product(db: Session, slug: str) -> Product | None:
    """The product of this slug with its brand, department and variants."""
    loaded = (joinedload(Product.brand), joinedload(Product.department), selectinload(Product.variants))
    return db.scalar(select(Product).where(Product.slug == slug).options(*loaded))


def reviews(db: Session, product: Product, page: int) -> ReviewPage:
    """One page of a product's reviews; a page beyond the last is the last."""
    counts = Counter(db.scalars(select(Review.stars).where(Review.product_id == product.id)))
    pages = page_count(counts.total(), REVIEWS_PER_PAGE)
    page = min(page, pages)
    newest = (
        select(Review)
        .where(Review.product_id == product.id)
        .order_by(Review.written_on.desc(), Review.id.desc())
        .options(joinedload(Review.customer).joinedload(Customer.person))
        .limit(REVIEWS_PER_PAGE)
        .offset((page - 1) * REVIEWS_PER_PAGE)
    )
    breakdown = {stars: counts[stars] for stars in range(5, 0, -1)}
    return ReviewPage(reviews=db.scalars(newest).all(), page=page, pages=pages, breakdown=breakdown)


def page_count(items: int, per_page: int) -> int:
    """How many pages so many items fill; at least one."""
    return max(1, -(-items // per_page))


def choose(variants: Sequence[Variant], size: str | None, colour: str | None) -> Variant:
    """The variant that fits best: asked options first, then what is in stock, then the shop's order."""

    def fit(variant: Variant) -> tuple[int, bool]:
        asked = ((size, variant.size), (colour, variant.colour))
        return sum(wanted is not None and wanted == has for wanted, has in asked), variant.stock > 0

    return max(variants, key=fit)


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A size or colour that can be chosen: the variant it leads to, and what to know beforehand."""

    name: str
    variant: Variant
    is_chosen: bool
    note: str


def size_choices(variants: Sequence[Variant], chosen: Variant) -> list[Choice]:
    """The sizes of a product, given the chosen variant's colour."""
    return [
        choice_of(size, choose_size(variants, size, chosen), chosen.colour, chosen.size)
        for size in distinct(variant.size for variant in variants)
    ]


def colour_choices(variants: Sequence[Variant], chosen: Variant) -> list[Choice]:
    """The colours of a product, given the chosen variant's size."""
    return [
        choice_of(colour, choose_colour(variants, colour, chosen), chosen.size, chosen.colour)
        for colour in distinct(variant.colour for variant in variants)
    ]


def choose_size(variants: Sequence[Variant], size: str, chosen: Variant) -> Variant:
    """The variant of this size, of the chosen colour if there is one."""
    return choose([v for v in variants if v.size == size], size, chosen.colour)


def choose_colour(variants: Sequence[Variant], colour: str, chosen: Variant) -> Variant:
    """The variant of this colour, of the chosen size if there is one."""
    return choose([v for v in variants if v.colour == colour], chosen.size, colour)


def choice_of(name: str, variant: Variant, other: str | None, current: str | None) -> Choice:
    """A choice named `name` which leads to `variant`; `other` is the option that should stay as it is."""
    if other is not None and other not in (variant.size, variant.colour):
        note = f"not in {other}"
    else:
        note = "" if variant.stock else "out of stock"
    return Choice(name=name, variant=variant, is_chosen=name == current, note=note)


def distinct(values: Iterable[str | None]) -> list[str]:
    """Values that are not None, each once, in their order."""
    return list(dict.fromkeys(value for value in values if value is not None))
