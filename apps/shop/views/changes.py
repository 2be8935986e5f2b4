"""Changes of an open order: cancel it, send it elsewhere, pay otherwise, take other options."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gristmill.apps.kit.flask_app import world
from gristmill.apps.server.database import db
from gristmill.apps.shop.models import Order, OrderLine
from gristmill.apps.shop.services import changes, payments
from gristmill.apps.shop.services.account import current_customer
from gristmill.apps.shop.services.errors import CheckoutError, OrderError
from gristmill.apps.shop.views.orders import done, order_view, own_order

bp = Blueprint("changes", __name__)

Page = tuple[str, int]


@bp.get("/orders/<number>/<any(cancel, address, payment):what>")
def form(number: str, what: str) -> Response | Page:
    """The form of a change; an order that cannot be changed says why."""
    order = own_order(number)
    if changes.objection(order):
        return redirect(url_for("orders.show", number=number))
    return change_page(what, order)


@bp.post("/orders/<number>/cancel")
def cancel(number: str) -> Response | Page:
    """Cancel an order."""
    order = own_order(number)
    try:
        changes.cancel(world(), order, request.form.get("reason", ""))
    except OrderError as refused:
        return refuse("cancel", order, str(refused))
    return done(order, "cancelled")


@bp.post("/orders/<number>/address")
def address(number: str) -> Response | Page:
    """Send an order to another address."""
    order, wanted = own_order(number), request.form.get("address", type=int)
    entry = next((each for each in current_customer().addresses if each.id == wanted), None)
    try:
        changes.change_address(world(), order, entry)
    except OrderError as refused:
        return refuse("address", order, str(refused))
    return done(order, "address")


@bp.post("/orders/<number>/payment")
def payment(number: str) -> Response | Page:
    """Pay an order with another card."""
    order, wanted = own_order(number), request.form.get("card", type=int)
    card = next((each for each in current_customer().cards if each.id == wanted), None)
    try:
        changes.change_card(world(), order, card)
    except (OrderError, CheckoutError) as refused:
        return refuse("payment", order, str(refused))
    return done(order, "payment")


@bp.get("/orders/<number>/items/<int:line_id>/change")
def line_form(number: str, line_id: int) -> Response | Page:
    """The form that changes an item's colour or size."""
    order = own_order(number)
    line = own_line(order, line_id)
    if changes.line_objection(order, line):
        return redirect(url_for("orders.show", number=number))
    return change_page("item", order, **about_line(order, line))


@bp.post("/orders/<number>/items/<int:line_id>/change")
def change_line(number: str, line_id: int) -> Response | Page:
    """Change an item's colour or size."""
    order = own_order(number)
    line = own_line(order, line_id)
    shown = about_line(order, line)
    source = shown["sources"].get(request.form.get("pay", ""))
    try:
        changes.change_line(world(), order, line, request.form.get("variant", type=int), source)
    except (OrderError, CheckoutError) as refused:
        return refuse("item", order, str(refused), **shown)
    return done(order, "items")


def own_line(order: Order, line_id: int) -> OrderLine:
    """The order's line with this id; 404 for that of another order."""
    return next((line for line in order.lines if line.id == line_id), None) or abort(404)


def about_line(order: Order, line: OrderLine) -> dict[str, Any]:
    """What the form of an item needs: what it can be changed to, and how a difference is paid."""
    return {
        "line": line,
        "differences": {each: changes.difference_cents(order, line, each) for each in changes.choices(line)},
        "sources": changes.sources(db(), world().now.date(), current_customer(), order),
    }


def refuse(what: str, order: Order, error: str, **shown: Any) -> Page:
    """The form again with what is wrong, or the order's page if it cannot be changed at all."""
    db().rollback()
    line: OrderLine | None = shown.get("line")
    locked = changes.line_objection(order, line) if line else changes.objection(order)
    return order_view(order, error=error) if locked else change_page(what, order, error=error, **shown)


def change_page(what: str, order: Order, *, error: str | None = None, **shown: Any) -> Page:
    """The page of one kind of change."""
    typed: Mapping[str, str] = request.form
    html = render_template(
        f"shop/orders/{what}.html", order=order, error=error, typed=typed, reasons=changes.CANCEL_REASONS,
        today=world().now.date(), left_cents=payments.left_cents, is_card_of=payments.is_card_of, **shown,
    )  # fmt: skip
    return html, 422 if error else 200
