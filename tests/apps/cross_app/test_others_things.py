"""What is somebody's own is there for nobody else: no route opens or changes it, no page names it."""

from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.routing import Rule

from gristmill.apps.base import AppSpec
from gristmill.apps.chat import APP as CHAT
from gristmill.apps.mail import APP as MAIL
from gristmill.apps.shop import APP as SHOP
from gristmill.snapshots.diff import state_digest

SECRET, WORD = "xylograph vellum", "vellum"  # searches are for the first word, so no page repeats the second
HIDDEN = frozenset({"world_clock", "world_sequence", "world_settings", "world_dismissal", "world_notice"})
CUSTOMER = "(SELECT id FROM shop_customer WHERE person_id = {owner})"
ACCOUNT = "(SELECT id FROM mail_account WHERE person_id = {owner})"
ORDER = f"(SELECT max(id) FROM shop_order WHERE customer_id = {CUSTOMER} AND status = 'DELIVERED')"
TALK = "(SELECT max(channel_id) FROM chat_message WHERE author_id = {owner} AND text LIKE '%xylograph%')"
THINGS = {
    "shop": {
        "address_id": f"SELECT min(id) FROM shop_address WHERE customer_id = {CUSTOMER}",
        "card_id": f"SELECT min(id) FROM shop_card WHERE customer_id = {CUSTOMER}",
        "number": f"SELECT number FROM shop_order WHERE id = {ORDER}",
        "line_id": f"SELECT min(id) FROM shop_order_line WHERE order_id = {ORDER}",
        "list_id": f"SELECT min(id) FROM shop_wish_list WHERE customer_id = {CUSTOMER}",
        "item_id": f"SELECT min(id) FROM shop_cart_item WHERE customer_id = {CUSTOMER}",
    },
    "mail": {
        "contact_id": f"SELECT min(id) FROM mail_contact WHERE account_id = {ACCOUNT}",
        "group_id": f"SELECT min(id) FROM mail_group WHERE account_id = {ACCOUNT}",
        "draft_id": f"SELECT min(id) FROM mail_draft WHERE account_id = {ACCOUNT}",
        "file_id": f"SELECT min(a.id) FROM mail_attachment a JOIN mail_entry e "
        f"ON e.message_id = a.message_id WHERE account_id = {ACCOUNT} AND a.file_id = 900",
        "label_id": f"SELECT min(id) FROM mail_label WHERE account_id = {ACCOUNT}",
        "entry_id": f"SELECT max(id) FROM mail_entry WHERE account_id = {ACCOUNT}",
        "thread_id": f"SELECT max(thread_id) FROM mail_entry WHERE account_id = {ACCOUNT}",
        "meeting_id": "SELECT max(id) FROM mail_meeting WHERE title LIKE '%xylograph%'",
        "filter_id": f"SELECT max(id) FROM mail_filter WHERE account_id = {ACCOUNT}",
        "text_id": f"SELECT max(id) FROM mail_canned_text WHERE account_id = {ACCOUNT}",
        "row_id": f"SELECT max(id) FROM mail_blocked_sender WHERE account_id = {ACCOUNT}",
    },
    "chat": {
        "channel_id": f"SELECT {TALK}",
        "message_id": f"SELECT max(id) FROM chat_message WHERE channel_id = {TALK}",
        "root_id": f"SELECT max(id) FROM chat_message WHERE channel_id = {TALK}",
        "file_id": "SELECT 900",
        "reminder_id": "SELECT max(id) FROM chat_reminder WHERE person_id = {owner}",
        "section_id": "SELECT max(id) FROM chat_section WHERE person_id = {owner}",
    },
}  # fmt: skip
PUBLIC = {"slug": "almanac-lined-notebook", "bookmark_id": 1, "person_id": 1, "review_id": 1, "filename": "x"}
WORDS = (
    "reply",
    "forward",
    "canned",
    "up",
    "delete",
    "off",
    "cancel",
    "address",
    "payment",
    "inbox",
    "place",
)
FIELDS = {
    "text": "x", "name": "x", "to": "hob@tanner.example", "subject": "x", "body": "x", "do": "send",
    "act": "archive", "quantity": "2", "give": "heart", "pin": "yes", "save": "yes", "follow": "yes",
    "option": "0", "when": "1h", "answer": "yes", "star": "yes", "title": "x", "day": "2031-03-06",
    "starts": "10:00", "ends": "11:00", "sender": "x", "stars": "yes", "due_at": "2031-03-09 08:00",
}  # fmt: skip
PAGES = {
    "shop": "/ /account /account/profile /account/addresses /account/cards /orders /orders?q=xylograph /cart "
    "/lists /viewed /compare /search?q=xylograph /help/contact",
    "mail": "/inbox /all /sent /drafts /scheduled /starred /spam /bin /labels /contacts "
    "/contacts?q=xylograph /compose /agenda /agenda/new /settings /settings/filters /settings/canned "
    "/settings/blocked /search?q=xylograph /search?q=in:anywhere+xylograph /search?q=filename:xylograph "
    "/search?q=bcc:me /search?q=has:attachment",
    "chat": "/ /threads /mentions /drafts /saved /reminders /channels /channels?q=xylograph /directs "
    "/directs/new /people /me /search?q=xylograph /search?q=has:file /search?q=from:{handle} "
    "/search?q=with:{handle}",
}


