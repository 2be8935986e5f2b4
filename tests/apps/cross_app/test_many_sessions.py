"""However many sessions a host has, each is what it would be alone, whatever happens in the others."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from gristmill.snapshots.diff import state_digest

Step = Callable[[Any], object]
ASKED = "Could you cancel one of them, please?"


def ask_in_chat(visitor: Any) -> None:
    """Ask a colleague directly who answers in three minutes."""
    person = visitor.one("SELECT person_id FROM chat_answer")
    visitor.post("chat.test/directs/new", {"person": person, "text": ASKED})
    assert visitor.one("SELECT used_by_message_id IS NOT NULL FROM chat_answer")


def post_in_a_channel(visitor: Any) -> None:
    """Post where something is unread."""
    here = visitor.one("SELECT id FROM chat_channel WHERE name = 'lunch'")
    visitor.get(f"chat.test/c/{here}")
    visitor.post(f"chat.test/c/{here}/post", {"text": "Soup for me"})


def send_a_mail(visitor: Any) -> None:
    """Send a mail, which leaves when it cannot be undone any more."""
    fields = visitor.fields("mail.test/compose", 'form[action="/compose"]')
    to = visitor.one("SELECT email FROM world_person WHERE id = 36")
    visitor.post(
        "mail.test/compose", {**fields, "to": to, "subject": "Stools", "body": "All here.", "do": "send"}
    )
    assert visitor.one("SELECT count(*) FROM mail_outgoing") > 0


def read_and_snooze(visitor: Any) -> None:
    """Open the newest thread, and snooze it for an hour."""
    thread = newest_thread(visitor)
    visitor.get(f"mail.test/threads/{thread}")
    until = visitor.one("SELECT strftime('%Y-%m-%dT%H:%M:00', now, '+20 minutes') FROM world_clock")
    visitor.post(f"mail.test/threads/{thread}/act", {"act": "snooze", "until": until})
    assert visitor.one("SELECT count(*) FROM mail_entry WHERE snoozed_until IS NOT NULL") > 0


def newest_thread(visitor: Any) -> int:
    """The newest thread of the inbox."""
    found = visitor.one(
        "SELECT thread_id FROM mail_entry JOIN mail_account a ON a.id = account_id "
        "JOIN world_current_user u ON u.person_id = a.person_id "
        "WHERE folder = 'inbox' ORDER BY shown_at DESC, mail_entry.id DESC"
    )
    return int(found)


def put_in_the_cart(visitor: Any) -> None:
    """Put something in stock into the cart."""
    slug = visitor.one(
        "SELECT slug FROM shop_variant v JOIN shop_product p ON p.id = product_id "
        "GROUP BY p.id HAVING count(*) = 1 AND min(stock) > 5 ORDER BY p.id"
    )
    assert visitor.post(f"shop.test/p/{slug}/add", {"quantity": 1}).status == 200


def order(visitor: Any) -> None:
    """Order it; the receipt comes by mail, the parcel leaves by itself."""
    put_in_the_cart(visitor)
    own = "JOIN shop_customer c ON c.id = customer_id JOIN world_current_user u ON u.person_id = c.person_id"
    address = visitor.one(f"SELECT a.id FROM shop_address a {own} ORDER BY a.id")
    card = visitor.one(f"SELECT a.id FROM shop_card a {own} ORDER BY expiry_year DESC, a.id")
    visitor.post("shop.test/checkout/address", {"address": address})
    visitor.post("shop.test/checkout/delivery", {"delivery": "standard"})
    visitor.post("shop.test/checkout/payment", {"card": card})
    total = visitor.fields("shop.test/checkout/review", 'form[action="/checkout/place"]')
    before = visitor.one("SELECT count(*) FROM shop_order")
    visitor.post("shop.test/checkout/place", total)
    assert visitor.one("SELECT count(*) FROM shop_order") == before + 1


def wait(minutes: int) -> Step:
    """Let minutes pass."""
    return lambda visitor: visitor.wait(minutes)


EPISODES: tuple[tuple[Step, ...], ...] = (
    (wait(3), post_in_a_channel, wait(4), read_and_snooze, wait(40)),
    (ask_in_chat, wait(1), send_a_mail, wait(2), wait(60)),
    (order, wait(5), read_and_snooze, wait(1), wait(30)),
    (wait(1), wait(1), wait(1), wait(1), wait(10)),
    (send_a_mail, ask_in_chat, order, wait(2), wait(9)),
    (put_in_the_cart, wait(6), post_in_a_channel, wait(8), ask_in_chat),
    (wait(4_320), send_a_mail, wait(20), order, wait(2_880)),
)
"""What is done in sessions; each has as many steps."""


def outcome(visitor: Any) -> tuple[Any, ...]:
    """All that a session is at its end: rows, time, what the world did, events."""
    with visitor.session.connection() as rows:
        digest = state_digest(rows)
    events = visitor.rows("SELECT id, kind, due, status FROM world_event ORDER BY id")
    changes = visitor.session.world_changes()
    return digest, visitor.session.content(), visitor.session.time(), events, changes


def undisturbed(office: Any, episodes: Sequence[tuple[Step, ...]]) -> Iterator[tuple[Any, ...]]:
    """What each episode comes to in a session that nothing disturbs."""
    for steps in episodes:
        visitor = office.open()
        for step in steps:
            step(visitor)
        assert "done" in {status for *_, status in outcome(visitor)[3]}
        yield outcome(visitor)
        visitor.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("episodes", "count", "resident", "threads"),
    [(EPISODES[1:3], 4, 1, 2), pytest.param(EPISODES, 28, 6, 4, marks=pytest.mark.sweep)],
)
def test_each_of_many_sessions_is_what_it_would_be_alone(
    offices: Callable[..., Any], episodes: Sequence[tuple[Step, ...]], count: int, resident: int, threads: int
) -> None:
    """They take turns, in several threads, and the pool evicts each between its turns."""
    alone = list(undisturbed(offices(), episodes))
    office = offices(max_resident=resident)
    visitors = [office.open() for _ in range(count)]

    def go_on(place: int, at: int) -> None:
        episodes[place % len(episodes)][at](visitors[place])

    with ThreadPoolExecutor(threads) as pool:
        for at in range(len(episodes[0])):
            order = range(count) if at % 2 else range(count - 1, -1, -1)
            list(pool.map(lambda place, at=at: go_on(place, at), order))
            assert len(office.pool.resident) <= resident + threads
    for place, visitor in enumerate(visitors):
        assert outcome(visitor) == alone[place % len(episodes)], place
        visitor.close()
    assert len(office.pool) == 0
