from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

Look = Callable[[str], list[tuple[object, ...]]]

FORM = {
    "label": "Cabin",
    "full_name": "Ada Park",
    "line1": "3 Shore Road",
    "line2": "",
    "city": "Eastmere",
    "postcode": "40221",
}
BOOK = "SELECT label, line1, is_default FROM shop_address WHERE customer_id = 1 ORDER BY id"
HOME, WORK = ("Home", "12 Rowan Street", 1), ("Work", "4 Foundry Lane", 0)


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/checkout/address/new", "/checkout/address?saved=4"),
        ("/account/addresses/new", "/account/addresses?saved=4"),
    ],
)
def test_a_new_address_leads_back_to_where_one_came_from(
    shopper: FlaskClient, look: Look, path: str, target: str
) -> None:
    assert shopper.get(path).status_code == 200

    response = shopper.post(path, data=FORM)

    assert (response.status_code, response.location) == (303, target)
    assert look(BOOK) == [HOME, WORK, ("Cabin", "3 Shore Road", 0)]
    assert "The address was saved." in shopper.get(target).text


def test_a_new_address_is_preselected_but_not_chosen(shopper: FlaskClient, look: Look) -> None:
    target = shopper.post("/checkout/address/new", data=FORM).location

    assert 'name="address" value="4" checked' in shopper.get(target).text
    assert look("SELECT * FROM shop_checkout") == []


def test_an_address_is_edited_in_place(shopper: FlaskClient, look: Look) -> None:
    assert 'value="12 Rowan Street"' in shopper.get("/checkout/address/1").text

    response = shopper.post("/checkout/address/1", data=FORM | {"label": "Home"})

    assert response.location == "/checkout/address?saved=1"
    assert look(BOOK) == [("Home", "3 Shore Road", 1), WORK]


def test_a_refused_address_keeps_what_was_typed(shopper: FlaskClient, look: Look) -> None:
    response = shopper.post("/checkout/address/1", data=FORM | {"label": "work", "postcode": "12"})

    assert response.status_code == 422
    assert "You already have an address called “work”." in response.text
    assert 'value="3 Shore Road"' in response.text
    assert 'aria-describedby="postcode-error" aria-invalid="true"' in response.text
    assert look(BOOK) == [HOME, WORK]


@pytest.mark.parametrize("path", ["/checkout/address/3", "/account/addresses/3", "/checkout/address/99"])
def test_the_address_of_another_customer_is_not_found(shopper: FlaskClient, path: str) -> None:
    assert shopper.get(path).status_code == 404
    assert shopper.post(path, data=FORM).status_code == 404
