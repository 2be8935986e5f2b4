"""What every app clone's Flask app does with a request."""

import sqlite3
from pathlib import Path

import pytest
from flask import Flask, abort, g, request
from flask.testing import FlaskClient

from gristmill.apps.kit.flask_app import create_flask_app, digest, is_static, world
from gristmill.apps.server.database import db
from gristmill.apps.world.models import Person


def app() -> Flask:
    made = create_flask_app(__name__, "desk")

    @made.route("/name/<name>", methods=["GET", "POST"])
    def rename(name: str) -> str:
        db().get_one(Person, 1).given_name = name
        db().flush()
        return f"{world().person.given_name}"

    @made.post("/refuse")
    def refuse(number: int = 0) -> str:
        rename("Eve")
        abort(422)

    @made.post("/fail")
    def fail() -> str:
        rename("Eve")
        raise LookupError

    made.add_url_rule("/people/<int:number>/notes/add", "add", refuse, methods=["POST"])

    @made.get("/people/<int:number>")
    def person(number: int) -> str:
        return f"{request.path} {(db().get(Person, number) or abort(404)).given_name}"

    @made.route("/nothing")
    def nothing() -> str:
        return "db" if "db" in g else ""

    return made


@pytest.fixture
def client(corner: sqlite3.Connection) -> FlaskClient:
    return app().test_client()


def name(corner: sqlite3.Connection) -> str:
    found: str = corner.execute("SELECT given_name FROM world_person WHERE id = 1").fetchone()[0]
    return found


def test_a_post_is_committed(client: FlaskClient, corner: sqlite3.Connection) -> None:
    assert client.post("/name/Eve").text == "Eve"
    corner.rollback()
    assert name(corner) == "Eve"


def test_a_get_is_rolled_back(client: FlaskClient, corner: sqlite3.Connection) -> None:
    assert client.get("/name/Eve").text == "Eve"
    assert not corner.in_transaction
    assert name(corner) == "Ada"


@pytest.mark.parametrize(("number", "status"), [("1", 200), ("0", 404), ("9" * 15, 404), ("9" * 30, 404)])
def test_a_number_that_no_database_can_hold_leads_nowhere(
    client: FlaskClient, number: str, status: int
) -> None:
    assert client.get(f"/people/{number}").status_code == status


def test_a_refused_post_is_rolled_back(client: FlaskClient, corner: sqlite3.Connection) -> None:
    assert client.post("/refuse").status_code == 422
    assert not corner.in_transaction
    assert name(corner) == "Ada"


@pytest.mark.parametrize(
    ("form", "page"),
    [
        ("/people/1/notes/add", (200, "/people/1 Ada")),
        ("/people/99/notes/add", (404, None)),
        ("/refuse", (404, None)),
    ],
)
def test_going_back_to_a_refused_form_shows_the_page_above_it(
    form: str, page: tuple[int, str | None], client: FlaskClient
) -> None:
    assert client.post(form).status_code == 422
    answer = client.get(form)
    assert (answer.status_code, answer.text if page[1] else None) == page


def test_a_form_sent_to_a_page_is_refused(client: FlaskClient) -> None:
    assert client.post("/people/1").status_code == 405


def test_an_exception_goes_through_to_the_caller_and_is_rolled_back(
    client: FlaskClient, corner: sqlite3.Connection
) -> None:
    with pytest.raises(LookupError):
        client.post("/fail")
    assert not corner.in_transaction
    assert name(corner) == "Ada"


def test_static_files_need_no_database_and_may_be_kept() -> None:
    made = app()
    shared = next(Path(str(made.blueprints["assets"].static_folder)).rglob("*.*"))
    relative = shared.relative_to(str(made.blueprints["assets"].static_folder)).as_posix()
    with made.test_request_context():
        url = made.url_for("assets.static", filename=relative)
    assert url.endswith(f"?v={digest(shared)}")
    answer = made.test_client().get(url)
    assert answer.status_code == 200
    assert answer.cache_control.max_age
    answer.close()


def test_static_files_are_recognised_by_endpoint() -> None:
    assert is_static("static")
    assert is_static("assets.static")
    assert not is_static("cart.static")
    assert not is_static(None)


def test_browsers_do_not_keep_pages(client: FlaskClient) -> None:
    assert client.get("/name/Eve").cache_control.no_store
    assert not client.post("/name/Eve").cache_control.no_store


def test_the_address_of_a_static_file_is_worked_out_once_and_is_what_flask_makes_of_it() -> None:
    made = create_flask_app("gristmill.apps.shop.factory", "shop")
    with made.test_request_context("/"):
        first = made.url_for("static", filename="shop.css")
        assert first == Flask.url_for(made, "static", filename="shop.css")
        assert made.url_for("static", filename="shop.css") is first
        assert made.url_for("assets.static", filename="htmx.min.js").startswith("/assets/htmx.min.js?v=")
        assert made.url_for("static", filename="shop.css", _anchor="x") == f"{first}#x"
    with made.test_request_context("/", environ_overrides={"SCRIPT_NAME": "/under"}):
        assert made.url_for("static", filename="shop.css") == f"/under{first}"
