from datetime import date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gristmill.apps.shop.models import Customer, Delivery, GiftCard, Order, OrderStatus, Variant
from gristmill.apps.shop.services.cart import cart_lines
from gristmill.apps.shop.services.checkout import (
    choose_address,
    choose_card,
    choose_delivery,
    choose_to_collect,
    find_checkout,
    pickup_points,
    use_gift_card,
)
from gristmill.apps.shop.services.errors import CheckoutError, TotalChangedError
from gristmill.apps.shop.services.numbers import order_number
from gristmill.apps.shop.services.orders import find_order, order_page, place_order, ship_to
from gristmill.apps.world.world import World

NOW = datetime(2026, 3, 5, 10, 0)


def check_out(db: Session, customer: Customer, delivery: Delivery = Delivery.STANDARD) -> None:
    choose_address(db, customer, 2)
    choose_delivery(db, customer, delivery, None)
    choose_card(db, customer, 1, NOW.date())


def place(db: Session, customer: Customer, agreed_cents: int) -> Order:
    return place_order(db, customer, World(db), agreed_cents=agreed_cents)


def order_count(db: Session) -> int:
    return db.scalar(select(func.count()).select_from(Order)) or 0


def test_an_order_holds_exactly_what_was_chosen(corner_db: Session, ada: Customer) -> None:
    ada.coupon_code = "TEN"
    check_out(corner_db, ada, Delivery.EXPRESS)
    use_gift_card(corner_db, ada, "GIFT-SMALL")

    order = place(corner_db, ada, 7189)

    assert (order.number, order.customer_id, order.placed_at) == (order_number(1), 1, NOW)
    assert order.status is OrderStatus.PROCESSING
    assert (order.address_id, order.delivery, order.pickup_point_id) == (2, Delivery.EXPRESS, None)
    assert order.ship_to == "Ada Park, 4 Foundry Lane, Floor 3, Eastmere, 40213"
    assert (order.arrives_from, order.arrives_by) == (date(2026, 3, 6), date(2026, 3, 9))
    assert (order.card_id, order.card_label) == (1, "Corvid ending in 4821")
    assert (order.gift_card_id, order.gift_card_cents) == (1, 2000)
    assert order.coupon_code == "TEN"
    assert (order.subtotal_cents, order.discount_cents) == (6549, 655)
    assert (order.delivery_cents, order.total_cents) == (1295, 7189)
    lines = [(o.variant_id, o.product_name, o.options, o.unit_price_cents, o.quantity) for o in order.lines]
    assert lines == [(11, "Desk lamp", "Moss", 3999, 1), (21, "Kettle", "Cream, Large", 2550, 1)]


def test_placing_takes_from_stock_and_gift_card_and_clears_up(corner_db: Session, ada: Customer) -> None:
    ada.coupon_code = "FREESHIP"
    check_out(corner_db, ada, Delivery.EXPRESS)
    use_gift_card(corner_db, ada, "GIFT-LARGE")

    order = place(corner_db, ada, 6549)

    assert (order.card_id, order.card_label) == (None, "")
    assert (order.gift_card_id, order.gift_card_cents) == (2, 6549)
    assert corner_db.get_one(GiftCard, 2).balance_cents == 90000 - 6549
    assert [corner_db.get_one(Variant, i).stock for i in (11, 12, 21, 22)] == [4, 0, 39, 2]
    assert cart_lines(corner_db, ada) == []
    assert find_checkout(corner_db, ada) is None
    assert ada.coupon_code is None


def test_an_order_to_pick_up_has_the_points_address_and_none_of_the_customers(
    corner_db: Session, ada: Customer
) -> None:
    choose_to_collect(corner_db, ada)
    choose_delivery(corner_db, ada, Delivery.PICKUP, pickup_points(corner_db)[0])
    choose_card(corner_db, ada, 1, NOW.date())

    order = place(corner_db, ada, 6549)

    assert (order.address_id, order.pickup_point_id, order.delivery_cents) == (None, 1, 0)
    assert order.ship_to == "Old Mill, 1 Mill Lane, Eastmere, 40210"
    assert (order.arrives_from, order.arrives_by) == (date(2026, 3, 9), date(2026, 3, 10))


