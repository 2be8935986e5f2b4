"""The verdict on an order, for the families that end in one."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from gristmill.apps.shop.models import Delivery
from gristmill.apps.shop.services.checkout import arrival
from gristmill.apps.shop.services.numbers import delivery_cents
from gristmill.apps.shop.tasks.terms import OrderTerms
from gristmill.apps.world.people import EPOCH, TICK_S
from gristmill.snapshots.diff import Row, RowChange, SqlValue
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict
from gristmill.verifiers.checks import Allowance, check, deletes, inserts, nothing_else_changed, term

ORDER_NUMBER = re.compile(r"MW-\d{5}-\d{2}")
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}")


def order_verdict(terms: OrderTerms, evidence: Evidence) -> Verdict:
    """One order was placed, every term of it is as asked, and nothing else changed."""
    orders, lines = evidence.diff.inserted("shop_order"), evidence.diff.inserted("shop_order_line")
    order = (orders[0].after or {}) if len(orders) == 1 else {}
    line = (lines[0].after or {}) if len(lines) == 1 else {}
    return verdict(
        check("one order placed", bool(order), f"{len(orders)} new orders"),
        check("one product ordered", bool(line), f"{len(lines)} new order lines"),
        check("product and options", line.get("variant_id") in terms.variant_ids, bought(line)),
        term("quantity", terms.quantity, line.get("quantity")),
        term("customer", terms.customer_id, order.get("customer_id")),
        named(evidence, "address", "shop_address", "label", terms.address_id, order.get("address_id")),
        term("delivery", Delivery(terms.delivery).name, order.get("delivery")),
        named(evidence, "card", "shop_card", "last4", terms.card_id, order.get("card_id")),
        *paid_in_full(evidence, order, line),
        written_down(evidence, order, line),
        nothing_else_changed(evidence, *ordering_changes(terms, order, line)),
    )


def bought(line: Row) -> str:
    """What an order line is of, for people to read."""
    return ", ".join(str(line[key]) for key in ("product_name", "options") if line.get(key)) or "nothing"


def named(
    evidence: Evidence, name: str, table: str, column: str, expected: int, actual: SqlValue | None
) -> Check:
    """A term that is the id of a row; what was seen is told by a column that people know it by."""

    def told(key: SqlValue | None) -> str:
        row = evidence.after.get(table, key) if key is not None else None
        return str(row[column]) if row else "none"

    passed = expected == actual
    return check(name, passed, told(actual) if passed else f"{told(actual)} instead of {told(expected)}")


def paid_in_full(evidence: Evidence, order: Row, line: Row) -> tuple[Check, ...]:
    """The order says what was bought at the shop's prices, with no coupon or gift card on it."""
    if not (order and line):
        return (check("price", False, "no single order"),)
    bought = evidence.before.get("shop_variant", line["variant_id"]) or {}
    goods = int(bought.get("price_cents") or 0) * int(line["quantity"] or 0)
    delivery = Delivery.__members__.get(str(order["delivery"]))
    sent = delivery_cents(delivery, goods) if delivery else 0
    expected = {
        "line order": order["id"], "unit price": bought.get("price_cents"), "subtotal": goods, "discount": 0,
        "delivery": sent, "total": goods + sent, "gift card": 0, "gift card's id": None,
        "coupon": None, "status": "PROCESSING",
    }  # fmt: skip
    actual = {
        "line order": line["order_id"], "unit price": line["unit_price_cents"],
        "subtotal": order["subtotal_cents"], "discount": order["discount_cents"],
        "delivery": order["delivery_cents"], "total": order["total_cents"],
        "gift card": order["gift_card_cents"], "gift card's id": order["gift_card_id"],
        "coupon": order["coupon_code"], "status": order["status"],
    }  # fmt: skip
    return (alike("price", expected, actual),)


