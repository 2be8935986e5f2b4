"""The pages linked from the footer: help, delivery, returns, contact, about."""

from flask import Blueprint, render_template

from gristmill.apps.kit.flask_app import world
from gristmill.apps.server.database import db
from gristmill.apps.shop.models import Delivery
from gristmill.apps.shop.services.checkout import arrival, pickup_points

bp = Blueprint("help", __name__)


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
def contact() -> str:
    """Contact information."""
    return render_template("shop/help/contact.html")


@bp.get("/about")
def about() -> str:
    """About the shop."""
    return render_template("shop/help/about.html")
