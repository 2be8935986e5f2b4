"""Several people are named by parts of their names, looked up, chosen from, or ticked."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

Look = Callable[[str], list[tuple[object, ...]]]
Arrange = Callable[[str], None]

PEOPLE = (
    ("Ben Moor", "ben.moor@wherrymoor.test"),
    ("Ben Nevis", "nevis@hills.example"),
    ("Cleo Finch", "cleo.finch@wherrymoor.test"),
)


@pytest.fixture(autouse=True)
def contacts(arrange: Arrange) -> None:
    """Ada's contacts: two of the name Ben, and Cleo."""
    for number, (name, email) in enumerate(PEOPLE, start=1):
        arrange(f"INSERT INTO mail_contact VALUES ({number}, 1, '{name}', '', '', '', '', 0)")
        arrange(
            "INSERT INTO mail_contact_address (id, contact_id, email, position)"
            f" VALUES ({number}, {number}, '{email}', 1)"
        )


def value(page: str, name: str) -> str | None:
    return LexborHTMLParser(page).css_first(f"input[name={name}]").attributes["value"]


def offered(page: str) -> list[str | None]:
    return [each.attributes["value"] for each in LexborHTMLParser(page).css("button[name=choice]")]


def test_names_that_can_mean_one_person_are_completed_and_the_others_ask(reader: FlaskClient) -> None:
    data = {"do": "find", "to": "fin cl, ben, hob@tanner.example", "cc": "nev", "body": "Tea"}
    page = reader.post("/compose", data=data).text
    assert value(page, "to") == "Cleo Finch <cleo.finch@wherrymoor.test>, ben, hob@tanner.example"
    assert value(page, "cc") == "Ben Nevis <nevis@hills.example>"
    assert offered(page) == ["to 1 ben.moor@wherrymoor.test", "to 1 nevis@hills.example"]
    assert "Tea" in page


def test_a_button_puts_a_person_in_place_of_what_was_typed(reader: FlaskClient) -> None:
    data = {"to": "Cleo Finch, ben", "choice": "to 1 nevis@hills.example"}
    page = reader.post("/compose", data=data).text
    assert value(page, "to") == "Cleo Finch, Ben Nevis <nevis@hills.example>"
    assert offered(page) == []
    other = reader.post("/compose", data=data | {"choice": "to 7 nobody@hills.example"}).text
    assert value(other, "to") == "Cleo Finch, ben"


def test_a_name_that_nobody_has_is_said_to_be_so(reader: FlaskClient) -> None:
    page = reader.post("/compose", data={"do": "find", "to": "ghost"}).text
    assert "nobody is called" in page
    assert offered(page) == []


def test_a_mail_that_cannot_be_sent_offers_whom_a_name_may_mean(reader: FlaskClient, look: Look) -> None:
    response = reader.post("/compose", data={"do": "send", "to": "ben, ghost", "body": "Tea"})
    assert response.status_code == 422
    assert len(offered(response.text)) == 2
    assert "ghost&#39; is neither an address" in response.text
    assert "nobody is called" not in response.text  # the error tells of it
    assert look("SELECT count(*) FROM mail_message") == [(0,)]


def test_a_guest_that_nobody_knows_is_told_of_once(reader: FlaskClient) -> None:
    form = {"title": "Review", "day": "2031-03-06", "starts": "10:30", "ends": "11:15"}
    page = reader.post("/agenda/new", data=form | {"do": "check", "guests": "ghost"}).text
    assert "ghost&#39; is neither an address" in page
    assert "nobody is called" not in page


def test_guests_of_a_meeting_are_looked_up_chosen_and_ticked(reader: FlaskClient, look: Look) -> None:
    form = {"title": "Review", "day": "2031-03-06", "starts": "10:30", "ends": "11:15"}
    page = reader.post("/agenda/new", data=form | {"do": "find", "guests": "cleo, ben"}).text
    assert value(page, "guests") == "Cleo Finch <cleo.finch@wherrymoor.test>, ben"
    choice = offered(page)[0]
    page = reader.post("/agenda/new", data=form | {"choice": choice, "guests": value(page, "guests")}).text
    assert (
        value(page, "guests")
        == "Cleo Finch <cleo.finch@wherrymoor.test>, Ben Moor <ben.moor@wherrymoor.test>"
    )
    page = reader.post(
        "/agenda/new", data=form | {"do": "add", "guests": "", "person": ["a@b.test", "c@d.test"]}
    ).text
    assert value(page, "guests") == "a@b.test, c@d.test"
    assert value(page, "title") == "Review"
    assert look("SELECT count(*) FROM mail_meeting") == [(0,)]


@pytest.mark.parametrize("typed", ["!!!", "<script>", "\u202e", "{{7*7}}", "x" * 3_000, "ben\0"])
def test_odd_names_are_shown_as_text(reader: FlaskClient, typed: str) -> None:
    page = reader.post("/compose", data={"do": "find", "to": typed})
    assert page.status_code == 200
    assert "<script>" not in page.text.split("<main")[1].split("</main")[0]


@pytest.mark.parametrize("typed", ["", "  ", ", ,;"])
def test_looking_up_nothing_says_where_to_type(reader: FlaskClient, typed: str) -> None:
    page = reader.post("/compose", data={"do": "find", "to": typed, "body": "Tea"})
    assert page.status_code == 422
    assert "Type a name in To, Cc or Bcc first." in page.text
    assert "Tea" in page.text
    form = {"title": "Review", "day": "2031-03-06", "starts": "10:30", "ends": "11:15"}
    page = reader.post("/agenda/new", data=form | {"do": "find", "guests": typed})
    assert page.status_code == 422
    assert "Type a name in Guests first." in page.text
    assert value(page.text, "title") == "Review"


NOTHING_TO_LOOK_UP = "Nothing to look up"


@pytest.mark.parametrize("typed", ["Cleo Finch", "hob@tanner.example, cleo finch", "Ben <ben@x.example>"])
def test_looking_up_names_that_are_known_says_so(reader: FlaskClient, typed: str) -> None:
    pages = [
        reader.post("/compose", data={"do": "find", "cc": typed}),
        reader.post("/agenda/new", data={"do": "find", "guests": typed}),
    ]
    for page, name in zip(pages, ("cc", "guests"), strict=True):
        [status] = LexborHTMLParser(page.text).css("form [role=status]")
        assert (page.status_code, value(page.text, name)) == (200, typed)
        assert NOTHING_TO_LOOK_UP in status.text()


@pytest.mark.parametrize("typed", ["cleo", "ben", "ghost", "Cleo Finch, ben"])
def test_names_that_were_looked_up_are_not_said_to_be_known(reader: FlaskClient, typed: str) -> None:
    assert NOTHING_TO_LOOK_UP not in reader.post("/compose", data={"do": "find", "to": typed}).text
    assert NOTHING_TO_LOOK_UP not in reader.post("/agenda/new", data={"do": "find", "guests": typed}).text


def test_other_buttons_look_nothing_up(reader: FlaskClient) -> None:
    page = reader.post("/compose", data={"do": "preview", "to": "Cleo Finch"}).text
    assert NOTHING_TO_LOOK_UP not in page
