import re
import sqlite3
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from gristmill.apps.shop.services.numbers import order_number

Look = Callable[[str], list[tuple[object, ...]]]
Arrange = Callable[[str], None]

CHOICES = "SELECT address_id, delivery, pickup_point_id, card_id, gift_card_id FROM shop_checkout"
ORDERS = "SELECT number, address_id, delivery, pickup_point_id, card_id, total_cents FROM shop_order"
CARD = {"number": "8100 0000 0000 4210", "holder": "Ada Park", "expiry": "09/29"}
FIRST = order_number(1)


def states(page: str, group: str) -> dict[str, str]:
    """The state of each radio button of a group: `checked`, `disabled` or empty."""
    radios = re.findall(rf'<input type="radio" name="{group}" value="(\w+)" ?(.*?)>', page)
    return dict(radios)


def to_delivery(shopper: FlaskClient) -> None:
    shopper.post("/checkout/address", data={"address": "2"})


def to_payment(shopper: FlaskClient) -> None:
    to_delivery(shopper)
    shopper.post("/checkout/delivery", data={"delivery": "express"})


def to_review(shopper: FlaskClient) -> None:
    to_payment(shopper)
    shopper.post("/checkout/payment", data={"card": "1"})


def test_the_whole_way_ends_with_an_order(shopper: FlaskClient, look: Look) -> None:
    first = shopper.post("/checkout/address", data={"address": "2"})
    second = shopper.post("/checkout/delivery", data={"delivery": "express", "pickup_point": ""})
    third = shopper.post("/checkout/payment", data={"card": "3"})
    last = shopper.post("/checkout/place", data={"total_cents": "7844"})

    answers = (first, second, third, last)
    assert [answer.status_code for answer in answers] == [303] * 4
    assert [answer.location for answer in answers] == [
        "/checkout/delivery",
        "/checkout/payment",
        "/checkout/review",
        f"/checkout/done/{FIRST}",
    ]
    assert look(ORDERS) == [(FIRST, 2, "EXPRESS", None, 3, 7844)]
    done = shopper.get(f"/checkout/done/{FIRST}").text
    assert "Your order is placed." in done
    assert FIRST in done
    assert "4 Foundry Lane" in done
    assert "Fri, Mar 6 to Mon, Mar 9" in done


def test_an_order_to_collect_skips_the_address(shopper: FlaskClient, look: Look) -> None:
    assert shopper.post("/checkout/collect").location == "/checkout/delivery"
    page = shopper.get("/checkout/delivery").text
    assert states(page, "delivery") == {"standard": "disabled", "express": "disabled", "pickup": "checked"}
    shopper.post("/checkout/delivery", data={"delivery": "pickup", "pickup_point": "1"})
    shopper.post("/checkout/payment", data={"card": "1"})
    assert "1 Mill Lane, Eastmere, 40210" in shopper.get("/checkout/review").text

    shopper.post("/checkout/place", data={"total_cents": "6549"})

    assert look(ORDERS) == [(FIRST, None, "PICKUP", 1, 1, 6549)]
    assert "Old Mill, 1 Mill Lane, Eastmere, 40210" in shopper.get(f"/checkout/done/{FIRST}").text


def test_defaults_are_preselected_but_not_chosen(shopper: FlaskClient, look: Look) -> None:
    assert states(shopper.get("/checkout/address").text, "address") == {"1": "checked", "2": ""}
    assert look(CHOICES) == []

    to_delivery(shopper)
    page = shopper.get("/checkout/delivery").text
    assert states(page, "delivery") == {"standard": "checked", "express": "", "pickup": ""}
    assert look(CHOICES) == [(2, None, None, None, None)]

    to_payment(shopper)
    page = shopper.get("/checkout/payment").text
    assert states(page, "card") == {"1": "checked", "2": "disabled", "3": ""}
    assert look(CHOICES) == [(2, "EXPRESS", None, None, None)]


def test_what_was_chosen_is_selected_when_one_comes_back(shopper: FlaskClient) -> None:
    to_payment(shopper)
    shopper.post("/checkout/payment", data={"card": "3"})

    assert states(shopper.get("/checkout/address").text, "address")["2"] == "checked"
    assert states(shopper.get("/checkout/delivery").text, "delivery")["express"] == "checked"
    assert states(shopper.get("/checkout/payment").text, "card")["3"] == "checked"


def test_a_change_from_the_review_leads_back_to_the_review(shopper: FlaskClient, look: Look) -> None:
    to_review(shopper)

    assert shopper.post("/checkout/address", data={"address": "1"}).location == "/checkout/review"
    assert look(CHOICES) == [(1, "EXPRESS", None, 1, None)]


