"""A form that is sent twice has one effect, in each app and in what the others make of it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from gristmill.apps.chat import APP as CHAT
from gristmill.apps.mail import APP as MAIL
from gristmill.apps.shop import APP as SHOP
from gristmill.snapshots.diff import state_digest

pytestmark = pytest.mark.slow  # starts a world of three apps per test

HIDDEN = frozenset({"world_clock", "world_sequence", "world_settings", "world_dismissal", "world_notice"})
ME = "(SELECT person_id FROM world_current_user)"
CUSTOMER = f"(SELECT id FROM shop_customer WHERE person_id = {ME})"
Form = tuple[str, dict[str, Any]]


def order(visitor: Any) -> Form:
    """Place an order."""
    slug = visitor.one(
        "SELECT slug FROM shop_variant v JOIN shop_product p ON p.id = product_id "
        "GROUP BY p.id HAVING count(*) = 1 AND min(stock) > 5 ORDER BY p.id"
    )
    card = f"SELECT max(id) FROM shop_card WHERE customer_id = {CUSTOMER}"
    visitor.post(f"shop.test/p/{slug}/add", {"quantity": 1})
    address = visitor.one(f"SELECT min(id) FROM shop_address WHERE customer_id = {CUSTOMER}")
    visitor.post("shop.test/checkout/address", {"address": address})
    visitor.post("shop.test/checkout/delivery", {"delivery": "standard"})
    visitor.post("shop.test/checkout/payment", {"card": visitor.one(card)})
    return "shop.test/checkout/place", visitor.fields(
        "shop.test/checkout/review", 'form[action="/checkout/place"]'
    )


def composed(visitor: Any, **fields: object) -> Form:
    """A new mail."""
    form = visitor.fields("mail.test/compose", 'form[action="/compose"]')
    to = visitor.one("SELECT email FROM world_person WHERE id = 36")
    return "mail.test/compose", {**form, "to": to, "subject": "Tea", "body": "At four?", **fields}


def send(visitor: Any) -> Form:
    """Send a mail."""
    return composed(visitor, do="send")


def schedule(visitor: Any) -> Form:
    """Send a mail tomorrow."""
    return composed(visitor, do="schedule", due_at="2031-03-05 08:00")


def save(visitor: Any) -> Form:
    """Save a draft."""
    return composed(visitor, do="save")


def invite(visitor: Any) -> Form:
    """Invite to a meeting."""
    fields = visitor.fields("mail.test/agenda/new", "main form")
    to = visitor.one("SELECT email FROM world_person WHERE id = 36")
    more = {"title": "Tea", "day": "2031-03-06", "starts": "10:00", "ends": "11:00", "guests": to}
    return "mail.test/agenda/new", {**fields, **more}


def post(visitor: Any) -> Form:
    """Post in a channel."""
    here = visitor.one("SELECT id FROM chat_channel WHERE name = 'lunch'")
    fields = visitor.fields(f"chat.test/c/{here}", f'form[action="/c/{here}/post"]')
    return f"chat.test/c/{here}/post", {**fields, "text": "Soup"}


def write_directly(visitor: Any) -> Form:
    """Ask a colleague, who answers."""
    fields = visitor.fields("chat.test/directs/new", 'form[action="/directs/new"]')
    return "chat.test/directs/new", {**fields, "person": 36, "text": "Could you cancel one?"}


def write_to_the_shop(visitor: Any) -> Form:
    """Send the shop's contact form."""
    fields = visitor.fields("shop.test/help/contact", 'form[action="/help/contact"]')
    return "shop.test/help/contact", {**fields, "topic": "other", "body": "Where is my parcel, please?"}


FORMS: dict[str, tuple[Callable[[Any], Form], str]] = {
    each.__name__: (each, table)
    for each, table in (
        (order, "shop_order"), (send, "mail_draft"), (schedule, "mail_draft"), (save, "mail_draft"),
        (invite, "mail_meeting"), (post, "chat_message"), (write_directly, "chat_message"),
        (write_to_the_shop, "shop_contact_message"),
    )
}  # fmt: skip
"""What is sent, and the table in which it makes one row."""


def judged(visitor: Any) -> str:
    """A digest of all rows that are judged."""
    hidden = HIDDEN | SHOP.bookkeeping | MAIL.bookkeeping | CHAT.bookkeeping
    with visitor.session.connection() as rows:
        return state_digest(rows, ignore=hidden)


@pytest.mark.one_in(2)
@pytest.mark.parametrize("minutes", [0, pytest.param(2, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", FORMS)
def test_a_form_that_is_sent_twice_has_one_effect(visitor: Any, office: Any, name: str, minutes: int) -> None:
    """At once, and after a while in which its mails and answers have gone out."""
    fill, table = FORMS[name]
    visitor.run("UPDATE world_event SET status = 'cancelled' WHERE status = 'pending'")
    url, fields = fill(visitor)
    before = visitor.one(f"SELECT count(*) FROM {table}")
    visitor.post(url, fields)
    assert visitor.one(f"SELECT count(*) FROM {table}") == before + 1
    visitor.wait(minutes)
    other = office.open(visitor.session.snapshot())
    assert visitor.post(url, fields).status < 500
    assert judged(visitor) == judged(other)
    for each in (visitor, other):
        each.wait(30)
    assert judged(visitor) == judged(other)
    other.close()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["order", "send", "post"])
def test_two_equal_requests_at_once_have_one_effect(visitor: Any, name: str) -> None:
    fill, table = FORMS[name]
    url, fields = fill(visitor)
    before = visitor.one(f"SELECT count(*) FROM {table}")
    with ThreadPoolExecutor(4) as pool:
        responses = list(pool.map(lambda _: visitor.post(url, fields), range(4)))
    assert max(each.status for each in responses) < 500
    assert visitor.one(f"SELECT count(*) FROM {table}") == before + 1
