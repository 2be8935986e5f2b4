"""Files: a page with a preview, and the file itself."""

import csv
import io

from flask import Blueprint, Response, abort, render_template

from gristmill.apps.chat.services import files
from gristmill.apps.chat.services.people import me
from gristmill.apps.server.database import db
from gristmill.apps.world.models import WorldFile

bp = Blueprint("files", __name__)

LONGEST_PREVIEW = 20_000
MOST_ROWS = 200


@bp.get("/files/<int:file_id>")
def show(file_id: int) -> str:
    """A file with a preview of texts, tables and pictures."""
    file = file_or_404(file_id)
    text = file.content[:LONGEST_PREVIEW].decode(errors="replace") if is_text(file) else None
    table = None
    if text is not None and file.media_type == "text/csv":
        table = [row for row in csv.reader(io.StringIO(text)) if row][:MOST_ROWS]
    return render_template("chat/channel/file.html", file=file, text=text, table=table)


@bp.get("/files/<int:file_id>/content")
def content(file_id: int) -> Response:
    """The file itself."""
    file = file_or_404(file_id)
    answer = Response(file.content, mimetype=file.media_type)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def file_or_404(file_id: int) -> WorldFile:
    """A file that the signed-in person may see."""
    return files.find_file(db(), me(), file_id) or abort(404)


def is_text(file: WorldFile) -> bool:
    """Whether a file can be shown as text."""
    return file.media_type.startswith("text/")
