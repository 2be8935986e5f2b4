from collections.abc import Callable

from flask.testing import FlaskClient

Arrange = Callable[[str], None]

ORDER = """
    INSERT INTO shop_order (number, customer_id, status, placed_at, delivery, arrives_from, arrives_by,
        ship_to, card_label, gift_card_cents, coupon_code,
        subtotal_cents, discount_cents, delivery_cents, total_cents,
        wrap_cents, gift_note)
    VALUES ('{number}', {customer}, 'SHIPPED', '2026-01-{day:02} 09:30:00', 'STANDARD', '2026-01-20',
        '2026-01-22', 'Ada Park, 12 Rowan Street, Eastmere, 40213',
        'Corvid ending in 4821', 500, 'TEN', 7998, 800, 0, 7198, 0, '')
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


def test_the_order_of_another_customer_is_not_found(shopper: FlaskClient, arrange: Arrange) -> None:
    arrange(ORDER.format(number="MW-1", customer=2, day=7))

    assert shopper.get("/orders/MW-1").status_code == 404
    assert "MW-1" not in shopper.get("/orders").text
