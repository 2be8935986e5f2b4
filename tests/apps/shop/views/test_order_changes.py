"""Pages of open and delivered orders: forms, refusals in words, one effect of a form that is sent twice."""

import html
import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from gristmill.apps.server.database import LentConnection
from gristmill.apps.shop.models import Order
from gristmill.apps.shop.services import payments
from gristmill.apps.shop.services.numbers import tracking_number
from gristmill.apps.world.world import World

Look = Callable[[str], list[tuple[Any, ...]]]
Arrange = Callable[[str], None]
Heard = list[tuple[str, Mapping[str, Any]]]

FORMS = ("cancel", "address", "payment", "return", "items/1/change", "items/2/exchange")


def test_an_order_is_cancelled_once_however_often_the_form_is_sent(
    shopper: FlaskClient, placed: Order, look: Look
) -> None:
    url = f"/orders/{placed.number}/cancel"
    assert "Why do you cancel?" in shopper.get(url).text

    first, again = (shopper.post(url, data={"reason": "late"}) for _ in range(2))

    assert (first.status_code, again.status_code) == (303, 422)
    assert "was cancelled, so it can no longer be cancelled" in again.text
    assert "The order was cancelled" in shopper.get(first.location).text
    assert look("SELECT cents, method FROM shop_payment ORDER BY id") == [
        (3894, "Corvid ending in 4821"), (2000, "gift card"),
    ]  # fmt: skip
    assert look("SELECT stock FROM shop_variant WHERE id IN (11, 21)") == [(5,), (40,)]


def test_the_form_of_a_cancellation_names_what_is_left_after_a_refund(
    shopper: FlaskClient, placed: Order, corner_db: Session
) -> None:
    payments.refund(World(corner_db), placed, 1000, "late")
    corner_db.commit()
    assert "$48.94 will be refunded" in shopper.get(f"/orders/{placed.number}/cancel").text


def test_the_form_of_a_return_names_what_can_still_be_refunded_if_that_is_less_than_the_goods(
    shopper: FlaskClient, delivered: Order, corner_db: Session
) -> None:
    url = f"/orders/{delivered.number}/return"
    assert "at most" not in shopper.get(url).text
    payments.refund(World(corner_db), delivered, 1000, "late")
    corner_db.commit()
    assert "so these items bring $48.94 at most" in shopper.get(url).text


@pytest.mark.parametrize("reason", ["", "nonsense", "\x00", "x" * 10_000])
def test_cancelling_without_a_reason_is_refused_in_words(
    shopper: FlaskClient, placed: Order, look: Look, reason: str
) -> None:
    page = shopper.post(f"/orders/{placed.number}/cancel", data={"reason": reason})
    assert page.status_code == 422
    assert "Choose why you cancel the order." in page.text
    assert look("SELECT status FROM shop_order") == [("PROCESSING",)]


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_orders_of_others_are_not_found(
    shopper: FlaskClient, delivered: Order, arrange: Arrange, form: str
) -> None:
    arrange("UPDATE shop_order SET customer_id = 2")
    for answer in (
        shopper.get(f"/orders/{delivered.number}/{form}"), shopper.post(f"/orders/{delivered.number}/{form}"),
    ):  # fmt: skip
        assert answer.status_code == 404
        assert "Foundry" not in answer.text
    for page in ("tracking", ""):
        assert shopper.get(f"/orders/{delivered.number}/{page}").status_code == 404
    assert shopper.post(f"/orders/{delivered.number}/again").status_code == 404


def test_the_address_payment_and_options_of_an_open_order_are_changed(
    shopper: FlaskClient, placed: Order, look: Look
) -> None:
    base = f"/orders/{placed.number}"
    for form, data, words in (
        ("address", {"address": "2"}, "The order goes to the new address."),
        ("payment", {"card": "3"}, "The order is paid with the new card."),
        ("items/2/change", {"variant": "22", "pay": "original"}, "The item was changed."),
    ):
        assert shopper.get(f"{base}/{form}").status_code == 200
        answer = shopper.post(f"{base}/{form}", data=data)
        assert answer.status_code == 303
        assert words in shopper.get(answer.location).text
    [row] = look("SELECT address_id, card_id, total_cents FROM shop_order")
    assert row == (2, 3, 5249)
    again = shopper.post(f"{base}/items/2/change", data={"variant": "21", "pay": "original"})
    assert again.status_code == 422
    assert "An item can be changed once." in again.text


