"""Wish lists, comparison and reviews in pages."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from gristmill.apps.shop.models import Order

Look = Callable[[str], list[tuple[Any, ...]]]
Arrange = Callable[[str], None]

ITEMS = "SELECT list_id, variant_id FROM shop_wish_item ORDER BY id"
CREAM = {"size": "Small", "colour": "Cream"}
BEN = "INSERT INTO shop_wish_list (id, customer_id, name) VALUES (70, 2, 'Secret')"


@pytest.fixture
def two_lists(shopper: FlaskClient) -> tuple[int, int]:
    """Ada's lists Kitchen, which holds the small kettle, and Presents."""
    for name in ("Kitchen", "Presents"):
        assert shopper.post("/lists", data={"name": name}).status_code == 303
    assert shopper.post("/p/kettle/wish", data={**CREAM, "list": "1"}).status_code == 303
    return 1, 2


def test_a_thing_is_put_on_a_list_once(shopper: FlaskClient, two_lists: object, look: Look) -> None:
    answer = shopper.post("/p/kettle/wish", data={**CREAM, "list": "1"})
    assert "Kettle, Cream, Small is on this list." in shopper.get(answer.location).text
    assert look(ITEMS) == [(1, 22)]


def test_the_first_list_is_made_when_something_is_saved(shopper: FlaskClient, look: Look) -> None:
    shopper.post("/p/kettle/wish", data=CREAM)
    assert look("SELECT customer_id, name FROM shop_wish_list") == [(1, "Wish list")]


def test_a_thing_moves_between_lists_and_into_the_cart(
    shopper: FlaskClient, two_lists: object, look: Look
) -> None:
    assert shopper.post("/lists/1/items/1/note", data={"note": "for Gran"}).status_code == 303
    assert shopper.post("/lists/1/items/1/move", data={"list": "2"}).status_code == 303
    assert look(ITEMS) == [(2, 22)]
    assert 'value="for Gran"' in shopper.get("/lists/2").text

    assert shopper.post("/lists/2/items/1/cart").status_code == 303
    assert look(ITEMS) == []
    assert (22, 1) in look("SELECT variant_id, quantity FROM shop_cart_item WHERE NOT is_saved")


def test_what_cannot_be_bought_stays_on_the_list(
    shopper: FlaskClient, two_lists: object, look: Look, arrange: Arrange
) -> None:
    arrange("UPDATE shop_variant SET stock = 0 WHERE id = 22")
    answer = shopper.post("/lists/1/items/1/cart")
    assert answer.status_code == 422
    assert "Kettle, Cream, Small is out of stock." in answer.text
    assert look(ITEMS) == [(1, 22)]


def test_a_list_says_what_has_changed_since(
    shopper: FlaskClient, two_lists: object, arrange: Arrange
) -> None:
    arrange("UPDATE shop_variant SET price_cents = 1505 WHERE id = 22")
    assert "The price has dropped by $4.00 since you added it." in shopper.get("/lists/1").text


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "Enter a name"), ("KITCHEN", "already have a list called"), ("x" * 41, "at most 40 characters")],
)
def test_a_name_that_does_not_do_is_refused(
    shopper: FlaskClient, two_lists: object, look: Look, name: str, words: str
) -> None:
    for url in ("/lists", "/lists/2/rename"):
        answer = shopper.post(url, data={"name": name})
        assert answer.status_code == 422
        assert words in answer.text
    assert look("SELECT name FROM shop_wish_list") == [("Kitchen",), ("Presents",)]


def test_a_list_is_renamed_and_deleted_with_what_is_on_it(
    shopper: FlaskClient, two_lists: object, look: Look
) -> None:
    assert shopper.post("/lists/1/rename", data={"name": "<script>x</script>"}).status_code == 303
    assert "<script>x" not in shopper.get("/lists").text
    assert shopper.post("/lists/1/delete").status_code == 303
    assert look("SELECT name FROM shop_wish_list") == [("Presents",)]
    assert look(ITEMS) == []


