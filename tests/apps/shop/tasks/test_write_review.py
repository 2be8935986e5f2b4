"""Reviews: what is right, and each mistake by the check that names it."""

import re

import pytest
from sqlalchemy import select

from gristmill.apps.base import EndsWith
from gristmill.apps.shop.models import Customer, Order, Product, Review
from gristmill.apps.shop.services import reviews
from gristmill.apps.shop.services.reviews import ReviewText

pytestmark = pytest.mark.slow

TASK = "Shop-Review-v0"


def write(counter, *, product_id: int | None = None, **changed) -> None:
    """Write the review, by default as dictated."""
    terms = counter.terms
    text = {"stars": str(terms["stars"]), "title": terms["title"], "body": terms["body"], **changed}
    with counter.world() as world:
        customer = world.db.get_one(Customer, terms["customer_id"])
        product = world.db.get_one(Product, product_id or terms["product_id"])
        reviews.save_review(world.db, customer, product, ReviewText(**text), world.now.date())


def test_a_review_that_was_corrected_is_right(found) -> None:
    counter = found(TASK)
    write(counter, stars="1", body="Oops")
    write(counter)
    assert counter.failed() == set()


def test_the_review_of_the_similar_product_fails_by_name_and_is_lost(found) -> None:
    counter = found(TASK)
    with counter.world() as world:
        kind = world.db.get_one(Product, counter.terms["product_id"]).kind
        twins = select(Product.id).where(Product.kind == kind, Product.id.in_(counter.terms["reviewed"]))
        twin = world.db.scalars(twins).first()
    write(counter, product_id=twin)
    assert counter.play.is_lost()
    assert {"older reviews stand", "one review"} <= counter.failed()


def test_a_review_of_the_other_thing_can_be_deleted(found) -> None:
    counter = found(TASK)
    with counter.world() as world:
        delivered = {line.variant.product_id for order in orders(world, counter) for line in order.lines} - {
            counter.terms["product_id"],
            *counter.terms["reviewed"],
        }
    write(counter, product_id=min(delivered))
    checkpoint = counter.env.checkpoint()
    assert "the bought product" in counter.failed()
    counter.env.reset(options={"checkpoint": checkpoint})
    assert counter.play.oracle() == "done"
    assert counter.failed() == set()


def orders(world, counter):
    return world.db.scalars(select(Order).where(Order.number == counter.terms["number"])).all()


@pytest.mark.parametrize(
    ("changed", "check"),
    [({"title": "Great"}, "review: title"), ({"body": "Great."}, "review: body")],
)
def test_other_words_fail_by_name(found, changed, check: str) -> None:
    counter = found(TASK)
    write(counter, **changed)
    assert counter.failed() == {check}


def test_other_stars_fail_by_name(found) -> None:
    counter = found(TASK)
    write(counter, stars=str(counter.terms["stars"] % 5 + 1))
    assert counter.failed() == {"review: stars", "the product's rating"}


def test_a_vote_for_somebody_elses_review_is_only_a_side_effect(found) -> None:
    counter = found(TASK)
    write(counter)
    with counter.world() as world:
        customer = world.db.get_one(Customer, counter.terms["customer_id"])
        other = world.db.scalars(select(Review).where(Review.customer_id.is_(None))).first()
        reviews.set_vote(world.db, customer, other, is_helpful=True)
    assert counter.failed() == {"nothing else changed"}


def test_what_has_not_arrived_is_given_up(found) -> None:
    counter = found(TASK, EndsWith.GIVE_UP)
    assert re.match("give_up", ending := counter.play.oracle())
    assert counter.failed(ending) == set()
    counter = found(TASK, EndsWith.GIVE_UP)
    assert counter.failed('give_up "no"') == {"looked whether it arrived"}


@pytest.mark.parametrize("seed", range(2))
def test_the_oracle_resumes_anywhere(resumes, seed: int) -> None:
    assert resumes(TASK, seed)
