"""The agenda: weeks, invitations, answers, proposals, rooms, and what is nobody else's business."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from gristmill.apps.mail.models import Mail
from gristmill.apps.mail.services.addresses import Mailbox

Send = Callable[..., Mail]
Look = Callable[[str], list[tuple[object, ...]]]
Arrange = Callable[[str], None]

ADA, BEN, CLEO = (
    Mailbox(name=name, email=f"{name.lower().replace(' ', '.')}@wherrymoor.test")
    for name in ("Ada Park", "Ben Moor", "Cleo Finch")
)
FORM = {"title": "Review", "day": "2031-03-06", "starts": "10:30", "ends": "11:15", "do": "save"}
SENT = "SELECT subject, meeting_method FROM mail_message ORDER BY id"
GUEST = "SELECT answer, comment, proposed_starts_at FROM mail_guest WHERE meeting_id = 1 ORDER BY id"


@pytest.fixture
def sign_in(arrange: Arrange) -> Callable[[int], None]:
    """Makes another person the current user."""
    return lambda number: arrange(f"UPDATE world_current_user SET person_id = {number}")


@pytest.fixture
def invited(reader: FlaskClient, sign_in: Callable[[int], None]) -> None:
    """Ben (2) has invited Ada (1) and Cleo (3) to meeting 1, Thu 6 March 10:30 in Weir."""
    sign_in(2)
    data = FORM | {"guests": f"{ADA}, {CLEO}", "room": "Weir", "notes": "Bring cups."}
    assert reader.post("/agenda/new", data=data).status_code == 303
    sign_in(1)


@pytest.mark.usefixtures("invited")
def test_an_invitation_reaches_its_guests_and_all_agendas(
    reader: FlaskClient, look: Look, sign_in: Callable[[int], None]
) -> None:
    assert look(SENT) == [("Invitation: Review", "request")]
    assert look("SELECT account_id, folder FROM mail_entry ORDER BY 1") == [
        (1, "inbox"),
        (2, "sent"),
        (3, "inbox"),
    ]
    assert look("SELECT body FROM mail_message") == [
        ("Review\nThu 6 March 2031, 10:30 to 11:15\nWeir\n\nBring cups.",)
    ]
    for number in (1, 2, 3):
        sign_in(number)
        page = reader.get("/agenda?week=2031-03-06").text
        assert "Review" in page
        assert "Week of 3 March 2031" in page
    assert "Review" not in reader.get("/agenda?week=2031-03-13").text


@pytest.mark.usefixtures("invited")
def test_an_answer_goes_to_the_organiser_once_and_can_be_changed(
    reader: FlaskClient, look: Look, sign_in: Callable[[int], None]
) -> None:
    page = reader.post("/meetings/1/answer", data={"answer": "accepted"}, follow_redirects=True).text
    assert "Your answer was sent to the organiser." in page
    page = reader.post("/meetings/1/answer", data={"answer": "accepted"}, follow_redirects=True).text
    assert "nothing was sent" in page
    assert look(SENT)[1:] == [("Accepted: Review", "reply")]
    reader.post("/meetings/1/answer", data={"answer": "declined", "comment": "Train is late"})
    assert look(SENT)[2:] == [("Declined: Review", "reply")]
    assert look(GUEST) == [("declined", "Train is late", None), ("pending", "", None)]
    assert look("SELECT count(DISTINCT thread_id) FROM mail_entry WHERE account_id = 1") == [(1,)]
    sign_in(2)
    assert "Train is late" in reader.get("/meetings/1").text
    assert "Declined: Review" in reader.get("/inbox").text


@pytest.mark.usefixtures("invited")
def test_a_thread_has_buttons_to_answer_with(reader: FlaskClient, look: Look) -> None:
    thread = look("SELECT thread_id FROM mail_entry WHERE account_id = 1")[0][0]
    page = reader.get(f"/threads/{thread}").text
    assert 'action="/meetings/1/answer"' in page
    reader.post("/meetings/1/answer", data={"answer": "maybe"})
    assert "You have answered: maybe" in reader.get(f"/threads/{thread}").text


@pytest.mark.usefixtures("invited")
def test_another_time_is_proposed_once_and_taken_by_the_organiser(
    reader: FlaskClient, look: Look, sign_in: Callable[[int], None]
) -> None:
    data = {"day": "2031-03-07", "starts": "9:00", "ends": "9:30", "comment": "After the train"}
    for _ in range(2):
        reader.post("/meetings/1/propose", data=data)
    assert look(SENT)[1:] == [("Another time proposed: Review", "counter")]
    assert look(GUEST)[0] == ("maybe", "After the train", "2031-03-07 09:00:00.000000")
    sign_in(2)
    assert "day=2031-03-07&amp;starts=09%3A00&amp;ends=09%3A30" in reader.get("/meetings/1").text
    reader.post("/meetings/1/edit", data=FORM | data | {"room": "Weir"})
    assert look(SENT)[2:] == [("Changed: Review", "request")]
    assert look(GUEST) == [("pending", "", None)] * 2
    assert look("SELECT starts_at, revision FROM mail_meeting") == [("2031-03-07 09:00:00.000000", 1)]


@pytest.mark.usefixtures("invited")
def test_a_cancelled_meeting_is_announced_once_and_cannot_be_answered(
    reader: FlaskClient, look: Look, sign_in: Callable[[int], None]
) -> None:
    assert reader.post("/meetings/1/cancel").status_code == 404
    sign_in(2)
    assert "2 guests will be informed" in reader.get("/meetings/1/cancel").text
    reader.post("/meetings/1/cancel")
    assert reader.post("/meetings/1/cancel").status_code == 404
    assert look(SENT)[1:] == [("Cancelled: Review", "cancel")]
    sign_in(1)
    response = reader.post("/meetings/1/answer", data={"answer": "accepted"})
    assert response.status_code == 422
    assert "This meeting was cancelled." in response.text


REFUSED = [
    ("/agenda/new", {"title": ""}, "Enter a title."),
    ("/agenda/new", {"title": "x" * 121}, "Use at most 120 characters."),
    ("/agenda/new", {"title": "a\0b"}, "characters that cannot be shown"),
    ("/agenda/new", {"day": "Thursday"}, "Enter a day such as"),
    ("/agenda/new", {"day": "2031-02-30"}, "Enter a day such as"),
    ("/agenda/new", {"day": "9999-12-31"}, "Choose a day within 3 years."),
    ("/agenda/new", {"day": "9999-12-31", "do": "check"}, "Choose a day within 3 years."),
    ("/agenda/new", {"repeats": "weekly", "until": "9999-12-31"}, "Choose an earlier last day."),
    ("/agenda/new", {"starts": "25:00"}, "Enter a time such as"),
    ("/agenda/new", {"ends": "10:30"}, "The end is not after the start."),
    ("/agenda/new", {"day": "2031-03-03"}, "2031-03-03 10:30 has passed."),
    ("/agenda/new", {"guests": "somebody"}, "is neither an address"),
    ("/agenda/new", {"room": "Weir"}, "Weir is taken from 10:30 to 11:15."),
    (
        "/agenda/new",
        {"room": "Sluice", "guests": "a@b.test, b@b.test, c@b.test, d@b.test"},
        "Sluice seats 4; you are 5.",
    ),
    ("/agenda/new", {"place": "x" * 121}, "Use at most 120 characters."),
    ("/agenda/new", {"notes": "x" * 2001}, "Use at most 2000 characters."),
    ("/agenda/new", {"guests": "somebody", "do": "check"}, "is neither an address"),
    ("/meetings/1/answer", {"answer": "perhaps"}, "Choose an answer."),
    ("/meetings/1/answer", {"answer": "accepted", "comment": "x" * 2001}, "Use at most 2000 characters."),
    ("/meetings/1/propose", FORM | {"ends": "9"}, "Enter a time such as"),
    ("/meetings/1/propose", FORM, "The meeting is at this time already."),
]


@pytest.mark.usefixtures("invited")
@pytest.mark.parametrize(("path", "data", "says"), REFUSED)
def test_what_cannot_be_is_refused_in_words(
    reader: FlaskClient, look: Look, path: str, data: dict[str, str], says: str
) -> None:
    before = look(SENT), look(GUEST), look("SELECT * FROM mail_meeting")
    response = reader.post(path, data=FORM | data)
    assert response.status_code == 422
    assert says in response.text
    assert (look(SENT), look(GUEST), look("SELECT * FROM mail_meeting")) == before


@pytest.mark.usefixtures("invited")
def test_what_is_over_cannot_be_answered(reader: FlaskClient, arrange: Arrange) -> None:
    arrange("UPDATE world_clock SET now = '2031-03-06 11:15:00.000000'")
    response = reader.post("/meetings/1/answer", data={"answer": "accepted"})
    assert "This meeting is over." in response.text


@pytest.mark.usefixtures("invited")
def test_checking_says_who_is_taken_and_which_rooms_are_free_without_saying_why(
    reader: FlaskClient, look: Look, sign_in: Callable[[int], None]
) -> None:
    sign_in(3)
    page = reader.post(
        "/agenda/new", data=FORM | {"guests": f"{BEN}, hob@tanner.example", "do": "check"}
    ).text
    assert "Ben Moor: 10:30 to 11:15 - <b>taken at this time</b>" in page
    assert "hob@tanner.example: not known here" in page
    assert "Lock, Port Ansley, 6 seats" in page
    assert "Free rooms with enough seats: Sluice" in page
    assert "Weir, Port Ansley, 8 seats;" not in page
    assert len(look(SENT)) == 1


@pytest.mark.usefixtures("invited")
def test_a_colleagues_times_are_shown_without_titles(
    reader: FlaskClient, arrange: Arrange, sign_in: Callable[[int], None]
) -> None:
    arrange("INSERT INTO world_site VALUES (1, 'PA', 'Port Ansley', 'UTC-5', 0, '09:00', '17:30', '')")
    arrange("INSERT INTO world_job VALUES (2, NULL, 1, 'buyer', 'staff', NULL, 'b@quillfold.test', NULL)")
    arrange("DELETE FROM mail_guest WHERE account_id = 3")
    sign_in(3)
    page = reader.get("/agenda?week=2031-03-06&with=2").text
    assert "Ben Moor is taken" in page
    assert "Review" not in page


@pytest.mark.usefixtures("invited")
def test_meetings_of_others_are_not_found(
    reader: FlaskClient, arrange: Arrange, sign_in: Callable[[int], None]
) -> None:
    arrange("DELETE FROM mail_guest WHERE account_id = 3")
    sign_in(3)
    for path in ("/meetings/1", "/meetings/1/edit", "/meetings/1/cancel", "/meetings/9"):
        assert reader.get(path).status_code == 404
    for path in ("answer", "propose", "edit", "cancel"):
        assert reader.post(f"/meetings/1/{path}", data=FORM | {"answer": "accepted"}).status_code == 404


def test_an_appointment_without_guests_writes_no_mail(reader: FlaskClient, look: Look) -> None:
    page = reader.post("/agenda/new", data=FORM | {"title": "{{7*7}}<script>x"}, follow_redirects=True).text
    assert "The appointment was created." in page
    assert "{{7*7}}&lt;script&gt;x" in page
    assert look(SENT) == []


def test_a_form_that_is_submitted_twice_creates_one_meeting(reader: FlaskClient, look: Look) -> None:
    data = FORM | {"guests": BEN.email}
    reader.post("/agenda/new", data=data)
    response = reader.post("/agenda/new", data=data)
    assert response.status_code == 422
    assert "You have a meeting of this title at this time already." in response.text
    assert len(look(SENT)) == 1
    assert look("SELECT count(*) FROM mail_meeting") == [(1,)]


@pytest.mark.parametrize(("starts_on", "says"), [(0, "Week of 3 March"), (6, "Week of 2 March")])
def test_weeks_start_on_the_day_of_the_settings(
    reader: FlaskClient, arrange: Arrange, starts_on: int, says: str
) -> None:
    arrange(f"UPDATE mail_settings SET week_starts_on = {starts_on}")
    for query in ("", "?week=2031-03-08", "?week=x", "?week=9999-12-31"):
        assert says in reader.get(f"/agenda{query}").text
