"""What the signed-in person writes: posts, replies, drafts, edits, reactions, polls, files, forwards."""

from typing import Any

import pytest
from flask.testing import FlaskClient

LAST = (
    "SELECT text, root_id, is_broadcast, author_id, forwarded_id FROM chat_message ORDER BY id DESC LIMIT 1"
)


@pytest.fixture
def general(chat: Any) -> int:
    return int(chat.channel("general"))


def token_of(page: str) -> str:
    return page.partition('name="token" value="')[2].partition('"')[0]


def test_a_post_is_shown_where_it_was_written(client: FlaskClient, chat: Any, general: int) -> None:
    response = client.post(
        f"/c/{general}/post", data={"text": "  crates\r\nare *here*  "}, follow_redirects=True
    )
    assert "<p>crates<br>are <strong>here</strong></p>" in response.text
    assert chat.all(LAST) == [("crates\nare *here*", None, 0, chat.desk, None)]


def test_a_form_that_is_submitted_twice_posts_once(client: FlaskClient, chat: Any, general: int) -> None:
    token = token_of(client.get(f"/c/{general}").text)
    before = chat.newest()
    for _ in range(2):
        assert client.post(f"/c/{general}/post", data={"text": "once", "token": token}).status_code == 303
    assert chat.newest() == before + 1


def test_the_same_text_can_be_posted_again_from_a_new_page(
    client: FlaskClient, chat: Any, general: int
) -> None:
    before = chat.newest()
    for _ in range(2):
        token = token_of(client.get(f"/c/{general}").text)
        client.post(f"/c/{general}/post", data={"text": "again", "token": token})
    assert chat.newest() == before + 2


def test_another_text_from_the_same_page_is_another_post(
    client: FlaskClient, chat: Any, general: int
) -> None:
    token, before = token_of(client.get(f"/c/{general}").text), chat.newest()
    for text in ("one", "two"):
        client.post(f"/c/{general}/post", data={"text": text, "token": token})
    assert chat.newest() == before + 2


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/c/{general}/poll", {"question": "Which?", "option1": "a", "option2": "b"}),
        ("/m/{hello}/forward", {"to": "{quay}", "text": "look"}),
        ("/c/{quay}/attach", {"file": "1", "text": "look"}),
        ("/directs/new", {"person": "{buyer}", "text": "hello"}),
    ],
)
def test_other_forms_that_post_have_one_effect_too(
    client: FlaskClient, chat: Any, path: str, data: dict[str, str]
) -> None:
    numbers = {
        "{general}": chat.channel("general"),
        "{quay}": chat.channel("quay"),
        "{hello}": chat.message("hello"),
        "{buyer}": chat.person("buyer"),
    }
    for name, number in numbers.items():
        path = path.replace(name, str(number))
        data = {key: value.replace(name, str(number)) for key, value in data.items()}
    data["token"], before = token_of(client.get(path).text), chat.newest()
    assert data["token"]

    for _ in range(2):
        assert client.post(path, data=data).status_code == 303

    assert chat.newest() == before + 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Write something first."),
        (" \n ", "Write something first."),
        ("x" * 4001, "at most 4,000 characters"),
        ("a\x00b", "a character that cannot be shown"),
        ("a\x1bb", "a character that cannot be shown"),
    ],
)
def test_what_cannot_be_posted_is_refused_in_words_and_kept_in_the_form(
    client: FlaskClient, chat: Any, general: int, text: str, reason: str
) -> None:
    before = chat.newest()
    for path in (f"/c/{general}/post", f"/t/{chat.message('hello')}/post"):
        response = client.post(path, data={"text": text})
        assert response.status_code == 422
        assert reason in response.text
        assert text in response.text
    assert chat.newest() == before


