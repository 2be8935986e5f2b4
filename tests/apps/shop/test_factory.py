import re
import sqlite3

import pytest
from flask.testing import FlaskClient


def test_the_header_greets_who_is_at_the_desk_and_counts_the_cart(
    client: FlaskClient, shop_world: sqlite3.Connection
) -> None:
    shop_world.execute("UPDATE world_current_user SET person_id = 2")
    shop_world.execute("DELETE FROM shop_cart_item")
    shop_world.execute(
        "INSERT INTO shop_cart_item (customer_id, variant_id, quantity, is_saved)"
        " SELECT id, 1, 3, 0 FROM shop_customer WHERE person_id = 2"
    )
    shop_world.commit()
    [(name,)] = shop_world.execute("SELECT given_name FROM world_person WHERE id = 2")

    page = client.get("/").text

    assert f"Hello, {name}" in page
    assert "3 items" in page


def test_the_search_box_proposes_departments_brands_and_kinds(client: FlaskClient) -> None:
    proposed = re.findall(r'<option value="([^"]+)">', client.get("/").text)

    assert {"Clothing", "Okenmere", "Desk lamp"} <= set(proposed)
    assert len(proposed) == len(set(proposed))


def test_an_unknown_page_answers_404_with_a_search_box(client: FlaskClient) -> None:
    response = client.get("/no/such/page")

    assert response.status_code == 404
    assert "We cannot find this page" in response.text
    assert 'aria-label="What are you looking for?"' in response.text


def test_an_unknown_file_answers_404_without_a_page(client: FlaskClient) -> None:
    response = client.get("/static/nothing.css")

    assert (response.status_code, response.text) == (404, "Not Found")


def test_a_wrong_method_is_explained(client: FlaskClient) -> None:
    response = client.post("/search")

    assert response.status_code == 405
    assert "Go back to the page with the form" in response.text


@pytest.mark.parametrize("path", ["/", "/search", "/search?q=mug", "/d/kitchen", "/nope"])
def test_pages_have_one_main_heading_and_named_landmarks(client: FlaskClient, path: str) -> None:
    page = client.get(path).text

    assert page.count("<h1") == page.count("<main") == 1
    assert not re.findall(r"<nav(?![^>]*aria-label)", page)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", ["/", "/search?q=mug", "/p/{slug}"])
def test_two_scripts_are_fetched_and_nothing_from_elsewhere(
    client: FlaskClient, shop_world: sqlite3.Connection, path: str
) -> None:
    [(slug,)] = shop_world.execute("SELECT slug FROM shop_product WHERE id = 1")
    page = client.get(path.format(slug=slug)).text

    scripts = re.findall(r'<script src="/assets/([a-z.]+)[^>]*></script>', page)
    assert scripts == ["htmx.min.js", "exchange.js"]
    assert page.count("<script") == 2
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', page)
    assert not re.findall(r"\son[a-z]+=|hx-(?:get|post|trigger|on)", page)
