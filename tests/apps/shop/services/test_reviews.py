"""Reviews: pages, stars, orders; written by those who have received the product; votes."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.kit.pagination import page_count
from gristmill.apps.shop.models import Customer, Order, OrderStatus, Product, Review
from gristmill.apps.shop.services.errors import ReviewError
from gristmill.apps.shop.services.reviews import (
    ReviewText,
    delete_review,
    own_review,
    review_page,
    save_review,
    set_vote,
)

TODAY = date(2026, 3, 5)


def text(stars: int = 4, title: str = "Good", body: str = "Bright enough.") -> ReviewText:
    return ReviewText(stars=str(stars), title=title, body=body)


@pytest.fixture
def lamp(corner_db: Session, delivered: Order) -> Product:
    """The lamp, which has been delivered to Ada."""
    return delivered.lines[0].variant.product


def test_reviews_come_newest_first_five_a_page(db: Session) -> None:
    product = db.scalars(select(Product).order_by(Product.review_count.desc())).first()
    assert product is not None
    first, beyond = review_page(db, product, 1), review_page(db, product, 99)

    dates = [review.written_on for review in first.reviews]
    assert len(dates) == 5
    assert dates == sorted(dates, reverse=True)
    assert first.pages == beyond.page == page_count(product.review_count, 5)
    assert sum(first.breakdown.values()) == product.review_count
    written = list(db.scalars(select(Review.stars).where(Review.product_id == product.id)))
    assert first.breakdown == {stars: written.count(stars) for stars in (5, 4, 3, 2, 1)}


def test_reviews_are_filtered_by_stars_and_sorted(db: Session) -> None:
    product = db.scalars(select(Product).order_by(Product.review_count.desc()).limit(1)).one()

    fours = review_page(db, product, 1, stars=4)
    assert {review.stars for review in fours.reviews} == {4}
    assert fours.total == fours.breakdown[4]
    votes = [review.helpful_count for review in review_page(db, product, 1, sort="helpful").reviews]
    assert votes == sorted(votes, reverse=True)
    assert votes[0] > 0
    lowest = [review.stars for review in review_page(db, product, 1, sort="lowest").reviews]
    assert lowest == sorted(lowest)


def test_a_review_moves_the_rating_and_deleting_it_moves_it_back(
    corner_db: Session, ada: Customer, lamp: Product
) -> None:
    review = save_review(corner_db, ada, lamp, text(stars=4), TODAY)
    assert (lamp.review_count, lamp.rating_tenths) == (1, 40)

    delete_review(corner_db, review, lamp)
    assert (lamp.review_count, lamp.rating_tenths) == (0, 0)
    assert own_review(corner_db, ada, lamp) is None


def test_a_second_review_replaces_the_first(corner_db: Session, ada: Customer, lamp: Product) -> None:
    first = save_review(corner_db, ada, lamp, text(stars=4), TODAY)
    second = save_review(corner_db, ada, lamp, text(stars=1, title="Broke"), TODAY)

    assert second is first
    assert (lamp.review_count, lamp.rating_tenths, first.title) == (1, 10, "Broke")


def test_what_has_not_arrived_cannot_be_reviewed(
    corner_db: Session, ada: Customer, lamp: Product, delivered: Order
) -> None:
    ben = corner_db.get_one(Customer, 2)
    with pytest.raises(ReviewError, match="what you have bought here"):
        save_review(corner_db, ben, lamp, text(), TODAY)

    delivered.status = OrderStatus.SHIPPED
    with pytest.raises(ReviewError, match="once it has arrived"):
        save_review(corner_db, ada, lamp, text(), TODAY)


def test_a_vote_counts_once_and_can_be_taken_back(corner_db: Session, ada: Customer, lamp: Product) -> None:
    review = save_review(corner_db, ada, lamp, text(), TODAY)
    ben = corner_db.get_one(Customer, 2)
    for _ in range(2):
        set_vote(corner_db, ben, review, is_helpful=True)
    assert review.helpful_count == 1
    for _ in range(2):
        set_vote(corner_db, ben, review, is_helpful=False)
    assert review.helpful_count == 0
    with pytest.raises(ReviewError, match="your own"):
        set_vote(corner_db, ada, review, is_helpful=True)
