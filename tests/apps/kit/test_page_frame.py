"""Links to the world's other apps, and the notices of some skins."""

import sqlite3
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

from gristmill.apps.chat import APP as CHAT
from gristmill.apps.mail import APP as MAIL
from gristmill.apps.server.database import LentConnection
from gristmill.apps.shop import APP as SHOP
from gristmill.apps.world.handlers import Handlers
from gristmill.apps.world.recording import BOOKKEEPING

Look = Callable[[str], list[tuple[object, ...]]]
ANSWERS = "SELECT app, person_id, notice, answer FROM world_dismissal ORDER BY notice"


def page(client: FlaskClient, url: str = "/help", **headers: str) -> LexborHTMLParser:
    response = client.get(url, headers=headers)
    assert response.status_code == 200
    return LexborHTMLParser(response.text)


def notices(client: FlaskClient) -> list[str | None]:
    return [form.attributes["action"] for form in page(client).css(".site-notice form")]


@pytest.fixture
def kiosk(arrange: Callable[[str], None]) -> None:
    arrange("UPDATE world_settings SET skin = 'kiosk'")


def test_a_world_of_one_app_has_nothing_to_switch_to(shopper: FlaskClient) -> None:
    assert page(shopper).css_first(".app-bar") is None


def test_a_world_of_several_apps_links_them_and_says_who_is_signed_in(
    shopper: FlaskClient, corner: LentConnection
) -> None:
    corner.handlers = Handlers.of([SHOP, MAIL])
    bar = page(shopper).css_first(".app-bar")
    assert bar is not None
    links = [
        (link.text(), link.attributes["href"], "aria-current" in link.attributes) for link in bar.css("a")
    ]
    assert links == [("Quillfold", "http://mail.test/", False), ("Marlowick", "http://shop.test/", True)]
    assert bar.css("p")[0].text() == "Signed in as Ada Park"


@pytest.mark.usefixtures("kiosk")
def test_the_focus_goes_from_the_skip_link_over_the_frame_to_the_apps_own(
    shopper: FlaskClient, corner: LentConnection
) -> None:
    corner.handlers = Handlers.of([SHOP, MAIL])
    stops = page(shopper).css('a[href], button, input:not([type="hidden"])')
    names = [stop.text(strip=True) or stop.attributes.get("aria-label") for stop in stops]
    assert names[:8] == [
        "Skip to content", "Quillfold", "Marlowick", "Sign me up", "No thanks", "Accept all cookies",
        "Only necessary cookies", "Marlowick",
    ]  # fmt: skip
    assert all(stop.attributes.get("tabindex") is None for stop in stops)


def test_an_exchanged_page_leaves_the_frame_as_it_is(shopper: FlaskClient, corner: LentConnection) -> None:
    corner.handlers = Handlers.of([SHOP, MAIL, CHAT])
    assert page(shopper, **{"HX-Request-Type": "partial"}).css_first(".app-bar") is None


def test_only_skins_with_notices_have_them(shopper: FlaskClient, arrange: Callable[[str], None]) -> None:
    assert notices(shopper) == []
    arrange("UPDATE world_settings SET skin = 'gazette'")
    assert notices(shopper) == ["/site-notices/newsletter", "/site-notices/cookies"]


@pytest.mark.usefixtures("kiosk")
def test_an_answered_notice_is_gone_and_leads_back(shopper: FlaskClient, look: Look) -> None:
    answer = {"answer": "necessary", "back": "/help?x=1"}
    response = shopper.post("/site-notices/cookies", data=answer)
    assert (response.status_code, response.location) == (303, "/help?x=1")
    assert notices(shopper) == ["/site-notices/newsletter"]
    shopper.post("/site-notices/newsletter", data={"answer": "decline", "back": "/"})
    assert notices(shopper) == []
    assert look(ANSWERS) == [("shop", 1, "cookies", "necessary"), ("shop", 1, "newsletter", "decline")]


@pytest.mark.usefixtures("kiosk")
def test_an_answer_that_is_sent_again_changes_nothing(shopper: FlaskClient, look: Look) -> None:
    for answer in ("all", "necessary"):
        assert shopper.post("/site-notices/cookies", data={"answer": answer, "back": "/"}).status_code == 303
    assert look(ANSWERS) == [("shop", 1, "cookies", "all")]


@pytest.mark.usefixtures("kiosk")
def test_notices_of_one_person_are_not_anothers(shopper: FlaskClient, arrange: Callable[[str], None]) -> None:
    shopper.post("/site-notices/cookies", data={"answer": "all", "back": "/"})
    arrange("UPDATE world_current_user SET person_id = 2")
    assert len(notices(shopper)) == 2


def test_answers_to_notices_that_are_not_shown_are_not_kept(shopper: FlaskClient, look: Look) -> None:
    shopper.post("/site-notices/cookies", data={"answer": "all", "back": "/"})
    assert look(ANSWERS) == []


@pytest.mark.usefixtures("kiosk")
@pytest.mark.parametrize(
    "data",
    [
        {"answer": "maybe", "back": "/"},
        {"answer": "all", "back": "//evil.test/"},
        {"answer": "all", "back": "/\\evil.test/"},
        {"answer": "all", "back": "http://mail.test/"},
        {"answer": "all", "back": "/\r\nX: 1"},
        {"answer": "all"},
        {"answer": "\x00\ud800", "back": "/"},
        {},
    ],
)
def test_odd_answers_are_refused(shopper: FlaskClient, look: Look, data: dict[str, str]) -> None:
    body = {key: value.encode("utf-8", "surrogatepass") for key, value in data.items()}
    assert shopper.post("/site-notices/cookies", data=body).status_code == 400
    assert look(ANSWERS) == []


def test_a_reload_of_an_answer_leads_home(shopper: FlaskClient) -> None:
    assert shopper.get("/site-notices/cookies").location == "/"
    assert shopper.get("/site-notices/other").status_code == 404


def test_answers_are_no_judged_state() -> None:
    assert "world_dismissal" in BOOKKEEPING


@pytest.mark.usefixtures("kiosk")
def test_notices_come_before_the_header_and_are_named(
    shopper: FlaskClient, corner: sqlite3.Connection
) -> None:
    text = shopper.get("/help").text
    assert text.index('role="dialog"') < text.index('class="masthead"')
    assert 'aria-label="Cookie notice"' in text
    assert "ada" in LexborHTMLParser(text).css(".site-dialog p")[0].text()