def test_a_reply_goes_to_the_thread_and_if_asked_to_the_channel(
    client: FlaskClient, chat: Any, general: int
) -> None:
    hello = chat.message("hello")
    response = client.post(f"/t/{hello}/post", data={"text": "only here"}, follow_redirects=True)
    assert "only here" in response.text
    assert chat.all(LAST) == [("only here", hello, 0, chat.desk, None)]
    assert "only here" not in client.get(f"/c/{general}").text

    client.post(f"/t/{hello}/post", data={"text": "for all", "broadcast": "yes"})
    assert chat.all(LAST) == [("for all", hello, 1, chat.desk, None)]
    assert "for all" in client.get(f"/c/{general}").text
    assert "4 replies" in client.get(f"/c/{general}").text


def test_a_reply_to_a_reply_is_no_thread_of_its_own(client: FlaskClient, chat: Any) -> None:
    crates = chat.message("crates")
    assert client.post(f"/t/{crates}/post", data={"text": "x"}).status_code == 404
    assert client.get(f"/t/{crates}").headers["Location"] == f"/t/{chat.message('hello')}?at={crates}"


def test_a_draft_waits_in_its_conversation_until_it_is_sent(
    client: FlaskClient, chat: Any, general: int
) -> None:
    for text in ("half a th", "half a thought"):
        client.post(f"/c/{general}/post", data={"text": text, "do": "draft"})
    assert chat.one("SELECT count(*) FROM chat_draft") == 1
    assert ">half a thought</textarea>" in client.get(f"/c/{general}").text
    assert "half a thought" in client.get("/drafts").text
    assert "half a thought" not in client.get(f"/c/{chat.channel('quay')}").text
    assert "half a thought" not in client.get(f"/t/{chat.message('hello')}").text

    client.post(f"/c/{general}/post", data={"text": "a whole thought"})
    assert chat.one("SELECT count(*) FROM chat_draft") == 0


def test_an_emptied_draft_is_no_draft(client: FlaskClient, chat: Any, general: int) -> None:
    client.post(f"/c/{general}/post", data={"text": "x", "do": "draft"})
    client.post(f"/c/{general}/post", data={"text": " ", "do": "draft"})
    assert chat.one("SELECT count(*) FROM chat_draft") == 0
    assert "No drafts" in client.get("/drafts").text


def test_saving_nothing_as_a_draft_is_refused_in_words(client: FlaskClient, general: int) -> None:
    response = client.post(f"/c/{general}/post", data={"text": " ", "do": "draft"})
    assert (response.status_code, "There is nothing to save yet." in response.text) == (422, True)


def test_a_draft_can_be_discarded(client: FlaskClient, chat: Any) -> None:
    hello = chat.message("hello")
    client.post(f"/t/{hello}/post", data={"text": "x", "do": "draft"})
    assert f'value="{hello}"' in client.get("/drafts").text
    client.post(f"/c/{chat.channel('general')}/draft/delete", data={"root_id": str(hello)})
    assert chat.one("SELECT count(*) FROM chat_draft") == 0


def test_choosing_a_file_keeps_what_was_typed(client: FlaskClient, chat: Any) -> None:
    quay = chat.channel("quay")
    page = client.post(
        f"/c/{quay}/post", data={"text": "the list", "do": "attach"}, follow_redirects=True
    ).text
    assert ">the list</textarea>" in page
    assert "prices.csv" in page
    number = chat.one("SELECT id FROM world_file WHERE name = 'prices.csv'")

    shown = client.post(
        f"/c/{quay}/attach", data={"text": "the list", "file": str(number)}, follow_redirects=True
    ).text

    assert chat.all("SELECT file_id FROM chat_attachment WHERE message_id = ?", chat.newest()) == [(number,)]
    assert shown.count(f'href="/files/{number}"') == 2
    assert chat.one("SELECT count(*) FROM chat_draft") == 0


def test_a_file_that_one_cannot_see_cannot_be_sent(client: FlaskClient, chat: Any) -> None:
    secret = chat.one("SELECT id FROM world_file WHERE name = 'salaries.txt'")
    response = client.post(f"/c/{chat.channel('quay')}/attach", data={"file": str(secret)})
    assert (response.status_code, "Choose a file." in response.text) == (422, True)


