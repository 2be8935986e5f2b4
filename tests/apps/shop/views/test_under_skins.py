"""The pages of lists, orders and parcels have the skin's labels and formats."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

Arrange = Callable[[str], None]

LIST = "INSERT INTO shop_wish_list (id, customer_id, name) VALUES (7, 1, 'Some day')"
ITEM = """
    INSERT INTO shop_wish_item (list_id, variant_id, note, added_at, price_cents)
    VALUES (7, 11, '', '2026-01-02 09:00:00', 6999)
"""
ORDER = """
    INSERT INTO shop_order (number, customer_id, status, placed_at, delivery, arrives_from, arrives_by,
        ship_to, card_label, gift_card_cents, subtotal_cents, discount_cents, delivery_cents, total_cents,
        wrap_cents, gift_note)
    VALUES ('MW-1', 1, 'PROCESSING', '2026-01-07 09:30:00', 'STANDARD', '2026-01-20', '2026-01-22',
        'Ada Park, 12 Rowan Street', 'Corvid ending in 4821', 0, 7998, 0, 0, 7998, 0, '')
"""


def dress(arrange: Arrange, skin: str) -> None:
    arrange(f"UPDATE world_settings SET skin = '{skin}'")


def test_a_list_and_its_notice_name_the_cart_as_the_skin_does(shopper: FlaskClient, arrange: Arrange) -> None:
    for each in (LIST, ITEM):
        arrange(each)
    dress(arrange, "ember")

    page = shopper.get("/lists/7").text
    moved = shopper.post("/lists/7/items/1/cart", follow_redirects=True).text

    assert ">Move to bag</button>" in page
    assert ">Take out</button>" in page
    assert "was moved to your bag." in moved


@pytest.mark.parametrize(
    ("skin", "shown"),
    [("default", "dropped by $30.00"), ("continental", "dropped by 30,00\N{NO-BREAK SPACE}$")],
)
def test_a_list_gives_a_drop_in_price_as_the_skin_does(
    shopper: FlaskClient, arrange: Arrange, skin: str, shown: str
) -> None:
    for each in (LIST, ITEM):
        arrange(each)
    dress(arrange, skin)

    assert shown in shopper.get("/lists/7").text


@pytest.mark.parametrize(
    ("skin", "shown"), [("default", "Wed, Jan 7, 09:30"), ("continental", "Wed, 07.01., 09:30")]
)
def test_the_stages_of_a_parcel_are_dated_as_the_skin_does(
    shopper: FlaskClient, arrange: Arrange, skin: str, shown: str
) -> None:
    arrange(ORDER)
    dress(arrange, skin)

    assert shown in shopper.get("/orders/MW-1/tracking").text
