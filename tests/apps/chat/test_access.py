"""What somebody may not see does not exist for them: no address, list, search, count, file or source."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

SECRETS = ("pay-review", "Café budget", "Only for the three of us", "salaries.txt", "secret sums", "Salaries")
PAGES = (
    "/",
    "/threads",
    "/mentions",
    "/drafts",
    "/saved",
    "/reminders",
    "/channels",
    "/channels?q=pay",
    "/directs",
    "/directs/new",
    "/people",
    "/search?q=budget",
    "/search?q=three",
    "/search?q=in:pay-review",
    "/search?q=from:me",
    "/search?q=has:file",
    "/search?q=is:unread",
    "/search?q=-zzz",
    "/search?q=salaries.txt",
    "/help/formatting",
    "/me",
    "/c/{general}",
    "/c/{general}/attach",
)
ON_CHANNEL = (
    ("get", ""),
    ("get", "/about"),
    ("get", "/members"),
    ("get", "/pins"),
    ("get", "/files"),
    ("get", "/attach"),
    ("get", "/poll"),
    ("get", "/invite"),
    ("get", "/archive"),
    ("post", "/post"),
    ("post", "/join"),
    ("post", "/leave"),
    ("post", "/star"),
    ("post", "/prefer"),
    ("post", "/describe"),
    ("post", "/rename"),
    ("post", "/archive"),
    ("post", "/restore"),
    ("post", "/invite"),
    ("post", "/remove/1"),
    ("post", "/bookmarks"),
    ("post", "/bookmarks/1/delete"),
    ("post", "/draft/delete"),
    ("post", "/attach"),
    ("post", "/poll"),
)
ON_MESSAGE = (
    ("get", "/m/{}"),
    ("get", "/m/{}/delete"),
    ("get", "/m/{}/forward"),
    ("get", "/m/{}/remind"),
    ("get", "/link/{}"),
    ("get", "/t/{}"),
    ("post", "/m/{}/react"),
    ("post", "/m/{}/edit"),
    ("post", "/m/{}/delete"),
    ("post", "/m/{}/pin"),
    ("post", "/m/{}/save"),
    ("post", "/m/{}/unread"),
    ("post", "/m/{}/vote"),
    ("post", "/m/{}/close"),
    ("post", "/m/{}/forward"),
    ("post", "/m/{}/remind"),
    ("post", "/t/{}/post"),
    ("post", "/t/{}/follow"),
)
FIELDS = {
    "text": "x",
    "give": "heart",
    "pin": "yes",
    "save": "yes",
    "follow": "yes",
    "star": "yes",
    "level": "all",
    "name": "x",
    "topic": "x",
    "purpose": "x",
    "person": "1",
    "option": "0",
    "when": "1h",
    "to": "1",
}


def count(chat: Any) -> list[Any]:
    """All rows of the judged tables."""
    tables = [
        row[0]
        for row in chat.all("SELECT name FROM sqlite_schema WHERE name LIKE 'chat%' AND type = 'table'")
    ]
    return [chat.all(f"SELECT * FROM {table} ORDER BY 1, 2") for table in sorted(tables)]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_tells_of_a_private_channel_or_of_others_conversations(
    client: FlaskClient, chat: Any, path: str
) -> None:
    path = path.replace("{general}", str(chat.channel("general")))
    hidden = chat.message("raises"), chat.message("three")

    page = client.get(path).text.replace("in:pay-review", "").replace("called pay-review", "")

    for secret in SECRETS:
        assert secret not in re.sub(r'value="[^"]*"|<h1>.*?</h1>', "", page), secret
    for number in hidden:
        assert f'"/m/{number}' not in page
        assert f'"/link/{number}' not in page


@pytest.mark.parametrize("name", ["pay-review", "three"])
@pytest.mark.parametrize(("method", "end"), ON_CHANNEL)
def test_a_hidden_conversation_answers_404_and_nothing_changes(
    client: FlaskClient, chat: Any, name: str, method: str, end: str
) -> None:
    here = chat.one("SELECT channel_id FROM chat_message WHERE id = ?", chat.message("three"))
    number = here if name == "three" else chat.channel(name)
    before = count(chat)

    response = getattr(client, method)(f"/c/{number}{end}", **({"data": FIELDS} if method == "post" else {}))

    assert response.status_code == 404
    assert all(secret not in response.text for secret in SECRETS)
    assert count(chat) == before


def test_what_is_hidden_looks_like_what_does_not_exist_with_a_way_back(
    client: FlaskClient, chat: Any
) -> None:
    hidden, missing = (client.get(f"/c/{number}").text for number in (chat.channel("pay-review"), 99_999))
    assert hidden == missing
    page = LexborHTMLParser(hidden)
    assert page.css_first("nav.sidebar") is not None
    assert page.css_first("#page .panel.lost .links a.button").attributes["href"] == "/"


@pytest.mark.parametrize("key", ["raises", "three"])
@pytest.mark.parametrize(("method", "path"), ON_MESSAGE)
def test_a_hidden_message_answers_404_and_nothing_changes(
    client: FlaskClient, chat: Any, key: str, method: str, path: str
) -> None:
    before = count(chat)

    response = getattr(client, method)(
        path.format(chat.message(key)), **({"data": FIELDS} if method == "post" else {})
    )

    assert response.status_code == 404
    assert all(secret not in response.text for secret in SECRETS)
    assert count(chat) == before


def test_a_message_cannot_be_forwarded_into_a_hidden_conversation(client: FlaskClient, chat: Any) -> None:
    response = client.post(
        f"/m/{chat.message('hello')}/forward", data={"to": str(chat.channel("pay-review"))}
    )
    assert response.status_code == 422
    assert "Choose where the message goes." in response.text


@pytest.mark.parametrize("end", ["", "/content"])
def test_a_file_of_a_hidden_conversation_answers_404(client: FlaskClient, chat: Any, end: str) -> None:
    secret = chat.one("SELECT id FROM world_file WHERE name = 'salaries.txt'")
    shared = chat.one("SELECT id FROM world_file WHERE name = 'prices.csv'")
    assert client.get(f"/files/{secret}{end}").status_code == 404
    assert client.get(f"/files/{shared}{end}").status_code == 200


def test_the_name_of_a_hidden_channel_is_free_for_another(client: FlaskClient, chat: Any) -> None:
    """Refusing it would tell that there is one."""
    response = client.post("/channels/new", data={"name": "pay-review", "kind": "public"})
    assert response.status_code == 303


def test_others_messages_cannot_be_edited_or_deleted(client: FlaskClient, chat: Any) -> None:
    for end in ("edit", "delete"):
        assert client.post(f"/m/{chat.message('hello')}/{end}", data={"text": "mine"}).status_code == 404
    assert "Delete message" not in client.get(f"/m/{chat.message('hello')}").text


def test_others_reminders_sections_and_drafts_are_nobody_elses(client: FlaskClient, chat: Any) -> None:
    client.post("/reminders", data={"note": "mine", "when": "1h"})
    client.post("/me/sections", data={"name": "mine"})
    client.post(f"/c/{chat.channel('general')}/post", data={"text": "draft of mine", "do": "draft"})
    chat.sign_in(chat.person("buyer"))

    assert client.post("/reminders/1/done").status_code == 404
    assert client.post("/reminders/1/later", data={"when": "1h"}).status_code == 404
    assert client.post("/me/sections/1", data={"do": "delete"}).status_code == 404
    for path in (
        "/reminders",
        "/me",
        "/drafts",
        f"/c/{chat.channel('general')}",
        f"/c/{chat.channel('general')}/about",
    ):
        assert "mine" not in client.get(path).text


@pytest.fixture
def guest(client: FlaskClient, chat: Any) -> FlaskClient:
    chat.sign_in(chat.person("technical writer"))
    return client


def test_a_guest_sees_the_channels_and_the_people_that_they_share_something_with(
    guest: FlaskClient, chat: Any
) -> None:
    listed = re.findall(r'<div class="row-text"><a href="/c/\d+">([^<]+)<', guest.get("/channels").text)
    assert listed == ["quay"]
    people = re.findall(r'<div class="row-text"><a href="/people/(\d+)">', guest.get("/people").text)
    members = chat.all("SELECT person_id FROM chat_membership WHERE channel_id = ?", chat.channel("quay"))
    assert {int(each) for each in people} == {row[0] for row in members}


@pytest.mark.parametrize(
    "path",
    ["/c/{general}", "/c/{rowing}", "/m/{hello}", "/t/{hello}", "/people/{boss}", "/c/{general}/members"],
)
def test_what_a_guest_is_not_in_answers_404(guest: FlaskClient, chat: Any, path: str) -> None:
    numbers = {
        "{general}": chat.channel("general"),
        "{rowing}": chat.channel("rowing"),
        "{hello}": chat.message("hello"),
        "{boss}": chat.person("managing director"),
    }
    for name, number in numbers.items():
        path = path.replace(name, str(number))
    assert guest.get(path).status_code == 404


@pytest.mark.parametrize("query", ["fair", "from:me", "has:file", "-zzz", "in:general fair", "is:thread"])
def test_a_guest_finds_only_what_they_are_in(guest: FlaskClient, chat: Any, query: str) -> None:
    found = re.findall(r'href="/link/(\d+)"', guest.get("/search", query_string={"q": query}).text)
    places = {chat.one("SELECT channel_id FROM chat_message WHERE id = ?", number) for number in found}
    assert places <= {chat.channel("quay")}


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/c/{quay}/invite", "Guests cannot invite people."),
        ("/c/{quay}/rename", "Guests cannot rename it."),
        ("/c/{quay}/archive", "Guests cannot archive it."),
        ("/c/{quay}/describe", "Guests cannot change its topic and purpose."),
        ("/channels/new", "Guests cannot create channels."),
    ],
)
def test_what_a_guest_may_not_do_is_refused_in_words(
    guest: FlaskClient, chat: Any, path: str, reason: str
) -> None:
    before = count(chat)
    response = guest.post(
        path.replace("{quay}", str(chat.channel("quay"))), data={"name": "x", "person": "1"}
    )
    assert response.status_code == 422
    assert reason in response.text
    assert count(chat) == before


def test_a_guest_writes_where_they_are(guest: FlaskClient, chat: Any) -> None:
    assert guest.post(f"/c/{chat.channel('quay')}/post", data={"text": "Page two is fine"}).status_code == 303


@pytest.mark.parametrize("path", ["/", "/c/1", "/search?q=fair", "/nope"])
def test_a_closed_account_is_told_so_and_shown_nothing(client: FlaskClient, chat: Any, path: str) -> None:
    chat.sign_in(chat.person("former account manager"))
    response = client.get(path)
    assert response.status_code == 403
    assert "You have no account here" in response.text
    assert "general" not in response.text


def test_texts_link_only_to_channels_that_the_reader_may_see(client: FlaskClient, chat: Any) -> None:
    general = chat.channel("general")
    client.post(f"/c/{general}/post", data={"text": "See #pay-review and #quay and #wharf"})
    page = client.get(f"/c/{general}").text
    assert "See #pay-review and" in page
    assert page.count(f'<a class="mention" href="/c/{chat.channel("quay")}">') == 2
