"""The pages of canned texts and signatures, which are alike."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from gristmill.apps.kit import notices
from gristmill.apps.kit.flask_app import world
from gristmill.apps.kit.forms import FormError
from gristmill.apps.mail.models import CannedText, Signature
from gristmill.apps.mail.services.mailbox import current_mailbox
from gristmill.apps.mail.services.texts import Named, delete_text, own_text, texts_of, write_text
from gristmill.apps.server.database import db

bp = Blueprint("texts", __name__, url_prefix="/settings")

Page = tuple[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A kind of texts: canned ones, or signatures."""

    path: str
    title: str
    one: str
    hint: str
    model: type[Named]


KINDS = {
    kind.path: kind
    for kind in (
        Kind(path="canned", title="Canned texts", one="canned text", model=CannedText,
             hint="Texts that you write often. In the compose form, choose one and press \"Insert\"."),
        Kind(path="signatures", title="Signatures", one="signature", model=Signature,
             hint="Texts below your mails. The settings say which one new mails and answers begin with."),
    )
}  # fmt: skip
DONE = {"saved": "The {} was saved.", "deleted": "The {} was deleted."}


@bp.get("/<any(canned,signatures):path>")
def index(path: str) -> str:
    """All texts of a kind."""
    kind = KINDS[path]
    happened = DONE.get(notices.happened("did") or "")
    return render_template(
        "mail/rules/texts.html", kind=kind, texts=texts_of(db(), kind.model, current_mailbox().id),
        notice=happened.format(kind.one) if happened else None,
    )  # fmt: skip


@bp.get("/<any(canned,signatures):path>/new")
def new(path: str) -> Page:
    """The form for a new text."""
    return form_page(KINDS[path], None, {}, 200)


@bp.get("/<any(canned,signatures):path>/<int:text_id>")
def edit(path: str, text_id: int) -> Page:
    """The form of a text."""
    text = found(path, text_id)
    body = text.text if isinstance(text, Signature) else text.body
    return form_page(KINDS[path], text, {"name": text.name, "body": body, "subject": subject_of(text)}, 200)


@bp.post("/<any(canned,signatures):path>/new")
def create(path: str) -> Response | Page:
    """Create a text."""
    return write(KINDS[path], None)


@bp.post("/<any(canned,signatures):path>/<int:text_id>")
def change(path: str, text_id: int) -> Response | Page:
    """Change a text."""
    return write(KINDS[path], found(path, text_id))


@bp.post("/<any(canned,signatures):path>/<int:text_id>/delete")
def remove(path: str, text_id: int) -> Response:
    """Delete a text."""
    delete_text(db(), found(path, text_id))
    notices.record(did="deleted")
    return redirect(f"/settings/{path}?did=deleted", 303)


def write(kind: Kind, text: Named | None) -> Response | Page:
    """Store what the form says."""
    try:
        write_text(world(), kind.model, current_mailbox().id, text, request.form)
    except FormError as error:
        return form_page(kind, text, request.form, 422, error.errors)
    notices.record(did="saved")
    return redirect(f"/settings/{kind.path}?did=saved", 303)


def found(path: str, text_id: int) -> Named:
    """The current user's text with this id; 404 if there is none."""
    text = own_text(db(), KINDS[path].model, current_mailbox().id, text_id)
    if text is None:
        abort(404)
    return text


def subject_of(text: Named) -> str:
    """The subject of a canned text."""
    return text.subject if isinstance(text, CannedText) else ""


def form_page(
    kind: Kind, text: Named | None, values: Mapping[str, str], status: int,
    errors: Mapping[str, str] | None = None,
) -> Page:  # fmt: skip
    """The form of a text."""
    html = render_template("mail/rules/text.html", kind=kind, text=text, values=values, errors=errors or {})
    return html, status
