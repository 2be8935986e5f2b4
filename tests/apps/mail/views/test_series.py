"""Meetings that recur: created once, shown every time, answered and called off one by one or all together."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

Look = Callable[[str], list[tuple[object, ...]]]
Arrange = Callable[[str], None]

FORM = {
    "title": "Round", "day": "2031-03-05", "starts": "09:00", "ends": "09:15", "repeats": "weekdays",
    "until": "2031-03-12", "guests": "ada.park@wherrymoor.test", "do": "save",
}  # fmt: skip
SENT = "SELECT subject, body FROM mail_message ORDER BY id"
ANSWERS = "SELECT answer FROM mail_guest ORDER BY meeting_id"
OFF = "SELECT is_cancelled FROM mail_meeting ORDER BY id"


@pytest.fixture
def sign_in(arrange: Arrange) -> Callable[[int], None]:
    """Makes another person the current user."""
    return lambda number: arrange(f"UPDATE world_current_user SET person_id = {number}")


@pytest.fixture
def series(reader: FlaskClient, sign_in: Callable[[int], None]) -> None:
    """Ben (2) has invited Ada (1) to six mornings, from Wed 5 to Wed 12 March without the weekend."""
    sign_in(2)
    assert reader.post("/agenda/new", data=FORM).status_code == 303
    sign_in(1)


@pytest.mark.usefixtures("series")
def test_a_series_is_one_invitation_and_a_meeting_on_each_of_its_days(
    reader: FlaskClient, look: Look
) -> None:
    days = [row[0] for row in look("SELECT substr(starts_at, 1, 10) FROM mail_meeting ORDER BY id")]
    assert days == [f"2031-03-{day:02}" for day in (5, 6, 7, 10, 11, 12)]
    assert look(SENT) == [
        ("Invitation: Round", "Round\nEvery weekday, 09:00 to 09:15, until Wed 12 March 2031")
    ]
    first = reader.get("/agenda?week=2031-03-03").text
    assert first.count("Every weekday") == 3
    assert reader.get("/agenda?week=2031-03-10").text.count("Every weekday") == 3
    assert "Every weekday until 12 March 2031" in reader.get("/meetings/3").text


def test_a_weekly_series_keeps_its_day(reader: FlaskClient, look: Look) -> None:
    data = FORM | {"repeats": "weekly", "until": "2031-03-20"}
    reader.post("/agenda/new", data=data)
    days = [row[0] for row in look("SELECT substr(starts_at, 1, 10) FROM mail_meeting ORDER BY id")]
    assert days == ["2031-03-05", "2031-03-12", "2031-03-19"]
    assert "Every Wednesday" in reader.get("/meetings/2").text


@pytest.mark.usefixtures("series")
def test_one_meeting_of_a_series_or_all_of_it_are_answered(reader: FlaskClient, look: Look) -> None:
    reader.post("/meetings/3/answer", data={"answer": "declined", "scope": "one"})
    assert [row[0] for row in look(ANSWERS)] == ["pending"] * 2 + ["declined"] + ["pending"] * 3
    assert look(SENT)[-1][1] == "Declined: Round\nFri 7 March 2031, 09:00 to 09:15"
    for _ in range(2):
        reader.post("/meetings/5/answer", data={"answer": "accepted", "scope": "series"})
    assert {row[0] for row in look(ANSWERS)} == {"accepted"}
    assert [row[0] for row in look(SENT)] == ["Invitation: Round", "Declined: Round", "Accepted: Round"]
    assert "Every weekday, 09:00 to 09:15" in str(look(SENT)[-1][1])


@pytest.mark.usefixtures("series")
def test_an_answer_to_a_series_leaves_what_is_over_as_it_was(
    reader: FlaskClient, look: Look, arrange: Arrange
) -> None:
    arrange("UPDATE world_clock SET now = '2031-03-10 08:00:00.000000'")
    thread = look("SELECT thread_id FROM mail_entry WHERE account_id = 1")[0][0]
    page = reader.get(f"/threads/{thread}").text
    assert "Accept series" in page
    assert "next on Mon 10 March" in page
    reader.post("/meetings/1/answer", data={"answer": "accepted", "scope": "series"})
    assert [row[0] for row in look(ANSWERS)] == ["pending"] * 3 + ["accepted"] * 3
    assert "You have answered: accepted" in reader.get(f"/threads/{thread}").text
    arrange("UPDATE world_clock SET now = '2031-03-20 08:00:00.000000'")
    over = reader.post("/meetings/1/answer", data={"answer": "declined", "scope": "series"})
    assert "This meeting is over." in over.text


@pytest.mark.usefixtures("series")
@pytest.mark.parametrize(("scope", "off"), [("one", [0, 1, 0, 0, 0, 0]), ("series", [1] * 6)])
def test_a_series_is_called_off_in_part_or_as_a_whole(
    reader: FlaskClient, look: Look, sign_in: Callable[[int], None], scope: str, off: list[int]
) -> None:
    sign_in(2)
    assert "Cancel the series" in reader.get("/meetings/2/cancel").text
    reader.post("/meetings/2/cancel", data={"scope": scope})
    assert [row[0] for row in look(OFF)] == off
    assert [row[0] for row in look(SENT)] == ["Invitation: Round", "Cancelled: Round"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"repeats": "hourly"}, "Choose how the meeting repeats."),
        ({"until": ""}, "Enter the last day of the series"),
        ({"until": "2031-03-05"}, "is not after the first one"),
        ({"until": "2032-03-05"}, "A series has fewer than 80 meetings."),
    ],
)
def test_a_series_that_cannot_be_is_refused_in_words(
    reader: FlaskClient, look: Look, data: dict[str, str], says: str
) -> None:
    response = reader.post("/agenda/new", data=FORM | data)
    assert response.status_code == 422
    assert says in response.text
    assert look("SELECT count(*) FROM mail_meeting") == [(0,)]


def test_a_room_must_be_free_on_every_day_of_a_series(reader: FlaskClient) -> None:
    taken = FORM | {"title": "Visit", "day": "2031-03-11", "repeats": "", "room": "Weir"}
    reader.post("/agenda/new", data=taken)
    response = reader.post("/agenda/new", data=FORM | {"room": "Weir"})
    assert "Weir is taken on Tue 11 March from 09:00 to 09:15." in response.text
