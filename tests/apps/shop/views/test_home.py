import re
import sqlite3

from flask.testing import FlaskClient


def test_the_front_page_shows_every_department_and_eight_products(
    client: FlaskClient, shop_world: sqlite3.Connection
) -> None:
    page = client.get("/").text
    [(departments,)] = shop_world.execute("SELECT count(*) FROM shop_department")

    assert len(re.findall(r'<li><a href="/d/[a-z]+">[^<]+</a> <span>', page)) == departments
    assert page.count('<li class="card">') == 8


def test_the_front_page_shows_delivery_prices(client: FlaskClient) -> None:
    page = client.get("/").text

    for fact in (
        "Standard $4.95",
        "Free from $50.00",
        "Express $12.95",
        "Pick-up is free",
        "1 to 2 working days",
    ):
        assert fact in page


def test_a_picture_is_an_svg_that_may_be_cached_for_ever(
    client: FlaskClient, shop_world: sqlite3.Connection
) -> None:
    [(slug,)] = shop_world.execute("SELECT slug FROM shop_product WHERE id = 1")

    response = client.get(f"/pictures/{slug}.svg")

    assert response.mimetype == "image/svg+xml"
    assert "immutable" in response.headers["Cache-Control"]
    assert response.text.startswith("<svg")


def test_a_picture_comes_in_the_colours_that_are_sold(
    client: FlaskClient, shop_world: sqlite3.Connection
) -> None:
    rows = shop_world.execute(
        "SELECT p.slug, min(v.colour), max(v.colour) FROM shop_variant v JOIN shop_product p"
        " ON p.id = v.product_id GROUP BY p.id HAVING min(v.colour) < max(v.colour) LIMIT 1"
    ).fetchall()
    [(slug, one, other)] = rows

    def draw(colour: str) -> str:
        return client.get(f"/pictures/{slug}.svg?colour={colour}").text

    assert draw(one) != draw(other)
    assert draw("Nonsense") == client.get(f"/pictures/{slug}.svg").text


def test_an_unknown_picture_answers_404(client: FlaskClient) -> None:
    assert client.get("/pictures/nothing.svg").status_code == 404


def test_every_department_has_its_place_on_the_departments_page(client: FlaskClient) -> None:
    page = client.get("/departments").text.partition("<main")[2]

    assert page.count('href="/d/') == client.get("/").text.partition("<main")[2].count('href="/d/') > 9