def test_lists_of_others_are_not_found(shopper: FlaskClient, arrange: Arrange, look: Look) -> None:
    arrange(BEN)
    arrange(
        "INSERT INTO shop_wish_item (id, list_id, variant_id, note, added_at, price_cents)"
        " VALUES (80, 70, 11, 'mine', '2026-03-01 10:00:00.000000', 1)"
    )
    assert shopper.get("/lists/70").status_code == 404
    for act in ("rename", "delete", "items/80/remove", "items/80/note", "items/80/move", "items/80/cart"):
        assert shopper.post(f"/lists/70/{act}", data={"name": "x", "note": "x"}).status_code == 404
    assert "Secret" not in shopper.get("/lists").text
    assert shopper.get("/lists/99999999999999999999").status_code == 404


def test_up_to_four_products_are_compared_and_that_is_bookkeeping(
    shopper: FlaskClient, look: Look, arrange: Arrange
) -> None:
    assert shopper.post("/p/kettle/compare").status_code == 303
    assert shopper.post("/p/kettle/compare").status_code == 303
    page = shopper.get("/compare").text
    assert page.count('href="/p/kettle"') == 1
    assert "$19.05 – $25.50" in page
    assert 'href="/p/kettle"' in shopper.get("/viewed").text
    for key in (3, 4, 5):
        arrange(
            "INSERT INTO shop_product (id, slug, name, kind, department_id, brand_id, description,"
            " highlights, picture, from_cents, rating_tenths, review_count, is_sponsored, is_discontinued)"
            f" SELECT {key}, 'p{key}', 'P{key}', kind, department_id, brand_id, '', highlights, picture, 1,"
            " 0, 0, 0, 0 FROM shop_product WHERE id = 1"
        )
        arrange(
            f"INSERT INTO shop_variant (product_id, sku, price_cents, stock) VALUES ({key}, 'X{key}', 100, 1)"
        )
        arrange(f"INSERT INTO shop_compared (customer_id, product_id) VALUES (1, {key})")
    full = shopper.post("/p/desk-lamp/compare")
    assert full.status_code == 422
    assert "You can compare 4 products at a time." in full.text
    shopper.post("/compare/kettle/remove")
    assert look("SELECT count(*) FROM shop_compared") == [(3,)]


def test_a_review_is_written_edited_and_deleted_by_who_has_the_thing(
    shopper: FlaskClient, delivered: Order, look: Look
) -> None:
    url, text = "/p/kettle/review", {"stars": "4", "title": "<b>Quick</b>", "body": "{{7*7}} boils"}
    for _ in range(2):
        assert shopper.post(url, data=text).status_code == 303
    page = shopper.get("/p/kettle").text
    assert "&lt;b&gt;Quick" in page
    assert "{{7*7}} boils" in page
    assert "Your review." in page
    assert look("SELECT stars, customer_id FROM shop_review") == [(4, 1)]
    assert look("SELECT rating_tenths, review_count FROM shop_product WHERE id = 2") == [(40, 1)]
    assert shopper.post("/reviews/1/helpful").status_code == 400
    assert shopper.post(f"{url}/delete").status_code == 303
    assert look("SELECT count(*) FROM shop_review") == [(0,)]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"stars": "", "title": "x", "body": "x"}, "Choose 1 to 5 stars."),
        ({"stars": "6", "title": "x", "body": "x"}, "Choose 1 to 5 stars."),
        ({"stars": "5", "title": "", "body": "x"}, "Enter a headline."),
        ({"stars": "5", "title": "x", "body": "x" * 1001}, "at most 1000 characters"),
    ],
)
def test_an_incomplete_review_is_refused_in_words(
    shopper: FlaskClient, delivered: Order, look: Look, data: dict[str, str], words: str
) -> None:
    page = shopper.post("/p/kettle/review", data=data)
    assert page.status_code == 422
    assert words in page.text
    assert look("SELECT count(*) FROM shop_review") == [(0,)]


def test_what_was_not_bought_cannot_be_reviewed(shopper: FlaskClient, look: Look) -> None:
    assert "once it has arrived" in shopper.get("/p/kettle/review").text
    page = shopper.post("/p/kettle/review", data={"stars": "5", "title": "x", "body": "x"})
    assert page.status_code == 422
    assert look("SELECT count(*) FROM shop_review") == [(0,)]