def test_a_pick_up_chosen_after_an_address_does_not_use_the_address(
    corner_db: Session, ada: Customer
) -> None:
    check_out(corner_db, ada)
    choose_delivery(corner_db, ada, Delivery.PICKUP, pickup_points(corner_db)[0])

    assert place(corner_db, ada, 6549).address_id is None


def test_a_later_edit_of_the_address_does_not_change_the_order(corner_db: Session, ada: Customer) -> None:
    check_out(corner_db, ada)
    order = place(corner_db, ada, 6549)

    ada.addresses[1].line1 = "5 New Street"

    assert order.ship_to == "Ada Park, 4 Foundry Lane, Floor 3, Eastmere, 40213"


def test_an_order_cannot_go_nowhere() -> None:
    with pytest.raises(CheckoutError, match="Choose where your order goes"):
        ship_to(None)


def test_placing_twice_makes_one_order(corner_db: Session, ada: Customer) -> None:
    check_out(corner_db, ada)
    place(corner_db, ada, 6549)

    with pytest.raises(CheckoutError, match="Your cart is empty"):
        place(corner_db, ada, 6549)

    assert order_count(corner_db) == 1


def test_an_incomplete_checkout_is_not_placed(corner_db: Session, ada: Customer) -> None:
    choose_address(corner_db, ada, 1)

    with pytest.raises(CheckoutError, match="Something changed since you chose it"):
        place(corner_db, ada, 6549)

    assert order_count(corner_db) == 0


def test_stock_that_ran_out_stops_the_order(corner_db: Session, ada: Customer) -> None:
    check_out(corner_db, ada)
    corner_db.get_one(Variant, 11).stock = 0

    with pytest.raises(CheckoutError, match="Desk lamp, Moss: out of stock"):
        place(corner_db, ada, 6549)

    assert order_count(corner_db) == 0
    assert corner_db.get_one(Variant, 21).stock == 40


@pytest.mark.parametrize("change", ["price", "coupon"])
def test_a_total_that_changed_has_to_be_agreed_to_again(
    corner_db: Session, ada: Customer, change: str
) -> None:
    ada.coupon_code = "TEN"
    check_out(corner_db, ada)
    if change == "price":
        corner_db.get_one(Variant, 21).price_cents = 3055
        total = r"\$63.49"
    else:
        ada.coupon_code = "OLD"
        total = r"\$65.49"

    with pytest.raises(TotalChangedError, match=f"The total has changed to {total}"):
        place(corner_db, ada, 5894)

    assert order_count(corner_db) == 0


def test_a_coupon_that_does_not_apply_is_not_on_the_order(corner_db: Session, ada: Customer) -> None:
    ada.coupon_code = "OLD"
    check_out(corner_db, ada)

    order = place(corner_db, ada, 6549)

    assert (order.coupon_code, order.discount_cents) == (None, 0)


def order(n: int, customer_id: int, placed_at: datetime) -> Order:
    return Order(
        number=f"N{n}", customer_id=customer_id, status=OrderStatus.DELIVERED, placed_at=placed_at,
        delivery=Delivery.STANDARD, arrives_from=NOW.date(), arrives_by=NOW.date(), ship_to="",
        card_label="", gift_card_cents=0, subtotal_cents=0, discount_cents=0, delivery_cents=0, total_cents=0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("page", "numbers"), [(1, [f"N{n}" for n in range(12, 2, -1)]), (2, ["N2", "N1"]), (99, ["N2", "N1"])]
)
def test_orders_come_ten_a_page_newest_first(
    corner_db: Session, ada: Customer, page: int, numbers: list[str]
) -> None:
    corner_db.add_all(order(n, 1, datetime(2026, 1, n)) for n in range(1, 13))
    corner_db.add(order(13, 2, datetime(2026, 1, 13)))
    corner_db.flush()

    found = order_page(corner_db, ada, page)

    assert [each.number for each in found.rows] == numbers
    assert found.count == 2


def test_the_order_of_another_customer_is_not_found(corner_db: Session, ada: Customer) -> None:
    corner_db.add_all([order(1, 1, NOW), order(2, 2, NOW)])
    corner_db.flush()

    assert find_order(corner_db, ada, "N1") is not None
    assert find_order(corner_db, ada, "N2") is None
