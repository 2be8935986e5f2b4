import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

Look = Callable[[str], list[tuple[object, ...]]]
Arrange = Callable[[str], None]

ITEMS = "SELECT id, quantity, is_saved FROM shop_cart_item WHERE customer_id = 1 ORDER BY id"
COUPON = "SELECT coupon_code FROM shop_customer WHERE id = 1"
UNTOUCHED = [(1, 1, 0), (2, 1, 0), (3, 2, 1)]


def test_the_cart_shows_lines_saved_items_and_the_price(shopper: FlaskClient) -> None:
    page = shopper.get("/cart").text

    assert 'aria-label="Quantity of Desk lamp, Moss"' in page
    assert 'aria-label="Remove Kettle, Cream, Large"' in page
    assert 'aria-label="Move Kettle, Cream, Small to cart"' in page
    assert 'aria-label="Remove Kettle, Cream, Small from saved items"' in page
    assert "$65.49" in page
    assert 'href="/checkout/address"' in page


@pytest.mark.parametrize(
    ("path", "form", "items", "target", "said"),
    [
        (
            "1/quantity",
            {"quantity": "4"},
            [(1, 4, 0), (2, 1, 0), (3, 2, 1)],
            "/cart?updated=11",
            "was changed",
        ),
        ("2/remove", {}, [(1, 1, 0), (3, 2, 1)], "/cart?removed=21", "Kettle, Cream, Large was removed."),
        ("3/remove", {}, [(1, 1, 0), (2, 1, 0)], "/cart?removed=22", "Kettle, Cream, Small was removed."),
        ("1/save", {}, [(1, 1, 1), (2, 1, 0), (3, 2, 1)], "/cart?saved=11", "was saved for later."),
        ("3/move", {}, [(1, 1, 0), (2, 1, 0), (3, 2, 0)], "/cart?moved=22", "was moved to your cart."),
    ],
)
def test_a_change_is_saved_and_announced(
    shopper: FlaskClient,
    look: Look,
    path: str,
    form: dict[str, str],
    items: list[tuple[int, int, int]],
    target: str,
    said: str,
) -> None:
    response = shopper.post(f"/cart/items/{path}", data=form)

    assert (response.status_code, response.location) == (303, target)
    assert look(ITEMS) == items
    assert said in shopper.get(target).text


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("6", "Only 5 of Desk lamp, Moss left in stock."),
        ("11", "Enter a quantity from 1 to 10."),
        ("0", "Enter a quantity from 1 to 10."),
        ("-2", "Enter a quantity from 1 to 10."),
        ("many", "Enter a quantity from 1 to 10."),
    ],
)
def test_a_refused_quantity_is_shown_again_with_its_message(
    shopper: FlaskClient, look: Look, typed: str, message: str
) -> None:
    response = shopper.post("/cart/items/1/quantity", data={"quantity": typed})

    assert response.status_code == 422
    assert f'value="{typed}" min="1" max="5" aria-invalid="true"' in response.text
    assert f'id="quantity-1-error">{message}' in response.text
    assert look(ITEMS) == UNTOUCHED


def test_a_saved_item_that_is_out_of_stock_stays_saved(
    shopper: FlaskClient, look: Look, arrange: Arrange
) -> None:
    arrange("UPDATE shop_variant SET stock = 0 WHERE id = 22")

    response = shopper.post("/cart/items/3/move")

    assert response.status_code == 422
    assert "Kettle, Cream, Small is out of stock." in response.text
    assert look(ITEMS) == UNTOUCHED


@pytest.mark.parametrize(
    "path", ["4/remove", "99/remove", "3/save", "1/move", "3/quantity", f"{10**30}/remove"]
)
def test_items_of_others_or_of_the_wrong_list_are_not_found(
    shopper: FlaskClient, look: Look, path: str
) -> None:
    assert shopper.post(f"/cart/items/{path}", data={"quantity": "1"}).status_code in {404, 405}
    assert look(ITEMS) == UNTOUCHED


def test_a_coupon_is_applied_and_removed(shopper: FlaskClient, look: Look) -> None:
    shopper.post("/cart/coupon", data={"code": "ten"})
    assert look(COUPON) == [("TEN",)]
    page = shopper.get("/cart").text
    assert "-$6.55" in page
    assert "$58.94" in page

    shopper.post("/cart/coupon/remove")
    assert look(COUPON) == [(None,)]


@pytest.mark.parametrize(
    ("code", "message"),
    [("", "Enter a coupon code."), ("<b>", "There is no coupon “&lt;b&gt;”."), ("old", "Coupon OLD expired")],
)
def test_a_refused_coupon_keeps_what_was_typed(
    shopper: FlaskClient, look: Look, code: str, message: str
) -> None:
    response = shopper.post("/cart/coupon", data={"code": code})

    assert response.status_code == 422
    assert message in response.text
    assert 'aria-invalid="true" aria-describedby="code-error"' in response.text
    assert look(COUPON) == [(None,)]


