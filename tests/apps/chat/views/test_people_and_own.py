"""Profiles, the directory, status, do-not-disturb, reminders, saved messages, mentions."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from gristmill.apps.server.database import LentConnection
from gristmill.apps.world.clock import FORMAT
from gristmill.apps.world.events import run_due


def advance(connection: LentConnection, minutes: int) -> None:
    """Let time pass, and what is due happen."""
    for _ in range(minutes):
        connection.execute(f"UPDATE world_clock SET now = strftime('{FORMAT}', now, '60 seconds')")
        connection.commit()
        run_due(connection)


def test_a_profile_says_who_somebody_is(client: FlaskClient, chat: Any) -> None:
    shift, lead = chat.person("assembler"), chat.person("shift lead")
    page = client.get(f"/people/{shift}").text
    for fact in (
        "Assembler",
        "Workshop",
        "UTC-6",
        "Tue, Mar 4, 09:00",
        f"@{chat.handle(shift)}",
        chat.name(lead),
    ):
        assert fact in page, fact


@pytest.mark.parametrize(
    ("query", "roles"),
    [
        ("q=calibrator", {"calibrator"}),
        ("q=office+manager+lake", {"office manager"}),
        ("team=Product", None),
        ("q=zzz", set()),
    ],
)
def test_the_directory_is_searched(
    client: FlaskClient, chat: Any, query: str, roles: set[str] | None
) -> None:
    page = client.get(f"/people?{query}").text
    found = [int(each) for each in re.findall(r'<div class="row-text"><a href="/people/(\d+)">', page)]
    jobs = dict(chat.all("SELECT person_id, role FROM world_job"))
    if roles is None:
        teams = "SELECT person_id FROM world_job JOIN world_team t ON t.id = team_id WHERE t.name = 'Product'"
        assert set(found) == {row[0] for row in chat.all(teams)}
    else:
        assert {jobs[each] for each in found} == roles


def test_a_status_is_shown_and_clears_itself(
    client: FlaskClient, chat: Any, chat_world: LentConnection
) -> None:
    client.post("/me/status", data={"emoji": "coffee", "text": "Tea first", "until": "30m"})
    assert "Tea first" in client.get(f"/people/{chat.desk}").text
    advance(chat_world, 29)
    assert "Tea first" in client.get("/").text
    advance(chat_world, 1)
    assert "Tea first" not in client.get("/").text


def test_a_status_that_was_set_again_is_not_cleared_early(
    client: FlaskClient, chat: Any, chat_world: LentConnection
) -> None:
    client.post("/me/status", data={"text": "one", "until": "30m"})
    client.post("/me/status", data={"text": "two", "until": "1h"})
    advance(chat_world, 40)
    assert "two" in client.get("/me").text
    assert "'chat.clear_status', 'gone'" in str(chat.all("SELECT kind, status FROM world_event"))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"text": "x" * 81}, "The status has at most 80"),
        ({"text": "x", "emoji": "nope"}, "Choose one of the emoji."),
        ({"text": "x", "until": "at", "day": "2031-03-03"}, "still to come"),
        ({"text": "x", "until": "at", "day": "never"}, "Choose a day such as"),
    ],
)
def test_a_status_that_makes_no_sense_is_refused(
    client: FlaskClient, data: dict[str, str], reason: str
) -> None:
    response = client.post("/me/status", data=data)
    assert (response.status_code, reason in response.text) == (422, True)


def test_do_not_disturb_ends_by_itself_or_by_hand(
    client: FlaskClient, chat: Any, chat_world: LentConnection
) -> None:
    own = "SELECT quiet_until FROM chat_member WHERE person_id = ?"
    client.post("/me/quiet", data={"until": "30m"})
    assert "Do not disturb" in client.get("/").text
    advance(chat_world, 30)
    assert chat.one(own, chat.desk) is None
    client.post("/me/quiet", data={"until": "30m"})
    client.post("/me/quiet", data={"do": "off"})
    assert chat.one(own, chat.desk) is None


def test_what_ends_by_itself_is_scheduled_once(client: FlaskClient, chat: Any) -> None:
    scheduled = "SELECT count(*) FROM world_event WHERE kind IN ('chat.end_quiet', 'chat.clear_status')"
    before = chat.one(scheduled)
    for _ in range(2):
        client.post("/me/quiet", data={"until": "30m"})
        client.post("/me/status", data={"emoji": "", "text": "out", "until": "30m"})
    assert chat.one(scheduled) == before + 2


def test_a_reminder_comes_when_it_is_due_and_is_done(
    client: FlaskClient, chat: Any, chat_world: LentConnection
) -> None:
    hello = chat.message("hello")
    for _ in range(2):
        client.post(f"/m/{hello}/remind", data={"when": "20m", "note": "answer"})
    assert chat.one("SELECT count(*) FROM chat_reminder") == 1
    assert "Reminders that are due" not in client.get("/").text
    advance(chat_world, 20)
    assert "Reminders that are due" in client.get("/").text
    client.post("/reminders/1/later", data={"when": "1h"})
    assert "Reminders that are due" not in client.get("/").text
    advance(chat_world, 60)
    client.post("/reminders/1/done")
    assert "No reminders" in client.get("/reminders").text


@pytest.mark.parametrize(
    ("change", "minutes"), [({"do": "off"}, 0), ({"until": "30m"}, 30)], ids=["turned off", "shortened"]
)
def test_a_reminder_that_waits_comes_when_do_not_disturb_ends_early(
    client: FlaskClient, chat: Any, chat_world: LentConnection, change: dict[str, str], minutes: int
) -> None:
    client.post("/reminders", data={"note": "call", "when": "20m"})
    client.post("/me/quiet", data={"until": "4h"})
    advance(chat_world, 25)
    assert "Reminders that are due" not in client.get("/").text
    client.post("/me/quiet", data=change)
    advance(chat_world, minutes)
    assert "Reminders that are due" in client.get("/").text


def test_a_reminder_waits_while_one_is_not_to_be_disturbed(
    client: FlaskClient, chat: Any, chat_world: LentConnection
) -> None:
    client.post("/reminders", data={"note": "call", "when": "20m"})
    client.post("/me/quiet", data={"until": "30m"})
    advance(chat_world, 25)
    assert chat.one("SELECT fired_at FROM chat_reminder") is None
    advance(chat_world, 5)
    assert chat.one("SELECT fired_at FROM chat_reminder") == "2031-03-04 10:30:00.000000"


def test_a_reminder_in_the_past_is_refused(client: FlaskClient) -> None:
    response = client.post(
        "/reminders", data={"note": "x", "when": "at", "day": "2031-03-04", "time": "09:59"}
    )
    assert (response.status_code, "still to come" in response.text) == (422, True)


def test_saved_messages_are_listed_until_they_are_removed(client: FlaskClient, chat: Any) -> None:
    chat.run("DELETE FROM chat_saved")
    client.post(f"/m/{chat.message('poll')}/save", data={"save": "yes"})
    assert "Which day suits the fair?" in client.get("/saved").text
    response = client.post(f"/m/{chat.message('poll')}/save?from=saved", data={"save": "no"})
    assert response.headers["Location"] == "/saved"
    assert "Nothing saved" in client.get("/saved").text


def test_mentions_and_reactions_are_gathered(client: FlaskClient, chat: Any) -> None:
    crates, buyer = chat.message("crates"), chat.person("buyer")
    chat.run("INSERT INTO chat_reaction VALUES (?, 'heart', ?, '2031-03-01 10:00:00.000000')", crates, buyer)
    every, mentions, reactions = (
        client.get(f"/mentions{q}").text for q in ("", "?show=mentions", "?show=reactions")
    )
    for page, has_mention, has_reaction in (
        (every, True, True),
        (mentions, True, False),
        (reactions, False, True),
    ):
        assert ("could you check page two?" in page) == has_mention
        assert ("Where do the crates go?" in page) == has_reaction
    assert f"{chat.name(buyer)} reacted with" in reactions


def test_the_threads_view_lists_what_one_follows(client: FlaskClient, chat: Any) -> None:
    hello, poll = chat.message("hello"), chat.message("poll")
    client.post(f"/t/{poll}/post", data={"text": "both"})
    page = client.get("/threads").text
    assert re.findall(r'<a href="/t/(\d+)">Open thread', page) == [str(poll), str(hello)]
    client.post(f"/t/{poll}/follow", data={"follow": "no"})
    assert re.findall(r'<a href="/t/(\d+)">Open thread', client.get("/threads").text) == [str(hello)]
