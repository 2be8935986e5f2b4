"""What the project ships of others is named, unchanged and licensed."""

import hashlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ASSETS = ROOT / "apps" / "kit" / "static"
BINARY = {".woff", ".woff2", ".ttf", ".otf", ".png", ".jpg", ".jpeg", ".webp", ".gif", ".ico", ".pt"}
ROW = re.compile(r"^\| `(?P<path>[^`]+)` \| (?P<cells>.+) \|$", re.MULTILINE)


def rows() -> dict[str, list[str]]:
    """The file of each table row in THIRD_PARTY.md and its other cells."""
    text = (ROOT / "THIRD_PARTY.md").read_text()
    return {row["path"]: [cell.strip() for cell in row["cells"].split(" | ")] for row in ROW.finditer(text)}


def needs_entry(path: Path) -> bool:
    """Whether a file is not our own text: anything binary or minified."""
    return path.suffix in BINARY or path.name.endswith(".min.js")


def test_every_font_script_and_picture_has_an_entry() -> None:
    shipped = {path.relative_to(ROOT).as_posix() for path in (ROOT / "apps").rglob("*") if needs_entry(path)}
    assert shipped - rows().keys() == set()


@pytest.mark.parametrize("path", rows())
def test_an_entry_names_origin_and_licence_of_an_unchanged_file(path: str) -> None:
    _name, _version, licence, licence_text, origin, sha256 = rows()[path]
    assert hashlib.sha256((ROOT / path).read_bytes()).hexdigest() == sha256.strip("`")
    assert licence in {"0BSD", "OFL-1.1", "MIT", "Apache-2.0", "ISC", "BSD-3-Clause"}
    assert (ROOT / licence_text.strip("`")).stat().st_size > 0
    assert origin.startswith("https://")


def test_every_licence_text_belongs_to_an_entry() -> None:
    texts = {path.relative_to(ROOT).as_posix() for path in (ASSETS / "licenses").iterdir()}
    assert texts == {cells[3].strip("`") for cells in rows().values()}
