"""Labels: created, renamed, nested, merged, recoloured, deleted, and what is refused."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

from gristmill.apps.mail.models import Mail

Send = Callable[..., Mail]
Look = Callable[[str], list[tuple[object, ...]]]
Arrange = Callable[[str], None]

TREE = [
    (1, None, "Siskin", "teal"), (2, 1, "March", "rose"), (3, 2, "Print", "sky"),
    (4, None, "Kitchen", "moss"), (5, 4, "March", "plum"),
]  # fmt: skip
ALL = "SELECT id, parent_id, name, colour FROM mail_label WHERE account_id = 1 ORDER BY id"


@pytest.fixture
def tree(arrange: Arrange) -> None:
    """Siskin/March/Print and Kitchen/March of Ada, and one label of Ben's."""
    for key, parent, name, colour in TREE:
        arrange(f"INSERT INTO mail_label VALUES ({key}, 1, {parent or 'NULL'}, '{name}', '{colour}')")
    arrange("INSERT INTO mail_label VALUES (9, 2, NULL, 'Bens', 'rose')")
    arrange("INSERT INTO world_sequence VALUES ('mail_label', 9)")


def form(name: str = "New", parent: object = "", colour: str = "sky") -> dict[str, str]:
    return {"name": name, "parent": str(parent), "colour": colour}


@pytest.mark.usefixtures("tree")
def test_a_label_is_created_below_another_one(reader: FlaskClient, look: Look) -> None:
    page = reader.post("/labels", data=form("  April   plans ", parent=1), follow_redirects=True).text
    assert "The label was created." in page
    assert look(ALL)[-1] == (10, 1, "April plans", "sky")


@pytest.mark.usefixtures("tree")
def test_a_label_is_renamed_moved_and_recoloured_with_those_below_it(reader: FlaskClient, look: Look) -> None:
    page = reader.post("/labels/2/edit", data=form("Spring", parent=4, colour="brick"), follow_redirects=True)
    assert "The label was changed." in page.text
    assert look(ALL)[1:3] == [(2, 4, "Spring", "brick"), (3, 2, "Print", "sky")]
    assert "Kitchen/Spring/Print" in reader.get("/labels/3").text


REFUSED = [
    ("/labels", form(""), "Enter a name."),
    ("/labels", form("   "), "Enter a name."),
    ("/labels", form("x" * 41), "Use at most 40 characters."),
    ("/labels", form("a\0b"), "This contains characters that cannot be shown."),
    ("/labels", form("a/b"), "A name cannot contain /."),
    ("/labels", form("SISKIN"), "There is a label &#39;SISKIN&#39; here already."),
    ("/labels", form("march", parent=1), "here already"),
    ("/labels", form(parent=9), "Choose one of your labels as the parent."),
    ("/labels", form(parent=99), "Choose one of your labels as the parent."),
    ("/labels", form(parent="x"), "Choose one of your labels as the parent."),
    ("/labels", form(colour="gold"), "Choose one of the colours."),
    ("/labels/1/edit", form("Siskin", parent=1), "A label cannot be moved below itself."),
    ("/labels/1/edit", form("Siskin", parent=3), "A label cannot be moved below itself."),
    ("/labels/4/edit", form("Kitchen", parent=3), "Labels can be nested 5 deep."),
    ("/labels/2/edit", form("Kitchen"), "here already"),
    ("/labels/1/merge", {"into": ""}, "Choose another label"),
    ("/labels/1/merge", {"into": "1"}, "Choose another label"),
    ("/labels/1/merge", {"into": "9"}, "Choose another label"),
    ("/labels/1/merge", {"into": "2"}, "A label cannot be merged into one that is below it."),
    ("/labels/1/merge", {"into": "4"}, "has a label of the same name below it"),
]


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize(("path", "data", "says"), REFUSED)
def test_what_breaks_the_rules_is_refused_in_words(
    reader: FlaskClient, look: Look, arrange: Arrange, path: str, data: dict[str, str], says: str
) -> None:
    if "nested" in says:
        arrange("UPDATE mail_label SET parent_id = 3 WHERE id = 5")
        arrange("INSERT INTO mail_label VALUES (6, 1, 4, 'Deep', 'rose'), (7, 1, 6, 'Deeper', 'rose')")
    before = look(ALL)
    response = reader.post(path, data=data)
    assert response.status_code == 422
    assert says in response.text
    assert look(ALL) == before


