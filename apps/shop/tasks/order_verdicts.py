"""Checks about orders: what was asked for was done to the right one, and to no other."""

from collections.abc import Mapping, Sequence

from gristmill.apps.shop.tasks.order_moves import order_url
from gristmill.apps.shop.tasks.verdicts import is_on_tick
from gristmill.snapshots.diff import RowChange, SqlValue
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict
from gristmill.verifiers.checks import check, described, rows_inserted, trap
from gristmill.verifiers.rows import RowView, equal_columns, row_after, row_before
from gristmill.verifiers.visits import opened, unchanged

OF_ORDERS = ("shop_order", "shop_order_line", "shop_payment", "shop_return")
OTHERS_STAND, NOTHING_ORDERED = "other orders stand", "nothing was ordered"
Values = Mapping[str, SqlValue]


def others_stand(evidence: Evidence, order_id: int | None) -> Check:
    """The trap that another order was touched; no order is meant if `order_id` is None."""
    touched = [each for each in evidence.diff.changes if order_of(each) not in (None, order_id)]
    return trap(OTHERS_STAND, not touched, described(touched))


def order_of(change: RowChange) -> SqlValue:
    """The id of the existing order that a change is about, else None."""
    is_new = change.before is None
    if change.table == "shop_order":
        return None if is_new else change.key[0]
    if change.table not in OF_ORDERS or (is_new and change.table == "shop_order_line"):
        return None
    return (change.after or change.before or {})["order_id"]


def nothing_ordered(evidence: Evidence) -> Check:
    """The trap that something new was ordered instead."""
    placed = evidence.diff.inserted("shop_order")
    return trap(NOTHING_ORDERED, not placed, described(placed))


def row_becomes(evidence: Evidence, name: str, table: str, key: int, changed: Values) -> Check:
    """Check each column of a row: these as given, all others as before."""
    before, after = row_before(evidence, table, key), row_after(evidence, table, key)
    if not after:
        return check(name, False, "no such row")
    return equal_columns(name, {**before.values, **changed}, after.values)


def stock_moves(evidence: Evidence, moves: Mapping[int, int]) -> Check:
    """Check that the stock of these variants rose by so many pieces; see `Variant.put_back`."""
    expected = {}
    for key, by in moves.items():
        variant = row_before(evidence, "shop_variant", key)
        product = row_before(evidence, "shop_product", variant.integer("product_id"))
        is_back = by < 0 or not product.get("is_discontinued")
        expected[str(key)] = stock_of(variant) + (by if is_back else 0)
    actual = {str(key): stock_of(row_after(evidence, "shop_variant", key)) for key in moves}
    return equal_columns("stock", expected, actual)


def stock_of(row: RowView) -> int:
    """How many pieces a variant's row has in stock."""
    return row.integer("stock")


def money_moves(evidence: Evidence, expected: Sequence[Values]) -> Check:
    """Check that exactly these payments were made, each at a time of the world's clock."""
    if not expected:
        made = evidence.diff.inserted("shop_payment")
        return check("money", not made, described(made))
    right = rows_inserted(evidence, "shop_payment", expected, name="money")
    times = [RowView(each.after or {}).text("made_at") for each in evidence.diff.inserted("shop_payment")]
    return check("money", right.passed and all(map(is_on_tick, times)), right.detail)


def payment(order_id: int, kind: str, cents: int, order: RowView, reason: str, **more: SqlValue) -> Values:
    """A payment by the order's card; `more` are columns that differ."""
    return {
        "order_id": order_id, "return_id": None, "kind": kind, "cents": cents,
        "card_id": order.get("card_id"), "gift_card_id": None, "method": order.text("card_label"),
        "reason": reason, "is_in_total": 0, **more,
    }  # fmt: skip


def refusal(
    evidence: Evidence, number: str, order_id: int, *more: Check, proof: str | None = None
) -> Verdict:
    """For what cannot be done with an order: nothing was done to it or instead, and its page was opened.

    `proof` is the pattern of other pages that show the reason.
    """
    own = [each for each in evidence.diff.changes if order_of(each) == order_id]
    return verdict(
        trap("the order stands", not own, described(own)),
        others_stand(evidence, order_id),
        nothing_ordered(evidence),
        *more,
        opened(evidence, proof or order_url(number), name="the order was looked at"),
        unchanged(evidence),
    )
