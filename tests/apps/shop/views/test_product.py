import re
import sqlite3
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

ITEMS = "SELECT variant_id, quantity, is_saved FROM shop_cart_item WHERE customer_id = 1 AND NOT is_saved"


@dataclass(frozen=True)
class Stocked:
    """A product with two sizes in two colours: id and slug, its variants by size and colour."""

    slug: str
    variants: dict[tuple[str, str], int]


@pytest.fixture
def stocked(shop_world: sqlite3.Connection) -> Stocked:
    """A product of which each variant has 7 in stock, and nothing is in the cart."""
    [(product_id, slug)] = shop_world.execute(
        "SELECT p.id, p.slug FROM shop_product p JOIN shop_variant v ON v.product_id = p.id GROUP BY p.id"
        " HAVING count(DISTINCT v.size) > 1 AND count(DISTINCT v.colour) > 1 AND p.review_count > 5 LIMIT 1"
    ).fetchall()
    shop_world.execute("UPDATE shop_variant SET stock = 7 WHERE product_id = ?", (product_id,))
    shop_world.execute("DELETE FROM shop_cart_item WHERE customer_id = 1")
    shop_world.commit()
    rows = shop_world.execute(
        "SELECT size, colour, id FROM shop_variant WHERE product_id = ? ORDER BY id", (product_id,)
    )
    return Stocked(slug=slug, variants={(size, colour): variant_id for size, colour, variant_id in rows})


def post(client: FlaskClient, stocked: Stocked, variant_id: int, quantity: str) -> TestResponse:
    """Send the form as it stands with this variant's options chosen."""
    [(size, colour)] = [options for options, key in stocked.variants.items() if key == variant_id]
    data = {"size": size, "colour": colour, "quantity": quantity}
    return client.post(f"/p/{stocked.slug}/add", data=data)


def chosen(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="radio" name="(\w+)" value="([^"]+)" checked>', page))


def test_the_page_chooses_the_options_that_were_asked_for(client: FlaskClient, stocked: Stocked) -> None:
    (size, colour), _ = list(stocked.variants.items())[-1]

    page = client.get(f"/p/{stocked.slug}", query_string={"size": size, "colour": colour}).text

    assert chosen(page) == {"size": size, "colour": colour}
    assert re.search(rf'<img [^>]*alt="[^"]*, {colour}"', page)


def test_options_are_radio_groups_with_the_colour_first(client: FlaskClient, stocked: Stocked) -> None:
    page = client.get(f"/p/{stocked.slug}").text

    assert re.findall(r'<fieldset [^>]*role="radiogroup">\s*<legend>(\w+)', page) == ["Colour", "Size"]
    sizes = re.findall(r'type="radio" name="size" value="([^"]+)"', page)
    assert sizes == list(dict.fromkeys(size for size, _ in stocked.variants))


def test_without_choice_the_first_variant_in_stock_is_chosen(
    client: FlaskClient, stocked: Stocked, shop_world: sqlite3.Connection
) -> None:
    (first, first_id), (second, _) = list(stocked.variants.items())[:2]
    shop_world.execute("UPDATE shop_variant SET stock = 0 WHERE id = ?", (first_id,))
    shop_world.commit()

    page = client.get(f"/p/{stocked.slug}").text

    assert chosen(page) == {"size": second[0], "colour": second[1]}
    assert f"Not available: {first[1]}, {first[0]} (out of stock)" in page


@pytest.mark.parametrize(("stock", "badge", "most"), [(40, "In stock", 10), (1, "Few left", 1)])
def test_what_is_left_and_the_quantity_follow_the_stock(
    client: FlaskClient, stocked: Stocked, shop_world: sqlite3.Connection, stock: int, badge: str, most: int
) -> None:
    shop_world.execute("UPDATE shop_variant SET stock = ?", (stock,))
    shop_world.commit()

    page = client.get(f"/p/{stocked.slug}").text

    assert badge in page
    assert f'max="{most}"' in page


def test_sizes_that_cost_differently_say_what_they_cost(
    client: FlaskClient, stocked: Stocked, shop_world: sqlite3.Connection
) -> None:
    (size, _), _ = list(stocked.variants.items())[-1]
    shop_world.execute("UPDATE shop_variant SET price_cents = 2000")
    shop_world.execute("UPDATE shop_variant SET price_cents = 3150 WHERE size = ?", (size,))
    shop_world.commit()

    page = client.get(f"/p/{stocked.slug}").text

    assert "$20.00 – $31.50" in page
    assert re.search(rf'value="{size}">{size} <small>\$31\.50</small>', page)


