"""The grammar of the search, and what a query finds."""

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from gristmill.apps.chat.services.days import parse_day, parse_span
from gristmill.apps.chat.services.query import Term, parse

TODAY = date(2031, 3, 4)  # a Tuesday


def term(operand: str, operator: str = "", *, is_negated: bool = False) -> Term:
    return Term(operand=operand, operator=operator, is_negated=is_negated)


PARSED: dict[str, list[Term]] = {
    "": [],
    "   ": [],
    "kiln": [term("kiln")],
    "kiln fair": [term("kiln"), term("fair")],
    '"kiln fair"': [term("kiln fair")],
    "\u201ckiln fair\u201d": [term("kiln fair")],
    '"kiln fair': [term("kiln fair")],
    'kiln "': [term("kiln")],
    "-kiln": [term("kiln", is_negated=True)],
    '-"kiln fair"': [term("kiln fair", is_negated=True)],
    "from:ada.park": [term("ada.park", "from")],
    "FROM:Ada": [term("Ada", "from")],
    'from:"Ada Park"': [term("Ada Park", "from")],
    'from:"Ada Park': [term("Ada Park", "from")],
    "-from:me": [term("me", "from", is_negated=True)],
    "in:#quay has:file": [term("#quay", "in"), term("file", "has")],
    "kiln-fair": [term("kiln-fair")],
    "a--b": [term("a--b")],
    "re:kiln": [term("re:kiln")],
    "http://shop.test/orders": [term("http://shop.test/orders")],
    "10:30": [term("10:30")],
    "before:2031-03-01": [term("2031-03-01", "before")],
}  # fmt: skip
NOTICED = {
    "re:kiln": "re: is no operator, so re:kiln was searched as text.",
    "from:": "from: needs a value right after it, such as from:ada.park.",
    "from: ada": "from: needs a value right after it",
    "has:legs": "has:legs means nothing here. Try link, file, image, reaction, pin, poll.",
    "is:tall": "is:tall means nothing here.",
    "before:soon": "soon is no day. Write before:2031-03-04.",
    "on:2031-02-30": "2031-02-30 is no day.",
    "during:lunch": "lunch is no day.",
    "from:nobody.here": "Nobody is called nobody.here.",
    "with:nobody": "Nobody is called nobody.",
    "in:nowhere": "There is no channel called nowhere that you can see.",
    "in:pay-review": "There is no channel called pay-review that you can see.",
    "!!!": "!!! has no word to search for.",
    "a " * 40: "Only the first 30 terms were used.",
}
FOUND: dict[str, set[str]] = {
    "crates": {"crates"},
    "CRATES": {"crates"},
    "crate": set(),
    "prices promised": {"prices"},
    '"promised prices"': set(),
    '"prices as promised"': {"prices"},
    "noon -lunch": {"noon"},
    "prices.csv": {"prices"},
    "from:me": {"crates", "noon"},
    "from:me -in:general": {"noon"},
    "from:{buyer}": {"minute", "prices"},
    'from:"{buyer_name}"': {"minute", "prices"},
    "in:quay": {"prices", "check"},
    "in:#quay": {"prices", "check"},
    "in:wharf": {"prices", "check"},
    "with:{buyer}": {"minute", "noon", "lunch"},
    "in:@{buyer}": {"minute", "noon", "lunch"},
    "has:file": {"prices"},
    "has:image": set(),
    "has:link": {"prices"},
    "has:reaction": {"hello"},
    "has:pin": {"hello"},
    "has:poll": {"poll"},
    "is:mention": {"check", "due"},
    "is:thread": {"hello", "crates"},
    "on:2031-02-26": {"prices", "check"},
    "on:wednesday": {"prices", "check"},
    "after:2031-02-26 before:2031-02-27": {"prices", "check"},
    "during:2031-02 in:quay": {"prices", "check"},
    "during:february has:file": {"prices"},
    "wrong": set(),
    "heron": {"due"},
    "fair in:old-fair": {"over"},
    "sunday": {"rowing"},
}  # fmt: skip
TALE_KEYS = (
    "hello", "crates", "wrong", "poll", "prices", "check", "raises", "due", "minute", "noon", "three",
    "lunch",
    "over", "rowing",
)  # fmt: skip


