import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

Look = Callable[[str], list[tuple[object, ...]]]
Arrange = Callable[[str], None]

PROFILE = {"given_name": "Ida", "family_name": "Parker", "phone": "555-0177"}
PERSON = "SELECT given_name, family_name, phone FROM world_person WHERE id = 1"
BOOK = "SELECT id, is_default FROM shop_address WHERE customer_id = 1 ORDER BY id"
WALLET = "SELECT id, is_default FROM shop_card WHERE customer_id = 1 ORDER BY id"
CARD = {"number": "8155 5555 5555 5555", "holder": "Ada Park", "expiry": "08/29"}
PAGES = (
    "/account", "/orders", "/lists", "/viewed", "/account/profile", "/account/addresses",
    "/account/cards",
)  # fmt: skip


def test_the_overview_shows_profile_addresses_and_cards(shopper: FlaskClient) -> None:
    page = shopper.get("/account").text

    for text in (
        "Ada Park",
        "ada@mail.test",
        "4 Foundry Lane, Floor 3",
        "Halden ending in 9075",
        "expired 02/2026",
    ):
        assert text in page
    assert "Hill Road" not in page


@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_the_account_has_its_menu(shopper: FlaskClient, path: str) -> None:
    [menu] = re.findall(
        r'<nav class="side-menu" aria-label="Account">.*?</nav>', shopper.get(path).text, re.DOTALL
    )

    assert set(re.findall(r'href="([^"]+)"', menu)) == set(PAGES)
    assert re.findall(r'href="([^"]+)" aria-current="page"', menu) == [path]


@pytest.mark.parametrize(
    ("path", "entry"), [("/lists/1", "/lists"), ("/account/cards/new", "/account/cards")]
)
def test_the_menu_marks_the_entry_that_a_page_belongs_to(shopper: FlaskClient, path: str, entry: str) -> None:
    shopper.post("/lists", data={"name": "Winter"})

    page = shopper.get(path).text

    assert re.findall(r'<a href="([^"]+)" aria-current="true"', page) == [entry]


def test_the_menu_marks_the_page_whose_form_was_refused(shopper: FlaskClient) -> None:
    page = shopper.post("/lists", data={"name": ""})

    assert page.status_code == 422
    assert re.findall(r'<a href="([^"]+)" aria-current="page"', page.text) == ["/lists"]


def test_the_profile_is_saved(shopper: FlaskClient, look: Look) -> None:
    assert 'name="given_name" value="Ada"' in shopper.get("/account/profile").text

    response = shopper.post("/account/profile", data=PROFILE)

    assert (response.status_code, response.location) == (303, "/account")
    assert look(PERSON) == [("Ida", "Parker", "555-0177")]
    assert "Hello, Ida" in shopper.get("/account").text


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("given_name", " ", "Enter your first name."),
        ("family_name", "x" * 81, "Use at most 80 characters."),
        ("phone", "ring me", "A phone number has 7 to 20 digits"),
    ],
)
def test_a_refused_profile_keeps_what_was_typed(
    shopper: FlaskClient, look: Look, field: str, typed: str, message: str
) -> None:
    response = shopper.post("/account/profile", data=PROFILE | {field: typed})

    assert response.status_code == 422
    assert f'id="{field}-error">{message}' in response.text
    assert 'value="Ida"' in response.text or field == "given_name"
    assert look(PERSON) == [("Ada", "Park", "1")]


def test_an_address_is_made_the_default(shopper: FlaskClient, look: Look) -> None:
    response = shopper.post("/account/addresses/2/default")

    assert (response.status_code, response.location) == (303, "/account/addresses")
    assert look(BOOK) == [(1, 0), (2, 1)]
    assert "Make Home the default address" in shopper.get("/account/addresses").text


def test_a_deleted_address_leaves_the_checkout_and_hands_on_the_default(
    shopper: FlaskClient, look: Look
) -> None:
    shopper.post("/checkout/address", data={"address": "1"})

    response = shopper.post("/account/addresses/1/delete")

    assert response.status_code == 303
    assert look(BOOK) == [(2, 1)]
    assert look("SELECT address_id FROM shop_checkout") == [(None,)]


def test_without_addresses_the_page_offers_to_add_one(shopper: FlaskClient) -> None:
    for address_id in (1, 2):
        shopper.post(f"/account/addresses/{address_id}/delete")

    page = shopper.get("/account/addresses").text

    assert "No saved addresses" in page
    assert 'href="/account/addresses/new"' in page


def test_a_card_is_added(shopper: FlaskClient, look: Look) -> None:
    assert shopper.get("/account/cards/new").status_code == 200

    response = shopper.post("/account/cards/new", data=CARD)

    assert (response.status_code, response.location) == (303, "/account/cards")
    assert look(WALLET) == [(1, 1), (2, 0), (3, 0), (5, 0)]
    assert "Corvid ending in 5555" in shopper.get("/account/cards").text


def test_a_refused_card_is_not_saved(shopper: FlaskClient, look: Look) -> None:
    response = shopper.post("/account/cards/new", data=CARD | {"expiry": "01/20"})

    assert response.status_code == 422
    assert "This card has expired." in response.text
    assert 'value="8155 5555 5555 5555"' in response.text
    assert len(look(WALLET)) == 3


def test_a_card_is_made_the_default_unless_it_has_expired(shopper: FlaskClient, look: Look) -> None:
    assert "Make Halden ending in 9075 the default card" not in shopper.get("/account/cards").text
    assert shopper.post("/account/cards/2/default").status_code == 404

    assert shopper.post("/account/cards/3/default").status_code == 303
    assert look(WALLET) == [(1, 0), (2, 0), (3, 1)]


def test_a_deleted_card_leaves_the_checkout_and_a_valid_one_becomes_the_default(
    shopper: FlaskClient, look: Look, arrange: Arrange
) -> None:
    arrange("INSERT INTO shop_checkout (customer_id, card_id) VALUES (1, 1)")

    assert shopper.post("/account/cards/1/delete").status_code == 303

    assert look(WALLET) == [(2, 0), (3, 1)]
    assert look("SELECT card_id FROM shop_checkout") == [(None,)]


@pytest.mark.parametrize(
    "path", ["addresses/3/default", "addresses/3/delete", "cards/4/default", "cards/4/delete"]
)
def test_what_belongs_to_somebody_else_is_not_found(shopper: FlaskClient, look: Look, path: str) -> None:
    before = look("SELECT id, is_default FROM shop_address UNION ALL SELECT id, is_default FROM shop_card")

    assert shopper.post(f"/account/{path}").status_code == 404
    assert (
        look("SELECT id, is_default FROM shop_address UNION ALL SELECT id, is_default FROM shop_card")
        == before
    )