@pytest.fixture
def secretive(visitor: Any) -> Any:
    """A session in which the person at the centre has named everything of theirs by one odd word."""
    owner = visitor.one("SELECT person_id FROM world_current_user")
    visitor.owner, account = owner, ACCOUNT.format(owner=owner)
    customer = CUSTOMER.format(owner=owner)
    visitor.post("mail.test/settings/filters/new", {"sender": SECRET, "stars": "yes"})
    visitor.post("mail.test/settings/canned/new", {"name": SECRET, "subject": "", "body": SECRET})
    visitor.post("mail.test/settings/blocked", {"email": f"{WORD}@tanner.example"})
    meeting = {"title": SECRET, "day": "2031-03-06", "starts": "10:00", "ends": "11:00", "guests": ""}
    visitor.post("mail.test/agenda/new", meeting)
    form = visitor.fields("mail.test/compose", 'form[action="/compose"]')
    visitor.post("mail.test/compose", {**form, "subject": SECRET, "body": SECRET, "do": "save"})
    slug = PUBLIC["slug"]
    visitor.post(f"shop.test/p/{slug}/add", {"quantity": 1})
    visitor.run(f"INSERT INTO shop_cart_item SELECT 9000, {customer}, min(id), 1, 0 FROM shop_variant")
    visitor.post("chat.test/directs/new", {"person": 36, "text": SECRET})
    visitor.post("chat.test/me/sections", {"name": SECRET})
    visitor.post("chat.test/reminders", {"text": SECRET, "note": SECRET, "when": "1h"})
    visitor.wait(1)
    to = visitor.one("SELECT email FROM world_person WHERE id = ?", owner)
    form = visitor.fields("mail.test/compose", 'form[action="/compose"]')
    more = {"to": "hob@tanner.example", "bcc": to, "subject": SECRET, "body": SECRET, "do": "send"}
    visitor.post("mail.test/compose", {**form, **more})
    visitor.wait(3)
    for sql in (
        "INSERT INTO world_file (id, name, media_type, owner_id, created_at, content) "
        f"VALUES (900, '{SECRET}.csv', 'text/csv', {owner}, '2031-03-01 10:00:00', CAST('{SECRET}' AS BLOB))",
        "INSERT INTO mail_attachment (message_id, file_id, name, media_type, size_bytes, words) SELECT "
        f"(SELECT max(message_id) FROM mail_entry WHERE account_id = {account}), 900, '{SECRET}.csv', "
        f"'text/csv', 9, ' {SECRET} csv '",
        f"INSERT INTO chat_attachment SELECT max(id), 900 FROM chat_message WHERE author_id = {owner}",
        f"UPDATE shop_address SET label = '{SECRET}' || id WHERE customer_id = {customer}",
        f"UPDATE shop_card SET holder = '{SECRET}' WHERE customer_id = {customer}",
        f"UPDATE shop_wish_list SET name = '{SECRET}' || id WHERE customer_id = {customer}",
        f"UPDATE shop_order SET ship_to = '{SECRET}' WHERE customer_id = {customer}",
        f"UPDATE mail_label SET name = '{SECRET}' || id WHERE account_id = {account}",
        f"UPDATE mail_contact SET name = '{SECRET}' WHERE account_id = {account}",
        f"UPDATE mail_group SET name = '{SECRET}' || id WHERE account_id = {account}",
        "UPDATE world_event SET status = 'cancelled' WHERE status = 'pending'",
    ):  # fmt: skip
        visitor.run(sql)
    return visitor


