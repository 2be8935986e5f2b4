"""Reviews: write, edit and delete one's own, vote for those that help."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gristmill.apps.kit import notices
from gristmill.apps.kit.flask_app import world
from gristmill.apps.kit.forms import FormError
from gristmill.apps.server.database import db
from gristmill.apps.shop.models import Product, Review
from gristmill.apps.shop.services import browsing, reviews
from gristmill.apps.shop.services.account import current_customer
from gristmill.apps.shop.services.errors import ReviewError

bp = Blueprint("reviews", __name__)

Page = tuple[str, int]

ROW = "int(max=2147483647)"


@bp.get("/p/<slug>/review")
def form(slug: str) -> Page:
    """The form of one's review of a product."""
    return review_form(find(slug))


@bp.post("/p/<slug>/review")
def save(slug: str) -> Response | Page:
    """Write or replace one's review of a product."""
    product = find(slug)
    try:
        text = reviews.parse_review(request.form)
        reviews.save_review(db(), current_customer(), product, text, world().now.date())
    except FormError as refused:
        return review_form(product, errors=refused.errors)
    except ReviewError as refused:
        return review_form(product, error=str(refused))
    return back(product, "saved")


@bp.post("/p/<slug>/review/delete")
def delete(slug: str) -> Response:
    """Delete one's review of a product."""
    product = find(slug)
    review = reviews.own_review(db(), current_customer(), product) or abort(404)
    reviews.delete_review(db(), review, product)
    return back(product, "deleted")


@bp.post(f"/reviews/<{ROW}:review_id>/<any(helpful, unhelpful):vote>")
def vote(review_id: int, vote: str) -> Response:
    """Call a review helpful, or take that back."""
    review = db().get(Review, review_id) or abort(404)
    try:
        reviews.set_vote(db(), current_customer(), review, is_helpful=vote == "helpful")
    except ReviewError as refused:
        abort(400, str(refused))
    product = db().get_one(Product, review.product_id)
    return back(product, "voted", **{name: request.form.get(name) for name in ("reviews", "stars", "order")})


@bp.get(f"/reviews/<{ROW}:review_id>/<any(helpful, unhelpful):_>")
@bp.get("/p/<slug>/review/delete")
def leave_refused_form(slug: str = "", review_id: int = 0, _: str = "") -> Response:
    """After a rejected form, a reload leads to the product."""
    if not slug:
        slug = db().get_one(Product, (db().get(Review, review_id) or abort(404)).product_id).slug
    return redirect(f"/p/{slug}")


def find(slug: str) -> Product:
    """The product of this slug, or 404."""
    return browsing.find_product(db(), slug) or abort(404)


def back(product: Product, what: str, **more: str | None) -> Response:
    """Redirect to a product's reviews with a notice."""
    query = {name: value for name, value in more.items() if value}
    values = notices.record(review=what)
    return redirect(url_for("product.show", slug=product.slug, **query, **values, _anchor="reviews"), 303)  # type: ignore[arg-type]


def review_form(product: Product, *, errors: dict[str, str] | None = None, error: str | None = None) -> Page:
    """The form of a review, or why there is none."""
    customer = current_customer()
    own = reviews.own_review(db(), customer, product)
    html = render_template(
        "shop/product/review.html", product=product, own=own, typed=request.form if errors else own,
        errors=errors or {}, error=error,
        may_review=own is not None or reviews.has_received(db(), customer, product),
    )  # fmt: skip
    return html, 422 if errors or error else 200
