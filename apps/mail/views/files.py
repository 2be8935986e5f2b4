"""Attachments: a preview of text, tables and pictures, and the file itself."""

import unicodedata

from flask import Blueprint, Response, abort, render_template, request

from gristmill.apps.mail.models import Entry, MailFile
from gristmill.apps.mail.services.mailbox import current_mailbox
from gristmill.apps.mail.services.previews import preview_of
from gristmill.apps.mail.services.reading import own_file
from gristmill.apps.mail.services.scopes import parse_address
from gristmill.apps.server.database import db

bp = Blueprint("files", __name__)


@bp.get("/files/<int:file_id>")
def show(file_id: int) -> str:
    """The preview of an attachment."""
    attachment, entry = found(file_id)
    return render_template(
        "mail/files/show.html", attachment=attachment, entry=entry, preview=preview_of(attachment.file),
        lists=parse_address(request.args.get("at", "")),
    )  # fmt: skip


@bp.get("/files/<int:file_id>/content")
def content(file_id: int) -> Response:
    """The file itself."""
    attachment, _ = found(file_id)
    response = Response(attachment.file.content, mimetype=attachment.media_type)
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    response.headers["Content-Disposition"] = f'inline; filename="{plain(attachment.name)}"'
    return response


def found(file_id: int) -> tuple[MailFile, Entry]:
    """An attachment of one of the current user's mails; 404 for others, as if it did not exist."""
    file = own_file(db(), current_mailbox().id, file_id)
    if file is None:
        abort(404)
    return file


def plain(name: str) -> str:
    """A file's name in ASCII, for a header."""
    text = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "".join(char for char in text if char.isalnum() or char in "._- ")
