"""The oracle's steps to an order, from any page."""

from collections.abc import Sequence
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gristmill.apps.base import View
from gristmill.apps.kit.oracle_page import starting
from gristmill.apps.shop.models import Address, Card, Checkout, Customer, Order, Variant
from gristmill.apps.shop.tasks.carts import shape_saved
from gristmill.apps.shop.tasks.moves import Find, Shopper
from gristmill.apps.shop.tasks.terms import OrderTerms, SendTerms
from gristmill.errors import Unwinnable

T = TypeVar("T", Address, Card)


def last_order_id(db: Session, customer_id: int) -> int:
    """The id of a customer's newest order, to recognise later ones; 0 if there is none."""
    return db.scalar(select(func.max(Order.id)).where(Order.customer_id == customer_id)) or 0


def next_step(view: View, terms: OrderTerms, variant: Variant, find: Find) -> str:
    """The oracle's next action towards the order; `find` opens the product's page.

    Raises:
        Unwinnable: a wrong order was placed, or what was saved for later cannot be saved again.
    """
    shopper = Shopper(view)
    placed = orders_after(view.db, terms.customer_id, terms.last_order_id)
    if placed:
        require_as_asked(placed, terms)
    if terms.saved is not None:
        saved = {line[0]: line[1] for line in terms.saved}
        if step := shape_saved(shopper, terms.customer_id, saved):
            return step
    for item in shopper.cart(terms.customer_id):
        if placed or item.variant_id != variant.id:
            return shopper.remove(item)
    if placed:
        return "done"
    filled = shopper.fill_cart(terms.customer_id, variant, terms.quantity, find)
    return filled or without_coupon(shopper, terms) or check_out(shopper, terms)


def orders_after(db: Session, customer_id: int, order_id: int) -> list[Order]:
    """A customer's orders after this one; orders cannot be taken back."""
    later = select(Order).where(Order.customer_id == customer_id, Order.id > order_id)
    return list(db.scalars(later.order_by(Order.id)))


def require_as_asked(placed: Sequence[Order], terms: OrderTerms) -> None:
    """Check that there is at most the one requested order.

    Raises:
        Unwinnable: another order was placed.
    """
    if len(placed) > 1 or len(placed[0].lines) != 1:
        raise Unwinnable(f"{len(placed)} orders of {sum(len(o.lines) for o in placed)} lines were placed.")
    [order], [line] = placed, placed[0].lines
    asked = {
        "quantity": (terms.quantity, line.quantity), "address": (terms.address_id, order.address_id),
        "delivery": (terms.delivery, order.delivery.value), "card": (terms.card_id, order.card_id),
        "coupon": (None, order.coupon_code), "gift card": (None, order.gift_card_id),
    }  # fmt: skip
    wrong = [name for name, (expected, actual) in asked.items() if expected != actual]
    if line.variant_id not in terms.variant_ids:
        wrong.insert(0, "product or options")
    if wrong:
        raise Unwinnable(f"An order was placed with the wrong {', '.join(wrong)}.")


def without_coupon(shopper: Shopper, terms: SendTerms) -> str | None:
    """Remove the cart's coupon, if there is one."""
    if shopper.db.get_one(Customer, terms.customer_id).coupon_code is None:
        return None
    return shopper.to_cart() or shopper.click("button", shopper.label_text("remove-coupon"))


def check_out(shopper: Shopper, terms: SendTerms) -> str:
    """Go through the checkout, returning to the first step whose choice does not match the terms."""
    step = step_to_do(shopper.db.get(Checkout, terms.customer_id), terms)
    if not is_at(shopper, step):
        return to_step(shopper, step)
    match step:
        case "address":
            label = kept(shopper.db, Address, terms.address_id).label
            chosen = shopper.check("radio", starting(label))
            return chosen or shopper.click("button", shopper.label_text("use-address")) or "goto /cart"
        case "delivery":
            chosen = shopper.check("radio", starting(terms.delivery.capitalize()))
            return chosen or shopper.click("button", shopper.label_text("to-payment")) or "goto /cart"
        case "payment":
            return pay(shopper, terms)
        case _:
            unwrapped = without_wrap(shopper, terms)
            return unwrapped or shopper.click("button", shopper.label_text("place-order")) or "goto /cart"


def is_at(shopper: Shopper, step: str) -> bool:
    """Whether a step's page is open; that of the payment is also shown where a card was declined."""
    if shopper.path == "/checkout/place":
        return step == "payment" and shopper.page.find("radiogroup", "Your cards") is not None
    return shopper.path == f"/checkout/{step}"


def step_to_do(made: Checkout | None, terms: SendTerms) -> str:
    """The first step whose choice does not match the terms."""
    if made is None or made.address_id != terms.address_id:
        return "address"
    if made.delivery != terms.delivery:
        return "delivery"
    return "payment" if made.card_id != terms.card_id or made.gift_card_id else "review"


def kept(db: Session, model: type[T], key: int) -> T:
    """The address or card that the order needs.

    Raises:
        Unwinnable: it was deleted.
    """
    found = db.get(model, key)
    if found is None:
        raise Unwinnable(f"The {model.__name__.lower()} that the order needs was deleted.")
    return found


def to_step(shopper: Shopper, step: str) -> str:
    """Open a step by the checkout's navigation, else by starting the checkout from the cart."""
    steps = shopper.page.find("navigation", "Checkout steps")
    back = shopper.click("link", step.capitalize(), within=steps) if steps else None
    return back or shopper.to_cart() or shopper.click("link", shopper.label_text("check-out")) or "goto /cart"


def pay(shopper: Shopper, terms: SendTerms) -> str:
    """Choose the card on the payment step, after removing any gift card."""
    label = kept(shopper.db, Card, terms.card_id).label
    return (
        shopper.click("button", shopper.label_text("remove-gift-card"))
        or shopper.check("radio", starting(label))
        or shopper.click("button", shopper.label_text("to-review"))
        or "goto /cart"
    )


def without_wrap(shopper: Shopper, terms: SendTerms) -> str | None:
    """On the last step, take off the gift wrap and its note."""
    made = shopper.db.get_one(Checkout, terms.customer_id)
    if not (made.is_gift or made.gift_note):
        return None
    return (
        shopper.uncheck("checkbox", starting("Wrap it as a gift"))
        or shopper.fill("textbox", "Gift note", "")
        or shopper.click("button", "Save gift options")
    )
