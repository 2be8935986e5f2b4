"""What of a file can be shown on a page: text, tables, pictures."""

import csv
import io
from dataclasses import dataclass

from gristmill.apps.world.models import WorldFile

MAX_CHARACTERS, MAX_ROWS, MAX_COLUMNS = 30_000, 300, 30
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/svg+xml"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """A file as a page shows it: `kind` is text, table, picture or none."""

    kind: str
    text: str = ""
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    is_cut: bool = False


def preview_of(file: WorldFile) -> Preview:
    """The preview of a file by its media type."""
    if file.media_type in PICTURES:
        return Preview(kind="picture")
    if not file.media_type.startswith("text/"):
        return Preview(kind="none")
    text = file.content.decode("utf-8", errors="replace")
    is_cut, text = len(text) > MAX_CHARACTERS, text[:MAX_CHARACTERS]
    if file.media_type == "text/csv":
        return table_of(text, is_cut=is_cut)
    return Preview(kind="text", text=text, is_cut=is_cut)


def table_of(text: str, *, is_cut: bool) -> Preview:
    """A table with comma-separated values; its first row is the head."""
    rows = [tuple(row[:MAX_COLUMNS]) for row in csv.reader(io.StringIO(text.replace("\0", ""))) if row]
    if not rows:
        return Preview(kind="text", text=text)
    width = max(map(len, rows))
    padded = tuple(row + ("",) * (width - len(row)) for row in rows)
    return Preview(
        kind="table", head=padded[0], rows=padded[1 : MAX_ROWS + 1], is_cut=is_cut or len(rows) > MAX_ROWS + 1
    )
