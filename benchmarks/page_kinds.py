"""The kinds of pages whose cost is measured, and the worlds that they are pages of."""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from gristmill.apps.server.database import LentConnection
from gristmill.apps.world.builder import build_world
from gristmill.apps.world.choice import WorldChoice, WorldSize
from gristmill.plugins import installed

APPS = ("shop", "mail", "chat")
TENFOLD = "tenfold"
"""A standard world whose mailboxes and conversations go back ten times as far."""
SIZES = (WorldSize.STANDARD.value, WorldSize.LARGE.value, TENFOLD)
COPIES = 9
DAYS_APART = 800


class Kind(NamedTuple):
    """A kind of page; `address` is a path, or SQL for one of the signed-in person `:me`, mailbox `:box`."""

    app: str
    name: str
    address: str


BUSIEST = "FROM chat_message m JOIN chat_membership s ON s.channel_id = m.channel_id AND s.person_id = :me"
OF_BUSIEST = f"{BUSIEST} GROUP BY m.channel_id ORDER BY count(*) DESC LIMIT 1"
OF_QUIETEST = f"{BUSIEST} GROUP BY m.channel_id ORDER BY count(*), m.channel_id LIMIT 1"
THREADS = "FROM mail_entry WHERE account_id = :box AND folder NOT IN ('spam', 'bin') GROUP BY thread_id"
LONGEST = f"{THREADS} ORDER BY count(*) DESC LIMIT 1"
SHORTEST = f"{THREADS} ORDER BY count(*), thread_id LIMIT 1"
REPLIES = f"{BUSIEST} WHERE m.root_id IS NOT NULL AND m.deleted_at IS NULL GROUP BY m.root_id"
LISTINGS = ("search", "department")
STARRED = """
    SELECT max(e.id) FROM mail_entry e
    JOIN mail_account a ON a.id = e.account_id JOIN world_current_user u ON u.person_id = a.person_id
    WHERE e.folder NOT IN ('spam', 'bin') GROUP BY e.thread_id ORDER BY 1 DESC LIMIT 25
"""
FOLLOWED = """
    SELECT m.root_id, u.person_id, 1 FROM chat_message m
    JOIN world_current_user u
    JOIN chat_membership s ON s.channel_id = m.channel_id AND s.person_id = u.person_id
    WHERE m.root_id IS NOT NULL AND m.deleted_at IS NULL GROUP BY m.root_id ORDER BY max(m.id) DESC LIMIT 12
"""
KINDS = (
    Kind("shop", "home", "/"),
    Kind("shop", "search", "/search?q=chair"),
    Kind("shop", "department", "/d/kitchen"),
    Kind("shop", "product", "SELECT '/p/' || slug FROM shop_product ORDER BY review_count DESC, id LIMIT 1"),
    Kind("shop", "cart", "/cart"),
    Kind("shop", "orders", "/orders"),
    Kind("mail", "inbox", "/inbox"),
    Kind("mail", "all mail", "/all"),
    Kind("mail", "sent", "/sent"),
    Kind("mail", "starred", "/starred"),
    Kind("mail", "label", "SELECT '/labels/' || min(id) FROM mail_label WHERE account_id = :box"),
    Kind("mail", "search, a word", "/search?q=invoice"),
    Kind("mail", "search, operators", "/search?q=from:wherrymoor+has:attachment+-is:starred"),
    Kind("mail", "search, nothing found", "/search?q=zeppelinfahrt"),
    Kind("mail", "thread, one mail", f"SELECT '/threads/' || thread_id {SHORTEST}"),
    Kind("mail", "thread, longest", f"SELECT '/threads/' || thread_id {LONGEST}"),
    Kind("mail", "thread, longest, printed", f"SELECT '/threads/' || thread_id || '/print' {LONGEST}"),
    Kind("mail", "compose", "/compose"),
    Kind("mail", "reply", "SELECT '/mails/' || max(id) || '/reply' FROM mail_entry WHERE account_id = :box"),
    Kind("mail", "drafts", "/drafts"),
    Kind("mail", "labels", "/labels"),
    Kind("mail", "contacts", "/contacts"),
    Kind("mail", "agenda", "/agenda"),
    Kind("mail", "settings", "/settings"),
    Kind("mail", "filters", "/settings/filters"),
    Kind("chat", "home", "/"),
    Kind("chat", "channel, busiest", f"SELECT '/c/' || m.channel_id {OF_BUSIEST}"),
    Kind("chat", "channel, quietest", f"SELECT '/c/' || m.channel_id {OF_QUIETEST}"),
    Kind("chat", "thread, longest", f"SELECT '/t/' || m.root_id {REPLIES} ORDER BY count(*) DESC LIMIT 1"),
    Kind("chat", "thread, one reply", f"SELECT '/t/' || m.root_id {REPLIES} ORDER BY count(*), 1 LIMIT 1"),
    Kind("chat", "message", f"SELECT '/m/' || max(m.id) {BUSIEST}"),
    Kind("chat", "threads", "/threads"),
    Kind("chat", "mentions", "/mentions"),
    Kind("chat", "drafts", "/drafts"),
    Kind("chat", "saved", "/saved"),
    Kind("chat", "reminders", "/reminders"),
    Kind("chat", "channels", "/channels"),
    Kind("chat", "people", "/people"),
    Kind("chat", "person", "/people/1"),
    Kind("chat", "directs", "/directs"),
    Kind("chat", "own settings", "/me"),
    Kind("chat", "about a channel", f"SELECT '/c/' || m.channel_id || '/about' {OF_BUSIEST}"),
    Kind("chat", "members", f"SELECT '/c/' || m.channel_id || '/members' {OF_BUSIEST}"),
    Kind("chat", "files", f"SELECT '/c/' || m.channel_id || '/files' {OF_BUSIEST}"),
    Kind("chat", "pins", f"SELECT '/c/' || m.channel_id || '/pins' {OF_BUSIEST}"),
    Kind("chat", "search, a word", "/search?q=invoice"),
    Kind("chat", "search, a common word", "/search?q=the"),
    Kind("chat", "search, operators", "/search?q=from:me+is:thread"),
    Kind("chat", "search, unread", "/search?q=is:unread"),
    Kind("chat", "search, nothing found", "/search?q=zeppelinfahrt"),
)  # fmt: skip


