"""What stories want of the shop: products to speak of, orders of them, coupons used, reviews written."""

import sqlite3
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.base import AppSpec, TaskRegistry
from gristmill.apps.server.database import LentConnection, orm_session
from gristmill.apps.shop import APP as SHOP
from gristmill.apps.shop.models import Order, Product, Review
from gristmill.apps.shop.services.numbers import percent_cents, rating_tenths
from gristmill.apps.stories import prelude
from gristmill.apps.world.builder import build_world
from gristmill.apps.world.choice import WorldChoice, WorldSize
from gristmill.apps.world.chronicle import Chronicle, GoodsRequest, OrderRequest, ReviewRequest, chronicle
from gristmill.apps.world.world import World

AT = datetime(2031, 2, 14, 11, 30)
BOOK: list[Chronicle] = []


def wishing_prelude(world: World, seed: int) -> None:
    """Hire the company, and ask for goods, orders and a review."""
    prelude(world, seed)
    book = chronicle(world.db)
    BOOK.append(book)
    person = world.people[0].id
    book.goods["t.dear"] = GoodsRequest(
        key="t.dear", kind="keyboard", style="Silent", size="104 keys", colours=2
    )
    book.goods["t.other"] = GoodsRequest(key="t.other", kind="keyboard", unlike=("t.dear",), most_cents=7000)
    orders = [
        OrderRequest(
            key="t.sizes", person_id=person, at=AT, wants=(("keyboard", 2), ("keyboard", 1)), goods="t.dear",
            sizes=("87 keys", "104 keys"), coupon="percent",
        ),
        OrderRequest(
            key="t.earlier", person_id=person, at=AT - timedelta(days=9), wants=(("keyboard", 1),),
            same_as="t.sizes", dearer_cents=700,
        ),
        OrderRequest(
            key="t.colour", person_id=person, at=AT, wants=(("keyboard", 1),), goods="t.dear",
            unlike=("t.sizes",),
        ),
    ]  # fmt: skip
    book.orders |= {order.key: order for order in orders}
    for stars in (1, 2):
        review = ReviewRequest(
            goods="t.dear", person_id=world.people[stars].id, stars=stars, title=f"Title {stars}",
            body="Rattles.", written_on=date(2031, 1, 5),
        )  # fmt: skip
        book.reviews.append(review)


@pytest.fixture(scope="module")
def db() -> Iterator[Session]:
    mail = AppSpec(
        name="mail", title="Mail", version="1", create_app=lambda: Flask("mail"),
        seed=lambda world, rng: None, tasks=TaskRegistry("mail"), prelude=wishing_prelude,
    )  # fmt: skip
    connection = sqlite3.connect(":memory:", factory=LentConnection)
    build_world([SHOP, mail], WorldChoice(seed=1, size=WorldSize.STANDARD), connection)
    with orm_session(connection) as session:
        yield session
    connection.shut()


@pytest.mark.slow
def test_products_are_chosen_by_kind_style_size_and_price_and_differ_where_asked(db: Session) -> None:
    dear, other = (BOOK[-1].goods[key].found for key in ("t.dear", "t.other"))
    assert dear is not None
    assert other is not None
    assert " Silent Keyboard" in dear.name
    assert "104 keys" in dear.sizes
    assert dear.product_id != other.product_id
    assert min(each.price_cents for each in other.variants) <= 7000
    row = db.get_one(Product, dear.product_id)
    assert [each.id for each in row.variants] == [each.variant_id for each in dear.variants]


def test_orders_hold_the_very_product_in_the_sizes_asked_for(db: Session) -> None:
    placed, dear = BOOK[-1].orders["t.sizes"].placed, BOOK[-1].goods["t.dear"].found
    assert placed is not None
    assert dear is not None
    assert {line.product_id for line in placed.lines} == {dear.product_id}
    assert [line.options.rpartition(", ")[2] for line in placed.lines] == ["87 keys", "104 keys"]


def test_a_coupon_takes_its_share_of_the_total(db: Session) -> None:
    placed = BOOK[-1].orders["t.sizes"].placed
    assert placed is not None
    coupon = next(each for each in BOOK[-1].coupons if each.code == placed.coupon_code)
    assert placed.discount_cents == percent_cents(placed.subtotal_cents, coupon.value) > 0
    assert placed.total_cents == placed.subtotal_cents - placed.discount_cents + placed.delivery_cents
    assert db.scalars(select(Order).where(Order.number == placed.number)).one().coupon_code == coupon.code


def test_an_order_may_repeat_a_later_one_at_the_price_of_its_day(db: Session) -> None:
    earlier, later = BOOK[-1].orders["t.earlier"].placed, BOOK[-1].orders["t.sizes"].placed
    assert earlier is not None
    assert later is not None
    assert earlier.lines[0].variant_id == later.lines[0].variant_id
    assert earlier.lines[0].unit_price_cents == later.lines[0].unit_price_cents + 700
    assert earlier.id < later.id


def test_orders_that_shall_differ_differ_in_colour(db: Session) -> None:
    one, two, goods = (
        BOOK[-1].orders["t.sizes"].placed,
        BOOK[-1].orders["t.colour"].placed,
        BOOK[-1].goods["t.dear"],
    )
    assert one is not None
    assert two is not None
    assert goods.found is not None
    assert len(goods.found.colours) > 1
    assert one.lines[0].options.split(", ")[0] != two.lines[0].options.split(", ")[0]


def test_reviews_of_stories_count_in_the_rating(db: Session) -> None:
    dear = BOOK[-1].goods["t.dear"].found
    assert dear is not None
    written = db.scalars(select(Review).where(Review.product_id == dear.product_id)).all()
    product = db.get_one(Product, dear.product_id)
    assert {"Title 1", "Title 2"} <= {each.title for each in written}
    assert product.review_count == len(written)
    assert product.rating_tenths == rating_tenths(sum(each.stars for each in written), len(written))
