"""The account: profile, address book, cards."""

from collections.abc import Sequence
from typing import TypeVar

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gristmill.apps.kit import notices
from gristmill.apps.kit.flask_app import world
from gristmill.apps.kit.forms import FormError
from gristmill.apps.server.database import db
from gristmill.apps.shop.models import Address, Card
from gristmill.apps.shop.services import checkout
from gristmill.apps.shop.services import profile as profiles
from gristmill.apps.shop.services.account import current_customer
from gristmill.apps.shop.services.forms import parse_card, parse_profile

bp = Blueprint("account", __name__)

Page = tuple[str, int]
Entry = TypeVar("Entry", Address, Card)

BOTH = ["GET", "POST"]


@bp.get("/account")
def overview() -> str:
    """Overview of profile, addresses and cards."""
    return render_template("shop/account/overview.html", today=world().now.date())


@bp.route("/account/profile", methods=BOTH)
def profile() -> Response | Page:
    """Change name and phone number."""
    person, errors = current_customer().person, {}
    if request.method == "POST":
        try:
            profiles.save_profile(db(), person, parse_profile(request.form))
            notices.record()
            return redirect(url_for("account.overview"), 303)
        except FormError as refused:
            errors = refused.errors
    typed = request.form if errors else person
    html = render_template("shop/account/profile.html", typed=typed, errors=errors)
    return html, 422 if errors else 200


@bp.get("/account/addresses")
def addresses() -> str:
    """The address book."""
    return render_template("shop/account/addresses.html", was_saved=notices.happened("saved"))


@bp.post("/account/addresses/<int:address_id>/default")
def prefer_address(address_id: int) -> Response:
    """Make an address the default at checkout."""
    entries = current_customer().addresses
    profiles.make_default(db(), entries, own(entries, address_id))
    notices.record()
    return redirect(url_for("account.addresses"), 303)


@bp.post("/account/addresses/<int:address_id>/delete")
def delete_address(address_id: int) -> Response:
    """Delete an address."""
    customer = current_customer()
    profiles.delete_address(db(), customer, own(customer.addresses, address_id))
    notices.record()
    return redirect(url_for("account.addresses"), 303)


@bp.get("/account/cards")
def cards() -> str:
    """The saved cards."""
    return render_template("shop/account/cards.html", today=world().now.date())


@bp.route("/account/cards/new", methods=BOTH)
def new_card() -> Response | Page:
    """Save a card."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            checkout.save_card(db(), current_customer(), parse_card(request.form, world().now.date()))
            notices.record()
            return redirect(url_for("account.cards"), 303)
        except FormError as refused:
            errors = refused.errors
    html = render_template("shop/account/card_form.html", typed=request.form, errors=errors)
    return html, 422 if errors else 200


@bp.post("/account/cards/<int:card_id>/default")
def prefer_card(card_id: int) -> Response:
    """Make a card the default at checkout; 404 for an expired one, which has no such button."""
    today, entries = world().now.date(), current_customer().cards
    card = own(entries, card_id)
    if card.is_expired(today):
        abort(404)
    profiles.make_default(db(), entries, card)
    notices.record()
    return redirect(url_for("account.cards"), 303)


@bp.post("/account/cards/<int:card_id>/delete")
def delete_card(card_id: int) -> Response:
    """Delete a card."""
    customer = current_customer()
    profiles.delete_card(db(), customer, own(customer.cards, card_id), world().now.date())
    notices.record()
    return redirect(url_for("account.cards"), 303)


def own(entries: Sequence[Entry], entry_id: int) -> Entry:
    """The shopper's own entry with this id; 404 for anybody else's."""
    return next((entry for entry in entries if entry.id == entry_id), None) or abort(404)