@pytest.mark.parametrize(
    ("done", "path", "target"),
    [
        (None, "/checkout/delivery", "/checkout/address?first=1"),
        (None, "/checkout/review", "/checkout/address?first=1"),
        (to_delivery, "/checkout/payment", "/checkout/delivery?first=1"),
        (to_payment, "/checkout/review", "/checkout/payment?first=1"),
        (to_payment, "/checkout", "/checkout/payment"),
    ],
)
def test_skipping_ahead_leads_to_the_first_incomplete_step(
    shopper: FlaskClient, done: Callable[[FlaskClient], None] | None, path: str, target: str
) -> None:
    if done:
        done(shopper)

    assert shopper.get(path).location == target
    assert shopper.get(target).status_code == 200


def test_placing_without_payment_leads_to_the_payment(shopper: FlaskClient, look: Look) -> None:
    to_payment(shopper)

    response = shopper.post("/checkout/place", data={"total_cents": "7844"})

    assert response.location == "/checkout/payment?first=1"
    assert "Choose how to pay first." in shopper.get(response.location).text
    assert look(ORDERS) == []


@pytest.mark.parametrize(
    ("before", "path", "form", "message"),
    [
        (None, "address", {}, "Choose an address to deliver to."),
        (None, "address", {"address": "3"}, "Choose an address to deliver to."),
        (to_delivery, "delivery", {}, "Choose how you would like to receive your order."),
        (to_delivery, "delivery", {"delivery": "pigeon"}, "Choose how you would like to receive your order."),
        (to_delivery, "delivery", {"delivery": "pickup"}, "Choose a pick-up point."),
        (to_delivery, "delivery", {"delivery": "pickup", "pickup_point": "9"}, "Choose a pick-up point."),
        (to_payment, "payment", {}, "Choose a card to pay with."),
        (to_payment, "payment", {"card": "4"}, "Choose a card to pay with."),
        (to_payment, "payment", {"card": "2"}, "Halden ending in 9075 has expired."),
        (to_payment, "payment/gift-card", {"code": "NOPE"}, "There is no gift card “NOPE”."),
        (to_payment, "payment/gift-card", {"code": "GIFT-EMPTY"}, "has no balance left."),
        (to_payment, "payment/card", CARD | {"number": "8100"}, "A card number has 16 digits."),
        (to_payment, "payment/card", CARD | {"expiry": "01/26"}, "This card has expired."),
    ],
)
def test_a_refused_choice_is_shown_again_with_its_message(
    shopper: FlaskClient,
    look: Look,
    before: Callable[[FlaskClient], None] | None,
    path: str,
    form: dict[str, str],
    message: str,
) -> None:
    if before:
        before(shopper)
    choices = look(CHOICES)

    response = shopper.post(f"/checkout/{path}", data=form)

    assert response.status_code == 422
    assert message in response.text
    assert 'aria-invalid="true"' in response.text
    assert look(CHOICES) == choices


def test_a_refused_card_form_keeps_what_was_typed_and_stays_open(shopper: FlaskClient) -> None:
    to_payment(shopper)

    page = shopper.post("/checkout/payment/card", data=CARD | {"expiry": "13/29"}).text

    assert '<details class="new-card" open>' in page
    assert 'value="8100 0000 0000 4210"' in page
    assert 'value="13/29" aria-describedby="expiry-error" aria-invalid="true"' in page


def test_a_new_card_is_saved_and_used(shopper: FlaskClient, look: Look) -> None:
    to_payment(shopper)

    response = shopper.post("/checkout/payment/card", data=CARD)

    assert response.location == "/checkout/review"
    assert look("SELECT customer_id, network, last4 FROM shop_card WHERE id > 4") == [(1, "Corvid", "4210")]
    assert look(CHOICES) == [(2, "EXPRESS", None, 5, None)]
    assert "8100" not in shopper.get("/checkout/payment").text


def test_saved_gift_options_are_confirmed_once(shopper: FlaskClient) -> None:
    to_review(shopper)

    response = shopper.post("/checkout/gift", data={"wrap": "1", "note": "For Ben"})

    assert (response.status_code, response.location) == (303, "/checkout/review?gift=saved")
    assert "The gift options were saved." in shopper.get(response.location).text
    shopper.post("/checkout/payment", data={"card": "1"})
    assert "The gift options were saved." not in shopper.get("/checkout/review?gift=saved").text


