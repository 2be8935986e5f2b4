"""Contacts and groups: found, written, merged, deleted, and what is refused."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

from gristmill.apps.mail.models import Mail
from gristmill.apps.mail.services.addresses import Mailbox

Send = Callable[..., Mail]
Look = Callable[[str], list[tuple[object, ...]]]
Arrange = Callable[[str], None]

ALL = (
    "SELECT c.name, group_concat(a.email, ' ') FROM mail_contact c "
    "JOIN (SELECT * FROM mail_contact_address ORDER BY contact_id, position) a ON a.contact_id = c.id "
    "GROUP BY c.id ORDER BY c.id"
)


@pytest.fixture
def people(reader: FlaskClient) -> None:
    """Hob (1), Zoë (2) and another Hob (3)."""
    for name, emails, company in (
        ("Hob Tanner", "hob@tanner.example", "Tanner & Sons"),
        ("Zoë Reed", "zoe@reed.example\nzoe@quillfold.test", "Reed"),
        ("Hob T.", "hob@home.example, tanner@home.example", ""),
    ):
        data = {"name": name, "emails": emails, "company": company}
        assert reader.post("/contacts/new", data=data).status_code == 303


def names(page: str) -> list[str]:
    return [node.text() for node in LexborHTMLParser(page).css("tbody th a")]


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Hob T.", "Hob Tanner", "Zoë Reed"]), ("zoe", ["Zoë Reed"]), ("hob", ["Hob T.", "Hob Tanner"]),
        ("tanner@", ["Hob T."]), ("hob sons", ["Hob Tanner"]), ("%", []), ("quillfold", ["Zoë Reed"]),
    ],
)  # fmt: skip
def test_contacts_are_found(reader: FlaskClient, query: str, found: list[str]) -> None:
    assert names(reader.get("/contacts", query_string={"q": query}).text) == found


@pytest.mark.usefixtures("people")
def test_a_contact_is_changed_and_keeps_the_rows_of_its_addresses(reader: FlaskClient, look: Look) -> None:
    data = {
        "name": "Zoë R.",
        "emails": "new@reed.example\nZOE@reed.example",
        "phone": "555",
        "notes": "a\r\nb",
    }
    page = reader.post("/contacts/2/edit", data=data, follow_redirects=True).text
    assert "The contact was changed." in page
    assert look(ALL)[1] == ("Zoë R.", "new@reed.example zoe@reed.example")
    assert look("SELECT id FROM mail_contact_address WHERE email = 'zoe@reed.example'") == [(2,)]
    assert look("SELECT phone, company, notes FROM mail_contact WHERE id = 2") == [("555", "", "a\nb")]


@pytest.mark.usefixtures("people")
def test_merging_keeps_everything_once(reader: FlaskClient, look: Look, arrange: Arrange) -> None:
    arrange("INSERT INTO mail_group VALUES (1, 1, 'Oak'), (2, 1, 'Ash')")
    arrange("INSERT INTO mail_group_member VALUES (1, 1), (1, 3), (2, 3)")
    arrange("UPDATE mail_contact SET notes = 'Left ' || id, role = 'Carpenter ' || id, is_starred = id = 3")
    page = reader.post("/contacts/1/merge", data={"other": "3"}, follow_redirects=True).text
    assert "The contacts were merged." in page
    assert look(ALL)[0] == ("Hob Tanner", "hob@tanner.example hob@home.example tanner@home.example")
    assert look("SELECT * FROM mail_group_member ORDER BY 1") == [(1, 1), (2, 1)]
    assert look("SELECT role, notes, is_starred FROM mail_contact WHERE id = 1") == [
        ("Carpenter 1", "Left 1\nLeft 3", 1)
    ]
    assert len(look(ALL)) == 2


REFUSED = [
    ("/contacts/new", {"name": "", "emails": "a@b.test"}, "Enter a name."),
    ("/contacts/new", {"name": "x" * 101, "emails": "a@b.test"}, "Use at most 100 characters."),
    ("/contacts/new", {"name": "a\0b", "emails": "a@b.test"}, "characters that cannot be shown"),
    ("/contacts/new", {"name": "A", "emails": " "}, "Enter at least one address."),
    ("/contacts/new", {"name": "A", "emails": "a@b.test <script>"}, "is no address"),
    ("/contacts/new", {"name": "A", "emails": "a\0@b.test"}, "is no address"),
    (
        "/contacts/new",
        {"name": "A", "emails": " ".join(f"a{n}@b.test" for n in range(9))},
        "can have 8 addresses",
    ),
    ("/contacts/new", {"name": "A", "emails": "HOB@tanner.example"}, "Hob Tanner has the address"),
    ("/contacts/1/edit", {"name": "A", "emails": "zoe@quillfold.test"}, "Zoë Reed has the address"),
    ("/contacts/new", {"name": "A", "emails": "a@b.test", "phone": "1" * 201}, "Use at most 200 characters."),
    (
        "/contacts/new",
        {"name": "A", "emails": "a@b.test", "notes": "1" * 2001},
        "Use at most 2000 characters.",
    ),
    ("/contacts/1/merge", {"other": "1"}, "Choose another contact."),
    ("/contacts/1/merge", {"other": ""}, "Choose another contact."),
    ("/contacts/1/merge", {"other": "9"}, "Choose another contact."),
    ("/groups", {"name": " "}, "Enter a name."),
    ("/groups", {"name": "x" * 61}, "Use at most 60 characters."),
    ("/groups", {"name": "OAK"}, "There is a group"),
]


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(("path", "data", "says"), REFUSED)
def test_what_breaks_the_rules_is_refused_in_words(
    reader: FlaskClient, look: Look, arrange: Arrange, path: str, data: dict[str, str], says: str
) -> None:
    arrange("INSERT INTO mail_group VALUES (1, 1, 'Oak')")
    arrange("INSERT INTO mail_contact VALUES (9, 2, 'Bens', '', '', '', '', 0)")
    before = look(ALL), look("SELECT * FROM mail_group")
    response = reader.post(path, data=data)
    assert response.status_code == 422
    assert says in response.text
    assert (look(ALL), look("SELECT * FROM mail_group")) == before


@pytest.mark.usefixtures("people")
def test_a_person_page_lists_their_mails_and_no_others(reader: FlaskClient, send: Send) -> None:
    hob, zoe = Mailbox(email="hob@tanner.example"), Mailbox(email="zoe@quillfold.test")
    ada, ben = Mailbox(email="ada.park@wherrymoor.test"), Mailbox(email="ben.moor@wherrymoor.test")
    send("From Zoë", sender=zoe)
    send("From Hob", sender=hob)
    send("To Zoë", sender=ada, to=(ben,), bcc=(zoe,))
    send("Hidden", sender=ben, to=(ada,), bcc=(zoe,))
    page = LexborHTMLParser(reader.get("/contacts/2").text)
    assert sorted(node.text() for node in page.css(".thread-subject")) == ["From Zoë", "To Zoë"]


@pytest.mark.usefixtures("people")
def test_groups_are_created_filled_renamed_and_deleted(reader: FlaskClient, look: Look) -> None:
    reader.post("/groups", data={"name": "Oak"})
    reader.post("/contacts/2/groups", data={"group": ["1", "7"]})
    assert names(reader.get("/contacts?group=1").text) == ["Zoë Reed"]
    assert "zoe%40reed.example" in reader.get("/contacts?group=1").text
    assert (
        "The group was saved." in reader.post("/groups/1", data={"name": "Ash"}, follow_redirects=True).text
    )
    assert look("SELECT name FROM mail_group") == [("Ash",)]
    assert "The group was deleted." in reader.post("/groups/1/delete", follow_redirects=True).text
    assert look("SELECT * FROM mail_group_member") == []
    assert len(look(ALL)) == 3


@pytest.mark.usefixtures("people")
def test_deleting_asks_first(reader: FlaskClient, look: Look) -> None:
    assert "Delete the contact Hob Tanner?" in reader.get("/contacts/1/delete").text
    assert "The contact was deleted." in reader.post("/contacts/1/delete", follow_redirects=True).text
    assert [row[0] for row in look(ALL)] == ["Zoë Reed", "Hob T."]
    assert look("SELECT * FROM mail_contact_address WHERE contact_id = 1") == []


@pytest.mark.usefixtures("people")
def test_starred_contacts_come_first(reader: FlaskClient) -> None:
    reader.post("/contacts/2/star", data={"star": "yes"})
    assert names(reader.get("/contacts").text) == ["Zoë Reed", "Hob T.", "Hob Tanner"]
    reader.post("/contacts/2/star", data={"star": "no"})
    assert names(reader.get("/contacts").text)[-1] == "Zoë Reed"


@pytest.mark.usefixtures("people")
def test_contacts_of_others_are_not_found(reader: FlaskClient, arrange: Arrange) -> None:
    reader.post("/groups", data={"name": "Oak"})
    arrange("UPDATE world_current_user SET person_id = 2")
    for path in ("/contacts/1", "/contacts/1/edit", "/contacts/1/delete", "/contacts?group=1"):
        assert reader.get(path).status_code == 404
    for path in ("contacts/1/edit", "contacts/1/delete", "contacts/1/merge", "contacts/1/star", "groups/1"):
        assert reader.post(f"/{path}", data={"name": "x"}).status_code == 404
    assert "Hob" not in reader.get("/contacts").text
    assert "hob@" not in reader.get("/compose").text


def test_contacts_after_the_first_page_are_a_page_of_their_own(reader: FlaskClient) -> None:
    for number in range(55):
        data = {"name": f"Guest {number:02}", "emails": f"guest{number}@inn.example"}
        assert reader.post("/contacts/new", data=data).status_code == 303
    first = reader.get("/contacts")
    links = [
        node.attributes["href"] or "" for node in LexborHTMLParser(first.text).css("main a[href*='page=2']")
    ]
    second = reader.get(links[0])
    assert second.status_code == 200
    assert names(second.text)
    assert not set(names(second.text)) & set(names(first.text))
