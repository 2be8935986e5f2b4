"""No page that is opened changes what is judged: every GET route of three apps, with and without a query."""

from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.routing import Rule

from gristmill.apps.base import AppSpec
from gristmill.apps.chat import APP as CHAT
from gristmill.apps.mail import APP as MAIL
from gristmill.apps.shop import APP as SHOP
from gristmill.snapshots.diff import state_digest

UNJUDGED = frozenset({"world_clock", "world_sequence", "world_settings", "world_dismissal"})
ME = "(SELECT person_id FROM world_current_user)"
CUSTOMER = f"(SELECT id FROM shop_customer WHERE person_id = {ME})"
ACCOUNT = f"(SELECT id FROM mail_account WHERE person_id = {ME})"
OWN_ORDER = f"(SELECT max(id) FROM shop_order WHERE customer_id = {CUSTOMER} AND status = 'DELIVERED')"
OWN_POST = f"SELECT max(id) FROM chat_message WHERE author_id = {ME} AND root_id IS NULL"
ARGUMENTS = {
    "shop": {
        "address_id": f"SELECT min(id) FROM shop_address WHERE customer_id = {CUSTOMER}",
        "number": f"SELECT number FROM shop_order WHERE id = {OWN_ORDER}",
        "line_id": f"SELECT min(id) FROM shop_order_line WHERE order_id = {OWN_ORDER}",
        "slug": "SELECT slug FROM shop_product ORDER BY id",
        "list_id": f"SELECT min(id) FROM shop_wish_list WHERE customer_id = {CUSTOMER}",
        "review_id": "SELECT min(id) FROM shop_review",
    },
    "mail": {
        "contact_id": f"SELECT min(id) FROM mail_contact WHERE account_id = {ACCOUNT}",
        "draft_id": f"SELECT min(id) FROM mail_draft WHERE account_id = {ACCOUNT}",
        "file_id": "SELECT min(a.id) FROM mail_attachment a JOIN mail_entry e "
        f"ON e.message_id = a.message_id WHERE account_id = {ACCOUNT}",
        "label_id": f"SELECT min(id) FROM mail_label WHERE account_id = {ACCOUNT}",
        "entry_id": f"SELECT max(id) FROM mail_entry WHERE account_id = {ACCOUNT}",
        "thread_id": f"SELECT thread_id FROM mail_entry e JOIN mail_unread u ON u.entry_id = e.id "
        f"WHERE e.account_id = {ACCOUNT} ORDER BY e.id DESC",
        "meeting_id": "SELECT max(id) FROM mail_meeting",
        "filter_id": "SELECT max(id) FROM mail_filter",
        "text_id": "SELECT max(id) FROM mail_canned_text",
    },
    "chat": {
        "channel_id": "SELECT c.id FROM chat_channel c JOIN chat_membership m ON m.channel_id = c.id "
        f"WHERE m.person_id = {ME} AND c.kind = 'public' AND c.archived_at IS NULL ORDER BY c.name DESC",
        "message_id": OWN_POST,
        "root_id": "SELECT r.id FROM chat_message r JOIN chat_membership m ON m.channel_id = r.channel_id "
        f"JOIN chat_message a ON a.root_id = r.id WHERE m.person_id = {ME} AND r.deleted_at IS NULL",
        "file_id": "SELECT file_id FROM chat_attachment a JOIN chat_message m ON m.id = a.message_id "
        f"JOIN chat_membership s ON s.channel_id = m.channel_id WHERE s.person_id = {ME}",
        "person_id": "SELECT min(person_id) FROM chat_member",
    },
}  # fmt: skip
ELSEWHERE = {
    "/d/<slug>": ("slug", "SELECT slug FROM shop_department ORDER BY id"),
    "/outbox/<int:draft_id>": ("draft_id", "SELECT max(draft_id) FROM mail_outgoing"),
}
"""Arguments that mean something else in some routes."""
WORDS = (
    "inbox", "spam", "all", "reply", "reply-all", "forward", "canned", "cancel", "address", "payment",
    "cookies", "place", "helpful",
)  # fmt: skip
QUERIES = (
    "",
    "?act=archive&do=delete&star=yes&undo=1&did=archive&saved=1&sent=1&text=x&page=2&q=a&read=1&vote=helpful"
    "&confirmed=1&at=/inbox&all=1&thread=1&category=updates&number=1&show=archived&day=2031-03-05&select=page",
)


