import hashlib
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date

import pytest
from numpy.random import default_rng

from gristmill.apps.server.database import LentConnection, engine, orm_session
from gristmill.apps.shop.catalogue.colours import COLOURS
from gristmill.apps.shop.models import Delivery
from gristmill.apps.shop.seed import seed
from gristmill.apps.shop.services.checkout import arrival
from gristmill.apps.shop.services.numbers import FREE_STANDARD_FROM_CENTS, percent_cents, rating_tenths
from gristmill.apps.world.choice import WorldChoice
from gristmill.apps.world.models import Model
from gristmill.apps.world.people import seed_people, write_settings
from gristmill.apps.world.world import World

TODAY = date(2031, 3, 4)


def built(number: int) -> LentConnection:
    connection = sqlite3.connect(":memory:", factory=LentConnection, check_same_thread=False)
    with orm_session(connection) as db:
        Model.metadata.create_all(engine())
        world, rng = World(db), default_rng(number)
        write_settings(world, WorldChoice(seed=number))
        seed_people(world, rng)
        seed(world, rng)
        db.commit()
    return connection


def digest(connection: sqlite3.Connection) -> str:
    rows = (line for line in connection.iterdump() if line.startswith("INSERT"))
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


@pytest.fixture(scope="module")
def shop() -> Iterator[LentConnection]:
    connection = built(7)
    connection.row_factory = sqlite3.Row
    yield connection
    connection.shut()


def number(shop: sqlite3.Connection, query: str) -> int:
    found: int = shop.execute(query).fetchone()[0]
    return found


@pytest.mark.parametrize(
    ("table", "least"),
    [
        ("department", 12), ("brand", 40), ("product", 620), ("variant", 2000), ("review", 2000),
        ("customer", 60),
        ("address", 120), ("card", 120), ("gift_card", 20), ("coupon", 8), ("pickup_point", 8),
        ("order", 300),
        ("order_line", 300), ("cart_item", 1),
    ],
)  # fmt: skip
def test_a_table_has_enough_rows(shop: sqlite3.Connection, table: str, least: int) -> None:
    assert number(shop, f"select count(*) from shop_{table}") >= least


def test_no_reference_points_nowhere(shop: sqlite3.Connection) -> None:
    assert shop.execute("pragma foreign_key_check").fetchall() == []


def test_ratings_sum_up_the_reviews(shop: sqlite3.Connection) -> None:
    stars: dict[int, list[int]] = {}
    for row in shop.execute("select product_id, stars from shop_review"):
        stars.setdefault(row["product_id"], []).append(row["stars"])
    rows = shop.execute("select id, rating_tenths, review_count from shop_product").fetchall()
    for row in rows:
        given = stars.get(row["id"], [])
        assert row["review_count"] == len(given)
        assert row["rating_tenths"] == rating_tenths(sum(given), len(given))
    assert any(not row["review_count"] for row in rows)


def test_nobody_reviews_a_product_twice_or_before_joining(shop: sqlite3.Connection) -> None:
    assert not shop.execute(
        "select 1 from shop_review where customer_id is not null"
        " group by product_id, customer_id having count(*) > 1"
    ).fetchall()
    assert not shop.execute(
        "select 1 from shop_review r join shop_customer c on c.id = r.customer_id"
        " where written_on < joined_on"
    ).fetchall()


def test_prices_and_stocks_are_believable(shop: sqlite3.Connection) -> None:
    lowest: dict[int, int] = {}
    for row in shop.execute("select * from shop_variant"):
        assert row["price_cents"] % 100 in (0, 50, 99)
        assert 0 <= row["stock"] <= 60
        lowest[row["product_id"]] = min(lowest.get(row["product_id"], 10**9), row["price_cents"])
    assert lowest == dict(shop.execute("select id, from_cents from shop_product").fetchall())
    assert number(shop, "select count(*) from shop_variant where stock = 0") > 100
    assert number(shop, "select count(*) from shop_variant where stock between 1 and 3") > 100


def test_about_one_product_in_twenty_is_sold_out(shop: sqlite3.Connection) -> None:
    sold_out = shop.execute("select 1 from shop_variant group by product_id having max(stock) = 0").fetchall()
    assert 15 <= len(sold_out) <= 70


def test_every_brand_has_several_products_in_stock_that_are_rated_four_or_more(
    shop: sqlite3.Connection,
) -> None:
    good = Counter(
        brand
        for (brand,) in shop.execute(
            "select brand_id from shop_product p where rating_tenths >= 40 and exists"
            " (select 1 from shop_variant v where v.product_id = p.id and stock > 0)"
        )
    )
    assert min(good[brand] for (brand,) in shop.execute("select id from shop_brand").fetchall()) >= 3


def test_many_products_come_in_sizes_and_colours_and_each_colour_can_be_drawn(
    shop: sqlite3.Connection,
) -> None:
    both = shop.execute(
        "select 1 from shop_variant group by product_id having count(distinct size) > 1"
        " and count(distinct colour) > 1"
    ).fetchall()
    assert len(both) > 200
    names = shop.execute("select distinct colour from shop_variant where colour is not null").fetchall()
    assert {colour for (colour,) in names} <= set(COLOURS)