@pytest.mark.usefixtures("tree")
def test_merging_moves_mails_once_and_what_is_below(
    reader: FlaskClient, send: Send, look: Look, arrange: Arrange
) -> None:
    send("Tea")
    send("Cake")
    arrange("INSERT INTO mail_entry_label VALUES (1, 2), (1, 4), (2, 2)")
    page = reader.post("/labels/2/merge", data={"into": "4"}, follow_redirects=True).text
    assert "The labels were merged." in page
    assert look("SELECT * FROM mail_entry_label ORDER BY 1, 2") == [(1, 4), (2, 4)]
    assert (3, 4, "Print", "sky") in look(ALL)
    assert 2 not in [row[0] for row in look(ALL)]


@pytest.mark.usefixtures("tree")
def test_deleting_asks_and_keeps_the_mails(
    reader: FlaskClient, send: Send, look: Look, arrange: Arrange
) -> None:
    send("Tea")
    arrange("INSERT INTO mail_entry_label VALUES (1, 1), (1, 3), (1, 4)")
    question = reader.get("/labels/1/delete").text
    assert "It is on 1 mail" in question
    assert "2 labels below it will be deleted" in question
    page = reader.post("/labels/1/delete", follow_redirects=True).text
    assert "3 labels deleted." in page
    assert [row[0] for row in look(ALL)] == [4, 5]
    assert look("SELECT * FROM mail_entry_label") == [(1, 4)]
    assert look("SELECT count(*) FROM mail_entry") == [(1,)]


@pytest.mark.usefixtures("tree")
def test_a_label_that_a_filter_uses_is_kept_and_follows_a_merge(
    reader: FlaskClient, look: Look, arrange: Arrange
) -> None:
    arrange(
        "INSERT INTO mail_filter "
        "VALUES (1, 1, 1, 1, 'all', 'ben', '', '', '', '', 0, 3, NULL, 0, 0, 0, 0, 0, 0, '', 0)"
    )
    response = reader.post("/labels/1/delete")
    assert response.status_code == 422
    assert "A filter uses this label or one below it." in response.text
    reader.post("/labels/3/merge", data={"into": "4"})
    assert look("SELECT label_id FROM mail_filter") == [(4,)]


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize("path", ["/labels/9", "/labels/9/edit", "/labels/9/delete", "/labels/99/edit"])
def test_other_peoples_labels_are_not_found(reader: FlaskClient, look: Look, path: str) -> None:
    assert reader.get(path).status_code == 404
    if path.count("/") == 3:
        assert reader.post(path, data=form()).status_code == 404
    assert look("SELECT name FROM mail_label WHERE id = 9") == [("Bens",)]


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize("name", ["<script>x", "{{7*7}}", "\u202emirror", "\U0001f33f" * 40, "'\""])
def test_odd_names_are_shown_as_text(reader: FlaskClient, look: Look, name: str) -> None:
    page = reader.post("/labels", data=form(name), follow_redirects=True).text
    assert look(ALL)[-1][2] == name
    assert "<script>x" not in page
    assert ">49<" not in page


@pytest.mark.usefixtures("tree")
@pytest.mark.parametrize(("path", "marked"), [("/labels", "page"), ("/labels/2/edit", "true")])
def test_labels_are_a_page_among_those_of_the_settings(reader: FlaskClient, path: str, marked: str) -> None:
    page = LexborHTMLParser(reader.get(path).text)
    current = page.css(".settings-nav a[aria-current]")
    assert [(link.text(), link.attributes["aria-current"]) for link in current] == [("Labels", marked)]
    assert "/settings/filters" in {link.attributes["href"] for link in page.css(".settings-nav a")}
