"""Refunds that stories write about are the shop's as well: one row, one letter, and the sums agree."""

import re
import sqlite3
from collections.abc import Callable

import pytest

from gristmill.apps.server.database import LentConnection, orm_session
from gristmill.apps.shop import models
from gristmill.apps.shop.seed import _record
from gristmill.apps.shop.services.numbers import share_cents
from gristmill.apps.shop.services.signals import REFUNDED, REFUNDED_BY_LETTER
from gristmill.apps.world.chronicle import Chronicle

NOTICES = """
SELECT subject || char(10) || body FROM mail_message
WHERE sender_email = 'orders@marlowick.test' AND subject LIKE 'Refund for order%'
"""
REFUNDS = """
SELECT o.number, p.cents FROM shop_payment p JOIN shop_order o ON o.id = p.order_id
WHERE p.kind = 'REFUND' ORDER BY 1, 2
"""
NUMBER, SUM = re.compile(r"MW-[\d-]+\d"), re.compile(r"\$([\d,]+(?:\.\d\d)?)")


def cents(text: str) -> int:
    return round(float(text.replace(",", "")) * 100)


MORE = [pytest.param(seed, marks=pytest.mark.sweep) for seed in (6, 19)]


@pytest.fixture(scope="module", params=[1, *MORE])
def office(request: pytest.FixtureRequest, open_world: Callable[..., LentConnection]) -> sqlite3.Connection:
    return open_world("chat", "mail", "shop", seed=request.param)


def test_each_refund_is_told_once_with_its_sum(office: sqlite3.Connection) -> None:
    told = [row[0] for row in office.execute(NOTICES)]
    notices = sorted((NUMBER.findall(text)[0], cents(SUM.findall(text)[0])) for text in told)
    rows = [(number, paid) for number, paid in office.execute(REFUNDS)]
    assert notices == rows
    assert len(rows) >= 10


def test_stories_pay_back_goods_that_were_kept_and_goods_that_came_back(office: sqlite3.Connection) -> None:
    reasons = dict(
        office.execute("SELECT reason, return_id IS NOT NULL FROM shop_payment WHERE reason LIKE 'for %'")
    )
    assert reasons == {
        "for the piece that arrived broken": 0,
        "for what came back to us": 1,
        "for the goods that came back to us": 1,
    }
    states = office.execute(
        "SELECT o.status, r.refund_cents, p.cents, o.discount_cents FROM shop_payment p JOIN shop_return r"
        " ON r.id = p.return_id JOIN shop_order o ON o.id = p.order_id"
        " WHERE p.reason LIKE 'for %' ORDER BY p.reason"
    ).fetchall()
    (whole, due, paid, _), (part, due_in_part, paid_in_part, discount) = states
    assert (whole, due) == ("RETURNED", paid)
    assert part == "PARTLY_RETURNED"
    assert due_in_part - paid_in_part == share_cents(discount, 2, 3)  # the coupon's share was taken off twice


def test_what_was_paid_back_was_paid_before(office: sqlite3.Connection) -> None:
    over = office.execute(
        "SELECT o.number FROM shop_order o JOIN shop_payment p ON p.order_id = o.id WHERE p.kind = 'REFUND'"
        " GROUP BY o.id HAVING sum(p.cents) > o.total_cents OR min(p.made_at) <= o.placed_at"
    ).fetchall()
    assert over == []


def test_money_that_was_taken_is_not_recorded_as_paid_back(office: sqlite3.Connection) -> None:
    with orm_session(office) as db:
        payment = db.query(models.Payment).filter_by(kind=models.PaymentKind.REFUND).first()
        assert payment is not None
        order = db.get_one(models.Order, payment.order_id)
        for is_told, kind in ((False, REFUNDED), (True, REFUNDED_BY_LETTER)):
            book = Chronicle()
            _record(book, order, is_told=is_told)
            found = [each.kind for each in book.happenings if "refunded" in each.kind]
            assert found == [kind] * len(order.payments)
        for row in order.payments:
            row.kind = models.PaymentKind.CHARGE
        book = Chronicle()
        _record(book, order, is_told=False)
        assert not list(book.of_kind(REFUNDED))
        db.rollback()
