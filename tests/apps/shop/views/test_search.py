import re

import pytest
from flask.testing import FlaskClient


def card_links(page: str) -> list[str]:
    return re.findall(r'<li class="card">\s*<a href="([^"]+)"', page)


def test_a_search_lists_twelve_products_a_page(client: FlaskClient) -> None:
    first, second = client.get("/search?q=lamp").text, client.get("/search?q=lamp&page=2").text

    assert len(card_links(first)) == 12
    assert not set(card_links(first)) & set(card_links(second))
    assert 'href="/search?q=lamp&amp;page=2">Next' in first
    assert '<a href="/search?q=lamp&amp;page=2" aria-current="page">2</a>' in second


def test_a_department_page_keeps_to_its_path(client: FlaskClient) -> None:
    page = client.get("/d/garden?rating=3").text

    assert "<h1>Garden &amp; Balcony</h1>" in page
    assert 'action="/d/garden"' in page
    assert 'href="/d/garden?rating=3&amp;page=2">Next' in page
    assert 'id="department"' not in page


def test_an_unknown_department_answers_404(client: FlaskClient) -> None:
    assert client.get("/d/moon").status_code == 404


def test_active_filters_can_be_removed_and_cleared(client: FlaskClient) -> None:
    page = client.get("/search?q=mug&brand=okenmere&max=40").text

    assert re.search(r'href="/search\?q=mug&amp;max=40"><span class="unseen">Remove </span>Okenmere', page)
    assert re.search(
        r'href="/search\?q=mug&amp;brand=okenmere"><span class="unseen">Remove </span>up to', page
    )
    assert '<a class="clear" href="/search?q=mug">Clear all</a>' in page
    assert 'value="okenmere" checked' in page


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/search", "All products"),
        ("/search?brand=okenmere", "Okenmere"),
        ("/search?brand=nobody", "All products"),
        ("/search?q=%3Cb%3E", "Results for “&lt;b&gt;”"),
    ],
)
def test_a_listing_is_called_after_what_was_asked(client: FlaskClient, path: str, title: str) -> None:
    assert f"<h1>{title}</h1>" in client.get(path).text


def test_a_price_that_cannot_be_read_answers_422_and_keeps_what_was_typed(client: FlaskClient) -> None:
    response = client.get("/search?q=mug&min=cheap")

    assert response.status_code == 422
    assert 'value="cheap"' in response.text
    assert 'aria-describedby="min-error"' in response.text
    assert "Enter an amount in dollars" in response.text


def test_nothing_found_proposes_close_terms_and_departments(client: FlaskClient) -> None:
    page = client.get("/search?q=desk+lmap").text

    assert "0 products" in page
    assert '<a href="/search?q=Desk+lamp">Desk lamp</a>' in page
    assert "Popular departments" in page


def test_the_query_stays_in_the_search_box(client: FlaskClient) -> None:
    assert 'value="copper &#34;mug&#34;"' in client.get("/search?q=copper+%22mug%22").text