def test_an_address_of_somebody_else_cannot_be_chosen(shopper: FlaskClient, placed: Order) -> None:
    for address in ("3", "99999999999999999999", "x"):
        page = shopper.post(f"/orders/{placed.number}/address", data={"address": address})
        assert page.status_code == 422
        assert "Choose an address to deliver to." in page.text


def test_a_return_that_is_sent_twice_is_registered_once(
    shopper: FlaskClient, delivered: Order, look: Look
) -> None:
    url, data = f"/orders/{delivered.number}/return", {"line": "2", "reason": "size", "method": "original"}
    assert "What goes back" in shopper.get(url).text

    first, again = (shopper.post(url, data=data) for _ in range(2))

    assert (first.status_code, again.status_code) == (303, 422)
    assert look("SELECT refund_cents, method FROM shop_return") == [(2295, "ORIGINAL")]
    assert look("SELECT order_line_id, quantity FROM shop_return_line") == [(2, 1)]
    assert "On its way back" in shopper.get(f"/orders/{delivered.number}").text


def test_an_order_offers_no_exchange_for_what_is_out_of_stock(
    shopper: FlaskClient, delivered: Order, arrange: Arrange
) -> None:
    url = f"/orders/{delivered.number}"
    assert 'aria-label="Exchange Kettle' in shopper.get(url).text
    arrange("UPDATE shop_variant SET stock = 0 WHERE id = 22")
    page = shopper.get(url).text
    assert 'aria-label="Exchange Kettle' not in page
    assert "Kettle comes in no other colour or size that is in stock." in page
    assert shopper.get(f"{url}/items/2/exchange").location == url


def test_an_open_order_says_which_items_cannot_become_anything_else(
    shopper: FlaskClient, placed: Order, arrange: Arrange
) -> None:
    url = f"/orders/{placed.number}"
    assert "comes in no other" not in shopper.get(url).text.partition("Kettle")[2]
    arrange("UPDATE shop_order_line SET quantity = 3 WHERE id = 2")
    page = shopper.get(url).text
    assert "Kettle comes in no other colour or size of which 3 are in stock." in page
    assert 'aria-label="Change colour or size of Kettle' not in page
    arrange("UPDATE shop_variant SET product_id = 1, size = 'Huge' WHERE id = 22")
    assert "Kettle comes in no other" not in shopper.get(url).text


def test_an_exchange_for_what_has_sold_out_meanwhile_is_refused_on_the_order(
    shopper: FlaskClient, delivered: Order, arrange: Arrange
) -> None:
    url = f"/orders/{delivered.number}/items/2/exchange"
    arrange("UPDATE shop_variant SET stock = 0 WHERE id = 22")
    page = shopper.post(url, data={"variant": "22", "reason": "size", "pay": "credit"})
    assert page.status_code == 422
    assert "comes in no other colour or size that is in stock" in page.text
    assert "Write a review" in page.text


def test_a_form_of_an_order_that_does_not_allow_it_leads_to_the_order_which_says_why(
    shopper: FlaskClient, placed: Order, arrange: Arrange
) -> None:
    assert shopper.get(f"/orders/{placed.number}/return").location == f"/orders/{placed.number}"
    arrange("UPDATE shop_order SET status = 'SHIPPED'")
    for form in ("cancel", "address", "payment", "items/2/change"):
        assert shopper.get(f"/orders/{placed.number}/{form}").location == f"/orders/{placed.number}"
    page = shopper.get(f"/orders/{placed.number}").text
    assert "has shipped, so it can no longer be changed. Once it has arrived, you can return it." in page
    assert "Cancel the order" not in page


