"""The pages linked from the footer: help, delivery, returns, contact, about."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gristmill.apps.kit import notices
from gristmill.apps.kit.flask_app import world
from gristmill.apps.kit.forms import FormError
from gristmill.apps.server.database import db
from gristmill.apps.shop.models import Delivery
from gristmill.apps.shop.services.account import current_customer
from gristmill.apps.shop.services.checkout import arrival, pickup_points
from gristmill.apps.shop.services.contact import TOPICS, orders_of, parse_contact, send
from gristmill.apps.shop.services.numbers import tracking_number
from gristmill.apps.shop.services.orders import find_order
from gristmill.apps.shop.services.signals import HELP

bp = Blueprint("help", __name__)

Page = tuple[str, int]


@bp.get("/help")
def index() -> str:
    """Frequently asked questions."""
    return render_template("shop/help/index.html")


@bp.get("/help/delivery")
def delivery() -> str:
    """Prices and durations of deliveries, and pick-up points."""
    today = world().now.date()
    arrivals = {method: arrival(method, today) for method in Delivery}
    return render_template("shop/help/delivery.html", arrivals=arrivals, points=pickup_points(db()))


@bp.get("/help/returns")
def returns() -> str:
    """The return policy."""
    return render_template("shop/help/returns.html")


@bp.get("/help/contact")
def contact() -> Page:
    """Contact information and form; an order's number in the address is filled in."""
    return contact_page(request.args.get("order", ""))


@bp.post("/help/contact")
def write() -> Response | Page:
    """Send a message to the shop."""
    customer = current_customer()
    try:
        text = parse_contact(request.form, orders_of(world(), customer))
    except FormError as refused:
        return contact_page(errors=refused.errors)
    send(world(), customer, text)
    return redirect(url_for("help.contact", **notices.record(sent="message")), 303)  # type: ignore[arg-type]


def contact_page(number: str = "", *, errors: Mapping[str, str] | None = None) -> Page:
    """The contact page; errors by field."""
    customer = current_customer()
    order = find_order(db(), customer, number) if number else None
    asked = {"order_number": order.number, "tracking": tracking_number(order.number)} if order else {}
    html = render_template(
        "shop/help/contact.html", typed=request.form if errors else asked, errors=errors or {}, topics=TOPICS,
        address=HELP, was_sent=notices.happened("sent"),
    )  # fmt: skip
    return html, 422 if errors else 200


@bp.get("/about")
def about() -> str:
    """About the shop."""
    return render_template("shop/help/about.html")
