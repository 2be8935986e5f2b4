"""Sending delivered goods back: for a refund, or in exchange for another colour or size."""

from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gristmill.apps.kit.flask_app import world
from gristmill.apps.server.database import db
from gristmill.apps.shop.models import Order, OrderLine, RefundMethod
from gristmill.apps.shop.services import changes, returns
from gristmill.apps.shop.services.account import current_customer
from gristmill.apps.shop.services.errors import CheckoutError, OrderError
from gristmill.apps.shop.services.returns import Wish
from gristmill.apps.shop.views.changes import own_line
from gristmill.apps.shop.views.orders import done, order_view, own_order

bp = Blueprint("returns", __name__)

Page = tuple[str, int]


@bp.get("/orders/<number>/return")
def form(number: str) -> Response | Page:
    """The form of a return; an order that cannot go back says why."""
    order = own_order(number)
    if returns.objection(order, world().now.date()):
        return redirect(url_for("orders.show", number=number))
    return return_page(order)


@bp.post("/orders/<number>/return")
def send_back(number: str) -> Response | Page:
    """Register a return."""
    order = own_order(number)
    try:
        returns.open_return(world(), order, chosen(order), wish())
    except OrderError as refused:
        db().rollback()
        is_over = returns.objection(order, world().now.date())
        return order_view(order, error=str(refused)) if is_over else return_page(order, error=str(refused))
    return done(order, "returned")


@bp.get("/orders/<number>/items/<int:line_id>/exchange")
def exchange_form(number: str, line_id: int) -> Response | Page:
    """The form of an exchange."""
    order = own_order(number)
    line = own_line(order, line_id)
    today = world().now.date()
    if returns.exchange_objection(order, line, today):
        return redirect(url_for("orders.show", number=number))
    return exchange_page(order, line, today)


@bp.post("/orders/<number>/items/<int:line_id>/exchange")
def exchange(number: str, line_id: int) -> Response | Page:
    """Register an exchange."""
    order = own_order(number)
    line = own_line(order, line_id)
    today = world().now.date()
    source = changes.sources(db(), today, current_customer(), order).get(request.form.get("pay", ""))
    method = RefundMethod.STORE_CREDIT if request.form.get("pay") == "credit" else RefundMethod.ORIGINAL
    asked = Wish(reason=request.form.get("reason", ""), method=method)
    try:
        returns.open_exchange(world(), order, line, request.form.get("variant", type=int), asked, source)
    except (OrderError, CheckoutError) as refused:
        db().rollback()
        is_over = returns.exchange_objection(order, line, today)
        error = str(refused)
        return order_view(order, error=error) if is_over else exchange_page(order, line, today, error=error)
    return done(order, "exchanged")


def chosen(order: Order) -> dict[OrderLine, int]:
    """The pieces that the form asks to send back, by line; a number that is none is refused later."""
    ticked = set(request.form.getlist("line", type=int))
    lines = [line for line in order.lines if line.id in ticked]
    return {line: request.form.get(f"quantity-{line.id}", line.quantity, type=int) for line in lines}


def wish() -> Wish:
    """Reason and refund method of the form."""
    return Wish(reason=request.form.get("reason", ""), method=request.form.get("method", type=RefundMethod))


def return_page(order: Order, *, error: str | None = None) -> Page:
    """The form of a return."""
    lines = returns.returnable(order)
    worth = {line.id: returns.worth_cents(order, line, 1) for line in lines}
    everything = {line: line.quantity for line in lines}
    most = returns.due_cents(order, everything)
    is_less = most < returns.price_cents(order, everything)
    return page("return", order, error, lines=lines, worth=worth, most_cents=most if is_less else None)


def exchange_page(order: Order, line: OrderLine, today: date, *, error: str | None = None) -> Page:
    """The form of an exchange."""
    sources = changes.sources(db(), today, current_customer(), order)
    differences = {each: returns.exchange_cents(order, line, each) for each in changes.choices(line)}
    return page("exchange", order, error, line=line, differences=differences, sources=sources)


def page(name: str, order: Order, error: str | None, **shown: Any) -> Page:
    """A page about goods that go back."""
    html = render_template(
        f"shop/orders/{name}.html", order=order, error=error, typed=request.form, reasons=returns.REASONS,
        last_day=returns.last_day(order), **shown,
    )  # fmt: skip
    return html, 422 if error else 200
