"""Product pages, their reviews, and putting a product into the cart."""

import re

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from gristmill.apps.database import db
from gristmill.apps.shop import browsing, facets
from gristmill.apps.shop.account import current_customer
from gristmill.apps.shop.cart import MAX_PER_LINE, add_to_cart
from gristmill.apps.shop.errors import CartError
from gristmill.apps.shop.models import Product, Variant

bp = Blueprint("product", __name__)

MORE_COUNT = 4


@bp.get("/p/<slug>")
def show(slug: str) -> str:
    """A product, with the variant chosen that its URL asks for."""
    product = browsing.find_product(db(), slug) or abort(404)
    chosen = browsing.choose(product.variants, request.args.get("size"), request.args.get("colour"))
    return render_product(product, chosen)


@bp.post("/cart/add")
def add() -> BaseResponse | tuple[str, int]:
    """Put a variant into the cart and go there, or show its page again with what is wrong."""
    variant = find_variant(request.form.get("variant_id", ""))
    typed = request.form.get("quantity", "").strip()
    try:
        add_to_cart(db(), current_customer(), variant, parse_quantity(typed))
    except CartError as error:
        product = browsing.find_product(db(), variant.product.slug) or abort(404)
        return render_product(product, variant, quantity=typed, error=str(error)), 422
    return redirect(f"/cart?added={variant.id}", code=303)


def find_variant(typed: str) -> Variant:
    """The variant that a form names."""
    found = db().get(Variant, int(typed)) if re.fullmatch(r"[0-9]{1,9}", typed) else None
    return found or abort(404)


def parse_quantity(typed: str) -> int:
    """The quantity that was typed.

    Raises:
        CartError: it is no whole number.
    """
    if not re.fullmatch(r"-?[0-9]{1,9}", typed):
        raise CartError(f"Enter a quantity from 1 to {MAX_PER_LINE}.")
    return int(typed)


def render_product(
    product: Product, chosen: Variant, *, quantity: str = "1", error: str | None = None
) -> str:
    """The page of a product with one variant chosen."""
    return render_template(
        "shop/product/show.html",
        product=product,
        chosen=chosen,
        sizes=browsing.size_choices(product.variants, chosen),
        colours=browsing.colour_choices(product.variants, chosen),
        max_quantity=min(MAX_PER_LINE, chosen.stock),
        quantity=quantity,
        error=error,
        reviews=browsing.reviews(db(), product, facets.parse_page(request.args.get("reviews", ""))),
        more=browsing.more_from_brand(db(), product, MORE_COUNT),
    )
