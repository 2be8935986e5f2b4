import sqlite3
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.exc import NoResultFound

from gristmill.apps.kit.current_user import current_account, current_person
from gristmill.apps.kit.flask_app import create_flask_app
from gristmill.apps.shop.models import Customer


@pytest.fixture
def app() -> Flask:
    app = create_flask_app(__name__, "shop")
    app.add_url_rule("/", "home", lambda: f"{current_person().name}, customer {current_account(Customer).id}")
    app.add_url_rule("/twice", "twice", lambda: str(current_account(Customer) is current_account(Customer)))
    return app


def test_pages_know_who_is_signed_in(
    app: Flask, corner: sqlite3.Connection, arrange: Callable[[str], None]
) -> None:
    client = app.test_client()

    assert client.get("/").text == "Ada Park, customer 1"
    arrange("UPDATE world_current_user SET person_id = 2")
    assert client.get("/").text == "Ben Moor, customer 2"


def test_an_account_is_looked_up_once_per_request(app: Flask, corner: sqlite3.Connection) -> None:
    statements: list[str] = []
    corner.set_trace_callback(statements.append)

    assert app.test_client().get("/twice").text == "True"
    assert len([text for text in statements if "shop_customer" in text]) == 1


def test_a_person_without_an_account_is_an_error(
    app: Flask, corner: sqlite3.Connection, arrange: Callable[[str], None]
) -> None:
    arrange("INSERT INTO world_person VALUES (3, 'Cy', 'Lund', 'cy@mail.test', '3')")
    arrange("UPDATE world_current_user SET person_id = 3")

    with pytest.raises(NoResultFound):
        app.test_client().get("/")
