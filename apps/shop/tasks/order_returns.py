"""Returns and exchanges: the rows that registering one writes, checked; and set-up rows of earlier ones."""

import re
from collections.abc import Mapping
from datetime import timedelta

from numpy.random import Generator

from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import (
    Customer,
    Order,
    OrderLine,
    OrderStatus,
    RefundMethod,
    Return,
    ReturnKind,
    ReturnLine,
)
from gristmill.apps.shop.services.numbers import order_number
from gristmill.apps.shop.services.returns import REASONS, TRAVELS, due_cents
from gristmill.apps.shop.tasks import order_drawing as drawing
from gristmill.apps.shop.tasks.order_drawing import Piece, draw_purchase, pay_back
from gristmill.apps.shop.tasks.verdicts import is_on_tick
from gristmill.apps.world.world import World
from gristmill.snapshots.diff import SqlValue
from gristmill.verifiers.base import Check, Evidence
from gristmill.verifiers.checks import Allowance, check, described, inserts
from gristmill.verifiers.rows import equal_columns, only_inserted

NUMBER = re.compile(r"RT-\d{5}-\d{2}")
METHODS = {
    RefundMethod.ORIGINAL: "to the card that paid for the order",
    RefundMethod.STORE_CREDIT: "as store credit",
}
"""How goals name the ways of being refunded."""


def return_row(evidence: Evidence, expected: Mapping[str, SqlValue]) -> Check:
    """Check that one return was registered, with these columns, and that it is not received yet."""
    row = only_inserted(evidence, "shop_return")
    made = evidence.diff.inserted("shop_return")
    if not row:
        return check("one return", False, described(made) or "no return")
    right = {"well-formed number": True, "on a tick": True, "received_at": None, **expected}
    actual = {
        **row.values,
        "well-formed number": NUMBER.fullmatch(row.text("number")) is not None,
        "on a tick": is_on_tick(row.text("opened_at")),
    }
    return equal_columns("one return", right, actual)


def pieces_sent(evidence: Evidence) -> dict[SqlValue, SqlValue]:
    """How many pieces of each order line were registered to go back."""
    rows = [change.after or {} for change in evidence.diff.inserted("shop_return_line")]
    return {row["order_line_id"]: row["quantity"] for row in rows}


def return_changes(evidence: Evidence, order_id: int, lines: int) -> tuple[Allowance, ...]:
    """The rows that a return of so many lines writes."""
    key = only_inserted(evidence, "shop_return").get("id")
    return (
        inserts("shop_return", {"order_id": order_id}, at_most=1),
        inserts("shop_return_line", {"return_id": key}, at_most=lines),
    )


def send_back(world: World, order: Order, line: OrderLine, quantity: int) -> Return:
    """Set-up: pieces of a line were returned some days after delivery, and refunded to the card."""
    assert order.delivered_at is not None
    opened_at = order.delivered_at + timedelta(days=1, hours=2)
    opened = Return(
        number=order_number(world.next_number("shop_return")).replace("MW-", "RT-"), order=order,
        kind=ReturnKind.REFUND, reason=REASONS["unsuitable"], method=RefundMethod.ORIGINAL,
        refund_cents=due_cents(order, {line: quantity}), opened_at=opened_at, received_at=opened_at + TRAVELS,
    )  # fmt: skip
    opened.lines = [ReturnLine(order_line=line, quantity=quantity)]
    is_all = len(order.lines) == 1 and quantity == line.quantity
    order.status = OrderStatus.RETURNED if is_all else OrderStatus.PARTLY_RETURNED
    world.db.add(opened)
    world.db.flush()
    pay_back(world, order, opened.refund_cents, f"return {opened.number}", opened_at + TRAVELS)
    order.payments[-1].return_id = opened.id
    world.db.flush()
    return opened


def draw_delivered(world: World, rng: Generator, customer: Customer, *, is_late: bool) -> Order:
    """Set-up: a delivered order of two to four lines, in half of the draws with a coupon."""
    sampler = Sampler(rng)
    goods = drawing.draw_goods(world, rng, customer, sampler.between(2, 4))
    pieces = [Piece(variant=variant, quantity=sampler.pick((1, 1, 2, 3))) for variant in goods]
    days = sampler.between(50, 150) if is_late else sampler.between(10, 27)
    at = drawing.time_on(world, sampler, days)
    how = draw_purchase(world, rng, customer, at, OrderStatus.DELIVERED)
    return drawing.place(world, customer, pieces, drawing.with_coupon(world, sampler, how))


def in_words(line: OrderLine, quantity: int) -> str:
    """Pieces of a line as goals name them."""
    if line.quantity == 1:
        return f"the {line.product_name}"
    return f"{quantity} of the {line.quantity} pieces of {line.product_name}"
