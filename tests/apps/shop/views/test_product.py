import re
import sqlite3
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient

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


def test_the_page_shows_the_variant_that_was_asked_for(client: FlaskClient, stocked: Stocked) -> None:
    (size, colour), variant_id = list(stocked.variants.items())[-1]

    page = client.get(f"/p/{stocked.slug}", query_string={"size": size, "colour": colour}).text

    assert f'name="variant_id" value="{variant_id}"' in page
    assert len(re.findall(r'aria-current="true"', page)) == 2
    assert re.search(rf'<img [^>]*alt="[^"]*, {colour}"', page)


def test_without_choice_the_first_variant_in_stock_is_shown(
    client: FlaskClient, stocked: Stocked, shop_world: sqlite3.Connection
) -> None:
    first, second = list(stocked.variants.values())[:2]
    shop_world.execute("UPDATE shop_variant SET stock = 0 WHERE id = ?", (first,))
    shop_world.commit()

    page = client.get(f"/p/{stocked.slug}").text

    assert f'name="variant_id" value="{second}"' in page
    assert "(out of stock)" in page


@pytest.mark.parametrize(
    ("stock", "badge", "most"), [(40, "In stock", 10), (5, "Only 5 left", 5), (1, "Only 1 left", 1)]
)
def test_the_badge_and_the_quantity_follow_the_stock(
    client: FlaskClient, stocked: Stocked, shop_world: sqlite3.Connection, stock: int, badge: str, most: int
) -> None:
    shop_world.execute("UPDATE shop_variant SET stock = ?", (stock,))
    shop_world.commit()

    page = client.get(f"/p/{stocked.slug}").text

    assert badge in page
    assert f'max="{most}"' in page


def test_a_sold_out_variant_cannot_be_added(
    client: FlaskClient, stocked: Stocked, shop_world: sqlite3.Connection
) -> None:
    shop_world.execute("UPDATE shop_variant SET stock = 0")
    shop_world.commit()

    page = client.get(f"/p/{stocked.slug}").text
    response = client.post(
        "/cart/add", data={"variant_id": next(iter(stocked.variants.values())), "quantity": "1"}
    )

    assert re.search(r"<button [^>]*disabled[^>]*>Add to cart", page)
    assert 'id="quantity"' not in page
    assert response.status_code == 422
    assert "is out of stock." in response.text


def test_adding_goes_to_the_cart_and_says_what_was_added(
    client: FlaskClient, stocked: Stocked, shop_world: sqlite3.Connection
) -> None:
    variant_id = next(iter(stocked.variants.values()))

    response = client.post("/cart/add", data={"variant_id": variant_id, "quantity": " 2 "})

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
    variant_id = list(stocked.variants.values())[-1]

    response = client.post("/cart/add", data={"variant_id": variant_id, "quantity": typed})

    assert response.status_code == 422
    assert f'id="quantity-error">{message}' in response.text
    assert f'id="quantity" name="quantity" value="{typed}"' in response.text
    assert f'name="variant_id" value="{variant_id}"' in response.text
    assert shop_world.execute(ITEMS).fetchall() == []


@pytest.mark.parametrize("variant_id", ["", "x", "-1", "999999", "99999999999999999999"])
def test_an_unknown_variant_answers_404(client: FlaskClient, variant_id: str) -> None:
    assert client.post("/cart/add", data={"variant_id": variant_id, "quantity": "1"}).status_code == 404


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