def requests(visitor: Any, app: AppSpec) -> Iterator[tuple[str, str]]:
    """Each route that leads to a thing of the owner's: method and address."""
    things = {name: visitor.one(sql.format(owner=visitor.owner)) for name, sql in THINGS[app.name].items()}
    assert all(things.values()), things
    for rule in app.create_app().url_map.iter_rules():
        if rule.arguments & things.keys():
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                yield from ((method, url) for url in filled(rule, things, app.host))


def filled(rule: Rule, things: dict[str, Any], host: str) -> Iterator[str]:
    """The addresses of a route, for each of the words that it takes."""
    known = PUBLIC | things
    words = [name for name in rule.arguments if name not in known]
    for word in WORDS if words else [""]:
        try:
            built = rule.build({**known, **dict.fromkeys(words, word)}, append_unknown=False)
        except ValueError:
            continue  # none of its words
        assert built is not None, rule
        yield f"{host}{built[1]}"


def somebody_else(visitor: Any) -> int:
    """A colleague who has a part in nothing of the owner's that was named."""
    return int(
        visitor.one(
            "SELECT j.person_id FROM world_job j JOIN chat_member m ON m.person_id = j.person_id "
            f"WHERE j.person_id NOT IN ({visitor.owner}, 36) AND j.role NOT LIKE 'former%' "
            "AND j.person_id IN (SELECT person_id FROM shop_customer) ORDER BY j.person_id DESC"
        )
    )


def judged(visitor: Any) -> str:
    """A digest of all rows that are judged."""
    hidden = HIDDEN | SHOP.bookkeeping | MAIL.bookkeeping | CHAT.bookkeeping
    with visitor.session.connection() as rows:
        return state_digest(rows, ignore=hidden)


@pytest.mark.slow
@pytest.mark.parametrize("app", [CHAT, MAIL, SHOP], ids=lambda app: app.name)
def test_no_route_opens_or_changes_what_is_somebody_elses(secretive: Any, app: AppSpec) -> None:
    asked = list(requests(secretive, app))
    secretive.sign_in(somebody_else(secretive))
    before, content, wrong = judged(secretive), b"", []
    for method, url in asked:
        response = secretive.get(url) if method == "GET" else secretive.post(url, FIELDS)
        if response.status not in {403, 404, 405} or WORD in response.body.decode():
            wrong.append((method, url, response.status, response.url))
        if secretive.session.content() != content:
            content = secretive.session.content()
            assert judged(secretive) == before, (method, url)
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("app", [CHAT, MAIL, SHOP], ids=lambda app: app.name)
def test_no_page_or_search_tells_of_what_is_somebody_elses(secretive: Any, app: AppSpec) -> None:
    handle = secretive.one("SELECT email FROM world_person WHERE id = ?", secretive.owner).partition("@")[0]
    paths = [path.format(handle=handle) for path in PAGES[app.name].split()]
    assert any(WORD in secretive.get(f"{app.host}{path}").body.decode() for path in paths)
    secretive.sign_in(somebody_else(secretive))
    for path in paths:
        assert WORD not in secretive.get(f"{app.host}{path}").body.decode(), path