def test_a_coupon_that_no_longer_applies_is_dropped_with_a_message(shopper: FlaskClient, look: Look) -> None:
    shopper.post("/cart/coupon", data={"code": "LAMPS"})

    response = shopper.post("/cart/items/1/remove")

    assert response.location == "/cart?removed=11&dropped=2"
    assert look(COUPON) == [(None,)]
    assert "Coupon LAMPS is for Lighting items, and there are none in your cart. It was taken off." in (
        shopper.get(response.location).text
    )


def test_a_coupon_that_expired_is_left_out_at_once(shopper: FlaskClient, arrange: Arrange) -> None:
    arrange("UPDATE shop_customer SET coupon_code = 'OLD' WHERE id = 1")

    page = shopper.get("/cart").text

    assert "Coupon OLD expired on Mar 4, 2026. It was taken off." in page
    assert "Discount" not in page


def test_a_message_is_never_taken_from_the_address(shopper: FlaskClient) -> None:
    for query in ("added=<b>x</b>", "added=999", f"added={10**30}", "coupon=<b>x</b>", f"dropped={10**30}"):
        page = shopper.get(f"/cart?{query}").text
        assert 'role="status"' not in page
        assert "<b>x" not in page


NOTHING_HAPPENED = [
    "/cart?added=11",
    "/cart?updated=11",
    "/cart?removed=11",
    "/cart?saved=11",
    "/cart?moved=22",
    "/cart?coupon=applied",
    "/cart?coupon=removed",
    "/cart?dropped=2",
    "/account?saved=1",
    "/checkout/address?saved=1",
    "/checkout/address?dropped=2",
]


@pytest.mark.parametrize("address", NOTHING_HAPPENED)
def test_a_page_announces_nothing_that_did_not_happen(shopper: FlaskClient, address: str) -> None:
    for before in ({}, {"quantity": "3"}):
        if before:
            shopper.post("/cart/items/2/quantity", data=before)
        page = shopper.get(address)
        assert page.status_code == 200
        assert page.text == shopper.get(address.partition("?")[0]).text
        assert 'role="status"' not in page.text
        assert "taken off" not in page.text


def test_a_page_announces_only_the_last_change(shopper: FlaskClient) -> None:
    removed = shopper.post("/cart/items/1/remove").location
    assert "Desk lamp, Moss was removed." in shopper.get(removed).text
    applied = shopper.post("/cart/coupon", data={"code": "FREESHIP"}).location
    assert "The coupon was applied." in shopper.get(applied).text
    assert 'role="status"' not in shopper.get(removed).text
    shopper.post("/checkout/address", data={"address": "1"})
    assert 'role="status"' not in shopper.get(applied).text


def test_an_empty_cart_offers_no_checkout(shopper: FlaskClient, arrange: Arrange) -> None:
    arrange("DELETE FROM shop_cart_item WHERE customer_id = 1")

    page = shopper.get("/cart").text

    assert "Your cart is empty" in page
    assert 'href="/checkout/address"' not in page


def test_a_line_beyond_the_stock_is_marked_and_refused_at_the_checkout(
    shopper: FlaskClient, arrange: Arrange
) -> None:
    arrange("UPDATE shop_variant SET stock = 0 WHERE id = 11")
    assert "Out of stock. Remove it or save it for later." in shopper.get("/cart").text

    response = shopper.get("/checkout/address")

    assert response.location == "/cart?refused=1"
    page = shopper.get(response.location).text
    assert "Desk lamp, Moss: out of stock. Remove it or save it for later." in page


def test_a_reload_after_a_refused_form_leads_to_the_cart(shopper: FlaskClient) -> None:
    assert shopper.get("/cart/items/1/quantity").location == "/cart"
    assert shopper.get("/cart/coupon").location == "/cart"


@pytest.mark.parametrize(
    ("typed", "step", "quantity"), [("2", "up", 3), ("2", "down", 1), ("1", "down", 1), ("4", "up", 5)]
)
def test_a_press_on_the_stepper_moves_what_was_typed_by_one(
    shopper: FlaskClient, look: Look, typed: str, step: str, quantity: int
) -> None:
    response = shopper.post("/cart/items/1/quantity", data={"quantity": typed, "step": step})

    assert response.status_code == 303
    assert look(ITEMS)[0] == (1, quantity, 0)


def test_the_stepper_goes_no_further_than_the_stock(shopper: FlaskClient, look: Look) -> None:
    shopper.post("/cart/items/1/quantity", data={"quantity": "5"})

    assert 'aria-label="Increase quantity of Desk lamp, Moss" disabled' in shopper.get("/cart").text
    refused = shopper.post("/cart/items/1/quantity", data={"quantity": "5", "step": "up"})
    assert refused.status_code == 422
    assert look(ITEMS)[0] == (1, 5, 0)


def test_enter_in_the_quantity_updates_it_and_does_not_step(shopper: FlaskClient) -> None:
    [form] = re.findall(r'<form [^>]*items/1/quantity".*?</form>', shopper.get("/cart").text, re.DOTALL)

    assert re.findall(r"<button [^>]*>", form)[0] == '<button type="submit" hidden>'