def written_down(evidence: Evidence, order: Row, line: Row) -> Check:
    """The order's copies of address, card and product are true, its dates hold, the stock was taken."""
    if not (order and line):
        return check("details", False, "no single order")
    address = evidence.before.get("shop_address", order["address_id"])
    card = evidence.before.get("shop_card", order["card_id"])
    expected = {
        "well-formed number": True, "placed on a tick of the clock": True,
        "ship_to": ship_to(address) if address else None,
        "card_label": f"{card['network']!s} ending in {card['last4']!s}" if card else None,
        "pickup_point_id": None,
        **expected_arrival(order), **expected_copies(evidence, line),
    }  # fmt: skip
    left = evidence.after.get("shop_variant", line["variant_id"]) or {}
    actual = {**order, **line, "stock left": left.get("stock")} | {
        "well-formed number": ORDER_NUMBER.fullmatch(str(order["number"])) is not None,
        "placed on a tick of the clock": is_on_tick(order["placed_at"]),
    }
    return alike("details", expected, actual)


def expected_copies(evidence: Evidence, line: Row) -> Row:
    """What an order line says of its variant, and the stock that is left of it."""
    variant = evidence.before.get("shop_variant", line["variant_id"]) or {}
    product = evidence.before.get("shop_product", variant.get("product_id")) or {}
    return {
        "product_name": product.get("name"),
        "options": ", ".join(str(o) for o in (variant.get("colour"), variant.get("size")) if o),
        "stock left": int(variant.get("stock") or 0) - int(line["quantity"] or 0),
    }


def expected_arrival(order: Row) -> Row:
    """The days on which an order arrives that was placed when this one was."""
    delivery = Delivery.__members__.get(str(order["delivery"]))
    if delivery is None or not is_on_tick(order["placed_at"]):
        return {}
    days = arrival(delivery, datetime.fromisoformat(str(order["placed_at"])).date())
    return {"arrives_from": days.first.isoformat(), "arrives_by": days.last.isoformat()}


def is_on_tick(stored: SqlValue) -> bool:
    """Whether this is a time that the world's clock can have shown."""
    if not TIME.fullmatch(str(stored)):
        return False
    elapsed = datetime.fromisoformat(str(stored)) - EPOCH
    return elapsed >= timedelta(0) and not elapsed % timedelta(seconds=TICK_S)


def ship_to(address: Row) -> str:
    """Name and address in one line, as orders are labelled."""
    parts = (address[column] for column in ("full_name", "line1", "line2", "city", "postcode"))
    return ", ".join(str(part) for part in parts if part)


def alike(name: str, expected: Row, actual: Row) -> Check:
    """That all these values are as expected; tells those that are not."""
    wrong = [key for key, value in expected.items() if actual[key] != value]
    return check(name, not wrong, ", ".join(f"{key} is {actual[key]!r}" for key in wrong))


def ordering_changes(terms: OrderTerms, order: Row, line: Row) -> Sequence[Allowance]:
    """What placing the order may change: its own rows, the stock, and what had lain in the cart."""

    def took_stock(change: RowChange) -> bool:
        before, after = change.before or {}, change.after or {}
        is_stock = change.table == "shop_variant" and change.columns == ("stock",)
        taken = int(before.get("stock") or 0) - int(after.get("stock") or 0)
        return is_stock and after.get("id") == line.get("variant_id") and taken == line.get("quantity")

    def saved_for_later(change: RowChange) -> bool:
        after = change.after or {}
        is_now_saved = after.get("customer_id") == terms.customer_id and after.get("is_saved") == 1
        return change.table == "shop_cart_item" and change.columns == ("is_saved",) and is_now_saved

    return (
        inserts("shop_order", {"customer_id": terms.customer_id}, at_most=1),
        inserts("shop_order_line", {"order_id": order.get("id")}, at_most=1),
        Allowance(fits=took_stock, at_most=1),
        deletes("shop_cart_item", where={"customer_id": terms.customer_id, "is_saved": 0}),
        Allowance(fits=saved_for_later),
    )