def test_each_customer_has_one_default_address_and_one_valid_default_card(shop: sqlite3.Connection) -> None:
    addresses, cards = Counter[int](), Counter[int]()
    for row in shop.execute("select * from shop_address"):
        addresses[row["customer_id"]] += row["is_default"]
        assert re.fullmatch(r"\d{5}", row["postcode"])
    for row in shop.execute("select * from shop_card where is_default"):
        cards[row["customer_id"]] += 1
        assert (row["expiry_year"], row["expiry_month"]) >= (TODAY.year, TODAY.month)
    assert set(addresses.values()) == set(cards.values()) == {1}
    assert len(addresses) == len(cards) == 60
    assert number(shop, "select count(*) from shop_card where expiry_year < 2031") >= 3
    assert not shop.execute(
        "select 1 from shop_card group by customer_id, last4 having count(*) > 1"
    ).fetchall()


def test_coupons_take_off_what_they_would_take_off_in_the_cart(shop: sqlite3.Connection) -> None:
    rows = shop.execute(
        "select subtotal_cents, discount_cents, value from shop_order join shop_coupon on code = coupon_code"
        " where kind = 'PERCENT' and department_id is null"
    ).fetchall()
    assert [row["discount_cents"] for row in rows] == [
        percent_cents(row["subtotal_cents"], row["value"]) for row in rows
    ]
    assert any(row["subtotal_cents"] * row["value"] % 100 > 50 for row in rows)


def test_orders_arrive_on_the_working_days_that_the_help_pages_promise(shop: sqlite3.Connection) -> None:
    for row in shop.execute("select delivery, placed_at, arrives_from, arrives_by from shop_order"):
        due = arrival(Delivery[row["delivery"]], date.fromisoformat(row["placed_at"][:10]))
        assert (row["arrives_from"], row["arrives_by"]) == (str(due.first), str(due.last))


def test_order_totals_add_up(shop: sqlite3.Connection) -> None:
    lines = dict(
        shop.execute(
            "select order_id, sum(unit_price_cents * quantity) from shop_order_line group by order_id"
        ).fetchall()
    )
    for row in shop.execute("select * from shop_order"):
        goods = row["subtotal_cents"] - row["discount_cents"]
        assert row["subtotal_cents"] == lines[row["id"]]
        assert 0 <= row["discount_cents"] <= row["subtotal_cents"]
        assert row["total_cents"] == goods + row["delivery_cents"]
        assert (row["card_id"] is None) == (row["gift_card_cents"] == row["total_cents"])
        if row["delivery"] == "STANDARD" and goods >= FREE_STANDARD_FROM_CENTS:
            assert row["delivery_cents"] == 0


def test_orders_are_in_the_past_and_of_all_statuses(shop: sqlite3.Connection) -> None:
    assert number(shop, "select max(placed_at) < '2031-03-04 10:00:00' from shop_order")
    counts = Counter(status for (status,) in shop.execute("select status from shop_order"))
    assert set(counts) == {
        "PROCESSING", "SHIPPED", "DELIVERED", "CANCELLED", "PARTLY_RETURNED", "RETURNED",
    }  # fmt: skip
    assert min(counts.values()) >= 5
    assert (
        number(shop, "select count(*) from shop_order where status = 'SHIPPED' and arrives_by < '2031-03-04'")
        == 0
    )


def test_coupons_are_of_all_kinds_with_expired_and_bound_ones(shop: sqlite3.Connection) -> None:
    rows = shop.execute("select * from shop_coupon").fetchall()
    assert {row["kind"] for row in rows} == {"PERCENT", "AMOUNT", "FREE_DELIVERY"}
    assert any(row["department_id"] for row in rows)
    assert any(row["minimum_cents"] for row in rows)
    assert any(row["expires_on"] < TODAY.isoformat() for row in rows)


def test_texts_are_filled_in_and_stay_within_latin_1(shop: sqlite3.Connection) -> None:
    dump = "\n".join(shop.iterdump()).replace("\u2013", "-")
    assert dump.encode("latin-1")
    for (text,) in shop.execute(
        "select description from shop_product union select title || body from shop_review"
    ):
        assert not re.search(r"[{}]", text)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_rows_in_another_process(shop: sqlite3.Connection) -> None:
    code = "import sys; sys.path.insert(0, sys.argv[1]); import test_seed as t; print(t.digest(t.built(7)))"
    folder = __file__.rpartition("/")[0]
    other = subprocess.run([sys.executable, "-c", code, folder], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == digest(shop)


@pytest.mark.slow
def test_another_seed_gives_other_rows(shop: sqlite3.Connection) -> None:
    other = built(8)
    assert digest(other) != digest(shop)
    assert number(other, "select count(*) from shop_product") == number(
        shop, "select count(*) from shop_product"
    )
    other.shut()


def test_addresses_of_products_need_no_escaping(shop: sqlite3.Connection) -> None:
    slugs = [slug for (slug,) in shop.execute("SELECT slug FROM shop_product")]
    assert [slug for slug in slugs if not re.fullmatch(r"[a-z0-9-]+", slug)] == []


def test_review_counts_spread_from_none_to_two_hundred(shop: sqlite3.Connection) -> None:
    counts = [row[0] for row in shop.execute("select review_count from shop_product")]
    assert min(counts) == 0
    assert 100 <= max(counts) <= 205
    assert sum(count <= 6 for count in counts) > len(counts) / 2
    assert number(shop, "select count(*) from shop_product where review_count > 20") >= 10
