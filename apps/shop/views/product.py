"""Product pages with reviews, and adding a product to the cart."""

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from gristmill.apps.kit import notices
from gristmill.apps.kit.forms import one_of
from gristmill.apps.kit.pagination import parse_page
from gristmill.apps.server.database import db
from gristmill.apps.shop.models import Product, Variant
from gristmill.apps.shop.pictures import VIEWS
from gristmill.apps.shop.services import browsing, looking, reviews, wishes
from gristmill.apps.shop.services.account import current_customer
from gristmill.apps.shop.services.cart import MAX_PER_LINE, add_to_cart, parse_quantity, stepped
from gristmill.apps.shop.services.errors import CartError
from gristmill.apps.shop.services.units import unit_price

bp = Blueprint("product", __name__)

MORE_COUNT = 4
REVIEW_NOTICES = {
    "saved": "Thank you, your review is published.", "deleted": "Your review was deleted.",
    "voted": "Thank you, your vote counts.",
}  # fmt: skip


@bp.get("/p/<slug>")
def show(slug: str) -> str:
    """A product, with options and quantity preselected from the URL."""
    product = browsing.find_product(db(), slug) or abort(404)
    asked = request.args
    chosen = browsing.choose(product.variants, asked.get("size"), asked.get("colour"))
    quantity = stepped(asked.get("quantity", "1"), asked.get("step"), most=most(product))
    return render_product(product, chosen, quantity=quantity)


@bp.get("/p/<slug>/add")
def leave_refused_form(slug: str) -> BaseResponse:
    """After a rejected form, a reload leads to the product."""
    return redirect(f"/p/{slug}")


@bp.post("/p/<slug>/add")
def add(slug: str) -> BaseResponse | tuple[str, int]:
    """Add a product to the cart and redirect there, or show what is wrong."""
    product = browsing.find_product(db(), slug) or abort(404)
    size, colour, typed = (request.form.get(name) for name in ("size", "colour", "quantity"))
    typed = (typed or "").strip()
    try:
        variant = chosen_variant(product, size, colour)
        add_to_cart(db(), current_customer(), variant, parse_quantity(typed))
    except CartError as error:
        shown = browsing.choose(product.variants, size, colour)
        return render_product(product, shown, quantity=typed, error=str(error)), 422
    looking.view(db(), current_customer(), product)
    notices.record(added=variant.id)
    return redirect(f"/cart?added={variant.id}", code=303)


def chosen_variant(product: Product, size: str | None, colour: str | None) -> Variant:
    """The variant with exactly these options.

    Raises:
        CartError: there is none.
    """
    found = next((v for v in product.variants if (v.size, v.colour) == (size, colour)), None)
    if found is None:
        asked = ", ".join(option for option in (colour, size) if option)
        raise CartError(f"{product.name} is not made in {asked}." if asked else "Choose the options first.")
    return found


def most(product: Product) -> int:
    """The maximum quantity that can be bought of any variant."""
    return min(MAX_PER_LINE, max(variant.stock for variant in product.variants))


def render_product(
    product: Product, chosen: Variant, *, quantity: str = "1", error: str | None = None
) -> str:
    """Render a product's page with one variant selected."""
    customer, shown = current_customer(), asked_reviews(product)
    return render_template(
        "shop/product/show.html",
        product=product,
        choices=browsing.choices(product.variants, chosen),
        chosen=chosen,
        most=most(product),
        quantity=quantity,
        error=error,
        reviews=shown,
        voted=reviews.voted(db(), customer, shown.reviews),
        review_sorts=reviews.SORTS,
        review_notice=REVIEW_NOTICES.get(notices.happened("review") or ""),
        lists=wishes.lists_of(db(), customer),
        unit_price=unit_price,
        view=one_of(VIEWS, request.args.get("view", ""), "front"),
        views=VIEWS,
        more=browsing.more_from_brand(db(), product, MORE_COUNT),
    )


def asked_reviews(product: Product) -> reviews.ReviewPage:
    """The reviews that the address asks for: page, stars, order."""
    asked = request.args
    stars = one_of("12345", asked.get("stars", ""), "")
    return reviews.review_page(
        db(),
        product,
        parse_page(asked.get("reviews", "")),
        int(stars) if stars else None,
        one_of(reviews.SORTS, asked.get("order", ""), "newest"),
    )
