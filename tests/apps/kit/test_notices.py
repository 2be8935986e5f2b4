import sqlite3
from collections.abc import Callable

import pytest
from flask import Flask, Response, abort, request
from flask.testing import FlaskClient

from gristmill.apps.kit import notices
from gristmill.apps.kit.flask_app import create_flask_app
from gristmill.apps.world.recording import BOOKKEEPING


def app_called(name: str) -> Flask:
    app = create_flask_app(__name__, name)
    app.add_url_rule("/", "show", lambda: f"{notices.happened('archived')} {notices.happened_to('archived')}")

    def change() -> Response:
        notices.record(**request.form, left_out=None)
        if "refused" in request.args:
            abort(409)
        return Response("done")

    app.add_url_rule("/change", "change", change, methods=["POST"])
    return app


@pytest.fixture
def client(corner: sqlite3.Connection) -> FlaskClient:
    return app_called("mail").test_client()


def test_a_page_says_what_the_last_change_recorded(client: FlaskClient) -> None:
    client.post("/change", data={"archived": "7"})

    assert client.get("/?archived=7").text == "7 7"


@pytest.mark.parametrize("url", ["/?archived=8", "/", "/?other=7"])
def test_an_address_that_was_made_up_is_not_believed(client: FlaskClient, url: str) -> None:
    client.post("/change", data={"archived": "7"})

    assert client.get(url).text == "None 0"


def test_a_later_change_replaces_what_was_recorded(client: FlaskClient) -> None:
    client.post("/change", data={"archived": "7"})
    client.post("/change")

    assert client.get("/?archived=7").text == "None 0"


def test_a_refused_change_records_nothing(client: FlaskClient) -> None:
    client.post("/change?refused=1", data={"archived": "7"})

    assert client.get("/?archived=7").text == "None 0"


def test_a_text_is_nobodys_id(client: FlaskClient) -> None:
    client.post("/change", data={"archived": "a b&c"})

    assert client.get("/", query_string={"archived": "a b&c"}).text == "a b&c 0"


def test_each_person_and_each_app_has_its_own_notice(
    client: FlaskClient, arrange: Callable[[str], None]
) -> None:
    client.post("/change", data={"archived": "7"})

    assert app_called("chat").test_client().get("/?archived=7").text == "None 0"
    arrange("UPDATE world_current_user SET person_id = 2")
    assert client.get("/?archived=7").text == "None 0"
    arrange("UPDATE world_current_user SET person_id = 1")
    assert client.get("/?archived=7").text == "7 7"


def test_notices_are_bookkeeping() -> None:
    assert "world_notice" in BOOKKEEPING
