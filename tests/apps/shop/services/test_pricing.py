from datetime import date

import pytest
from sqlalchemy.orm import Session

from gristmill.apps.shop.models import CartItem, Customer, Delivery
from gristmill.apps.shop.services.cart import cart_lines
from gristmill.apps.shop.services.errors import CouponError
from gristmill.apps.shop.services.pricing import apply_coupon, drop_stale_coupon, find_coupon, price

TODAY = date(2026, 3, 5)


@pytest.fixture
def lines(corner_db: Session, ada: Customer) -> list[CartItem]:
    return cart_lines(corner_db, ada)


@pytest.mark.parametrize(
    ("code", "delivery", "discount", "delivery_cents", "total"),
    [
        ("", Delivery.STANDARD, 0, 0, 6549),
        ("", Delivery.EXPRESS, 0, 1295, 7844),
        ("", Delivery.PICKUP, 0, 0, 6549),
        ("TEN", Delivery.STANDARD, 655, 0, 5894),
        ("LAMPS", Delivery.EXPRESS, 500, 1295, 7344),
        ("FREESHIP", Delivery.EXPRESS, 0, 0, 6549),
        ("TODAY", Delivery.STANDARD, 6549, 495, 495),
        ("OLD", Delivery.STANDARD, 0, 0, 6549),
    ],
)
def test_prices_are_exact_to_the_cent(
    corner_db: Session,
    lines: list[CartItem],
    code: str,
    delivery: Delivery,
    discount: int,
    delivery_cents: int,
    total: int,
) -> None:
    cost = price(lines, find_coupon(corner_db, code), delivery, TODAY)

    assert cost.subtotal_cents == 6549
    assert (cost.discount_cents, cost.delivery_cents, cost.total_cents) == (discount, delivery_cents, total)


@pytest.mark.parametrize(("kettle_cents", "delivery_cents"), [(1501, 0), (1500, 495)])
def test_standard_delivery_is_free_from_fifty_dollars_after_the_discount(
    corner_db: Session, lines: list[CartItem], kettle_cents: int, delivery_cents: int
) -> None:
    lines[1].variant.price_cents = kettle_cents  # 3999 + 1501 - 500 = 5000

    cost = price(lines, find_coupon(corner_db, "LAMPS"), Delivery.STANDARD, TODAY)

    assert cost.delivery_cents == delivery_cents


def test_a_percentage_rounds_half_a_cent_up(corner_db: Session, lines: list[CartItem]) -> None:
    lines[1].variant.price_cents = 2556  # 3999 + 2556 = 6555, a tenth is 655.5

    assert price(lines, find_coupon(corner_db, "TEN"), Delivery.STANDARD, TODAY).discount_cents == 656


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("  ", "Enter a coupon code."),
        ("NOPE", "There is no coupon “NOPE”."),
        ("OLD", "Coupon OLD expired on Mar 4, 2026."),
    ],
)
def test_a_coupon_that_cannot_be_used_is_refused(
    corner_db: Session, ada: Customer, lines: list[CartItem], code: str, message: str
) -> None:
    with pytest.raises(CouponError, match=message):
        apply_coupon(corner_db, ada, code, lines, TODAY)

    assert ada.coupon_code is None


def test_a_coupon_for_a_department_counts_its_items_alone(
    corner_db: Session, ada: Customer, lines: list[CartItem]
) -> None:
    with pytest.raises(CouponError, match="Coupon LAMPS is for Lighting items, and there are none"):
        apply_coupon(corner_db, ada, "LAMPS", lines[1:], TODAY)

    lines[0].variant.price_cents = 3998
    with pytest.raises(CouponError, match=r"needs \$39.99 or more of Lighting items; your cart has \$39.98"):
        apply_coupon(corner_db, ada, "LAMPS", lines, TODAY)


def test_a_coupon_below_its_minimum_is_refused(
    corner_db: Session, ada: Customer, lines: list[CartItem]
) -> None:
    with pytest.raises(
        CouponError, match=r"Coupon TEN needs \$30.00 or more of items; your cart has \$25.50"
    ):
        apply_coupon(corner_db, ada, "TEN", lines[1:], TODAY)


def test_a_coupon_is_found_however_it_is_typed(
    corner_db: Session, ada: Customer, lines: list[CartItem]
) -> None:
    apply_coupon(corner_db, ada, " ten ", lines, TODAY)

    assert ada.coupon_code == "TEN"


def test_a_stale_coupon_is_dropped_and_a_good_one_kept(
    corner_db: Session, ada: Customer, lines: list[CartItem]
) -> None:
    ada.coupon_code = "TEN"
    assert drop_stale_coupon(corner_db, ada, lines, TODAY) is None
    assert ada.coupon_code == "TEN"

    dropped = drop_stale_coupon(corner_db, ada, lines[1:], TODAY)

    assert dropped is not None
    assert dropped.code == "TEN"
    assert ada.coupon_code is None