def test_a_vote_is_given_and_taken_back(shopper: FlaskClient, arrange: Arrange, look: Look) -> None:
    arrange(
        "INSERT INTO shop_review (id, product_id, customer_id, author, stars, title, body, written_on,"
        " helpful_count) VALUES (1, 2, NULL, 'Uma T.', 5, 'Fine', 'Fine.', '2026-01-01', 3)"
    )
    arrange("UPDATE shop_product SET review_count = 1, rating_tenths = 50 WHERE id = 2")
    for _ in range(2):
        assert shopper.post("/reviews/1/helpful").status_code == 303
    assert look("SELECT helpful_count FROM shop_review") == [(4,)]
    assert "Not helpful after all" in shopper.get("/p/kettle").text
    shopper.post("/reviews/1/unhelpful")
    assert look("SELECT helpful_count, (SELECT count(*) FROM shop_helpful_vote) FROM shop_review") == [(3, 0)]
    assert shopper.post("/reviews/99999999999999999999/helpful").status_code == 404


def test_a_limit_per_customer_counts_the_cart_and_recent_orders(
    shopper: FlaskClient, placed: Order, arrange: Arrange
) -> None:
    arrange("UPDATE shop_product SET limit_per_customer = 2 WHERE id = 2")
    add = {"size": "Large", "colour": "Cream"}
    refused = shopper.post("/p/kettle/add", data={**add, "quantity": "2"})
    assert refused.status_code == 422
    assert "limited to 2 per customer, and you have ordered 1 in the last 30 days" in refused.text
    assert shopper.post("/p/kettle/add", data={**add, "quantity": "1"}).status_code == 303
    assert shopper.post("/p/kettle/add", data={**CREAM, "quantity": "1"}).status_code == 422


@pytest.mark.parametrize(
    ("kind", "size", "words"),
    [
        ("shampoo", "250 ml", "$10.20 per 100 ml"),
        ("shampoo", "1 l", "$2.55 per 100 ml"),
        ("screwdriver set", "12 pieces", "$2.13 per piece"),
        ("desk lamp", "Large", None),
        ("backpack", "20 l", None),
    ],
)
def test_prices_per_unit_are_shown_where_sizes_say_how_much_one_gets(
    shopper: FlaskClient, arrange: Arrange, kind: str, size: str, words: str | None
) -> None:
    arrange(f"UPDATE shop_product SET kind = '{kind}' WHERE id = 2")
    arrange(f"UPDATE shop_variant SET size = '{size}' WHERE id = 21")
    arrange("DELETE FROM shop_cart_item WHERE variant_id = 22")
    arrange("DELETE FROM shop_variant WHERE id = 22")
    page = shopper.get("/p/kettle").text
    assert (f"{size}: {words}" in page) if words else ("per 100" not in page)


def test_a_sale_shows_the_old_price_and_its_last_day(shopper: FlaskClient, arrange: Arrange) -> None:
    arrange("UPDATE shop_variant SET was_cents = 4999, sale_ends_on = '2026-03-09' WHERE id = 11")
    page = shopper.get("/p/desk-lamp").text
    assert "instead of </span>$49.99</s>" in page
    assert "Sale until Mar 9, 2026" in page


def test_a_discontinued_product_is_not_listed_and_says_so(shopper: FlaskClient, arrange: Arrange) -> None:
    arrange("UPDATE shop_product SET is_discontinued = 1 WHERE id = 2")
    arrange("UPDATE shop_variant SET stock = 0 WHERE product_id = 2")
    assert 'href="/p/kettle"' not in shopper.get("/search?q=kettle").text
    assert "No longer sold" in shopper.get("/p/kettle").text


def test_what_is_put_on_a_list_was_viewed(shopper: FlaskClient) -> None:
    assert 'href="/p/kettle"' not in shopper.get("/viewed").text
    shopper.post("/p/kettle/wish", data={"size": "Small", "colour": "Cream"})
    assert 'href="/p/kettle"' in shopper.get("/viewed").text