def test_an_exchange_is_registered(shopper: FlaskClient, delivered: Order, look: Look) -> None:
    url = f"/orders/{delivered.number}/items/2/exchange"
    assert "Instead of Cream, Large" in shopper.get(url).text
    data = {"variant": "22", "reason": "size", "pay": "credit"}
    assert shopper.post(url, data=data).status_code == 303
    assert look("SELECT kind, method, refund_cents FROM shop_return") == [("EXCHANGE", "STORE_CREDIT", 645)]
    assert shopper.post(url, data=data).status_code == 422


@pytest.mark.parametrize("what", ["items/2/change", "items/2/exchange"])
def test_the_forms_of_another_option_say_what_it_costs_today(
    shopper: FlaskClient, placed: Order, arrange: Arrange, what: str
) -> None:
    if what.endswith("exchange"):
        arrange("UPDATE shop_order SET status = 'DELIVERED', delivered_at = '2026-03-04 15:00:00'")
    url = f"/orders/{placed.number}/{what}"
    plain = shopper.get(url).text
    arrange("UPDATE shop_variant SET price_cents = price_cents - 600 WHERE product_id = 2")
    reduced = shopper.get(url).text
    assert "$25.50 each; today it costs $19.50, and today's prices count." in html.unescape(reduced)
    assert "today it costs" not in plain
    for page, cents in ((plain, "$19.05"), (reduced, "$13.05")):
        assert f"{cents} each, $6.45 less" in page


def test_tracking_names_courier_number_and_when_a_parcel_counts_as_lost(
    shopper: FlaskClient, placed: Order, arrange: Arrange
) -> None:
    arrange("UPDATE shop_order SET status = 'SHIPPED', shipped_at = '2026-03-06 06:00:00.000000'")
    page = shopper.get(f"/orders/{placed.number}/tracking").text
    assert tracking_number(placed.number) in page
    assert "Fri, Mar 6, 06:00" in page
    assert "If it has not come by Mar 17, 2026" in page  # promised until Thursday the 12th


def test_order_again_fills_the_cart_and_names_what_is_left_out(
    shopper: FlaskClient, placed: Order, arrange: Arrange, look: Look
) -> None:
    arrange("UPDATE shop_variant SET stock = 0 WHERE id = 11")
    answer = shopper.post(f"/orders/{placed.number}/again")
    assert answer.status_code == 303
    page = shopper.get(answer.location).text
    assert "Desk lamp, Moss was left out: it is out of stock." in page
    assert look("SELECT variant_id, quantity FROM shop_cart_item WHERE customer_id = 1 AND NOT is_saved") == [
        (21, 1)
    ]
    arrange("UPDATE shop_variant SET stock = 0")
    assert shopper.post(f"/orders/{placed.number}/again").status_code == 422


def test_order_again_has_one_effect_if_its_form_is_sent_twice(
    shopper: FlaskClient, placed: Order, look: Look
) -> None:
    (had,) = re.findall(r'name="had" value="(\d+)"', shopper.get(f"/orders/{placed.number}").text)
    for _ in range(2):
        assert shopper.post(f"/orders/{placed.number}/again", data={"had": had}).status_code == 303
    once = look("SELECT variant_id, quantity FROM shop_cart_item WHERE customer_id = 1 AND NOT is_saved")
    (now,) = re.findall(r'name="had" value="(\d+)"', shopper.get(f"/orders/{placed.number}").text)
    assert now != had
    shopper.post(f"/orders/{placed.number}/again", data={"had": now})
    twice = look("SELECT variant_id, quantity FROM shop_cart_item WHERE customer_id = 1 AND NOT is_saved")
    assert twice == [(variant, 2 * quantity) for variant, quantity in once]


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("lamp", True),
        ("LAMP moss", True),
        ("kettle", True),
        ("lamp chair", False),
        ("100%", False),
        ("_", False),
    ],
)
def test_orders_are_searched_by_words_of_their_items_and_number(
    shopper: FlaskClient, placed: Order, query: str, is_found: bool
) -> None:
    assert (placed.number in shopper.get("/orders", query_string={"q": query}).text) is is_found
    assert placed.number in shopper.get("/orders", query_string={"q": placed.number}).text