def address_of(kind: Kind, world: sqlite3.Connection) -> str:
    """The address of a page of this kind in a world."""
    if kind.address.startswith("/"):
        return kind.address
    (me,) = world.execute("SELECT person_id FROM world_current_user").fetchone()
    (box,) = world.execute("SELECT id FROM mail_account WHERE person_id = ?", [me]).fetchone()
    return str(world.execute(kind.address, {"me": me, "box": box}).fetchone()[0])


def built(size: str) -> bytes:
    """The database of a world of this size, of all apps.

    In each, the signed-in person has as many starred mails and followed threads as a page shows: a standard
    world has no or few, and a page without any would be compared with a full one.
    """
    connection = sqlite3.connect(":memory:", factory=LentConnection)
    choice = WorldChoice(size=WorldSize.STANDARD if size == TENFOLD else WorldSize(size))
    build_world([installed().app(name) for name in APPS], choice, connection)
    if size == TENFOLD:
        lengthen(connection)
    connection.execute(f"UPDATE mail_entry SET is_starred = 1 WHERE id IN ({STARRED})")
    connection.execute(f"INSERT OR REPLACE INTO chat_follow (root_id, person_id, is_following) {FOLLOWED}")
    connection.commit()
    image = connection.serialize()
    connection.shut()
    return image


NUMBERS = {
    "mail_thread": {"id": "mail_thread"},
    "mail_message": {"id": "mail_message"},
    "mail_entry": {"id": "mail_entry", "message_id": "mail_message", "thread_id": "mail_thread"},
    "mail_recipient": {"id": "mail_recipient", "message_id": "mail_message"},
    "mail_attachment": {"id": "mail_attachment", "message_id": "mail_message"},
    "mail_entry_label": {"entry_id": "mail_entry"},
    "mail_unread": {"entry_id": "mail_entry"},
    "chat_message": {"id": "chat_message", "root_id": "chat_message", "forwarded_id": "chat_message"},
    "chat_search_text": {"message_id": "chat_message"},
    "chat_attachment": {"message_id": "chat_message"},
    "chat_reaction": {"message_id": "chat_message"},
    "chat_saved": {"message_id": "chat_message"},
    "chat_poll": {"message_id": "chat_message"},
    "chat_vote": {"message_id": "chat_message"},
    "chat_follow": {"root_id": "chat_message"},
    "chat_mention": {"id": "chat_mention", "message_id": "chat_message", "root_id": "chat_message"},
    "chat_thread_read": {
        "root_id": "chat_message", "message_id": "chat_message", "mention_id": "chat_mention"
    },
}  # fmt: skip
"""The tables that grow with time: their columns that hold a number of a table that does."""
POINTERS = {
    "chat_read": {"message_id": "chat_message", "mention_id": "chat_mention"},
    "chat_story_message": {"message_id": "chat_message"},
    "chat_reminder": {"message_id": "chat_message"},
    "chat_draft": {"root_id": "chat_message"},
    "mail_draft": {"parent_id": "mail_message", "thread_id": "mail_thread"},
    "mail_reminder": {"entry_id": "mail_entry"},
}
"""The tables that only refer to those: to the newest copy."""
MOMENTS = {
    "mail_message": ("sent_at",), "mail_entry": ("shown_at",), "chat_message": ("posted_at",),
}  # fmt: skip