@pytest.mark.parametrize(
    ("typed", "step", "shown"),
    [
        ("2", "up", "3"),
        ("2", "down", "1"),
        ("1", "down", "1"),
        ("7", "up", "7"),
        ("x", "up", "x"),
        ("4", "", "4"),
    ],
)
def test_the_stepper_keeps_the_choice_and_stays_within_the_stock(
    client: FlaskClient, stocked: Stocked, typed: str, step: str, shown: str
) -> None:
    (size, colour), _ = list(stocked.variants.items())[-1]
    asked = {"size": size, "colour": colour, "quantity": typed, "step": step}

    page = client.get(f"/p/{stocked.slug}", query_string=asked).text

    assert f'id="quantity" value="{shown}" min="1" max="7"' in page
    assert chosen(page) == {"size": size, "colour": colour}
    assert ('aria-label="Decrease quantity" disabled' in page) == (shown == "1" or shown == "x")
    assert ('aria-label="Increase quantity" disabled' in page) == (shown == "7")


def test_a_product_that_is_sold_out_cannot_be_added(
    client: FlaskClient, stocked: Stocked, shop_world: sqlite3.Connection
) -> None:
    shop_world.execute("UPDATE shop_variant SET stock = 0")
    shop_world.commit()

    page = client.get(f"/p/{stocked.slug}").text
    response = post(client, stocked, next(iter(stocked.variants.values())), "1")

    assert re.search(r"<button [^>]*disabled[^>]*>Add to cart", page)
    assert 'id="quantity"' not in page
    assert response.status_code == 422
    assert "is out of stock." in response.text


def test_adding_goes_to_the_cart_and_says_what_was_added(
    client: FlaskClient, stocked: Stocked, shop_world: sqlite3.Connection
) -> None:
    variant_id = list(stocked.variants.values())[-1]

    response = post(client, stocked, variant_id, " 2 ")

    assert (response.status_code, response.location) == (303, f"/cart?added={variant_id}")
    assert shop_world.execute(ITEMS).fetchall() == [(variant_id, 2, 0)]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Enter a quantity from 1 to 10."),
        ("two", "Enter a quantity from 1 to 10."),
        ("1.5", "Enter a quantity from 1 to 10."),
        ("0", "Enter a quantity from 1 to 10."),
        ("-1", "Enter a quantity from 1 to 10."),
        ("11", "Enter a quantity from 1 to 10."),
        ("8", "Only 7 of "),
    ],
)
def test_a_refused_quantity_is_kept_beside_its_message(
    client: FlaskClient, stocked: Stocked, shop_world: sqlite3.Connection, typed: str, message: str
) -> None:
    (size, colour), variant_id = list(stocked.variants.items())[-1]

    response = post(client, stocked, variant_id, typed)

    assert response.status_code == 422
    assert f'id="quantity-error">{message}' in response.text
    assert f'id="quantity" value="{typed}"' in response.text
    assert chosen(response.text) == {"size": size, "colour": colour}
    assert shop_world.execute(ITEMS).fetchall() == []


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"colour": "Ultraviolet", "size": "Huge"}, "is not made in Ultraviolet, Huge."),
        ({}, "Choose the options first."),
    ],
)
def test_options_that_are_not_sold_are_refused(
    client: FlaskClient, stocked: Stocked, shop_world: sqlite3.Connection, form: dict[str, str], message: str
) -> None:
    response = client.post(f"/p/{stocked.slug}/add", data=form | {"quantity": "1"})

    assert response.status_code == 422
    assert message in response.text
    assert shop_world.execute(ITEMS).fetchall() == []


def test_a_reload_of_a_refused_form_leads_to_the_product(client: FlaskClient, stocked: Stocked) -> None:
    assert client.get(f"/p/{stocked.slug}/add").location == f"/p/{stocked.slug}"


def test_adding_an_unknown_product_answers_404(client: FlaskClient) -> None:
    assert client.post("/p/nothing/add", data={"quantity": "1"}).status_code == 404


def test_an_unknown_product_answers_404(client: FlaskClient) -> None:
    assert client.get("/p/nothing").status_code == 404


def test_reviews_are_paged_and_keep_the_chosen_variant(client: FlaskClient, stocked: Stocked) -> None:
    page = client.get(f"/p/{stocked.slug}").text

    assert page.count("<h3>") == 5
    [link] = re.findall(r'href="([^"]+reviews=2#reviews)">Next', page)
    second = client.get(link.replace("&amp;", "&").partition("#")[0]).text
    assert 1 <= second.count("<h3>") <= 5
    assert "Previous" in second


def test_other_products_of_the_brand_are_shown(client: FlaskClient, stocked: Stocked) -> None:
    page = client.get(f"/p/{stocked.slug}").text

    assert page.count('<li class="card">') == 4
    assert f'<a href="/p/{stocked.slug}">' not in page
