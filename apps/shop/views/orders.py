"""The shopper's orders."""

from flask import Blueprint, abort, render_template, request

from gristmill.apps.server.database import db
from gristmill.apps.shop.services.account import current_customer
from gristmill.apps.shop.services.checkout import Arrival
from gristmill.apps.shop.services.orders import find_order, order_page

bp = Blueprint("orders", __name__)


@bp.get("/orders")
def index() -> str:
    """The shopper's orders, newest first, ten a page."""
    page = order_page(db(), current_customer(), request.args.get("page", 1, type=int))
    return render_template("shop/orders/index.html", page=page)


@bp.get("/orders/<number>")
def show(number: str) -> str:
    """One order of the shopper."""
    return page_of_order(number, "shop/orders/show.html")


def page_of_order(number: str, template: str) -> str:
    """A page about one of the shopper's orders; 404 for anybody else's."""
    order = find_order(db(), current_customer(), number)
    if order is None:
        abort(404)
    arrival = Arrival(first=order.arrives_from, last=order.arrives_by)
    return render_template(template, order=order, arrival=arrival)