def test_an_edit_shows_that_there_was_one(client: FlaskClient, chat: Any) -> None:
    crates = chat.message("crates")
    client.post(f"/m/{crates}/edit", data={"text": "Where do the *boxes* go?"})
    page = client.get(f"/t/{chat.message('hello')}").text
    assert "<strong>boxes</strong>" in page
    assert "Where do the crates go?" not in page
    assert f'href="/link/{crates}"' in client.get("/search?q=boxes").text
    assert f'href="/link/{crates}"' not in client.get("/search?q=crates").text


def test_an_edit_that_changes_nothing_is_none(client: FlaskClient, chat: Any) -> None:
    crates = chat.message("crates")
    client.post(f"/m/{crates}/edit", data={"text": "Where do the crates go?"})
    assert chat.one("SELECT edited_at FROM chat_message WHERE id = ?", crates) is None


def test_a_deleted_message_is_gone_from_every_page_and_its_thread_stays(
    client: FlaskClient, chat: Any
) -> None:
    general, own = chat.channel("general"), 0
    client.post(f"/c/{general}/post", data={"text": "oops secret"})
    own = chat.newest()
    client.post(f"/t/{own}/post", data={"text": "a reply"})
    client.post(f"/m/{own}/react", data={"give": "heart"})
    client.post(f"/m/{own}/pin", data={"pin": "yes"})
    client.post(f"/m/{own}/save", data={"save": "yes"})
    assert "Delete this message?" in client.get(f"/m/{own}/delete").text

    client.post(f"/m/{own}/delete")

    for path in (
        f"/c/{general}",
        f"/t/{own}",
        f"/m/{own}",
        f"/c/{general}/pins",
        "/saved",
        "/search?q=secret",
        "/threads",
    ):
        assert "oops" not in client.get(path).text, path
    assert "This message was deleted." in client.get(f"/c/{general}").text
    assert "a reply" in client.get(f"/t/{own}").text
    assert client.post(f"/m/{own}/react", data={"give": "heart"}).status_code == 422


def test_a_deleted_message_without_replies_leaves_no_trace_in_the_channel(
    client: FlaskClient, chat: Any
) -> None:
    page = client.get(f"/c/{chat.channel('general')}").text
    assert f'id="m{chat.message("wrong")}"' not in page
    assert "This message was deleted." not in page


def test_a_reaction_is_given_and_taken_back_however_often_it_is_sent(
    client: FlaskClient, chat: Any, general: int
) -> None:
    poll = chat.message("poll")
    for _ in range(2):
        client.post(f"/m/{poll}/react", data={"give": "tada"})
    page = client.get(f"/c/{general}").text
    assert 'name="take" value="tada" aria-pressed="true" aria-label="party: 1"' in page
    for _ in range(2):
        client.post(f"/m/{poll}/react", data={"take": "tada"})
    assert 'value="tada"' not in client.get(f"/c/{general}").text


@pytest.mark.parametrize("emoji", ["", "nope", "<script>", "👍", "x" * 5000])
def test_only_known_emoji_are_given(client: FlaskClient, chat: Any, emoji: str) -> None:
    response = client.post(f"/m/{chat.message('poll')}/react", data={"give": emoji})
    assert (response.status_code, "Choose one of the emoji." in response.text) == (422, True)


def test_a_vote_can_be_changed_and_taken_back(client: FlaskClient, chat: Any) -> None:
    poll = chat.message("poll")
    own = "SELECT option FROM chat_vote WHERE message_id = ? AND person_id = ?"
    for field, expected in (("option", 1), ("option", 1), ("withdraw", None), ("withdraw", None)):
        client.post(f"/m/{poll}/vote", data={"option": "0"})
        client.post(f"/m/{poll}/vote", data={field: "1"})
        assert chat.one(own, poll, chat.desk) == expected


