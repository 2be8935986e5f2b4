"""What searches find: each operator and shape of the grammar over one small mailbox."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from gristmill.apps.mail.models import Mail
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.mail.services.search.operators import OPERATORS
from gristmill.apps.mail.services.search.values import ago

Send = Callable[..., Mail]
Subjects = Callable[[str], list[str]]
Arrange = Callable[[str], None]

ADA, BEN, CLEO = (
    Mailbox(name=name, email=f"{name.lower().replace(' ', '.')}@wherrymoor.test")
    for name in ("Ada Park", "Ben Moor", "Cleo Finch")
)

# Query and the subjects that it finds, sorted. The mailbox is in the fixture below.
FINDS: list[tuple[str, str]] = [
    ("lift", "Lift repair|Stairs"),
    ("LIFT Repair", "Lift repair"),
    ('"repair lift"', ""),
    ('"lift is"', "Stairs"),
    ("cafe", "Café"),
    ("CAFÉ", "Café"),
    ("rep", ""),  # whole words
    ("lift OR café", "Café|Lift repair|Stairs"),
    ("(lift OR cafe) -repair", "Café|Stairs"),
    ("{repair cafe}", "Café|Lift repair"),
    ("from:ben", "Lift repair|Numbers"),
    ("from:moor", "Lift repair|Numbers"),
    ("from:ben.moor@wherrymoor.test", "Lift repair|Numbers"),
    ("from:(ben OR tanner)", "Café|Chain|Lift repair|Numbers|Stairs"),
    ("from:me", "Plans|Re: Chain"),
    ("-from:me -from:ben in:inbox", "Café|Chain"),
    ("to:me", "Café|Chain|Lift repair|Numbers|Stairs"),
    ("to:ben", "Plans"),
    ("to:(ben cleo)", ""),
    ("cc:cleo", "Plans"),
    ("bcc:hob", "Plans"),
    ("bcc:me", ""),  # a hidden recipient does not learn of it by searching
    ("subject:lift", "Lift repair"),
    ("subject:(lift repair)", "Lift repair"),
    ('subject:"repair lift"', ""),
    ("label:march", "Numbers"),
    ("label:siskin/march", "Numbers"),
    ("label:siskin", "Café"),
    ("-label:march label:siskin", "Café"),
    ("category:updates", "Café"),
    ("in:inbox", "Café|Chain|Numbers"),
    ("in:sent", "Plans|Re: Chain"),
    ("in:archive", "Lift repair"),
    ("in:snoozed", "Stairs"),
    ("in:spam", "Prize"),
    ("in:bin", "Old lift"),
    ("in:anywhere lift", "Lift repair|Old lift|Stairs"),
    ("-in:inbox lift", "Lift repair|Stairs"),
    ("is:unread", "Café|Numbers|Stairs"),
    ("is:read in:inbox", "Chain"),
    ("is:starred", "Café"),
    ("is:important", "Numbers"),
    ("is:muted", "Lift repair"),
    ("has:attachment", "Numbers"),
    ("has:userlabels", "Café|Numbers"),
    ("has:nouserlabels in:inbox", "Chain"),
    ("filename:csv", "Numbers"),
    ("filename:numbers.csv", "Numbers"),
    ("filename:txt", ""),
    ("before:2031/03/02", "Lift repair"),
    ("before:2031/03/01", ""),
    ("after:2031-03-01 before:2031-03-02", "Lift repair"),
    ("after:2031/03/04 in:inbox", "Café|Chain|Numbers"),
    ("older_than:2d", "Lift repair"),
    ("newer_than:2d in:archive", ""),
    ("newer_than:1y in:archive", "Lift repair"),
    ("larger:2k", "Stairs"),
    ("smaller:2k in:snoozed", ""),
    ("rfc822msgid:fixed@tanner.example", "Café"),
    # The unit of a hit is one mail that fulfils everything
    ("from:hob kettle", "Chain"),
    ("from:me kettle", ""),
    ("from:me answer", "Re: Chain"),
    ("chain -answer", "Chain"),
    # Nothing to look for, or nothing that could match
    ("", ""),
    ("from:", ""),
    ("lift is:purple", ""),
    ("label:nowhere", ""),
]


@pytest.fixture
def mailbox(send: Send, arrange: Arrange) -> None:
    arrange("INSERT INTO world_file VALUES (1, 'numbers.csv', 'text/csv', 1, '2031-03-01 10:00:00', x'61')")
    arrange("INSERT INTO mail_label VALUES (1, 1, NULL, 'Siskin', 'teal'), (2, 1, 1, 'March', 'rose')")
    send("Lift repair", sender=BEN)
    send("Stairs", body=f"The lift is out. {'Climb. ' * 400}")
    send("Café", kind="notice", message_id="fixed@tanner.example")
    send("Numbers", sender=BEN, file_ids=(1,))
    send("Prize")
    send("Old lift")
    chain = send("Chain", body="The kettle is on.")
    send("Re: Chain", sender=ADA, to=(Mailbox(email="hob@tanner.example"),), parent=chain, body="An answer.")
    send(
        "Plans", sender=ADA, to=(BEN,), cc=(CLEO,),
        bcc=(Mailbox(name="Hob Tanner", email="hob@tanner.example"),),
    )  # fmt: skip
    for subject, columns in {
        "Lift repair": "folder = 'archive'",
        "Stairs": "snoozed_until = '2031-03-09 08:00:00.000000'",
        "Café": "is_starred = 1",
        "Numbers": "is_important = 1",
        "Prize": "folder = 'spam'",
        "Old lift": "folder = 'bin'",
    }.items():
        arrange(f"UPDATE mail_entry SET {columns} WHERE {own(subject)}")
    for label, subject in ((1, "Café"), (2, "Numbers")):
        arrange(f"INSERT INTO mail_entry_label SELECT id, {label} FROM mail_entry WHERE {own(subject)}")
    opened = "SELECT id FROM mail_entry e WHERE {}"
    for subject in ("Lift repair", "Chain", "Prize", "Old lift"):
        arrange(f"DELETE FROM mail_unread WHERE entry_id IN ({opened.format(own(subject))})")
    arrange(
        "UPDATE mail_thread SET is_muted = 1 WHERE id IN "
        f"(SELECT thread_id FROM mail_entry WHERE {own('Lift repair')})"
    )
    arrange("UPDATE mail_message SET sent_at = '2031-03-01 09:00:00.000000' WHERE subject = 'Lift repair'")


def own(subject: str) -> str:
    return f"account_id = 1 AND message_id = (SELECT id FROM mail_message WHERE subject = '{subject}')"


@pytest.fixture
def found(
    reader: FlaskClient, arrange: Arrange, subjects: Subjects, mailbox: None
) -> Callable[[str], list[str]]:
    """The subjects of the mails that match, by way of the page: threads are split first, to name mails."""
    arrange("INSERT INTO mail_thread SELECT id + 1000, account_id, 0 FROM mail_entry")
    arrange(
        "UPDATE mail_thread SET is_muted = 1 WHERE id = "
        f"(SELECT id + 1000 FROM mail_entry WHERE {own('Lift repair')})"
    )
    arrange("UPDATE mail_entry SET thread_id = id + 1000")
    return lambda query: sorted(subjects("/search?" + encoded(query)))


def encoded(query: str) -> str:
    return urlencode({"q": query})


def test_a_search_finds_the_mails_that_match(found: Callable[[str], list[str]]) -> None:
    expected = {query: [each for each in subjects.split("|") if each] for query, subjects in FINDS}
    assert {query: found(query) for query in expected} == expected


def test_the_table_has_every_operator_and_each_of_its_values() -> None:
    queries = " ".join(query for query, _ in FINDS)
    for operator in OPERATORS.values():
        assert f"{operator.name}:" in queries
        if operator.name != "category":
            assert [v for v in operator.values if f"{operator.name}:{v}" not in queries] in ([], ["drafts"])


@pytest.mark.usefixtures("mailbox")
def test_a_thread_is_found_by_one_mail_that_fulfils_all_terms(subjects: Subjects) -> None:
    assert subjects("/search?q=kettle") == ["Chain"]
    assert subjects("/search?q=answer") == ["Chain"]
    assert subjects("/search?q=kettle+answer") == []


@pytest.mark.usefixtures("mailbox")
def test_a_hidden_recipient_is_found_by_its_sender_alone(
    reader: FlaskClient, arrange: Arrange, subjects: Subjects
) -> None:
    assert subjects("/search?q=bcc:hob") == ["Plans"]
    assert subjects("/search?q=hob+plans") == []  # words do not reveal it either
    arrange("UPDATE world_current_user SET person_id = 2")
    assert subjects("/search?q=bcc:hob") == []
    assert subjects("/search?q=plans") == ["Plans"]


@pytest.mark.usefixtures("mailbox")
def test_notices_say_what_was_not_understood(reader: FlaskClient) -> None:
    assert "There is no operator foo" in reader.get("/search?q=foo:lift").text
    assert "You have no label &#39;nowhere&#39;." in reader.get("/search?q=label:nowhere").text
    assert "from: needs a value" in reader.get("/search?q=from:").text


def test_drafts_are_found_by_asking_for_them(reader: FlaskClient, arrange: Arrange) -> None:
    columns = 'account_id, kind, sender_email, "to", cc, bcc, subject, body, markup, updated_at'
    fields = "'ben@x.example', '', 'cleo@x.example', 'Begun', 'the lift', 'plain'"
    values = f"'new', 'ada.park@wherrymoor.test', {fields}"
    arrange(f"INSERT INTO mail_draft ({columns}) VALUES (1, {values}, '2031-03-03 10:00:00.000000')")
    arrange(f"INSERT INTO mail_draft ({columns}) VALUES (2, {values}, '2031-03-03 10:00:00.000000')")
    for query in (
        "in:drafts",
        "in:drafts lift",
        "in:drafts bcc:cleo",
        "in:drafts -is:unread",
        "in:drafts newer_than:2d",
    ):
        assert reader.get("/search?" + encoded(query)).text.count("Begun") == 1, query
    for query in (
        "lift",
        "-in:drafts lift",
        "in:drafts stairs",
        "in:drafts has:attachment",
        "in:drafts is:starred",
    ):
        assert "Begun" not in reader.get("/search?" + encoded(query)).text, query


@pytest.mark.parametrize(
    "query",
    [
        "(" * 200,
        "-" * 399,
        '"' * 51,
        "{" * 11 + "a",
        "a " * 199,
        "\0",
        "\ud83d\ude00" * 10,
        "%",
        "' OR 1=1 --",
        "{{7*7}}",
    ],
)
def test_no_query_breaks_the_page(reader: FlaskClient, query: str) -> None:
    response = reader.get("/search", query_string={"q": query.encode("utf-8", "replace")})
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("age", "time"),
    [
        ("3d", datetime(2031, 2, 28, 10)),
        ("1m", datetime(2031, 2, 3, 10)),
        ("12m", datetime(2030, 3, 3, 10)),
        ("3y", datetime(2028, 3, 3, 10)),
        ("9999y", datetime(1, 1, 3, 10)),
        ("9999m", datetime(1197, 12, 3, 10)),
    ],
)
def test_an_age_counts_days_or_by_the_calendar(age: str, time: datetime) -> None:
    assert ago(datetime(2031, 3, 3, 10), age) == time


def test_an_age_in_months_ends_with_a_shorter_month() -> None:
    assert ago(datetime(2031, 3, 31), "1m") == datetime(2031, 2, 28)
    assert ago(datetime(2032, 2, 29), "1y") == datetime(2031, 2, 28)


def test_the_help_page_lists_every_operator(reader: FlaskClient) -> None:
    page = reader.get("/help/search").text
    for operator in OPERATORS.values():
        assert f'<span class="code">{operator.name}:</span>' in page
        assert operator.says in page
