"""The page of the settings."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from gristmill.apps.kit import notices
from gristmill.apps.kit.forms import FormError
from gristmill.apps.mail.models import Signature
from gristmill.apps.mail.services.mailbox import current_mailbox
from gristmill.apps.mail.services.settings_form import SECTIONS, SIGNATURES, change_settings, values_of
from gristmill.apps.mail.services.texts import texts_of
from gristmill.apps.server.database import db

bp = Blueprint("settings", __name__)

Page = tuple[str, int]


@bp.get("/settings")
def show() -> Page:
    """The settings."""
    return page(values_of(current_mailbox()), 200)


@bp.post("/settings")
def change() -> Response | Page:
    """Store the settings."""
    account = current_mailbox()
    try:
        change_settings(db(), account, request.form)
    except FormError as error:
        return page(values_of(account) | request.form.to_dict(), 422, error.errors)
    notices.record(settings="saved")
    return redirect("/settings?settings=saved", 303)


def page(values: Mapping[str, str], status: int, errors: Mapping[str, str] | None = None) -> Page:
    """The form of the settings."""
    account = current_mailbox()
    signatures = [("", "None")] + [
        (str(each.id), each.name) for each in texts_of(db(), Signature, account.id)
    ]
    html = render_template(
        "mail/settings/show.html", values=values, errors=errors or {}, sections=SECTIONS, named=SIGNATURES,
        signatures=signatures, senders=[(each.email, each.email) for each in account.addresses],
        notice="The settings were saved." if notices.happened("settings") else None,
    )  # fmt: skip
    return html, status
