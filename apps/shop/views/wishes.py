"""Wish lists."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gristmill.apps.kit import notices
from gristmill.apps.kit.current_skin import label_text
from gristmill.apps.kit.flask_app import world
from gristmill.apps.kit.forms import FormError
from gristmill.apps.server.database import db
from gristmill.apps.shop.models import Variant, WishItem, WishList
from gristmill.apps.shop.services import browsing, looking, wishes
from gristmill.apps.shop.services.account import current_customer
from gristmill.apps.shop.services.cart import line_name
from gristmill.apps.shop.services.errors import CartError, WishError
from gristmill.apps.shop.views.product import chosen_variant, render_product

bp = Blueprint("wishes", __name__)

Page = tuple[str, int]

LIST_NOTICES = {
    "created": "The list was created.", "renamed": "The list was renamed.",
    "deleted": "The list was deleted.",
}  # fmt: skip
ITEM_NOTICES = {
    "added": "{} is on this list.", "noted": "The note on {} was saved.", "removed": "{} was taken off.",
    "moved": "{} was moved here.", "to_cart": "{} was moved to your {cart}.",
}  # fmt: skip


@bp.get("/lists")
def index() -> Page:
    """All of one's lists."""
    return index_page()


@bp.post("/lists")
def create() -> Response | Page:
    """Make a list."""
    customer = current_customer()
    try:
        name = wishes.parse_name(request.form, wishes.lists_of(db(), customer)).name
        made = wishes.create_list(db(), customer, name)
    except FormError as refused:
        return index_page(error=refused.errors["name"])
    except WishError as refused:
        return index_page(error=str(refused))
    return to_list(made, did="created")


@bp.get("/lists/<int:list_id>")
def show(list_id: int) -> Page:
    """One list."""
    return list_page(own_list(list_id))


@bp.post("/lists/<int:list_id>/rename")
def rename(list_id: int) -> Response | Page:
    """Give a list another name."""
    wish_list = own_list(list_id)
    others = [each for each in wishes.lists_of(db(), current_customer()) if each is not wish_list]
    try:
        wish_list.name = wishes.parse_name(request.form, others).name
    except FormError as refused:
        return list_page(wish_list, errors={"name": refused.errors["name"]})
    return to_list(wish_list, did="renamed")


@bp.post("/lists/<int:list_id>/delete")
def delete(list_id: int) -> Response:
    """Delete a list with everything on it."""
    db().delete(own_list(list_id))
    return redirect(url_for("wishes.index", **values(did="deleted")), 303)


@bp.post("/lists/<int:list_id>/items/<int:item_id>/remove")
def remove(list_id: int, item_id: int) -> Response:
    """Take a thing off a list."""
    wish_list = own_list(list_id)
    item = own_item(wish_list, item_id)
    db().delete(item)
    return to_list(wish_list, removed=item.variant_id)


@bp.post("/lists/<int:list_id>/items/<int:item_id>/note")
def note(list_id: int, item_id: int) -> Response | Page:
    """Write a note on a thing."""
    wish_list = own_list(list_id)
    item = own_item(wish_list, item_id)
    try:
        item.note = wishes.parse_note(request.form).note
    except FormError as refused:
        return list_page(wish_list, errors={item_id: refused.errors["note"]})
    return to_list(wish_list, noted=item.variant_id)


@bp.post("/lists/<int:list_id>/items/<int:item_id>/move")
def move(list_id: int, item_id: int) -> Response | Page:
    """Move a thing to another list."""
    wish_list = own_list(list_id)
    item, variant_id = own_item(wish_list, item_id), own_item(wish_list, item_id).variant_id
    wanted = request.form.get("list", type=int)
    target = next((each for each in wishes.lists_of(db(), current_customer()) if each.id == wanted), None)
    if target is None or target is wish_list:
        return list_page(wish_list, errors={item_id: "Choose another list."})
    wishes.move(db(), item, target)
    return to_list(target, moved=variant_id)