@pytest.mark.parametrize("option", ["2", "-1", "", "x", "99999999999"])
def test_a_vote_for_nothing_is_refused(client: FlaskClient, chat: Any, option: str) -> None:
    response = client.post(f"/m/{chat.message('poll')}/vote", data={"option": option})
    assert (response.status_code, "Choose one of the poll" in response.text) == (422, True)


def test_a_poll_is_started_voted_on_and_closed(client: FlaskClient, chat: Any, general: int) -> None:
    client.post(f"/c/{general}/poll", data={"question": "Tea?", "option1": "Yes", "option3": "No"})
    own = chat.newest()
    client.post(f"/m/{own}/vote", data={"option": "1"})
    client.post(f"/m/{own}/close")
    page = client.get(f"/c/{general}").text
    assert "Closed Tue, Mar 4, 10:00" in page
    response = client.post(f"/m/{own}/vote", data={"option": "0"})
    assert (response.status_code, "This poll is closed." in response.text) == (422, True)
    assert client.post(f"/m/{chat.message('poll')}/close").status_code == 422


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"option1": "a", "option2": "b"}, "The question is missing."),
        ({"question": "q", "option1": "a"}, "A poll needs at least two options."),
        ({"question": "q", "option1": "a", "option2": "A"}, "Two options are alike."),
        (
            {"question": "q", "option1": "a", "option2": "b", "day": "2031-03-03"},
            "must end at a time that is still to come",
        ),
        ({"question": "q", "option1": "a", "option2": "b", "day": "soon"}, "Choose a day such as"),
        ({"question": "q" * 301, "option1": "a", "option2": "b"}, "The question has at most 300 characters"),
    ],
)
def test_a_poll_that_makes_no_sense_is_refused(
    client: FlaskClient, general: int, data: dict[str, str], reason: str
) -> None:
    response = client.post(f"/c/{general}/poll", data=data)
    assert response.status_code == 422
    assert reason in response.text


def test_a_forwarded_message_is_shown_with_its_author(client: FlaskClient, chat: Any) -> None:
    quay, due = chat.channel("quay"), chat.message("due")
    page = client.post(f"/m/{due}/forward", data={"to": str(quay), "text": "FYI"}, follow_redirects=True).text
    assert "the heron budget is due" in page
    assert f"Forwarded from {chat.name(chat.person('controller'))}" in page
    chat.run("UPDATE chat_message SET text = '', deleted_at = posted_at WHERE id = ?", due)
    assert "The forwarded message was deleted." in client.get(f"/c/{quay}").text


def test_a_link_leads_to_its_message(client: FlaskClient, chat: Any, general: int) -> None:
    hello, crates = chat.message("hello"), chat.message("crates")
    assert f"http://chat.test/link/{hello}" in client.get(f"/m/{hello}").text
    assert client.get(f"/link/{hello}").headers["Location"] == f"/c/{general}"
    assert client.get(f"/link/{crates}").headers["Location"] == f"/t/{hello}?at={crates}"


def test_a_link_to_an_old_message_shows_what_was_written_around_it(
    client: FlaskClient, chat: Any, general: int
) -> None:
    hello = chat.message("hello")
    for number in range(40):
        client.post(f"/c/{general}/post", data={"text": f"line {number}"})
    place = client.get(f"/link/{hello}").headers["Location"]
    assert place == f"/c/{general}?at={hello}"
    page = client.get(place).text
    assert f'id="m{hello}"' in page
    assert "line 2<" in page
    assert "line 3<" not in page
    assert "Go to the newest messages" in page
    assert "Earlier messages" in client.get(f"/c/{general}").text


def test_nobody_posts_in_an_archived_channel_or_without_being_in_it(client: FlaskClient, chat: Any) -> None:
    for name, reason in (
        ("old-fair", "This channel is archived."),
        ("rowing", "Join this channel to post in it."),
    ):
        here, message = chat.channel(name), chat.message({"old-fair": "over", "rowing": "rowing"}[name])
        before = chat.newest()
        assert reason in client.post(f"/c/{here}/post", data={"text": "x"}).text
        assert reason in client.post(f"/t/{message}/post", data={"text": "x"}).text
        for end, data in (("react", {"give": "heart"}), ("pin", {"pin": "yes"})):
            assert client.post(f"/m/{message}/{end}", data=data).status_code == 422
        assert chat.newest() == before


