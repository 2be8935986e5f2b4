"""What a page costs: at most twelve queries, however much there is on it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from gristmill.apps.mail.models import Mail
from gristmill.apps.mail.services.addresses import Mailbox
from gristmill.apps.server.database import LentConnection

MOST_QUERIES = 12
ADA = Mailbox(name="Ada Park", email="ada.park@wherrymoor.test")
BEN = Mailbox(name="Ben Moor", email="ben.moor@wherrymoor.test")

PAGES = """
/inbox /inbox?category=offers /inbox?select=all /starred /sent /bin /all?page=2 /labels/1 /search?q=tea
/search?q=from:hob+has:attachment+label:kitchen+-is:muted /search?q=in:drafts /labels /labels/1/edit
/labels/1/delete /threads/1 /threads/1?all=yes&at=/all /threads/1/print /files/1 /help/search
/snooze?thread=1&at=/inbox /nowhere
/compose /mails/3/reply-all /drafts /scheduled /contacts /contacts/new /agenda /agenda/new /settings
/settings/filters /settings/filters/new /settings/vacation /settings/blocked /settings/canned
/settings/signatures
"""


@pytest.fixture(scope="module")
def post_image(post_image: bytes, furnished: Callable[..., bytes]) -> bytes:
    """The small world with a full mailbox."""
    return furnished(post_image, furnish)


def furnish(reader: FlaskClient, send: Callable[..., Mail], arrange: Callable[[str], None]) -> None:
    arrange("INSERT INTO world_file VALUES (1, 'a.csv', 'text/csv', 1, '2031-03-01 10:00:00', x'61')")
    arrange("INSERT INTO mail_label VALUES (1, 1, NULL, 'Kitchen', 'teal'), (2, 1, 1, 'Tea', 'rose')")
    first = send("Letter", kind="letter", unsubscribes_from="hob@tanner.example", file_ids=(1,))
    for number in range(5):
        send("Re: Letter", sender=(BEN, ADA)[number % 2], to=(ADA, BEN), parent=first, file_ids=(1,))
    for number in range(10):
        send(f"Tea {number}")
    arrange("INSERT INTO mail_entry_label SELECT id, 1 + id % 2 FROM mail_entry WHERE account_id = 1")
    arrange("UPDATE mail_entry SET is_starred = 1 WHERE account_id = 1")


@pytest.mark.parametrize("path", PAGES.split())
def test_a_page_takes_few_queries(reader: FlaskClient, post: LentConnection, path: str) -> None:
    statements: list[str] = []
    post.set_trace_callback(statements.append)
    reader.get(path)
    post.set_trace_callback(None)
    queries = [each for each in statements if each.lstrip().upper().startswith("SELECT")]
    assert len(queries) <= MOST_QUERIES, "\n\n".join(queries)