@bp.post("/lists/<int:list_id>/items/<int:item_id>/cart")
def to_cart(list_id: int, item_id: int) -> Response | Page:
    """Move a thing to the cart."""
    wish_list = own_list(list_id)
    item = own_item(wish_list, item_id)
    try:
        wishes.move_to_cart(db(), current_customer(), item)
    except CartError as refused:
        return list_page(wish_list, errors={item_id: str(refused)})
    return to_list(wish_list, to_cart=item.variant_id)


@bp.post("/p/<slug>/wish")
def add(slug: str) -> Response | tuple[str, int]:
    """Put a product on a list, in the options that are chosen on its page."""
    product = browsing.find_product(db(), slug) or abort(404)
    size, colour = request.form.get("size"), request.form.get("colour")
    try:
        variant = chosen_variant(product, size, colour)
    except CartError as refused:
        shown = browsing.choose(product.variants, size, colour)
        return render_product(product, shown, error=str(refused)), 422
    customer, wanted = current_customer(), request.form.get("list", type=int)
    lists = wishes.lists_of(db(), customer)
    target = next((each for each in lists if each.id == wanted), None)
    if target is None:
        target = lists[0] if lists else wishes.create_list(db(), customer, wishes.FIRST_NAME)
    wishes.add(world(), target, variant)
    looking.view(db(), customer, product)
    return to_list(target, added=variant.id)


@bp.get("/p/<slug>/wish")
def leave_refused_product(slug: str) -> Response:
    """After a rejected form, a reload leads to the product."""
    return redirect(f"/p/{slug}")


@bp.get("/lists/<int:list_id>/<path:_>")
def leave_refused_form(list_id: int, _: str) -> Response:
    """After a rejected form, a reload leads to the list."""
    return redirect(url_for("wishes.show", list_id=list_id))


def own_list(list_id: int) -> WishList:
    """The shopper's list with this id; 404 for anybody else's."""
    lists = wishes.lists_of(db(), current_customer())
    return next((each for each in lists if each.id == list_id), None) or abort(404)


def own_item(wish_list: WishList, item_id: int) -> WishItem:
    """The thing on a list with this id, or 404."""
    return next((item for item in wish_list.items if item.id == item_id), None) or abort(404)


def values(**notice: object) -> dict[str, Any]:
    """Record a notice; returns its query parameters."""
    return notices.record(**notice)


def to_list(wish_list: WishList, **notice: object) -> Response:
    """Redirect to a list with a notice."""
    return redirect(url_for("wishes.show", list_id=wish_list.id, **values(**notice)), 303)


def index_page(*, error: str | None = None) -> Page:
    """The page of all lists."""
    customer = current_customer()
    html = render_template(
        "shop/lists/index.html", lists=wishes.lists_of(db(), customer), counts=wishes.counts(db(), customer),
        error=error, typed=request.form,
        notice=None if error else LIST_NOTICES.get(notices.happened("did") or ""),
    )  # fmt: skip
    return html, 422 if error else 200


def list_page(wish_list: WishList, *, errors: dict[Any, str] | None = None) -> Page:
    """The page of one list; errors by item, and that of its name."""
    lists = wishes.lists_of(db(), current_customer())
    html = render_template(
        "shop/lists/show.html", wish_list=wish_list, items=wishes.items_of(db(), wish_list),
        others=[each for each in lists if each is not wish_list], errors=errors or {}, typed=request.form,
        notice=None if errors else item_notice(), news=wishes.news, line_name=line_name,
    )  # fmt: skip
    return html, 422 if errors else 200


def item_notice() -> str | None:
    """The notice of the redirect that led here."""
    for name, text in ITEM_NOTICES.items():
        if variant_id := notices.happened_to(name):
            return text.format(line_name(db().get_one(Variant, variant_id)), cart=label_text("cart"))
    return LIST_NOTICES.get(notices.happened("did") or "")
