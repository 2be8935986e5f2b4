import re

import pytest
from flask.testing import FlaskClient

from gristmill.apps.kit.money import money
from gristmill.apps.shop.services import numbers
from gristmill.apps.shop.services.forms import NETWORKS

PAGES = ("/help", "/help/delivery", "/help/returns", "/help/contact", "/about")


def test_the_footer_leads_to_every_page_of_help(client: FlaskClient) -> None:
    footer = client.get("/").text.partition("<footer")[2]

    assert tuple(re.findall(r'href="([^"]+)"', footer)) == PAGES


@pytest.mark.parametrize("path", PAGES)
def test_a_help_page_names_itself_and_has_no_dead_links(client: FlaskClient, path: str) -> None:
    page = client.get(path)

    assert page.status_code == 200
    assert f'href="{path}" aria-current="page"' in page.text
    main = page.text.partition("<main")[2]
    for link in set(re.findall(r'href="(/[^"]*)"', main)):
        assert client.get(link).status_code == 200, link


def test_what_delivery_costs_and_takes_is_what_the_shop_charges_and_promises(client: FlaskClient) -> None:
    page = client.get("/help/delivery").text

    for delivery, days in numbers.DELIVERY_DAYS.items():
        cents = numbers.DELIVERY_CENTS[delivery]
        assert (
            f"<td>{money(cents) if cents else 'Free'}</td><td>{days.first} to {days.last} working days"
            in page
        )
    assert money(numbers.FREE_STANDARD_FROM_CENTS) in page


def test_the_pick_up_points_are_listed(client: FlaskClient) -> None:
    assert client.get("/help/delivery").text.partition("Pick-up points")[2].count("<li>") > 9


def test_the_time_to_return_something_is_the_same_everywhere(client: FlaskClient) -> None:
    days = numbers.RETURN_DAYS

    assert f"You have {days} days" in client.get("/help/returns").text
    assert f"Returns within {days} days" in client.get("/").text


def test_the_networks_named_are_those_whose_cards_are_taken(client: FlaskClient) -> None:
    assert ", ".join(NETWORKS.values()) in client.get("/help").text
