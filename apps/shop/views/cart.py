"""The cart page and everything that changes the cart, except adding to it from a product's page."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gristmill.apps.kit import notices
from gristmill.apps.kit.current_skin import label_text
from gristmill.apps.kit.flask_app import world
from gristmill.apps.server.database import db
from gristmill.apps.shop.models import CartItem, Coupon, Delivery, OrderLine, Variant
from gristmill.apps.shop.services import cart, pricing
from gristmill.apps.shop.services.account import current_customer
from gristmill.apps.shop.services.errors import CartError, CouponError

bp = Blueprint("cart", __name__)

Page = tuple[str, int]

# Notices after a redirect, by query parameter, whose value is the id of a variant; `cart` is its label.
NOTICES = {
    "added": "{} was added to your {cart}.",
    "updated": "The quantity of {} was changed.",
    "removed": "{} was removed.",
    "saved": "{} was saved for later.",
    "moved": "{} was moved to your {cart}.",
}
COUPON_NOTICES = {"applied": "The coupon was applied.", "removed": "The coupon was removed."}


@bp.get("/cart")
def show() -> Page:
    """The cart, the saved items, the coupon and the price."""
    return page(200)


@bp.get("/cart/<path:_>")
def leave_refused_form(_: str) -> Response:
    """After a rejected form, a reload leads to the cart."""
    return redirect(url_for("cart.show"))


@bp.post("/cart/items/<int:item_id>/quantity")
def update(item_id: int) -> Response | Page:
    """Change the quantity of a line."""
    line, typed = own_item(item_id, is_saved=False), request.form.get("quantity", "")
    typed = cart.stepped(typed, request.form.get("step"), most=cart.MAX_PER_LINE)
    try:
        cart.set_quantity(db(), line, cart.parse_quantity(typed))
    except CartError as refused:
        return page(422, errors={item_id: str(refused)}, typed={item_id: typed})
    return changed(updated=line.variant_id)


@bp.post("/cart/items/<int:item_id>/remove")
def remove(item_id: int) -> Response:
    """Remove a line or a saved item."""
    item = own_item(item_id)
    cart.remove_item(db(), item)
    return changed(removed=item.variant_id)


@bp.post("/cart/items/<int:item_id>/save")
def save(item_id: int) -> Response:
    """Move a line to the saved items."""
    line = own_item(item_id, is_saved=False)
    cart.save_for_later(db(), line)
    return changed(saved=line.variant_id)


@bp.post("/cart/items/<int:item_id>/move")
def move(item_id: int) -> Response | Page:
    """Move a saved item into the cart."""
    saved = own_item(item_id, is_saved=True)
    try:
        cart.move_to_cart(db(), saved)
    except CartError as refused:
        return page(422, errors={item_id: str(refused)})
    return changed(moved=saved.variant_id)


@bp.post("/cart/coupon")
def apply_coupon() -> Response | Page:
    """Put a coupon on the cart."""
    code, customer = request.form.get("code", ""), current_customer()
    lines = cart.cart_lines(db(), customer)
    try:
        pricing.apply_coupon(db(), customer, code, lines, world().now.date())
    except CouponError as refused:
        return page(422, coupon_error=str(refused), code=code)
    return redirect_to_cart(coupon="applied")


@bp.post("/cart/coupon/remove")
def remove_coupon() -> Response:
    """Take the coupon off the cart."""
    current_customer().coupon_code = None
    return redirect_to_cart(coupon="removed")


def own_item(item_id: int, *, is_saved: bool | None = None) -> CartItem:
    """The shopper's item with this id; 404 if it is not theirs or not on the expected list."""
    item = cart.find_item(db(), current_customer(), item_id)
    if item is None or is_saved not in (None, item.is_saved):
        abort(404)
    return item


def changed(**notice: int) -> Response:
    """Redirect to the cart with a notice; removes a coupon that no longer applies."""
    customer = current_customer()
    lines = cart.cart_lines(db(), customer)
    dropped = pricing.drop_stale_coupon(db(), customer, lines, world().now.date())
    return redirect_to_cart(**notice, dropped=dropped.id if dropped else None)


def redirect_to_cart(**notice: object) -> Response:
    """Redirect to the cart with a notice."""
    values: dict[str, Any] = notices.record(**notice)
    return redirect(url_for("cart.show", **values), 303)


def page(
    status: int,
    *,
    errors: Mapping[int, str] | None = None,
    typed: Mapping[int, str] | None = None,
    coupon_error: str | None = None,
    code: str = "",
) -> Page:
    """The cart page; `errors` and `typed` belong to the items with these ids."""
    customer, today = current_customer(), world().now.date()
    items = cart.all_items(db(), customer)
    lines = [item for item in items if not item.is_saved]
    coupon = pricing.applied_coupon(db(), customer)
    html = render_template(
        "shop/cart/show.html",
        lines=lines,
        saved=[item for item in items if item.is_saved],
        price=pricing.price(lines, coupon, Delivery.STANDARD, today),
        notice=notice() if status == 200 else None,
        warnings=warnings(lines, coupon) if status == 200 else [],
        errors=errors or {},
        typed=typed or {},
        coupon_error=coupon_error,
        code=code,
        line_name=cart.line_name,
        line_problem=cart.line_problem,
        most=cart.MAX_PER_LINE,
    )
    return html, status


def notice() -> str | None:
    """The notice of the redirect that led here."""
    for name, text in NOTICES.items():
        if variant_id := notices.happened_to(name):
            name = cart.line_name(db().get_one(Variant, variant_id))
            return text.format(name, cart=label_text("cart"))
    if number := notices.happened("again"):
        return f"What order {number} held was put into your {label_text('cart')} at today's prices."
    return COUPON_NOTICES.get(notices.happened("coupon") or "")


def left_out() -> list[str]:
    """What could not be ordered again, in words."""
    ids = [int(key) for key in (notices.happened("without") or "").split(",") if key]
    lines = [line for line in map(partial(db().get, OrderLine), ids) if line is not None]
    return [f"{cart.line_name(line.variant)} was left out: {reason_of(line.variant)}" for line in lines]


def reason_of(variant: Variant) -> str:
    """Why a variant of a past order cannot be bought as it was."""
    if variant.product.is_discontinued:
        return "it is no longer sold."
    if not variant.stock:
        return "it is out of stock."
    return f"{variant.stock} are left in stock, and quantities are limited."


def warnings(lines: list[CartItem], coupon: Coupon | None) -> list[str]:
    """Problems to show: a refused checkout, a coupon that no longer applies."""
    problem = cart.cart_problem(lines) if "refused" in request.args else None
    if coupon is None and (dropped := notices.happened_to("dropped")):
        coupon = db().get(Coupon, dropped)
    reason = pricing.objection(coupon, lines, world().now.date()) if coupon else None
    lost = f"{reason} It was taken off." if reason else None
    return [*(text for text in (problem, lost) if text), *left_out()]
