"""The side bar's counts, and what has just arrived."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from gristmill.apps.mail.models import Mail

Send = Callable[..., Mail]
Arrange = Callable[[str], None]
BACK = "UPDATE world_clock SET now = '2031-03-04 10:06:00.000000'"


@pytest.mark.parametrize(
    ("notifies", "important", "says"),
    [("all", 0, True), ("all", 1, True), ("important", 0, False), ("important", 1, True), ("none", 1, False)],
)
def test_a_page_announces_what_has_just_arrived(
    reader: FlaskClient, send: Send, arrange: Arrange, notifies: str, important: int, *, says: bool
) -> None:
    arrange(f"UPDATE mail_settings SET notifies = '{notifies}'")
    send("Tea")
    arrange(f"UPDATE mail_entry SET is_important = {important}")
    for path in ("/inbox", "/starred", "/search?q=nothing"):
        assert ("New from Hob Tanner: " in reader.get(path).text) is says


@pytest.mark.parametrize(
    "change",
    [
        BACK,
        "DELETE FROM mail_unread",
        "UPDATE mail_entry SET folder = 'spam'",
        "UPDATE mail_entry SET folder = 'archive'",
        "UPDATE mail_entry SET snoozed_until = '2031-03-05 08:00:00.000000'",
    ],
)
def test_what_is_old_opened_or_put_away_is_not_announced(
    reader: FlaskClient, send: Send, arrange: Arrange, change: str
) -> None:
    send("Tea")
    arrange(change)
    assert "New from" not in reader.get("/inbox").text


def test_one_mail_with_two_labels_is_announced_and_counted_once(
    reader: FlaskClient, send: Send, arrange: Arrange
) -> None:
    arrange("INSERT INTO mail_label VALUES (1, 1, NULL, 'Kitchen', 'teal'), (2, 1, NULL, 'Pantry', 'rose')")
    send("Tea")
    arrange("INSERT INTO mail_entry_label VALUES (1, 1), (1, 2)")
    page = reader.get("/sent").text
    assert page.count("New from") == 1
    for name in ("Inbox", "Kitchen", "Pantry"):
        assert f"<span>{name}</span> <b>1</b>" in page


def test_a_thread_with_two_unread_mails_is_counted_once(reader: FlaskClient, send: Send) -> None:
    first = send("Tea")
    send("Re: Tea", parent=first)
    send("Cake")
    assert "<span>Inbox</span> <b>2</b>" in reader.get("/sent").text


def test_snoozed_mails_count_at_their_label_alone(reader: FlaskClient, send: Send, arrange: Arrange) -> None:
    arrange("INSERT INTO mail_label VALUES (1, 1, NULL, 'Kitchen', 'teal')")
    send("Tea")
    arrange("INSERT INTO mail_entry_label VALUES (1, 1)")
    arrange("UPDATE mail_entry SET snoozed_until = '2031-03-05 08:00:00.000000'")
    page = reader.get("/sent").text
    assert "<span>Kitchen</span> <b>1</b>" in page
    assert "<span>Inbox</span> <b>" not in page


def test_unread_mails_in_the_bin_count_nowhere(reader: FlaskClient, send: Send, arrange: Arrange) -> None:
    arrange("INSERT INTO mail_label VALUES (1, 1, NULL, 'Kitchen', 'teal')")
    send("Tea")
    arrange("INSERT INTO mail_entry_label VALUES (1, 1)")
    arrange("UPDATE mail_entry SET folder = 'bin'")
    page = reader.get("/sent").text
    assert "<b>1</b>" not in page
