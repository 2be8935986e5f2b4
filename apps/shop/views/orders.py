"""The shopper's orders: list and search, one order, its parcel, order again."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gristmill.apps.kit import notices
from gristmill.apps.kit.flask_app import world
from gristmill.apps.kit.pagination import parse_page
from gristmill.apps.server.database import db
from gristmill.apps.shop.models import Order
from gristmill.apps.shop.services import changes, payments, returns, tracking
from gristmill.apps.shop.services.account import current_customer
from gristmill.apps.shop.services.cart import add_to_cart, count_items, line_name
from gristmill.apps.shop.services.checkout import Arrival
from gristmill.apps.shop.services.errors import CartError
from gristmill.apps.shop.services.orders import find_order, order_page

bp = Blueprint("orders", __name__)

Page = tuple[str, int]

MAX_QUERY = 80
NOTICES = {
    "cancelled": "The order was cancelled. What you paid is on its way back.",
    "address": "The order goes to the new address.",
    "payment": "The order is paid with the new card.",
    "items": "The item was changed.",
    "returned": "Your return is registered. Put the label on the parcel and hand it in.",
    "exchanged": "Your exchange is registered. Put the label on the parcel and hand it in.",
}


@bp.get("/orders")
def index() -> str:
    """The shopper's orders, newest first, ten a page; those that a search finds."""
    query = " ".join(request.args.get("q", "").split())[:MAX_QUERY]
    page = order_page(db(), current_customer(), parse_page(request.args.get("page", "")), query)
    return render_template("shop/orders/index.html", page=page, query_text=query)


@bp.get("/orders/<number>")
def show(number: str) -> Page:
    """One order of the shopper."""
    return order_view(own_order(number))


@bp.get("/orders/<number>/tracking")
def track(number: str) -> str:
    """Where the parcel of an order is."""
    order = own_order(number)
    return render_template(
        "shop/orders/tracking.html", order=order, parcel=tracking.parcel(order), arrival=arrival_of(order),
        lost_from=tracking.lost_from(order), today=world().now.date(),
    )  # fmt: skip


@bp.post("/orders/<number>/again")
def again(number: str) -> Response | Page:
    """Put an order's lines into the cart once more; what cannot be bought is named.

    The form says how many items the cart had when it was shown, so a form that is sent twice has one effect.
    """
    order = own_order(number)
    had = request.form.get("had", "")
    if had and had != str(count_items(db(), current_customer())):
        return redirect(url_for("cart.show"), 303)
    left_out = []
    for line in order.lines:
        try:
            add_to_cart(db(), current_customer(), line.variant, line.quantity)
        except CartError as refused:
            left_out.append((line.id, f"{line_name(line.variant)} was left out: {refused}"))
    if len(left_out) == len(order.lines):
        return order_view(order, error=" ".join(text for _, text in left_out))
    values = notices.record(again=order.number, without=",".join(str(key) for key, _ in left_out) or None)
    return redirect(url_for("cart.show", **values), 303)  # type: ignore[arg-type]


@bp.get("/orders/<number>/again")
def leave_refused_form(number: str) -> Response:
    """After a rejected form, a reload leads to the order."""
    return redirect(url_for("orders.show", number=number))


def own_order(number: str) -> Order:
    """The shopper's order with this number; 404 for anybody else's."""
    return find_order(db(), current_customer(), number) or abort(404)


def page_of_order(number: str, template: str) -> str:
    """A page about one of the shopper's orders; 404 for anybody else's."""
    order = own_order(number)
    parts = payments.parts_of_total(order)
    return render_template(template, order=order, arrival=arrival_of(order), parts=parts)


def arrival_of(order: Order) -> Arrival:
    """The days on which an order is to arrive."""
    return Arrival(first=order.arrives_from, last=order.arrives_by)


def order_view(order: Order, *, error: str | None = None) -> Page:
    """An order's page; with an error, what was asked for is refused."""
    today = world().now.date()
    html = render_template(
        "shop/orders/show.html",
        order=order,
        arrival=arrival_of(order),
        error=error,
        notice=NOTICES.get(notices.happened("done") or ""),
        is_open=changes.objection(order) is None,
        locked=changes.objection(order),
        line_locked={line.id: changes.line_objection(order, line) for line in order.lines},
        no_return=returns.objection(order, today),
        no_line_return={line.id: returns.line_objection(order, line, today) for line in order.lines},
        no_choice={line.id: changes.no_choice(line) for line in order.lines},
        last_day=returns.last_day(order),
        tracking=tracking.parcel(order),
        parts=payments.parts_of_total(order),
    )
    return html, 422 if error else 200


def done(order: Order, what: str) -> Response:
    """Redirect to an order with a notice of what was done."""
    values = notices.record(done=what)
    return redirect(url_for("orders.show", number=order.number, **values), 303)  # type: ignore[arg-type]