def lengthen(world: sqlite3.Connection) -> None:
    """Write nine older copies of every mail and every message of the chat; numbers still grow with time.

    The longest thread of the signed-in person becomes one with its copies, in both apps.
    """
    world.execute("PRAGMA foreign_keys = OFF")
    longest = {name: number_in(name, "thread, longest", world) for name in ("mail", "chat")}
    spans = {
        table: 1 + (world.execute(f"SELECT max(id) FROM {table}").fetchone()[0] or 0)
        for table in {name for columns in NUMBERS.values() for name in columns.values()}
    }
    for table, columns in NUMBERS.items():
        world.execute(f"CREATE TEMP TABLE old AS SELECT * FROM {table}")
        world.execute(f"DELETE FROM {table}")
        for copy in range(COPIES + 1):
            world.execute(copying(table, columns, spans, copy, world))
        world.execute("DROP TABLE old")
    for table, columns in POINTERS.items():
        moved = ", ".join(moved_to_newest(column, COPIES * spans[name]) for column, name in columns.items())
        world.execute(f"UPDATE {table} SET {moved}")
    joined(longest, spans, world)
    world.commit()
    world.execute("VACUUM")


def moved_to_newest(column: str, distance: int) -> str:
    """The assignment that lets a column refer to the newest copy; 0 and NULL stay."""
    return f"{column} = CASE WHEN {column} THEN {column} + {distance} ELSE {column} END"


def number_in(app: str, name: str, world: sqlite3.Connection) -> int:
    """The number in the address of a kind of page."""
    kind = next(kind for kind in KINDS if kind[:2] == (app, name))
    return int(address_of(kind, world).split("/")[2])


def copying(
    table: str, columns: dict[str, str], spans: dict[str, int], copy: int, world: sqlite3.Connection
) -> str:
    """The statement that writes one copy of a table's rows, the 0th being the oldest."""

    def values() -> Iterator[str]:
        for _, name, *_ in world.execute(f"PRAGMA table_info({table})").fetchall():
            if name in columns:
                yield f'"{name}" + {copy * spans[columns[name]]}'
            elif name in MOMENTS.get(table, ()):
                earlier = f"'-{(COPIES - copy) * DAYS_APART} days'"
                yield f"strftime('%Y-%m-%d %H:%M:%S.000000', \"{name}\", {earlier})"
            elif table == "mail_message" and name == "message_id" and copy < COPIES:
                yield f"'{copy}.' || \"{name}\""
            else:
                yield f'"{name}"'

    return f"INSERT INTO {table} SELECT {', '.join(values())} FROM old"


def joined(longest: dict[str, int], spans: dict[str, int], world: sqlite3.Connection) -> None:
    """Join the copies of a thread."""
    copies = range(COPIES)
    threads = [longest["mail"] + copy * spans["mail_thread"] for copy in copies]
    roots = [longest["chat"] + copy * spans["chat_message"] for copy in range(1, COPIES + 1)]
    newest = longest["mail"] + COPIES * spans["mail_thread"]
    world.execute(f"UPDATE mail_entry SET thread_id = {newest} WHERE thread_id IN ({listed(threads)})")
    world.execute(f"DELETE FROM mail_thread WHERE id IN ({listed(threads)})")
    are_copies = f"root_id IN ({listed(roots)}) OR id IN ({listed(roots)})"
    world.execute(f"UPDATE chat_message SET root_id = {longest['chat']} WHERE {are_copies}")


def listed(numbers: list[int]) -> str:
    """Numbers in SQL."""
    return ", ".join(map(str, numbers))
