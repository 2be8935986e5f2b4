"""A large world holds ten times the rows of a standard one, and its longer past is as sound."""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing

import pytest

from gristmill.apps.server.database import LentConnection
from gristmill.apps.world.choice import WorldSize

TABLES = {
    "shop": ("product", "variant", "review", "order", "order_line"),
    "mail": ("message", "entry", "thread", "recipient"),
    "chat": ("message", "search_text", "reaction", "mention", "thread_read"),
}
OWN_ENTRIES = """
SELECT count(*) FROM mail_entry JOIN mail_account ON mail_account.id = account_id
WHERE person_id = (SELECT person_id FROM world_current_user)
"""
DOUBLES = """
SELECT count(*) FROM (
    SELECT 1 FROM mail_message WHERE kind = 'letter' GROUP BY body, (SELECT min(email) FROM mail_recipient r
    WHERE r.message_id = mail_message.id) HAVING count(*) > 1)
"""
HOLIDAYS = """
SELECT count(*) FROM chat_message
WHERE NOT is_automatic AND (strftime('%m-%d', posted_at) >= '12-25' OR strftime('%m-%d', posted_at) = '01-01')
"""

pytestmark = pytest.mark.slow

Worlds = Mapping[WorldSize, sqlite3.Connection]


@pytest.fixture(
    scope="module",
    params=[("mail", "chat"), pytest.param(("shop", "mail", "chat"), marks=pytest.mark.sweep)],
    ids="-".join,
)
def apps(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """The apps of the worlds; a large one with a shop takes half a minute to build."""
    names: tuple[str, ...] = request.param
    return names


@pytest.fixture(scope="module")
def worlds(open_world: Callable[..., LentConnection], apps: tuple[str, ...]) -> Worlds:
    """A standard and a large world of the same apps."""
    return {size: open_world(*apps, size=size) for size in (WorldSize.STANDARD, WorldSize.LARGE)}


def number(connection: sqlite3.Connection, statement: str) -> int:
    with closing(connection.execute(statement)) as cursor:
        return int(cursor.fetchone()[0])


def test_the_main_tables_are_ten_times_as_long(worlds: Worlds, apps: tuple[str, ...]) -> None:
    least = 10 if "shop" in apps else 9  # of the mails of a large world many are the shop's
    growth = {
        table: number(worlds[WorldSize.LARGE], f"SELECT count(*) FROM {table}")
        / number(worlds[WorldSize.STANDARD], f"SELECT count(*) FROM {table}")
        for app in apps
        for table in (f"{app}_{name}" for name in TABLES[app])
    }

    assert {table: ratio for table, ratio in growth.items() if ratio < least} == {}


def test_the_mailbox_at_the_centre_is_ten_times_as_full(worlds: Worlds) -> None:
    standard, large = (number(worlds[size], OWN_ENTRIES) for size in (WorldSize.STANDARD, WorldSize.LARGE))

    assert large >= 10 * standard


def test_nothing_of_the_longer_past_is_said_twice_or_on_a_holiday(worlds: Worlds) -> None:
    large = worlds[WorldSize.LARGE]

    assert number(large, DOUBLES) == 0
    assert number(large, HOLIDAYS) == 0


def test_those_who_write_in_a_channel_were_members_by_then(worlds: Worlds) -> None:
    early = """
    SELECT count(*) FROM chat_message m LEFT JOIN chat_membership s
    ON s.channel_id = m.channel_id AND s.person_id = m.author_id
    WHERE s.joined_at > m.posted_at
    """

    assert number(worlds[WorldSize.LARGE], early) == 0
