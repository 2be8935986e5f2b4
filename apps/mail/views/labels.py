"""The pages that manage labels: the list, the form, merging and deleting."""

from collections.abc import Mapping

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from gristmill.apps.kit import notices
from gristmill.apps.kit.flask_app import world
from gristmill.apps.kit.forms import FormError
from gristmill.apps.kit.jinja_filters import plural
from gristmill.apps.mail.models import Label
from gristmill.apps.mail.services.labels import (
    COLOURS,
    LabelEntry,
    change_label,
    create_label,
    delete_label,
    family,
    mail_counts,
    merge_labels,
)
from gristmill.apps.mail.services.mailbox import current_labels, current_mailbox
from gristmill.apps.server.database import db

bp = Blueprint("labels", __name__, url_prefix="/labels")

Page = tuple[str, int]
NOTICES = {
    "created": "The label was created.",
    "changed": "The label was changed.",
    "merged": "The labels were merged.",
}


@bp.get("")
def index() -> Page:
    """All labels, and the form for a new one."""
    return index_page(200)


@bp.post("")
def create() -> Response | Page:
    """Create a label."""
    try:
        create_label(world(), current_mailbox().id, current_labels(), typed_entry())
    except FormError as error:
        return index_page(422, errors=error.errors)
    return back(label="created")


@bp.get("/<int:label_id>/edit")
def edit(label_id: int) -> Page:
    """The form of a label."""
    return edit_page(own_label(label_id), 200)


@bp.post("/<int:label_id>/edit")
def change(label_id: int) -> Response | Page:
    """Rename, move or recolour a label."""
    label = own_label(label_id)
    try:
        change_label(db(), current_labels(), label, typed_entry())
    except FormError as error:
        return edit_page(label, 422, errors=error.errors)
    return back(label="changed")


@bp.post("/<int:label_id>/merge")
def merge(label_id: int) -> Response | Page:
    """Merge a label into another one."""
    label, into = own_label(label_id), request.form.get("into", "")
    try:
        merge_labels(db(), current_labels(), label, row_id(into) or 0)
    except FormError as error:
        return edit_page(label, 422, errors=error.errors)
    return back(label="merged")


@bp.get("/<int:label_id>/delete")
def ask(label_id: int) -> str:
    """Ask whether a label is to be deleted."""
    label, labels = own_label(label_id), current_labels()
    counts = mail_counts(db(), current_mailbox().id)
    return render_template(
        "mail/labels/delete.html", label=label, below=len(family(labels, label.id)) - 1,
        mails=counts.get(label.id, 0),
    )  # fmt: skip


@bp.post("/<int:label_id>/delete")
def remove(label_id: int) -> Response | Page:
    """Delete a label and those below it."""
    label = own_label(label_id)
    try:
        gone = delete_label(db(), current_labels(), label)
    except FormError as error:
        return edit_page(label, 422, errors=error.errors)
    return back(deleted=gone)


def own_label(label_id: int) -> Label:
    """The current user's label with this id; 404 if there is none."""
    label = db().get(Label, label_id)
    if label is None or label.account_id != current_mailbox().id:
        abort(404)
    return label


def typed_entry() -> LabelEntry:
    """What the form says."""
    form = request.form
    return LabelEntry(
        name=form.get("name", ""), parent_id=row_id(form.get("parent", "")), colour=form.get("colour", "")
    )


def row_id(text: str) -> int | None:
    """A row's id in a field: None if it is empty, 0, which no row has, if it is malformed."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 12 else 0


def back(**notice: object) -> Response:
    """Return to the list of labels with a notice."""
    query = "&".join(f"{key}={value}" for key, value in notices.record(**notice).items())
    return redirect(f"/labels?{query}", 303)


def index_page(status: int, errors: Mapping[str, str] | None = None) -> Page:
    """The list of labels."""
    gone = notices.happened_to("deleted")
    deleted = f"{plural(gone, 'label')} deleted." if gone else None
    notice = NOTICES.get(notices.happened("label") or "", deleted)
    html = render_template(
        "mail/labels/index.html", notice=notice, errors=errors or {}, typed=request.form, colours=COLOURS,
        mails=mail_counts(db(), current_mailbox().id),
    )  # fmt: skip
    return html, status


def edit_page(label: Label, status: int, errors: Mapping[str, str] | None = None) -> Page:
    """The form of a label."""
    html = render_template(
        "mail/labels/edit.html", label=label, errors=errors or {}, typed=request.form, colours=COLOURS,
        family=family(current_labels(), label.id),
    )  # fmt: skip
    return html, status
