"""Looking at several products: the comparison, and what was viewed recently."""

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from gristmill.apps.kit import notices
from gristmill.apps.server.database import db
from gristmill.apps.shop.models import Product
from gristmill.apps.shop.services import browsing, looking
from gristmill.apps.shop.services.account import current_customer
from gristmill.apps.shop.services.errors import CompareError

bp = Blueprint("looking", __name__)

Page = tuple[str, int]


@bp.get("/compare")
def compare() -> Page:
    """The products that one compares, side by side."""
    return compare_page()


@bp.post("/p/<slug>/compare")
def add(slug: str) -> Response | Page:
    """Add a product to the comparison."""
    customer, product = current_customer(), find(slug)
    looking.view(db(), customer, product)
    try:
        looking.compare(db(), customer, product)
    except CompareError as refused:
        return compare_page(error=str(refused))
    return changed()


@bp.get("/p/<slug>/compare")
@bp.get("/compare/<path:slug>")
def leave_refused_form(slug: str) -> Response:
    """After a rejected form, a reload leads to the comparison."""
    return redirect(url_for("looking.compare"))


@bp.post("/compare/<slug>/remove")
def remove(slug: str) -> Response:
    """Take a product out of the comparison."""
    looking.stop_comparing(db(), current_customer(), find(slug))
    return changed()


@bp.post("/compare/clear")
def clear() -> Response:
    """Empty the comparison."""
    looking.stop_comparing(db(), current_customer())
    return changed()


@bp.get("/viewed")
def viewed() -> str:
    """What one has viewed recently."""
    ids = looking.viewed_ids(db(), current_customer())
    return render_template("shop/lists/viewed.html", cards=browsing.cards(db(), ids))


@bp.post("/viewed/forget")
def forget() -> Response:
    """Forget what one has viewed."""
    looking.forget_viewed(db(), current_customer())
    notices.record()
    return redirect(url_for("looking.viewed"), 303)


def find(slug: str) -> Product:
    """The product of this slug, or 404."""
    return browsing.find_product(db(), slug) or abort(404)


def changed() -> Response:
    """Redirect to the comparison."""
    notices.record()
    return redirect(url_for("looking.compare"), 303)


def compare_page(*, error: str | None = None) -> Page:
    """The comparison."""
    products = looking.compared(db(), current_customer())
    html = render_template(
        "shop/lists/compare.html", products=products, error=error, most=looking.MAX_COMPARED
    )
    return html, 422 if error else 200
