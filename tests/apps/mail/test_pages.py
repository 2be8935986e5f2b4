"""What every page of mail has: one heading, named controls, its own origin, an equal exchange."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from selectolax.lexbor import LexborHTMLParser

from gristmill.apps.mail.models import Mail
from gristmill.apps.mail.services.addresses import Mailbox

PAGES = [
    "/inbox",
    "/inbox?select=page",
    "/starred",
    "/snoozed",
    "/sent",
    "/archive",
    "/spam",
    "/bin",
    "/all",
    "/labels/1",
    "/search?q=tea",
    "/search?q=from:",
    "/search?q=",
    "/labels",
    "/labels/1/edit",
    "/labels/1/delete",
    "/threads/1",
    "/threads/1/print",
    "/files/1",
    "/help/search",
    "/snooze?thread=1&at=/inbox",
    "/nowhere",
]
EXCHANGE = {"HX-Request": "true", "HX-Request-Type": "partial"}
NAMED = {"input", "select", "textarea", "button", "a", "summary", "nav", "form"}


@pytest.fixture(scope="module")
def post_image(post_image: bytes, furnished: Callable[..., bytes]) -> bytes:
    """The small world with threads, labels and a file."""
    return furnished(post_image, fill)


def fill(_: FlaskClient, send: Callable[..., Mail], arrange: Callable[[str], None]) -> None:
    arrange("INSERT INTO world_file VALUES (1, 'a.csv', 'text/csv', 1, '2031-03-01 10:00:00', x'61')")
    arrange("INSERT INTO mail_label VALUES (1, 1, NULL, 'Kitchen', 'teal'), (2, 1, 1, 'Tea', 'rose')")
    first = send("Letter", kind="letter", unsubscribes_from="hob@tanner.example", file_ids=(1,))
    ada = Mailbox(name="Ada Park", email="ada.park@wherrymoor.test")
    send("Re: Letter", sender=ada, to=(ada,), parent=first, body="Tea.\n\nOn Monday, Hob wrote:\n> Tea?")
    for number in range(4):
        send(f"Tea {number}")
    arrange("INSERT INTO mail_entry_label SELECT id, 1 FROM mail_entry")


def named(tree: LexborHTMLParser) -> list[str]:
    """Controls and landmarks of a page that have no name."""
    labels = {node.attributes["for"] for node in tree.css("label[for]")}
    found = []
    for node in tree.css(", ".join(NAMED)):
        own = node.attributes
        if own.get("type") == "hidden" or (node.tag == "form" and own.get("role") is None):
            continue
        text = node.text(strip=True) if node.tag not in ("input", "select", "textarea", "nav") else ""
        wraps = node.parent is not None and node.parent.tag == "label"
        if not (own.get("aria-label") or own.get("id") in labels or text or wraps or node.tag == "form"):
            found.append(str(node.html))
    return found


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_one_heading_named_controls_and_stays_at_home(reader: FlaskClient, path: str) -> None:
    response = reader.get(path)
    assert response.status_code == (404 if path == "/nowhere" else 200)
    tree = LexborHTMLParser(response.text)
    assert len(tree.css("h1")) == len(tree.css("main")) == 1
    assert named(tree) == []
    ids = [node.attributes["id"] for node in tree.css("[id]")]
    assert len(ids) == len(set(ids))
    assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', response.text)


@pytest.mark.parametrize("path", PAGES)
def test_an_exchanged_page_is_the_main_part_of_a_full_one(reader: FlaskClient, path: str) -> None:
    reader.get(path)  # opens what is unread
    page, parts = reader.get(path).text, reader.get(path, headers=EXCHANGE).text
    for tag in ("title", "main"):
        part = re.search(rf"<{tag}.*</{tag}>", parts, re.DOTALL)
        assert part is not None
        assert part[0] in page
    assert "<html" not in parts


@pytest.mark.parametrize(
    "path",
    [
        "/search?q=%00%F0%9F%98%80%ED%A0%BD%E2%80%AE<script>{{7*7}}'%22" + "x" * 5_000,
        "/inbox?page=%00&category=<script>{{&select='&did=<b>&undo=" + "9" * 99,
        "/threads/1?at=//evil.test/<script>{{&all=%00",
        "/threads/1?at=%ED%A0%BD",
        "/snooze?thread=" + "9" * 30 + "&at=javascript:alert(1)",
    ],
)
def test_odd_addresses_are_pages(reader: FlaskClient, send: Callable[..., Mail], path: str) -> None:
    send("Tea")
    response = reader.get(path)
    assert response.status_code == 200
    assert "<script>{{" not in response.text
    assert "evil.test" not in response.text
    assert "javascript:" not in response.text
