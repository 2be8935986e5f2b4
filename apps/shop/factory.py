"""The shop's Flask app."""

from flask import Flask, g, render_template
from werkzeug.exceptions import HTTPException

from gristmill.apps.kit.flask_app import create_flask_app
from gristmill.apps.server.database import db
from gristmill.apps.shop import filters
from gristmill.apps.shop.control_labels import LABELS
from gristmill.apps.shop.services.account import current_customer
from gristmill.apps.shop.services.cart import count_items
from gristmill.apps.shop.services.directory import current_directory
from gristmill.apps.shop.views import (
    account,
    addresses,
    cart,
    changes,
    checkout,
    help_pages,
    home,
    looking,
    orders,
    product,
    returns,
    reviews,
    search,
    wishes,
)

PAGES = (
    home, search, product, reviews, wishes, looking, cart, checkout, addresses, orders, changes, returns,
    account, help_pages,
)  # fmt: skip


def create_app() -> Flask:
    """Make the shop's Flask app."""
    app = create_flask_app(__name__, "shop", labels=LABELS)
    filters.install(app)
    for pages in PAGES:
        app.register_blueprint(pages.bp)
    app.context_processor(frame)
    app.register_error_handler(HTTPException, refuse)
    return app


def frame() -> dict[str, object]:
    """Template variables for the header of every page."""
    customer, directory = current_customer(), current_directory()
    return {
        "customer": customer,
        "cart_count": count_items(db(), customer),
        "departments": directory.departments,
        "suggestion_options": directory.options,
    }


def refuse(error: HTTPException) -> tuple[str, int]:
    """Render an HTTP error as a page of the shop; as plain text outside a session."""
    code = error.code or 500
    if "db" not in g:
        return error.name, code
    template = "not_found" if code == 404 else "refused"
    return render_template(f"shop/errors/{template}.html", error=error), code
