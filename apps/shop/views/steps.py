"""The pages of the checkout's steps, and redirects between them."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gristmill.apps.kit import notices
from gristmill.apps.kit.flask_app import world
from gristmill.apps.server.database import db
from gristmill.apps.shop.models import Coupon, Delivery
from gristmill.apps.shop.services import checkout
from gristmill.apps.shop.services.account import current_customer
from gristmill.apps.shop.services.cart import cart_problem
from gristmill.apps.shop.services.checkout import Basket, Step
from gristmill.apps.shop.services.payments import find_store_credit
from gristmill.apps.shop.services.pricing import applied_coupon, delivery_price, drop_stale_coupon, objection

Page = tuple[str, int]

COMES_FIRST = {
    Step.ADDRESS: "Choose where your order goes first.",
    Step.DELIVERY: "Choose a delivery method first.",
    Step.PAYMENT: "Choose how to pay first.",
}


def reach(step: Step) -> Basket:
    """The checkout if all earlier steps are complete; otherwise redirects to the first incomplete one."""
    current = checkout.basket(db(), current_customer(), world().now.date())
    if cart_problem(current.lines):
        abort(redirect(url_for("cart.show", refused=1), 303))
    steps = list(Step)
    if steps.index(current.first_incomplete) < steps.index(step):
        abort(redirect(url_for(f"checkout.{current.first_incomplete}", first=1), 303))
    return current


def go_on(reached: Basket) -> Response:
    """Redirect to the next incomplete step; removes a coupon that no longer applies, with a notice.

    `reached` is the checkout before the choice, which did not change its lines.
    """
    customer, today = current_customer(), world().now.date()
    current = checkout.basket(db(), customer, today, reached.lines)
    dropped = drop_stale_coupon(db(), customer, current.lines, today)
    values: dict[str, Any] = notices.record(dropped=dropped.id if dropped else None)
    return redirect(url_for(f"checkout.{current.first_incomplete}", **values), 303)


def address_page(status: int, **shown: Any) -> Page:
    """Step 1. An address is preselected; it is chosen only by the button."""
    customer, current = current_customer(), reach(Step.ADDRESS)
    ids = {entry.id for entry in customer.addresses}
    default = next((entry.id for entry in customer.addresses if entry.is_default), None)
    chosen = current.choices.address_id if current.choices else None
    saved = notices.happened_to("saved")
    selected = next((i for i in (saved, chosen, default) if i in ids), None)
    return step_page(Step.ADDRESS, current, status, selected=selected, was_saved=saved in ids, **shown)


def delivery_page(status: int, **shown: Any) -> Page:
    """Step 2, with price and duration of each delivery; keeps the choices of a rejected form."""
    current = reach(Step.DELIVERY)
    made, price, form = current.choices, current.price, request.form
    return step_page(
        Step.DELIVERY,
        current,
        status,
        cents={method: delivery_price(method, price.goods_cents, price.coupon) for method in Delivery},
        arrivals={method: checkout.arrival(method, current.today) for method in Delivery},
        points=checkout.pickup_points(db()),
        selected=form.get("delivery") or (made and made.delivery) or Delivery.STANDARD,
        point=form.get("pickup_point", type=int) or (made and made.pickup_point_id) or "",
        **shown,
    )


def payment_page(status: int, **shown: Any) -> Page:
    """Step 3. A card is preselected; it is chosen only by the button."""
    customer, current = current_customer(), reach(Step.PAYMENT)
    good = {card.id for card in customer.cards if not card.is_expired(current.today)}
    default = next((card.id for card in customer.cards if card.is_default), None)
    chosen = current.choices.card_id if current.choices else None
    selected = next((i for i in (chosen, default) if i in good), None)
    shown.setdefault("errors", {})
    credit = find_store_credit(db(), customer)
    return step_page(
        Step.PAYMENT, current, status, selected=selected, typed=request.form,
        credit=credit if credit and credit.balance_cents else None, **shown,
    )  # fmt: skip


def review_page(status: int, **shown: Any) -> Page:
    """Step 4: review of the order."""
    shown.setdefault("errors", {})
    shown["gift_was_saved"] = notices.happened("gift") is not None
    return step_page(Step.REVIEW, reach(Step.REVIEW), status, typed=request.form, **shown)


def step_page(step: Step, current: Basket, status: int, **shown: Any) -> Page:
    """Render a step's page with progress, price and notices."""
    warnings = []
    if status == 200:
        warnings = [text for text in (lost_coupon(current), comes_first(current)) if text]
    html = render_template(
        f"shop/checkout/{step}.html",
        step=step,
        steps=list(Step),
        current=current,
        made=current.choices,
        price=current.price,
        arrival=checkout.arrival,
        warnings=warnings,
        **shown,
    )
    return html, status


def comes_first(current: Basket) -> str | None:
    """Why the shopper was redirected to this step, or None."""
    return COMES_FIRST.get(current.first_incomplete) if "first" in request.args else None


def lost_coupon(current: Basket) -> str | None:
    """Why the coupon no longer applies, or None."""
    coupon = applied_coupon(db(), current_customer())
    if coupon is None and (dropped := notices.happened_to("dropped")):
        coupon = db().get(Coupon, dropped)
    reason = objection(coupon, current.lines, current.today) if coupon else None
    return f"{reason} It was taken off." if reason else None
