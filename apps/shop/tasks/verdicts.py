"""The verdict on an order, shared by families that end with one."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from gristmill.apps.shop.models import Delivery
from gristmill.apps.shop.services.checkout import arrival
from gristmill.apps.shop.services.numbers import delivery_cents
from gristmill.apps.shop.tasks.contents import Contents
from gristmill.apps.shop.tasks.terms import OrderTerms
from gristmill.apps.world.people import EPOCH, TICK_S
from gristmill.snapshots.diff import Row
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict
from gristmill.verifiers.checks import Allowance, check, inserts, nothing_else_changed, term
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

ORDER_NUMBER = re.compile(r"MW-\d{5}-\d{2}")
CART_IS_FREE = {
    ("shop_cart_item", "rows"): "what lay in the cart may be removed or put there again, if nothing buys it"
}
"""What the audit need not find in an order's final state."""
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}")


def order_verdict(terms: OrderTerms, evidence: Evidence, *, also: Sequence[Allowance] = ()) -> Verdict:
    """Check that exactly one order was placed, that it matches every term, and nothing else changed.

    `also` are changes that the task permits besides.
    """
    orders, lines = evidence.diff.inserted("shop_order"), evidence.diff.inserted("shop_order_line")
    order, line = only_inserted(evidence, "shop_order"), only_inserted(evidence, "shop_order_line")
    return verdict(
        check("one order placed", bool(order), f"new orders: {len(orders)}"),
        check("one product ordered", bool(line), f"new order lines: {len(lines)}"),
        check("product and options", line.get("variant_id") in terms.variant_ids, bought(line)),
        term("quantity", terms.quantity, line.get("quantity")),
        term("customer", terms.customer_id, order.get("customer_id")),
        named(evidence, "address", "shop_address", "label", terms.address_id, order.get("address_id")),
        term("delivery", Delivery(terms.delivery).name, order.get("delivery")),
        named(evidence, "card", "shop_card", "last4", terms.card_id, order.get("card_id")),
        *paid_in_full(evidence, order, line),
        order_details(evidence, order, line),
        nothing_else_changed(evidence, *ordering_changes(terms, evidence, order, line), *also),
    )


def bought(line: RowView) -> str:
    """Name and options of an ordered item; `nothing` if there is no order line."""
    return ", ".join(filter(None, map(line.text, ("product_name", "options")))) or "nothing"


def paid_in_full(evidence: Evidence, order: RowView, line: RowView) -> tuple[Check, ...]:
    """Check the order's prices against the shop's, and that no coupon or gift card was used."""
    if not (order and line):
        return (check("price", False, "needs exactly one order of one product"),)
    variant = row_before(evidence, "shop_variant", line.get("variant_id"))
    goods = variant.integer("price_cents") * line.integer("quantity")
    delivery = Delivery.__members__.get(order.text("delivery"))
    sent = delivery_cents(delivery, goods) if delivery else 0
    expected = {
        "line order": order.get("id"), "unit price": variant.get("price_cents"), "subtotal": goods,
        "discount": 0, "delivery": sent, "total": goods + sent, "gift card": 0, "gift card's id": None,
        "coupon": None, "gift wrap": 0, "gift note": "", "status": "PROCESSING",
    }  # fmt: skip
    actual = {
        "line order": line.get("order_id"), "unit price": line.get("unit_price_cents"),
        "subtotal": order.get("subtotal_cents"), "discount": order.get("discount_cents"),
        "delivery": order.get("delivery_cents"), "total": order.get("total_cents"),
        "gift card": order.get("gift_card_cents"), "gift card's id": order.get("gift_card_id"),
        "coupon": order.get("coupon_code"), "gift wrap": order.get("wrap_cents"),
        "gift note": order.get("gift_note"), "status": order.get("status"),
    }  # fmt: skip
    return (equal_columns("price", expected, actual),)


def order_details(evidence: Evidence, order: RowView, line: RowView) -> Check:
    """Check the order's copies of address, card and product, its dates, and the remaining stock."""
    if not (order and line):
        return check("details", False, "needs exactly one order of one product")
    address = row_before(evidence, "shop_address", order.get("address_id"))
    card = row_before(evidence, "shop_card", order.get("card_id"))
    expected = {
        "well-formed number": True, "placed on a tick of the clock": True,
        "ship_to": ship_to(address) if address else None,
        "card_label": f"{card.text('network')} ending in {card.text('last4')}" if card else None,
        "pickup_point_id": None, "is_changed": 0, "shipped_at": None, "delivered_at": None,
        "cancelled_at": None, "cancel_reason": None,
        **expected_arrival(order), **expected_copies(evidence, line),
    }  # fmt: skip
    left = row_after(evidence, "shop_variant", line.get("variant_id"))
    actual = {**order.values, **line.values, "stock left": left.get("stock")} | {
        "well-formed number": ORDER_NUMBER.fullmatch(order.text("number")) is not None,
        "placed on a tick of the clock": is_on_tick(order.text("placed_at")),
    }
    return equal_columns("details", expected, actual)


def expected_copies(evidence: Evidence, line: RowView) -> Row:
    """The product fields that an order line copies, and the remaining stock."""
    variant = row_before(evidence, "shop_variant", line.get("variant_id"))
    product = row_before(evidence, "shop_product", variant.get("product_id"))
    return {
        "product_name": product.get("name"),
        "options": ", ".join(filter(None, map(variant.text, ("colour", "size")))),
        "stock left": variant.integer("stock") - line.integer("quantity"),
    }


def expected_arrival(order: RowView) -> Row:
    """The expected range of arrival days for the time of the order."""
    delivery, placed_at = Delivery.__members__.get(order.text("delivery")), order.text("placed_at")
    if delivery is None or not is_on_tick(placed_at):
        return {}
    days = arrival(delivery, datetime.fromisoformat(placed_at).date())
    return {"arrives_from": days.first.isoformat(), "arrives_by": days.last.isoformat()}


def is_on_tick(stored: str) -> bool:
    """Whether the world's clock can have had this time."""
    if not TIME.fullmatch(stored):
        return False
    elapsed = datetime.fromisoformat(stored) - EPOCH
    return elapsed >= timedelta(0) and not elapsed % timedelta(seconds=TICK_S)


def ship_to(address: RowView) -> str:
    """Name and address in one line, as orders store it."""
    return ", ".join(filter(None, map(address.text, ("full_name", "line1", "line2", "city", "postcode"))))


def ordering_changes(
    terms: OrderTerms, evidence: Evidence, order: RowView, line: RowView
) -> Sequence[Allowance]:
    """The changes that placing the order may cause: its rows, the stock, and the removal of cart items.

    What was saved for later may be saved again.
    """
    own: Row = {"customer_id": terms.customer_id}
    bought = {"id": line.get("variant_id")}
    return (
        inserts("shop_order", own, at_most=1),
        inserts("shop_order_line", {"order_id": order.get("id")}, at_most=1),
        decreases("shop_variant", "stock", line.get("quantity"), bought),
        Contents(evidence, "shop_cart_item").allowed(went=[{**own, "is_saved": 0}]),
        sets("shop_cart_item", {"is_saved": 1}, own),
    )
