"""The verdict on an order of several products, perhaps with a coupon."""

from collections import Counter
from collections.abc import Sequence

from gristmill.apps.shop.models import CouponKind, Delivery
from gristmill.apps.shop.services.numbers import delivery_cents, percent_cents
from gristmill.apps.shop.tasks.terms import BasketTerms
from gristmill.apps.shop.tasks.verdicts import (
    ORDER_NUMBER,
    bought,
    expected_arrival,
    expected_copies,
    is_on_tick,
    ship_to,
)
from gristmill.snapshots.diff import Row
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict
from gristmill.verifiers.checks import (
    Allowance,
    check,
    deletes,
    inserts,
    nothing_else_changed,
    term,
    trap,
)
from gristmill.verifiers.rows import (
    RowView,
    decreases,
    equal_columns,
    named,
    only_inserted,
    row_after,
    row_before,
    sets,
)


def basket_verdict(
    terms: BasketTerms, evidence: Evidence, *traps: Check, also: Sequence[Allowance] = ()
) -> Verdict:
    """Check that exactly one order was placed, that it is as asked, and that nothing else changed.

    `also` are changes that the task permits besides.
    """
    order, lines = only_inserted(evidence, "shop_order"), lines_of(evidence)
    count = len(evidence.diff.inserted("shop_order"))
    found = Counter({(line.get("variant_id"), line.integer("quantity")): 1 for line in lines})
    is_right = found == Counter(terms.wanted.items()) and len(lines) == len(found)
    items = "; ".join(f"{line.integer('quantity')} x {bought(line)}" for line in lines)
    return verdict(
        check("one order placed", count == 1, f"new orders: {count}"),
        check("products, options and quantities", is_right, items or "nothing ordered"),
        term("customer", terms.customer_id, order.get("customer_id")),
        named(evidence, "address", "shop_address", "label", terms.address_id, order.get("address_id")),
        term("delivery", Delivery(terms.delivery).name, order.get("delivery")),
        named(evidence, "card", "shop_card", "last4", terms.card_id, order.get("card_id")),
        term("coupon", terms.coupon, order.get("coupon_code")),
        price(evidence, order, lines),
        details(evidence, order, lines),
        trap("no second order", count <= 1, f"new orders: {count}"),
        *traps,
        nothing_else_changed(evidence, *ordering_changes(terms.customer_id, order, lines), *also),
    )


def lines_of(evidence: Evidence) -> list[RowView]:
    """The lines of new orders."""
    return [RowView(change.after or {}) for change in evidence.diff.inserted("shop_order_line")]


def price(evidence: Evidence, order: RowView, lines: Sequence[RowView]) -> Check:
    """Check the order's prices against the shop's, and that nothing but card and coupon pays."""
    delivery = Delivery.__members__.get(order.text("delivery"))
    if delivery is None or not lines:
        return check("price", False, "needs exactly one order")
    costs = {id(line): unit_cents(evidence, line) * line.integer("quantity") for line in lines}
    goods = sum(costs.values())
    coupon = coupon_row(evidence, order.text("coupon_code"))
    discount = discount_cents(evidence, coupon, [(line, costs[id(line)]) for line in lines])
    is_free = coupon.text("kind") == CouponKind.FREE_DELIVERY.name
    sent = 0 if is_free else delivery_cents(delivery, goods - discount)
    expected: Row = {
        "subtotal_cents": goods, "discount_cents": discount, "delivery_cents": sent,
        "total_cents": goods - discount + sent, "gift_card_cents": 0, "gift_card_id": None, "wrap_cents": 0,
        "gift_note": "", "status": "PROCESSING", "unit prices": 1,
    }  # fmt: skip
    same = all(line.get("unit_price_cents") == unit_cents(evidence, line) for line in lines)
    return equal_columns("price", expected, {**order.values, "unit prices": int(same)})


def unit_cents(evidence: Evidence, line: RowView) -> int:
    """What a piece of a line costs in the shop."""
    return row_before(evidence, "shop_variant", line.get("variant_id")).integer("price_cents")


def coupon_row(evidence: Evidence, code: str) -> RowView:
    """The coupon with this code, or an empty row."""
    return next((RowView(row) for row in evidence.before.all("shop_coupon", code=code)), RowView())


def discount_cents(evidence: Evidence, coupon: RowView, costs: Sequence[tuple[RowView, int]]) -> int:
    """What a coupon takes off the goods that it is for."""
    department = coupon.get("department_id")
    base = sum(cents for line, cents in costs if department in (None, department_of(evidence, line)))
    if coupon.text("kind") == CouponKind.PERCENT.name:
        return percent_cents(base, coupon.integer("value"))
    return min(coupon.integer("value"), base) if coupon.text("kind") == CouponKind.AMOUNT.name else 0


def department_of(evidence: Evidence, line: RowView) -> object:
    """The department that sells a line's product."""
    variant = row_before(evidence, "shop_variant", line.get("variant_id"))
    return row_before(evidence, "shop_product", variant.get("product_id")).get("department_id")


def details(evidence: Evidence, order: RowView, lines: Sequence[RowView]) -> Check:
    """Check the order's copies of address, card and products, its dates, and the remaining stock."""
    if not order:
        return check("details", False, "needs exactly one order")
    address = row_before(evidence, "shop_address", order.get("address_id"))
    card = row_before(evidence, "shop_card", order.get("card_id"))
    expected: Row = {
        "well-formed number": 1, "placed on a tick of the clock": 1, "lines": 1,
        "ship_to": ship_to(address) if address else None,
        "card_label": f"{card.text('network')} ending in {card.text('last4')}" if card else None,
        "pickup_point_id": None, "shipped_at": None, "delivered_at": None, "cancelled_at": None,
        "cancel_reason": None, **expected_arrival(order),
    }  # fmt: skip
    actual = {
        **order.values,
        "well-formed number": int(ORDER_NUMBER.fullmatch(order.text("number")) is not None),
        "placed on a tick of the clock": int(is_on_tick(order.text("placed_at"))),
        "lines": int(all(is_copied(evidence, order, line) for line in lines)),
    }
    return equal_columns("details", expected, actual)


def is_copied(evidence: Evidence, order: RowView, line: RowView) -> bool:
    """Whether a line is the order's and holds the copies that it should, and the stock went down by it."""
    left = row_after(evidence, "shop_variant", line.get("variant_id"))
    actual = {**line.values, "stock left": left.get("stock")}
    expected = {**expected_copies(evidence, line), "order_id": order.get("id"), "is_changed": 0}
    if is_stock_moved(evidence, line):
        expected.pop("stock left")
    return all(actual[key] == value for key, value in expected.items())


def is_stock_moved(evidence: Evidence, line: RowView) -> bool:
    """Whether the world has changed the stock of a line's variant."""
    key = (line.get("variant_id"),)
    return any(each.table == "shop_variant" and each.key == key for each in evidence.world_changes)


def ordering_changes(customer_id: int, order: RowView, lines: Sequence[RowView]) -> Sequence[Allowance]:
    """The changes that placing the order may cause: its rows, the stock, and the removal of cart items."""
    own: Row = {"customer_id": customer_id}
    stocks = [
        decreases("shop_variant", "stock", line.get("quantity"), {"id": line.get("variant_id")})
        for line in lines
    ]
    return (
        inserts("shop_order", own, at_most=1),
        inserts("shop_order_line", {"order_id": order.get("id")}, at_most=len(lines)),
        *stocks,
        deletes("shop_cart_item", where={**own, "is_saved": 0}),
        sets("shop_cart_item", {"is_saved": 1}, own),
    )
