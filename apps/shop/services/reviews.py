"""Reviews: read by page, stars and order; written once per product by those who have received it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, func, select
from sqlalchemy.orm import Session

from gristmill.apps.kit.forms import at_most, matching, parse_entry, required
from gristmill.apps.kit.pagination import page_count, within
from gristmill.apps.server.remembered import remembered
from gristmill.apps.shop.models import (
    Customer,
    HelpfulVote,
    Order,
    OrderLine,
    OrderStatus,
    Product,
    Review,
    Variant,
)
from gristmill.apps.shop.services.errors import ReviewError
from gristmill.apps.shop.services.numbers import rating_tenths
from gristmill.apps.world.models import Person

REVIEWS_PER_PAGE = 5
SORTS = {
    "newest": "Newest",
    "helpful": "Most helpful",
    "highest": "Highest rating",
    "lowest": "Lowest rating",
}
_ORDERS: Mapping[str, Sequence[ColumnElement[int] | ColumnElement[date]]] = {
    "newest": (Review.written_on.desc(),),
    "helpful": (Review.helpful_count.desc(), Review.written_on.desc()),
    "highest": (Review.stars.desc(), Review.written_on.desc()),
    "lowest": (Review.stars.asc(), Review.written_on.desc()),
}
HAVE_ARRIVED = (OrderStatus.DELIVERED, OrderStatus.PARTLY_RETURNED, OrderStatus.RETURNED)


class ReviewEntry(NamedTuple):
    """A review as shown on product pages."""

    id: int
    customer_id: int | None
    stars: int
    title: str
    body: str
    written_on: date
    helpful_count: int
    author: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewPage:
    """One page of a product's reviews, and the number of its reviews with 5, 4, 3, 2, 1 stars.

    Attributes:
        total: how many reviews there are with the stars that are asked for.
        stars: the stars that are asked for; None for all.
        sort: a key of `SORTS`.
    """

    reviews: Sequence[ReviewEntry]
    page: int
    pages: int
    total: int
    stars: int | None
    sort: str
    breakdown: dict[int, int]


def review_page(
    db: Session, product: Product, page: int, stars: int | None = None, sort: str = "newest"
) -> ReviewPage:
    """One page of a product's reviews; a page beyond the last is the last."""
    return _reviews(db, product.id, page, stars, sort)


@remembered
def _reviews(connection: Connection, product_id: int, page: int, stars: int | None, sort: str) -> ReviewPage:
    counts = Counter(connection.scalars(select(Review.stars).where(Review.product_id == product_id)))
    total = counts.total() if stars is None else counts[stars]
    pages = page_count(total, REVIEWS_PER_PAGE)
    page = within(page, pages)
    shown = (
        select(
            Review.id, Review.customer_id, Review.stars, Review.title, Review.body, Review.written_on,
            Review.helpful_count, Review.author, Person.given_name, Person.family_name,
        )
        .join(Customer, Customer.id == Review.customer_id, isouter=True)
        .join(Person, Person.id == Customer.person_id, isouter=True)
        .where(Review.product_id == product_id, *([Review.stars == stars] if stars else []))
        .order_by(*_ORDERS[sort], Review.id.desc())
        .limit(REVIEWS_PER_PAGE)
        .offset((page - 1) * REVIEWS_PER_PAGE)
    )  # fmt: skip
    entries = tuple(
        ReviewEntry(
            *row[:7], author=f"{row.given_name} {row.family_name[0]}." if row.given_name else row.author
        )
        for row in connection.execute(shown)
    )
    breakdown = {number: counts[number] for number in range(5, 0, -1)}
    return ReviewPage(
        reviews=entries, page=page, pages=pages, total=total, stars=stars, sort=sort, breakdown=breakdown
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewText:
    """What a review says."""

    stars: str
    title: str
    body: str


RULES = {
    "stars": [required("Choose 1 to 5 stars."), matching("[1-5]", "Choose 1 to 5 stars.")],
    "title": [required("Enter a headline."), at_most(80)],
    "body": [required("Write what you think of it."), at_most(1000)],
}


def parse_review(fields: Mapping[str, str]) -> ReviewText:
    """Parse the form of a review.

    Raises:
        FormError: a field is missing or too long.
    """
    return parse_entry(ReviewText, fields, RULES)


def own_review(db: Session, customer: Customer, product: Product) -> Review | None:
    """The customer's review of a product, or None."""
    mine = (Review.product_id == product.id, Review.customer_id == customer.id)
    return db.scalar(select(Review).where(*mine))


def has_received(db: Session, customer: Customer, product: Product) -> bool:
    """Whether the product has been delivered to the customer."""
    statement = (
        select(OrderLine.id)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Variant, Variant.id == OrderLine.variant_id)
        .where(
            Order.customer_id == customer.id,
            Variant.product_id == product.id,
            Order.status.in_(HAVE_ARRIVED),
        )
    )
    return db.scalar(statement.limit(1)) is not None


def save_review(db: Session, customer: Customer, product: Product, text: ReviewText, today: date) -> Review:
    """Write the customer's review of a product, or replace the one that they wrote before.

    Raises:
        ReviewError: the product was never delivered to them.
    """
    review = own_review(db, customer, product)
    if review is None:
        if not has_received(db, customer, product):
            raise ReviewError("You can review what you have bought here, once it has arrived.")
        review = Review(product_id=product.id, customer_id=customer.id, author="")
        db.add(review)
    review.stars, review.title, review.body = int(text.stars), text.title, text.body
    review.written_on = today
    db.flush()
    update_rating(db, product)
    return review


def delete_review(db: Session, review: Review, product: Product) -> None:
    """Delete a review and the votes on it."""
    db.execute(delete(HelpfulVote).where(HelpfulVote.review_id == review.id))
    db.delete(review)
    db.flush()
    update_rating(db, product)


def update_rating(db: Session, product: Product) -> None:
    """Make a product's rating that of its reviews."""
    own = select(func.count(), func.coalesce(func.sum(Review.stars), 0)).where(
        Review.product_id == product.id
    )
    count, stars = db.execute(own).one()
    product.review_count, product.rating_tenths = count, rating_tenths(stars, count)
    db.flush()


def voted(db: Session, customer: Customer, reviews: Sequence[ReviewEntry]) -> set[int]:
    """The ids of those reviews that the customer has called helpful."""
    ids = [review.id for review in reviews]
    mine = (HelpfulVote.customer_id == customer.id, HelpfulVote.review_id.in_(ids))
    return set(db.scalars(select(HelpfulVote.review_id).where(*mine))) if ids else set()


def set_vote(db: Session, customer: Customer, review: Review, *, is_helpful: bool) -> None:
    """Give or take back the customer's vote; giving it twice counts once.

    Raises:
        ReviewError: the review is their own.
    """
    if review.customer_id == customer.id:
        raise ReviewError("You cannot vote for your own review.")
    vote = db.get(HelpfulVote, (review.id, customer.id))
    if is_helpful and vote is None:
        db.add(HelpfulVote(review_id=review.id, customer_id=customer.id))
        review.helpful_count += 1
    elif not is_helpful and vote is not None:
        db.delete(vote)
        review.helpful_count -= 1
    db.flush()
