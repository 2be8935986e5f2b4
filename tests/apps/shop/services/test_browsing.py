import sqlite3

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from gristmill.apps.shop.models import Product, Variant
from gristmill.apps.shop.services.browsing import (
    cards,
    choices,
    choose,
    find_product,
    more_from_brand,
    popular,
)


def variant(number: int, size: str | None, colour: str | None, stock: int = 5) -> Variant:
    return Variant(
        id=number, product_id=1, sku=f"S{number}", size=size, colour=colour, price_cents=100, stock=stock
    )


SMALL_MOSS, SMALL_CLAY = variant(1, "Small", "Moss", stock=0), variant(2, "Small", "Clay")
LARGE_MOSS = variant(3, "Large", "Moss")
VARIANTS = [SMALL_MOSS, SMALL_CLAY, LARGE_MOSS]


@pytest.mark.parametrize(
    ("size", "colour", "chosen"),
    [
        (None, None, SMALL_CLAY),
        ("Small", "Moss", SMALL_MOSS),
        ("Small", None, SMALL_CLAY),
        (None, "Moss", LARGE_MOSS),
        ("Large", "Clay", SMALL_CLAY),
        ("Huge", "Pink", SMALL_CLAY),
    ],
)
def test_asked_options_decide_then_stock(size: str | None, colour: str | None, chosen: Variant) -> None:
    assert choose(VARIANTS, size, colour) is chosen


def test_a_sold_out_product_still_has_a_variant_to_show() -> None:
    assert choose([SMALL_MOSS], None, None) is SMALL_MOSS


def test_choices_say_what_is_sold_out_and_which_combinations_cannot_be_had() -> None:
    found = choices(VARIANTS, SMALL_CLAY)

    assert [(option.name, option.is_chosen, option.is_sold_out) for option in found.colours] == [
        ("Moss", False, False),
        ("Clay", True, False),
    ]
    assert [(option.name, option.is_chosen) for option in found.sizes] == [("Small", True), ("Large", False)]
    assert found.missing == ["Moss, Small (out of stock)", "Clay, Large (not made)"]
    assert found.scarce == [SMALL_CLAY, LARGE_MOSS]


def test_a_colour_that_is_sold_out_in_every_size_is_reported_once() -> None:
    moss = [variant(1, "Small", "Moss", stock=0), variant(2, "Large", "Moss", stock=0)]
    found = choices([*moss, variant(3, "Small", "Clay"), variant(4, "Large", "Clay")], moss[0])

    assert [(option.name, option.is_sold_out) for option in found.colours] == [
        ("Moss", True),
        ("Clay", False),
    ]
    assert found.missing == []


def test_an_option_has_a_price_if_all_its_variants_cost_the_same() -> None:
    variants = [variant(1, "Small", "Moss"), variant(2, "Large", "Moss"), variant(3, "Large", "Clay")]
    variants[1].price_cents = variants[2].price_cents = 250
    found = choices(variants, variants[0])

    assert [option.cents for option in found.sizes] == [100, 250]
    assert [option.cents for option in found.colours] == [None, 250]


def test_sizes_are_offered_from_small_to_large_whatever_the_order_of_the_rows() -> None:
    found = choices(
        [variant(1, "L", None), variant(2, "S", None), variant(3, "M", None)], variant(1, "L", None)
    )

    assert [option.name for option in found.sizes] == ["S", "M", "L"]
    assert (found.colours, found.missing) == ([], [])


def test_cards_keep_the_order_asked_for_and_sum_up_variants(
    db: Session, shop_world: sqlite3.Connection
) -> None:
    found = cards(db, [7, 3])

    assert [card.product.id for card in found] == [7, 3]
    [(stock, highest)] = shop_world.execute(
        "SELECT sum(stock), max(price_cents) FROM shop_variant WHERE product_id = 7"
    )
    assert found[0].stock == stock
    assert found[0].price_varies == (highest > found[0].product.from_cents)


def test_popular_products_are_the_most_reviewed_of_different_departments(db: Session) -> None:
    found = [card.product for card in popular(db, 8)]

    assert len({product.department_id for product in found}) == len(found) == 8
    for product in found:
        rivals = select(Product.review_count).where(Product.department_id == product.department_id)
        assert product.review_count == max(db.scalars(rivals))


def test_more_from_a_brand_leaves_out_the_product_itself(db: Session) -> None:
    product = db.get_one(Product, 1)
    found = [card.product for card in more_from_brand(db, product, 4)]

    assert len(found) == 4
    assert {other.brand_id for other in found} == {product.brand_id}
    assert product not in found


def test_a_product_is_found_by_its_slug(db: Session) -> None:
    product = db.get_one(Product, 5)

    assert find_product(db, product.slug) is product
    assert find_product(db, "no-such-thing") is None
