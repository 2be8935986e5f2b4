"""The address form, used by checkout and account."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gristmill.apps.kit import notices
from gristmill.apps.kit.forms import FormError
from gristmill.apps.server.database import db
from gristmill.apps.shop.models import Address
from gristmill.apps.shop.services.account import current_customer
from gristmill.apps.shop.services.checkout import save_address
from gristmill.apps.shop.services.forms import parse_address

bp = Blueprint("addresses", __name__)

Page = tuple[str, int]

BOTH = ["GET", "POST"]
FROM_CHECKOUT = {"origin": "checkout.address"}
FROM_ACCOUNT = {"origin": "account.addresses"}


@bp.route("/checkout/address/new", methods=BOTH, defaults=FROM_CHECKOUT)
@bp.route("/account/addresses/new", methods=BOTH, defaults=FROM_ACCOUNT)
def new_address(origin: str) -> Response | Page:
    """Add an address to the address book."""
    return edit(None, origin)


@bp.route("/checkout/address/<int:address_id>", methods=BOTH, defaults=FROM_CHECKOUT)
@bp.route("/account/addresses/<int:address_id>", methods=BOTH, defaults=FROM_ACCOUNT)
def edit_address(address_id: int, origin: str) -> Response | Page:
    """Edit an address."""
    entry = next((entry for entry in current_customer().addresses if entry.id == address_id), None)
    if entry is None:
        abort(404)
    return edit(entry, origin)


def edit(entry: Address | None, origin: str) -> Response | Page:
    """Show the address form, reject it with messages, or save it."""
    customer, errors = current_customer(), {}
    if request.method == "POST":
        others = [other.label for other in customer.addresses if other is not entry]
        try:
            saved = save_address(db(), customer, parse_address(request.form, others), entry)
            notices.record(saved=saved.id)
            return redirect(url_for(origin, saved=saved.id), 303)
        except FormError as refused:
            errors = refused.errors
    typed = request.form if errors else entry
    html = render_template(
        "shop/checkout/address_form.html", typed=typed, errors=errors, entry=entry, back=url_for(origin)
    )
    return html, 422 if errors else 200
