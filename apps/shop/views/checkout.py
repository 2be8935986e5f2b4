"""The checkout's pages: address, delivery, payment, review, confirmation."""

from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from gristmill.apps.kit import notices
from gristmill.apps.kit.flask_app import world
from gristmill.apps.kit.forms import FormError
from gristmill.apps.server.database import db
from gristmill.apps.shop.models import Delivery
from gristmill.apps.shop.services import checkout
from gristmill.apps.shop.services.account import current_customer
from gristmill.apps.shop.services.checkout import Step
from gristmill.apps.shop.services.errors import CardDeclinedError, CheckoutError, TotalChangedError
from gristmill.apps.shop.services.forms import parse_card, parse_gift_note
from gristmill.apps.shop.services.orders import place_order
from gristmill.apps.shop.views.orders import page_of_order
from gristmill.apps.shop.views.steps import (
    address_page,
    delivery_page,
    go_on,
    payment_page,
    reach,
    review_page,
)

bp = Blueprint("checkout", __name__)

Page = tuple[str, int]


@bp.get("/checkout")
def start() -> Response:
    """Redirect to the first incomplete step."""
    return redirect(url_for(f"checkout.{reach(Step.ADDRESS).first_incomplete}"))


@bp.get("/checkout/payment/<path:_>")
@bp.get("/checkout/<any(place, collect, gift):_>")
def leave_refused_form(_: str) -> Response:
    """After a rejected form, a reload leads to the next step."""
    return start()


@bp.get("/checkout/address")
def address() -> Page:
    """Step 1: choose an address or pick-up."""
    return address_page(200)


@bp.post("/checkout/address")
def choose_address() -> Response | Page:
    """Deliver to the chosen address."""
    reached = reach(Step.ADDRESS)
    try:
        checkout.choose_address(db(), current_customer(), request.form.get("address", type=int))
    except CheckoutError as refused:
        return address_page(422, error=str(refused))
    return go_on(reached)


@bp.post("/checkout/collect")
def collect() -> Response:
    """Choose pick-up instead of delivery."""
    reach(Step.ADDRESS)
    checkout.choose_to_collect(db(), current_customer())
    notices.record()
    return redirect(url_for("checkout.delivery"), 303)


@bp.get("/checkout/delivery")
def delivery() -> Page:
    """Step 2: choose a delivery method."""
    return delivery_page(200)


@bp.post("/checkout/delivery")
def choose_delivery() -> Response | Page:
    """Use the chosen delivery method and pick-up point."""
    reached = reach(Step.DELIVERY)
    method = request.form.get("delivery", type=Delivery)
    wanted = request.form.get("pickup_point", type=int)
    point = next((point for point in checkout.pickup_points(db()) if point.id == wanted), None)
    try:
        checkout.choose_delivery(db(), current_customer(), method, point)
    except CheckoutError as refused:
        return delivery_page(422, error=str(refused))
    return go_on(reached)


@bp.get("/checkout/payment")
def payment() -> Page:
    """Step 3: choose a card, add one, use a gift card."""
    return payment_page(200)


@bp.post("/checkout/payment")
def choose_card() -> Response | Page:
    """Pay with the chosen card; optional if a gift card covers everything."""
    reached = reach(Step.PAYMENT)
    if reached.due_cents:
        wanted = request.form.get("card", type=int)
        try:
            checkout.choose_card(db(), current_customer(), wanted, world().now.date())
        except CheckoutError as refused:
            return payment_page(422, errors={"card": str(refused)})
    return go_on(reached)


@bp.post("/checkout/payment/card")
def add_card() -> Response | Page:
    """Save a new card and pay with it."""
    reached = reach(Step.PAYMENT)
    today = world().now.date()
    try:
        card = checkout.save_card(db(), current_customer(), parse_card(request.form, today))
    except FormError as refused:
        return payment_page(422, errors=refused.errors)
    checkout.choose_card(db(), current_customer(), card.id, today)
    return go_on(reached)


@bp.post("/checkout/payment/gift-card")
def use_gift_card() -> Response | Page:
    """Pay with a gift card up to its balance."""
    reach(Step.PAYMENT)
    try:
        checkout.use_gift_card(db(), current_customer(), request.form.get("code", ""))
    except CheckoutError as refused:
        return payment_page(422, errors={"code": str(refused)})
    notices.record()
    return redirect(url_for("checkout.payment"), 303)


@bp.post("/checkout/payment/gift-card/remove")
def remove_gift_card() -> Response:
    """Remove the gift card."""
    reach(Step.PAYMENT)
    checkout.remove_gift_card(db(), current_customer())
    notices.record()
    return redirect(url_for("checkout.payment"), 303)


@bp.get("/checkout/review")
def review() -> Page:
    """Step 4: review the order."""
    return review_page(200)


@bp.post("/checkout/gift")
def gift() -> Response | Page:
    """Have the order wrapped, with a note."""
    reach(Step.REVIEW)
    try:
        note = parse_gift_note(request.form)
    except FormError as refused:
        return review_page(422, errors=refused.errors)
    checkout.choose_gift(db(), current_customer(), is_gift="wrap" in request.form, note=note)
    values: dict[str, Any] = notices.record(gift="saved")
    return redirect(url_for("checkout.review", **values), 303)


@bp.post("/checkout/place")
def place() -> Response | Page:
    """Place the order, if it costs what the review showed."""
    reach(Step.REVIEW)
    agreed_cents = request.form.get("total_cents", -1, type=int)
    try:
        order = place_order(db(), current_customer(), world(), agreed_cents=agreed_cents)
    except TotalChangedError as refused:
        return review_page(422, error=str(refused))
    except CardDeclinedError as refused:
        return payment_page(422, errors={"card": str(refused)})
    notices.record()
    return redirect(url_for("checkout.done", number=order.number), 303)


@bp.get("/checkout/done/<number>")
def done(number: str) -> str:
    """The confirmation of a placed order."""
    return page_of_order(number, "shop/checkout/done.html")