def test_a_closed_account_is_not_written_to(client: FlaskClient, chat: Any) -> None:
    response = client.post(
        "/directs/new", data={"person": str(chat.person("former account manager")), "text": "x"}
    )
    assert (response.status_code, "account is closed" in response.text) == (422, True)


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/c/{here}/post", {"text": "hello"}),
        ("/c/{here}/attach", {"file": "{file}"}),
        ("/m/{hello}/forward", {"to": "{here}"}),
    ],
)
def test_nothing_is_sent_to_an_account_that_has_been_closed(
    client: FlaskClient, chat: Any, path: str, data: dict[str, str]
) -> None:
    buyer = chat.person("buyer")
    client.post("/directs/new", data={"person": str(buyer), "text": "x"})
    names = {
        "{here}": chat.one("SELECT max(id) FROM chat_channel"),
        "{hello}": chat.message("hello"),
        "{file}": chat.one("SELECT id FROM world_file WHERE name = 'prices.csv'"),
    }
    for name, number in names.items():
        path = path.replace(name, str(number))
        data = {key: value.replace(name, str(number)) for key, value in data.items()}
    chat.run("UPDATE world_job SET status = 'left' WHERE person_id = ?", buyer)
    before = chat.newest()

    response = client.post(path, data=data)

    assert (response.status_code, "account is closed" in response.text) == (422, True)
    assert chat.newest() == before


def test_a_message_that_is_only_a_file_is_forwarded_with_it(client: FlaskClient, chat: Any) -> None:
    quay, rates = chat.channel("quay"), chat.one("SELECT id FROM world_file WHERE name = 'prices.csv'")
    client.post(f"/c/{chat.channel('general')}/attach", data={"file": str(rates)})
    sent = chat.newest()
    for _ in range(2):  # the second forwards the first forward, which says nothing of its own
        client.post(f"/m/{chat.newest()}/forward", data={"to": str(quay)})
        assert chat.one("SELECT forwarded_id FROM chat_message ORDER BY id DESC LIMIT 1") == sent
        files = chat.all("SELECT file_id FROM chat_attachment WHERE message_id = ?", chat.newest())
        assert files == [(rates,)]
    assert f'href="/files/{rates}"' in client.get(f"/c/{quay}").text


def test_what_forwards_a_deleted_message_without_a_word_is_not_forwarded_on(
    client: FlaskClient, chat: Any
) -> None:
    quay, due = chat.channel("quay"), chat.message("due")
    client.post(f"/m/{due}/forward", data={"to": str(quay)})
    chat.run("UPDATE chat_message SET text = '', deleted_at = posted_at WHERE id = ?", due)
    response = client.post(f"/m/{chat.newest()}/forward", data={"to": str(quay)})
    assert (response.status_code, "This message was deleted." in response.text) == (422, True)


def test_writing_to_somebody_again_goes_on_in_the_same_conversation(client: FlaskClient, chat: Any) -> None:
    buyer, before = chat.person("head of Care"), chat.one("SELECT count(*) FROM chat_channel")
    for text in ("one", "two"):
        client.post("/directs/new", data={"person": str(buyer), "text": text})
    assert chat.one("SELECT count(*) FROM chat_channel") == before + 1
    assert chat.one("SELECT kind FROM chat_channel ORDER BY id DESC LIMIT 1") == "direct"


def test_a_group_has_at_most_nine_people(client: FlaskClient, chat: Any) -> None:
    people = [
        str(row[0]) for row in chat.all("SELECT person_id FROM world_job WHERE status = 'staff' LIMIT 12")
    ]
    response = client.post("/directs/new", data={"person": people, "text": "x"})
    assert (response.status_code, "at most 9 people" in response.text) == (422, True)
