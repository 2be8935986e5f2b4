import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from gristmill.apps.kit.money import money
from gristmill.apps.shop.models import Order

Arrange = Callable[[str], None]

ORDER = """
    INSERT INTO shop_order (number, customer_id, status, placed_at, delivery, arrives_from, arrives_by,
        ship_to, card_id, card_label, gift_card_id, gift_card_cents, coupon_code,
        subtotal_cents, discount_cents, delivery_cents, total_cents,
        wrap_cents, gift_note)
    VALUES ('{number}', {customer}, 'SHIPPED', '2026-01-{day:02} 09:30:00', 'STANDARD', '2026-01-20',
        '2026-01-22', 'Ada Park, 12 Rowan Street, Eastmere, 40213',
        1, 'Corvid ending in 4821', 1, 500, 'TEN', 7998, 800, 0, 7198, 0, '')
"""
LINE = """
    INSERT INTO shop_order_line (order_id, variant_id, product_name, options, unit_price_cents, quantity,
        is_changed)
    VALUES (1, 11, 'Desk lamp', 'Moss', 3999, 2, 0)
"""


def test_the_list_names_number_date_items_status_and_total(shopper: FlaskClient, arrange: Arrange) -> None:
    arrange(ORDER.format(number="MW-1", customer=1, day=7))
    arrange(LINE)

    page = shopper.get("/orders").text

    for text in ('href="/orders/MW-1"', "Jan 7, 2026", "2 × Desk lamp", "Shipped", "$71.98"):
        assert text in page


def test_the_list_has_ten_orders_a_page(shopper: FlaskClient, arrange: Arrange) -> None:
    for n in range(1, 13):
        arrange(ORDER.format(number=f"MW-{n}", customer=1, day=n))

    first, second = shopper.get("/orders").text, shopper.get("/orders?page=2").text

    assert first.count('href="/orders/MW-') == 10
    assert second.count('href="/orders/MW-') == 2
    assert 'href="/orders?page=2"' in first
    assert shopper.get("/orders?page=nonsense").text == first


def test_an_empty_order_list_says_so(shopper: FlaskClient) -> None:
    assert "You have not ordered anything yet" in shopper.get("/orders").text


def test_an_order_shows_lines_delivery_payment_and_totals(shopper: FlaskClient, arrange: Arrange) -> None:
    arrange(ORDER.format(number="MW-1", customer=1, day=7))
    arrange(LINE)

    page = shopper.get("/orders/MW-1").text

    for text in (
        "Desk lamp, Moss",
        "$39.99 each",
        "12 Rowan Street",
        "Tue, Jan 20 to Thu, Jan 22",
        "Corvid ending in 4821, $66.98",
        "-$8.00",
        "TEN",
    ):
        assert text in page


@pytest.mark.parametrize(
    ("cents", "pay", "parts"),
    [
        (1905, "original", {"Gift card": 2000, "Corvid ending in 4821": 3249}),
        (1905, "credit", {"Gift card": 2000, "Store credit": -645, "Corvid ending in 4821": 3894}),
        (3000, "original", {"Gift card": 2000, "Corvid ending in 4821": 4344}),
        (3000, "card-3", {"Gift card": 2000, "Corvid ending in 4821": 3894, "Tesserine ending in 1157": 450}),
    ],
)
def test_who_paid_an_order_adds_up_to_its_total(
    shopper: FlaskClient, placed: Order, arrange: Arrange, cents: int, pay: str, parts: dict[str, int]
) -> None:
    arrange(f"UPDATE shop_variant SET price_cents = {cents} WHERE id = 22")
    url = f"/orders/{placed.number}"
    assert shopper.post(f"{url}/items/2/change", data={"variant": "22", "pay": pay}).status_code == 303

    facts = re.findall(r"<dt>(Card|Gift card|Store credit)</dt><dd>(.*?)</dd>", shopper.get(url).text)
    summary = shopper.get(f"/checkout/done/{placed.number}").text.partition('<dl class="totals">')[2]
    said = re.findall(r"<dt>(.+?)</dt><dd>(-?\$.+?)</dd>", summary.partition('<dl class="totals">')[2])

    shown = {kind: money(value) for kind, value in parts.items()}
    assert {
        kind if kind != "Card" else text.split(", ")[0]: text.split(", ")[-1] for kind, text in facts
    } == shown
    assert dict(said) == shown
    assert sum(parts.values()) == 5894 - 2550 + cents


def test_the_order_of_another_customer_is_not_found(shopper: FlaskClient, arrange: Arrange) -> None:
    arrange(ORDER.format(number="MW-1", customer=2, day=7))

    assert shopper.get("/orders/MW-1").status_code == 404
    assert "MW-1" not in shopper.get("/orders").text
