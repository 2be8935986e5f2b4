"""Channels: browsing, creating, joining, inviting, renaming, archiving; how one sees them."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient


@pytest.fixture
def general(chat: Any) -> int:
    return int(chat.channel("general"))


def is_in(chat: Any, name: str, person_id: int) -> bool:
    own = "SELECT count(*) FROM chat_membership WHERE channel_id = ? AND person_id = ?"
    return bool(chat.one(own, chat.channel(name), person_id))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["general", "heron", "quay", "rowing"]),
        ("?q=everybody", ["general"]),
        ("?q=%23SPRING", ["general"]),
        ("?q=wharf", ["quay"]),
        ("?q=50%25", []),
        ("?show=mine", ["general", "heron", "quay"]),
        ("?show=other", ["rowing"]),
        ("?show=archived", ["old-fair"]),
        ("?show=nonsense&page=x", ["general", "heron", "quay", "rowing"]),
    ],
)
def test_the_browser_lists_channels_that_one_may_see(
    client: FlaskClient, query: str, names: list[str]
) -> None:
    page = client.get(f"/channels{query}").text
    assert re.findall(r'<div class="row-text"><a href="/c/\d+">([^<]+)<', page) == names


def test_a_channel_is_created_with_those_who_are_invited(client: FlaskClient, chat: Any) -> None:
    buyer, gone = chat.person("buyer"), chat.person("former account manager")
    data = {
        "name": "#kettle-news",
        "purpose": "All  about\tkettles",
        "kind": "private",
        "person": [buyer, gone],
    }
    page = client.post("/channels/new", data=data, follow_redirects=True).text
    assert "This is where #kettle-news begins. All about kettles" in page
    row = "SELECT kind, purpose, creator_id, created_at FROM chat_channel WHERE name = 'kettle-news'"
    assert chat.all(row) == [("private", "All about kettles", chat.desk, "2031-03-04 10:00:00.000000")]
    assert is_in(chat, "kettle-news", chat.desk)
    assert is_in(chat, "kettle-news", buyer)
    assert not is_in(chat, "kettle-news", gone)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "lower-case letters"),
        ("Kettle", "lower-case letters"),
        ("two words", "lower-case letters"),
        ("-x", "lower-case letters"),
        ("x" * 41, "lower-case letters"),
        ("general", "There is a channel called #general already."),
        ("old-fair", "There is a channel called #old-fair already."),
    ],
)
def test_a_name_that_is_taken_or_no_name_is_refused(
    client: FlaskClient, chat: Any, name: str, reason: str
) -> None:
    before = chat.one("SELECT count(*) FROM chat_channel")
    response = client.post("/channels/new", data={"name": name, "purpose": "kept"})
    assert response.status_code == 422
    assert reason in response.text
    assert 'value="kept"' in response.text
    assert chat.one("SELECT count(*) FROM chat_channel") == before


def test_joining_and_leaving(client: FlaskClient, chat: Any) -> None:
    rowing = chat.channel("rowing")
    assert "You are looking at #rowing without being in it." in client.get(f"/c/{rowing}").text
    assert 'aria-label="Message' not in client.post(f"/c/{rowing}/join").text
    assert is_in(chat, "rowing", chat.desk)
    assert client.post(f"/c/{rowing}/join").status_code == 303
    client.post(f"/c/{rowing}/leave")
    assert not is_in(chat, "rowing", chat.desk)
    assert client.post(f"/c/{rowing}/leave").status_code == 303


def test_what_cannot_be_joined_or_left_says_why(client: FlaskClient, chat: Any) -> None:
    client.post("/channels/new", data={"name": "alone", "kind": "private"})
    assert "You are the only member" in client.post(f"/c/{chat.channel('alone')}/leave").text
    direct = chat.one("SELECT channel_id FROM chat_message WHERE id = ?", chat.message("noon"))
    for end in ("join", "leave", "archive", "describe", "rename", "invite"):
        response = client.post(f"/c/{direct}/{end}", data={"name": "x", "person": "1"})
        assert response.status_code == 422, end
    assert "This channel is archived." in client.post(f"/c/{chat.channel('old-fair')}/join").text


def test_people_are_invited_and_removed(client: FlaskClient, chat: Any) -> None:
    heron, care, boss = chat.channel("heron"), chat.person("head of Care"), chat.person("managing director")
    client.post(f"/c/{heron}/invite", data={"person": [care, boss]})
    assert is_in(chat, "heron", care)
    assert chat.name(care) in client.get(f"/c/{heron}/members").text
    client.post(f"/c/{heron}/remove/{care}")
    assert not is_in(chat, "heron", care)
    for other, reason in ((boss, "Who created a channel"), (chat.desk, "To take yourself out")):
        assert reason in client.post(f"/c/{heron}/remove/{other}").text
        assert is_in(chat, "heron", other)


def test_an_invitation_needs_somebody_with_an_open_account(client: FlaskClient, chat: Any) -> None:
    heron = chat.channel("heron")
    assert "Choose at least one person." in client.post(f"/c/{heron}/invite").text
    gone = chat.person("former account manager")
    assert "account is closed" in client.post(f"/c/{heron}/invite", data={"person": gone}).text


def test_topic_and_purpose_are_set(client: FlaskClient, chat: Any, general: int) -> None:
    client.post(f"/c/{general}/describe", data={"topic": "Summer fair", "purpose": ""})
    assert chat.all("SELECT topic, purpose FROM chat_channel WHERE id = ?", general) == [("Summer fair", "")]
    assert "Summer fair" in client.get(f"/c/{general}").text
    response = client.post(f"/c/{general}/describe", data={"topic": "x" * 251})
    assert (response.status_code, "The topic has at most 250" in response.text) == (422, True)
    rowing = chat.channel("rowing")
    assert "Join this channel" in client.post(f"/c/{rowing}/describe", data={"topic": "x"}).text


def test_a_renamed_channel_is_found_by_its_old_name(client: FlaskClient, chat: Any, general: int) -> None:
    client.post(f"/c/{general}/rename", data={"name": "everybody"})
    assert chat.channel("everybody") == general
    assert "#general" in client.get(f"/c/{general}/about").text
    assert f'href="/link/{chat.message("hello")}"' in client.get("/search?q=in:general+welcome").text
    client.post(f"/c/{general}/post", data={"text": "as in #general"})
    assert f'<a class="mention" href="/c/{general}">#general</a>' in client.get(f"/c/{general}").text
    assert client.post(f"/c/{general}/rename", data={"name": "general"}).status_code == 303
    assert client.post(f"/c/{general}/rename", data={"name": "everybody"}).status_code == 303


def test_archiving_asks_first_and_can_be_undone(client: FlaskClient, chat: Any, general: int) -> None:
    assert "Archive #general?" in client.get(f"/c/{general}/archive").text
    client.post(f"/c/{general}/archive")
    assert f'href="/c/{general}"' not in client.get("/").text
    assert "This channel is archived." in client.get(f"/c/{general}").text
    for end, data in (("rename", {"name": "x"}), ("describe", {"topic": "x"}), ("invite", {"person": "1"})):
        assert "Restore it first." in client.post(f"/c/{general}/{end}", data=data).text
    client.post(f"/c/{general}/restore")
    assert chat.one("SELECT archived_at FROM chat_channel WHERE id = ?", general) is None
    assert "Send</button>" in client.get(f"/c/{general}").text


def test_a_channel_is_seen_as_one_prefers(client: FlaskClient, chat: Any, general: int) -> None:
    client.post("/me/sections", data={"name": "Fairs"})
    section = chat.one("SELECT id FROM chat_section")
    data = {"level": "nothing", "muted": "yes", "section": section}
    assert client.post(f"/c/{general}/prefer", data=data).status_code == 303
    own = "SELECT level, is_muted, section_id FROM chat_membership WHERE channel_id = ? AND person_id = ?"
    assert chat.all(own, general, chat.desk) == [("nothing", 1, section)]
    page = client.get("/").text
    assert (
        page.index('aria-label="Fairs"')
        < page.index(f'href="/c/{general}"')
        < page.index('aria-label="Channels"')
    )

    client.post(f"/me/sections/{section}", data={"do": "rename", "name": "Markets"})
    assert 'aria-label="Markets"' in client.get("/").text
    client.post(f"/me/sections/{section}", data={"do": "delete"})
    assert chat.all(own, general, chat.desk) == [("nothing", 1, None)]


@pytest.mark.parametrize("data", [{"level": "loud"}, {"level": "all", "section": "99"}, {}])
def test_a_preference_that_there_is_not_is_refused(
    client: FlaskClient, chat: Any, general: int, data: dict[str, str]
) -> None:
    assert client.post(f"/c/{general}/prefer", data=data).status_code == 422


def test_two_sections_of_one_name_are_refused(client: FlaskClient) -> None:
    client.post("/me/sections", data={"name": "Fairs"})
    response = client.post("/me/sections", data={"name": "FAIRS"})
    assert (response.status_code, "You have a section called FAIRS already." in response.text) == (422, True)


def test_a_starred_channel_comes_first(client: FlaskClient, chat: Any) -> None:
    quay = chat.channel("quay")
    chat.run("UPDATE chat_membership SET is_starred = 0")
    client.post(f"/c/{quay}/star", data={"star": "yes"})
    page = client.get("/").text
    assert (
        page.index('aria-label="Starred"')
        < page.index(f'href="/c/{quay}"')
        < page.index('aria-label="Channels"')
    )
    client.post(f"/c/{quay}/star", data={"star": "no"})
    assert 'aria-label="Starred"' not in client.get("/").text


def test_pins_are_listed_and_taken_off(client: FlaskClient, chat: Any, general: int) -> None:
    hello = chat.message("hello")
    assert "Welcome to the" in client.get(f"/c/{general}/pins").text
    client.post(f"/m/{hello}/pin", data={"pin": "no"})
    assert "Nothing is pinned here" in client.get(f"/c/{general}/pins").text
    client.post(f"/m/{hello}/pin", data={"pin": "yes"})
    own = "SELECT pinned_by_id FROM chat_message WHERE id = ?"
    assert chat.one(own, hello) == chat.desk


def test_bookmarks_lead_to_pages_of_the_company(client: FlaskClient, chat: Any, general: int) -> None:
    data = {"title": "Orders", "url": "http://chat.test/people"}
    for _ in range(2):
        client.post(f"/c/{general}/bookmarks", data=data)
    assert chat.one("SELECT count(*) FROM chat_bookmark") == 1
    assert '<a href="http://chat.test/people">Orders</a>' in client.get(f"/c/{general}").text
    client.post(f"/c/{general}/bookmarks/1/delete")
    assert "Orders" not in client.get(f"/c/{general}").text


@pytest.mark.parametrize(
    "url", ["", "people", "http://evil.example/", "javascript:alert(1)", "http://chat.test/ x"]
)
def test_a_bookmark_that_leads_elsewhere_is_refused(client: FlaskClient, general: int, url: str) -> None:
    response = client.post(f"/c/{general}/bookmarks", data={"title": "x", "url": url})
    assert response.status_code == 422


def test_a_draft_in_a_channel_that_one_has_left_is_neither_listed_nor_counted(
    client: FlaskClient, chat: Any
) -> None:
    heron = chat.channel("heron")
    client.post(f"/c/{heron}/post", data={"text": "half a thought", "do": "draft"})
    assert '<span>Drafts</span><span class="count">1' in client.get("/").text
    client.post(f"/c/{heron}/leave")
    assert '<span>Drafts</span><span class="count">' not in client.get("/").text
    assert "half a thought" not in client.get("/drafts").text


def test_an_old_conversation_with_something_unread_stays_in_the_side_bar(
    client: FlaskClient, chat: Any
) -> None:
    people = chat.all("SELECT person_id FROM world_job WHERE status = 'staff' AND person_id != ?", chat.desk)
    others = [int(row[0]) for row in people][:24]
    for person in others:
        client.post("/directs/new", data={"person": str(person), "text": "hello"})
    first = chat.one("SELECT channel_id FROM chat_message WHERE text = 'hello' ORDER BY id LIMIT 1")
    assert f'href="/c/{first}"' not in client.get("/").text
    chat.run("UPDATE chat_read SET message_id = 0 WHERE channel_id = ? AND person_id = ?", first, chat.desk)
    chat.run("UPDATE chat_message SET author_id = ? WHERE channel_id = ?", others[0], first)
    assert f'href="/c/{first}" class="bold ' in client.get("/").text
    assert f'href="/c/{first}"' in client.get("/directs").text
