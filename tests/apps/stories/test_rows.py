"""What mail and chat make of the stories: rows of the past, one receipt per order, enough of everything."""

import sqlite3
from collections.abc import Callable

import pytest

from gristmill.apps.server.database import LentConnection

START = "2031-03-04 10:00"
WHEN = (  # columns that say when something happened, unlike those that say when it is due
    "sent_at", "shown_at", "posted_at", "created_at", "edited_at", "deleted_at", "pinned_at", "made_at",
    "voted_at", "joined_at", "answered_at", "updated_at", "archived_at", "saved_at",
)  # fmt: skip

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", params=[1, 2])
def world(request: pytest.FixtureRequest, open_world: Callable[..., LentConnection]) -> sqlite3.Connection:
    return open_world("chat", "mail", "shop", seed=request.param)


def tables(world: sqlite3.Connection) -> list[str]:
    rows = world.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return [name for (name,) in rows if name.startswith(("mail_", "chat_"))]


def test_nothing_has_happened_after_the_start(world: sqlite3.Connection) -> None:
    for table in tables(world):
        columns = {row[1] for row in world.execute(f"PRAGMA table_info({table})")}
        for column in columns & set(WHEN):
            latest = world.execute(f"SELECT max({column}) FROM {table}").fetchone()[0]
            assert latest is None or latest[:16] <= START, (table, column)


def test_every_order_has_one_receipt(world: sqlite3.Connection) -> None:
    orders = [number for (number,) in world.execute("SELECT number FROM shop_order")]
    receipts = [
        f"{subject} {body}"
        for subject, body in world.execute(
            "SELECT subject, body FROM mail_message "
            "WHERE kind = 'receipt' AND sender_email LIKE '%marlowick.test'"
        )
    ]
    assert orders
    assert {number: sum(number in text for text in receipts) for number in orders} == dict.fromkeys(orders, 1)


def test_the_person_at_the_centre_has_a_full_mailbox(world: sqlite3.Connection) -> None:
    mails, threads = world.execute(
        "SELECT count(*), count(DISTINCT thread_id) "
        "FROM mail_entry JOIN mail_account ON mail_account.id = account_id "
        "WHERE person_id = (SELECT person_id FROM world_current_user)"
    ).fetchone()
    assert mails >= 250
    assert threads >= 120


def test_the_chat_is_a_busy_one(world: sqlite3.Connection) -> None:
    kinds = dict(world.execute("SELECT kind, count(*) FROM chat_channel GROUP BY kind").fetchall())
    (messages,) = world.execute("SELECT count(*) FROM chat_message").fetchone()
    assert messages >= 1500
    assert sum(kinds.values()) - kinds.get("direct", 0) - kinds.get("group", 0) >= 12
    assert kinds["direct"] >= 20
    assert kinds["group"] >= 6
