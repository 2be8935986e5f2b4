"""What the families that end in an order share: the verdict on it, and the oracle's way through."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gristmill.apps.base import View
from gristmill.apps.people import EPOCH, TICK_S
from gristmill.apps.shop.checkout import arrival
from gristmill.apps.shop.models import Address, Card, Checkout, Customer, Delivery, Order, Variant
from gristmill.apps.shop.numbers import delivery_cents
from gristmill.apps.shop.tasks.moves import Find, Shopper
from gristmill.apps.shop.tasks.terms import OrderTerms
from gristmill.snapshots.diff import Row, RowChange, SqlValue
from gristmill.verifiers.base import Check, Evidence, Verdict, verdict
from gristmill.verifiers.checks import Allowance, check, deletes, inserts, nothing_else_changed, term

ORDER_NUMBER = re.compile(r"MW-\d{5}-\d{2}")
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}")


def last_order_id(db: Session, customer_id: int) -> int:
    """The id of a customer's newest order, to tell later ones from earlier ones; 0 without any."""
    return db.scalar(select(func.max(Order.id)).where(Order.customer_id == customer_id)) or 0


def order_verdict(terms: OrderTerms, evidence: Evidence) -> Verdict:
    """One order was placed, every term of it is as asked, and nothing else changed."""
    orders, lines = evidence.diff.inserted("shop_order"), evidence.diff.inserted("shop_order_line")
    order = (orders[0].after or {}) if len(orders) == 1 else {}
    line = (lines[0].after or {}) if len(lines) == 1 else {}
    variant = line.get("variant_id")
    return verdict(
        check("one order placed", bool(order), f"{len(orders)} new orders"),
        check("one product ordered", bool(line), f"{len(lines)} new order lines"),
        check("product and options", variant in terms.variant_ids, f"variant {variant!r}"),
        term("quantity", terms.quantity, line.get("quantity")),
        term("customer", terms.customer_id, order.get("customer_id")),
        term("address", terms.address_id, order.get("address_id")),
        term("delivery", Delivery(terms.delivery).name, order.get("delivery")),
        term("card", terms.card_id, order.get("card_id")),
        *paid_in_full(evidence, order, line),
        written_down(evidence, order, line),
        nothing_else_changed(evidence, *ordering_changes(terms, order, line)),
    )


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
        "options": ", ".join(str(o) for o in (variant.get("size"), variant.get("colour")) if o),
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


def next_step(view: View, terms: OrderTerms, variant: Variant, find: Find) -> str:
    """The oracle's next action towards the order; `find` opens the product's page."""
    shopper = Shopper(view)
    if last_order_id(view.db, terms.customer_id) > terms.last_order_id:
        return "done"
    for item in shopper.cart(terms.customer_id):
        if item.variant_id != variant.id:
            return shopper.remove(item)
    filled = shopper.fill_cart(terms.customer_id, variant, terms.quantity, find)
    return filled or without_coupon(shopper, terms) or check_out(shopper, terms)


def without_coupon(shopper: Shopper, terms: OrderTerms) -> str | None:
    """Take a coupon off that somebody put on."""
    if shopper.db.get_one(Customer, terms.customer_id).coupon_code is None:
        return None
    return shopper.to_cart() or shopper.click("button", "Remove coupon")


def check_out(shopper: Shopper, terms: OrderTerms) -> str:
    """Go through the steps, back to the first whose choice is not as asked."""
    step = step_to_do(shopper.db.get(Checkout, terms.customer_id), terms)
    if shopper.path != f"/checkout/{step}":
        return to_step(shopper, step)
    match step:
        case "address":
            label = shopper.db.get_one(Address, terms.address_id).label
            chosen = shopper.check("radio", starting(label))
            return chosen or shopper.click("button", "Deliver to this address") or "goto /cart"
        case "delivery":
            chosen = shopper.check("radio", starting(terms.delivery.capitalize()))
            return chosen or shopper.click("button", "Continue to payment") or "goto /cart"
        case "payment":
            return pay(shopper, terms)
        case _:
            return shopper.click("button", "Place order") or "goto /cart"


def step_to_do(made: Checkout | None, terms: OrderTerms) -> str:
    """The first step whose choice is not as asked."""
    if made is None or made.address_id != terms.address_id:
        return "address"
    if made.delivery != terms.delivery:
        return "delivery"
    return "payment" if made.card_id != terms.card_id or made.gift_card_id else "review"


def to_step(shopper: Shopper, step: str) -> str:
    """Open a step: by the row of steps, else by starting the checkout from the cart."""
    steps = shopper.page.find("navigation", "Checkout steps")
    links = steps.all("link", step.capitalize()) if steps else []
    if links:
        return f"click {links[0].ref}"
    return shopper.to_cart() or shopper.click("link", "Proceed to checkout") or "goto /cart"


def pay(shopper: Shopper, terms: OrderTerms) -> str:
    """On the payment step, choose the card, without a gift card."""
    label = shopper.db.get_one(Card, terms.card_id).label
    return (
        shopper.click("button", "Remove gift card")
        or shopper.check("radio", starting(label))
        or shopper.click("button", "Continue to review")
        or "goto /cart"
    )


def starting(text: str) -> re.Pattern[str]:
    """Names that begin with these words."""
    return re.compile(rf"{re.escape(text)}\b.*", re.DOTALL)