@pytest.fixture
def busy(visitor: Any) -> Any:
    """A session with a draft, a filter, a text, a meeting, a file, a filled cart and an own post."""
    form = visitor.fields("mail.test/compose", 'form[action="/compose"]')
    visitor.post("mail.test/compose", {**form, "subject": "Begun", "body": "To be", "do": "save"})
    visitor.wait(1)
    visitor.post("mail.test/settings/filters/new", {"sender": "hob@tanner.example", "skips_inbox": "yes"})
    visitor.post("mail.test/settings/canned/new", {"name": "Thanks", "subject": "", "body": "Thank you."})
    meeting = {"title": "Tea", "day": "2031-03-06", "starts": "10:00", "ends": "11:00", "guests": ""}
    visitor.post("mail.test/agenda/new", meeting)
    visitor.run(
        "INSERT INTO world_file (id, name, media_type, owner_id, created_at, content) "
        f"VALUES (900, 'a.csv', 'text/csv', {ME}, '2031-03-01 10:00:00', x'61')"
    )
    visitor.run(
        "INSERT INTO mail_attachment (message_id, file_id, name, media_type, size_bytes, words) "
        "SELECT (SELECT max(message_id) FROM mail_entry WHERE account_id = "
        f"{ACCOUNT}), id, name, media_type, length(content), '' FROM world_file WHERE id = 900"
    )
    slug = visitor.one(
        "SELECT slug FROM shop_variant v JOIN shop_product p ON p.id = product_id "
        "GROUP BY p.id HAVING count(*) = 1 AND min(stock) > 5 ORDER BY p.id"
    )
    visitor.post(f"shop.test/p/{slug}/add", {"quantity": 1})
    visitor.post("shop.test/checkout/address", {"address": visitor.one(ARGUMENTS["shop"]["address_id"])})
    here = visitor.one(ARGUMENTS["chat"]["channel_id"])
    visitor.post(f"chat.test/c/{here}/post", {"text": "Own words"})
    visitor.run(f"INSERT INTO chat_attachment SELECT {visitor.one(OWN_POST)}, 900")
    visitor.post(f"chat.test/c/{here}/post", {"text": "Half a", "do": "draft"})
    visitor.wait(12)  # mails and posts have arrived that nobody has read
    form = visitor.fields("mail.test/compose", 'form[action="/compose"]')
    late = {"to": "hob@tanner.example", "subject": "Late", "due_at": "2031-03-09 08:00", "do": "schedule"}
    visitor.post("mail.test/compose", {**form, **late})
    return visitor


def addresses(visitor: Any, app: AppSpec) -> Iterator[str]:
    """An address of every GET route of an app, several where a part is one of some words."""
    known = {name: visitor.one(sql) for name, sql in ARGUMENTS[app.name].items()}
    assert all(known.values()), known
    for rule in app.create_app().url_map.iter_rules():
        if "GET" in (rule.methods or ()) and "filename" not in rule.arguments:
            name, sql = ELSEWHERE.get(rule.rule, ("", ""))
            own = {name: visitor.one(sql)} if sql else {}
            yield from filled(rule, known | own, app.host)


def filled(rule: Rule, known: dict[str, Any], host: str) -> Iterator[str]:
    """The addresses of one route: one for each of the words that it takes, where it takes words."""
    words = [name for name in rule.arguments if name not in known]
    for word in WORDS if words else [""]:
        try:
            built = rule.build({**known, **dict.fromkeys(words, word)}, append_unknown=False)
        except ValueError:
            continue  # none of its words
        assert built is not None, rule
        yield f"{host}{built[1]}"


def judged(visitor: Any) -> str:
    """A digest of all rows that are judged."""
    hidden = UNJUDGED | SHOP.bookkeeping | MAIL.bookkeeping | CHAT.bookkeeping
    with visitor.session.connection() as rows:
        return state_digest(rows, ignore=hidden)


@pytest.mark.slow
@pytest.mark.parametrize("app", [CHAT, MAIL, SHOP], ids=lambda app: app.name)
def test_no_get_request_changes_what_is_judged(busy: Any, app: AppSpec) -> None:
    before, content, missing, changing = judged(busy), b"", [], []
    for url in addresses(busy, app):
        statuses = [busy.get(url + query).status for query in QUERIES]
        assert max(statuses) < 500, (url, statuses)
        missing += [url] if statuses[0] >= 400 else []
        if busy.session.content() != content:  # else nothing at all has changed
            content = busy.session.content()
            changing += [url] if judged(busy) != before else []
            before = judged(busy) if changing else before
    assert changing == []
    assert missing == []