def test_a_gift_card_pays_first_and_can_be_removed(shopper: FlaskClient, look: Look) -> None:
    to_payment(shopper)

    response = shopper.post("/checkout/payment/gift-card", data={"code": "gift-small"})
    assert response.location == "/checkout/payment"
    page = shopper.get("/checkout/payment").text
    assert "pays $20.00" in page
    assert "$58.44" in page

    shopper.post("/checkout/payment/gift-card/remove")
    assert look(CHOICES) == [(2, "EXPRESS", None, None, None)]


def test_a_gift_card_that_covers_all_needs_no_card(shopper: FlaskClient, look: Look) -> None:
    to_payment(shopper)
    shopper.post("/checkout/payment/gift-card", data={"code": "GIFT-LARGE"})
    assert "no card is needed" in shopper.get("/checkout/payment").text

    assert shopper.post("/checkout/payment").location == "/checkout/review"
    shopper.post("/checkout/place", data={"total_cents": "7844"})

    assert look(ORDERS) == [(FIRST, 2, "EXPRESS", None, None, 7844)]
    assert look("SELECT balance_cents FROM shop_gift_card WHERE id = 2") == [(90000 - 7844,)]


def test_placing_twice_makes_one_order_and_says_so(shopper: FlaskClient, look: Look) -> None:
    to_review(shopper)
    shopper.post("/checkout/place", data={"total_cents": "7844"})

    again = shopper.post("/checkout/place", data={"total_cents": "7844"})

    assert again.location == "/cart?refused=1"
    assert "Your cart is empty, so there is nothing to check out." in shopper.get(again.location).text
    assert len(look(ORDERS)) == 1


def test_a_price_that_changed_is_shown_before_the_order_is_placed(
    shopper: FlaskClient, look: Look, arrange: Arrange
) -> None:
    to_review(shopper)
    arrange("UPDATE shop_variant SET price_cents = 4999 WHERE id = 11")

    response = shopper.post("/checkout/place", data={"total_cents": "7844"})

    assert response.status_code == 422
    assert "The total has changed to $88.44." in response.text
    assert 'name="total_cents" value="8844"' in response.text
    assert look(ORDERS) == []


def test_stock_that_ran_out_leads_to_the_cart(shopper: FlaskClient, look: Look, arrange: Arrange) -> None:
    to_review(shopper)
    arrange("UPDATE shop_variant SET stock = 0 WHERE id = 11")

    response = shopper.post("/checkout/place", data={"total_cents": "7844"})

    assert response.location == "/cart?refused=1"
    assert look(ORDERS) == []


def test_a_coupon_that_expired_on_the_way_is_dropped_with_a_message(
    shopper: FlaskClient, look: Look, arrange: Arrange
) -> None:
    arrange("UPDATE shop_customer SET coupon_code = 'OLD' WHERE id = 1")

    response = shopper.post("/checkout/address", data={"address": "1"})

    assert response.location == "/checkout/delivery?dropped=4"
    assert "Coupon OLD expired on Mar 4, 2026. It was taken off." in shopper.get(response.location).text
    assert look("SELECT coupon_code FROM shop_customer WHERE id = 1") == [(None,)]


def test_looking_at_every_page_changes_nothing(shopper: FlaskClient, corner: sqlite3.Connection) -> None:
    to_review(shopper)
    before = list(corner.iterdump())

    for path in (
        "/cart",
        "/checkout",
        "/checkout/address",
        "/checkout/address/new",
        "/checkout/address/1",
        "/checkout/delivery",
        "/checkout/payment",
        "/checkout/review",
        "/orders",
        "/account",
    ):
        assert shopper.get(path).status_code < 400

    assert list(corner.iterdump()) == before


def test_a_reload_after_a_refused_form_leads_to_the_step(shopper: FlaskClient) -> None:
    to_payment(shopper)

    for path in ("payment/card", "payment/gift-card", "place", "collect"):
        assert shopper.get(f"/checkout/{path}").location == "/checkout/payment"


def test_a_confirmation_of_somebody_elses_order_is_not_found(shopper: FlaskClient) -> None:
    assert shopper.get("/checkout/done/MW-00000-00").status_code == 404


def test_the_pages_of_the_checkout_are_of_their_own_kind(shopper: FlaskClient) -> None:
    for path in ("/checkout/address", "/checkout/address/new"):
        assert '<main id="main" class="frame checkout"' in shopper.get(path).text
    assert '<main id="main" class="frame"' in shopper.get("/account/addresses/new").text


def test_the_gift_card_comes_after_the_cards(shopper: FlaskClient) -> None:
    shopper.post("/checkout/address", data={"address": "1"})
    shopper.post("/checkout/delivery", data={"delivery": "standard"})

    page = shopper.get("/checkout/payment").text

    assert page.index("Your cards") < page.index("Gift card code")