def test_a_declined_card_orders_nothing_and_another_one_is_asked_for(
    shopper: FlaskClient, arrange: Arrange, look: Look
) -> None:
    arrange("UPDATE shop_card SET is_refused = 1 WHERE id = 1")
    shopper.post("/checkout/address", data={"address": "1"})
    shopper.post("/checkout/delivery", data={"delivery": "standard"})
    shopper.post("/checkout/payment", data={"card": "1"})
    declined = shopper.post("/checkout/place", data={"total_cents": "6549"})
    assert declined.status_code == 422
    assert "Corvid ending in 4821 was declined by its bank. Nothing was ordered" in declined.text
    assert look("SELECT count(*) FROM shop_order") == [(0,)]

    shopper.post("/checkout/payment", data={"card": "3"})
    assert shopper.post("/checkout/place", data={"total_cents": "6549"}).status_code == 303
    assert shopper.post("/checkout/place", data={"total_cents": "6549"}).status_code == 303
    assert look("SELECT card_id FROM shop_order") == [(3,)]


def test_a_gift_is_wrapped_and_paid_for(shopper: FlaskClient, look: Look) -> None:
    shopper.post("/checkout/address", data={"address": "1"})
    shopper.post("/checkout/delivery", data={"delivery": "standard"})
    shopper.post("/checkout/payment", data={"card": "1"})
    assert shopper.post("/checkout/gift", data={"wrap": "1", "note": "x" * 201}).status_code == 422
    assert shopper.post("/checkout/gift", data={"wrap": "1", "note": "For <b>Ben</b>"}).status_code == 303
    assert "$69.44" in shopper.get("/checkout/review").text
    shopper.post("/checkout/place", data={"total_cents": "6944"})
    assert look("SELECT wrap_cents, gift_note, total_cents FROM shop_order") == [
        (395, "For <b>Ben</b>", 6944)
    ]


def test_a_message_is_stored_and_published_once(
    shopper: FlaskClient, placed: Order, look: Look, heard: Heard
) -> None:
    data = {
        "topic": "lost",
        "order_number": placed.number,
        "tracking": tracking_number(placed.number),
        "body": "Gone.",
    }
    for _ in range(2):
        assert shopper.post("/help/contact", data=data).status_code == 303
    assert look("SELECT topic, order_number, body FROM shop_contact_message") == [
        ("lost", placed.number, "Gone.")
    ]
    assert [(kind, payload["to"]) for kind, payload in heard] == [
        ("shop.message_sent", "help@marlowick.test")
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"topic": "lost", "body": "Gone."}, "Enter the number."),
        ({"topic": "other", "body": ""}, "Write what it is about."),
        ({"topic": "nonsense", "body": "x"}, "Choose a topic from the list."),
        (
            {"topic": "order", "order_number": "MW-00000-00", "body": "x"},
            "You have no order with this number.",
        ),
        ({"topic": "other", "body": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_an_incomplete_message_is_refused_in_words(
    shopper: FlaskClient, look: Look, data: dict[str, str], words: str
) -> None:
    page = shopper.post("/help/contact", data=data)
    assert page.status_code == 422
    assert words in page.text
    assert look("SELECT count(*) FROM shop_contact_message") == [(0,)]


@pytest.mark.parametrize("page", ["", "/items/2/exchange", "/return", "/tracking"])
def test_pages_of_an_order_that_partly_went_back_take_twelve_queries_at_most(
    shopper: FlaskClient, delivered: Order, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    url = f"/orders/{delivered.number}"
    shopper.post(f"{url}/return", data={"line": "1", "reason": "size", "method": "original"})
    statements: list[str] = []
    monkeypatch.setattr(LentConnection, "note", lambda _, sql: statements.append(sql))
    assert shopper.get(url + page).status_code == 200
    assert len(statements) <= 12