@pytest.mark.parametrize("text", PARSED)
def test_a_query_is_parsed(text: str) -> None:
    assert parse(text).terms == PARSED[text]


@pytest.mark.parametrize("text", NOTICED)
def test_a_page_says_what_cannot_be_meant(client: FlaskClient, text: str) -> None:
    response = client.get("/search", query_string={"q": text})
    assert response.status_code == 200
    assert NOTICED[text] in response.text.replace("&#39;", "'")


@pytest.mark.parametrize("text", FOUND)
def test_a_query_finds_the_messages_that_fulfil_all_terms(client: FlaskClient, chat: Any, text: str) -> None:
    buyer = chat.one("SELECT author_id FROM chat_message WHERE id = ?", chat.message("prices"))
    query = text.replace("{buyer}", chat.handle(buyer)).replace("{buyer_name}", chat.name(buyer))

    page = client.get("/search", query_string={"q": query}).text

    numbers = {key: chat.message(key) for key in TALE_KEYS}
    assert {key for key, number in numbers.items() if f'href="/link/{number}"' in page} == FOUND[text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2031-03-01", date(2031, 3, 1)), ("2031/3/1", date(2031, 3, 1)), ("today", TODAY),
        ("Yesterday", date(2031, 3, 3)), ("monday", date(2031, 3, 3)), ("tuesday", date(2031, 2, 25)),
        ("wednesday", date(2031, 2, 26)), ("2031-13-01", None), ("0000-01-01", None), ("soon", None),
    ],
)  # fmt: skip
def test_a_day_is_read(text: str, expected: date | None) -> None:
    assert parse_day(text, lambda: TODAY) == expected


@pytest.mark.parametrize(
    ("text", "first", "end"),
    [
        ("today", TODAY, date(2031, 3, 5)), ("week", date(2031, 3, 3), date(2031, 3, 10)),
        ("this month", date(2031, 3, 1), date(2031, 4, 1)), ("february", date(2031, 2, 1), date(2031, 3, 1)),
        ("december", date(2030, 12, 1), date(2031, 1, 1)), ("2030-12", date(2030, 12, 1), date(2031, 1, 1)),
        ("2030", date(2030, 1, 1), date(2031, 1, 1)), ("year", date(2031, 1, 1), date(2032, 1, 1)),
    ],
)  # fmt: skip
def test_a_span_is_read(text: str, first: date, end: date) -> None:
    span = parse_span(text, lambda: TODAY)
    assert span is not None
    assert (span.first, span.end) == (first, end)


@pytest.mark.parametrize("text", ["9999", "9999-12", "9999-12-31"])
def test_the_end_of_time_is_no_error(client: FlaskClient, text: str) -> None:
    for operator in ("on", "during", "before", "after"):
        assert client.get("/search", query_string={"q": f"{operator}:{text}"}).status_code == 200


def test_is_unread_finds_what_the_unread_numbers_count(client: FlaskClient, chat: Any) -> None:
    chat.run("UPDATE chat_read SET message_id = 999999, mention_id = 999999")
    chat.run("UPDATE chat_thread_read SET message_id = 999999")
    general, check = chat.channel("general"), chat.message("poll")
    back = "UPDATE chat_read SET message_id = ? WHERE channel_id = ? AND person_id = ?"
    chat.run(back, check - 1, general, chat.desk)

    page = client.get("/search?q=is:unread").text

    assert f'href="/link/{check}"' in page
    assert "1 message<" in page


def test_accents_and_case_do_not_matter(client: FlaskClient, chat: Any) -> None:
    chat.sign_in(chat.person("managing director"))
    assert f'href="/link/{chat.message("raises")}"' in client.get("/search?q=cafe").text


def test_pages_of_results_keep_the_query_and_the_order(client: FlaskClient, chat: Any) -> None:
    general = chat.channel("general")
    for number in range(14):
        client.post(f"/c/{general}/post", data={"text": f"kiln {number}"})

    first = client.get("/search?q=kiln&sort=oldest").text

    assert "14 messages" in first
    assert "/search?q=kiln&amp;sort=oldest&amp;page=2" in first
    assert "kiln 0<" in first
    assert "kiln 13<" in client.get("/search?q=kiln&sort=oldest&page=2").text
