"""Checks of style sheets: only CSS that the engine `dom` knows, only fonts that the app clone ships."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import tinycss2

from gristmill.apps.kit import flask_app
from gristmill.envs.engines.dom.css.selectors import compile_selector, split
from gristmill.envs.engines.dom.css.simple_selectors import UnsupportedSelectorError
from gristmill.envs.engines.dom.css.stylesheet import WIDTH
from gristmill.testing.conformance import app_check
from gristmill.testing.subject import Subject

APPLIED = frozenset({"media", "supports", "layer"})
HARMLESS = frozenset({"font-face", "keyframes", "-webkit-keyframes", "charset", "page", "property"})
MEDIA = frozenset({
    "and", "only", "all", "screen", "print", "prefers-reduced-motion", "reduce", "no-preference",
    "prefers-color-scheme", "light", "dark",
})  # fmt: skip
KEYWORDS = frozenset({"inherit", "initial", "unset", "revert"})
FONT = re.compile(r"(?:^|[;{\s])(font-family|font|--font[\w-]*)\s*:\s*([^;}]+)", re.IGNORECASE)
FACE = re.compile(r"@font-face\s*{[^}]*?font-family\s*:\s*([^;}]+)", re.IGNORECASE)
VISUAL = re.compile(r"::(?!before|after)[a-z-]+$")  # pseudo-elements that no engine reads
BLOCK = re.compile(r"<style\b[^>]*>(.*?)</style>", re.IGNORECASE | re.DOTALL)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def style_sheets(subject: Subject) -> Iterator[tuple[Path, str, int]]:
    """File, style sheet, and the number of lines above it: of CSS files and templates of the app clone."""
    for path in subject.files(".css"):
        yield path, path.read_text(encoding="utf-8"), 0
    for path in subject.files(".html", ".py"):
        text = path.read_text(encoding="utf-8", errors="replace")
        for found in BLOCK.finditer(text):
            yield path, found[1], text.count("\n", 0, found.start(1))


@app_check
def only_css_that_dom_knows(subject: Subject) -> Iterator[str]:
    """Style sheets use no selectors, queries or rules that the engine `dom` ignores."""
    for path, css, above in style_sheets(subject):
        for line, problem in unknown(
            tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
        ):
            yield f"{path}:{line + above} {problem}: the two engines would show different pages"


def unknown(nodes: Iterable[Any]) -> Iterator[tuple[int, str]]:
    """Lines, and what is unknown there."""
    for node in nodes:
        if node.type == "at-rule":
            yield from unknown_at_rule(node)
        elif node.type == "qualified-rule":
            yield from ((node.source_line, text) for text in unknown_selectors(node.prelude))
            for inner in tinycss2.parse_blocks_contents(node.content):
                if inner.type in {"qualified-rule", "at-rule"}:
                    yield inner.source_line, "nests a rule within a rule"


def unknown_at_rule(node: Any) -> Iterator[tuple[int, str]]:
    """What is unknown about an at-rule, or within it."""
    name = node.lower_at_keyword
    if name in HARMLESS:
        return
    if name not in APPLIED:
        yield node.source_line, f"uses @{name}"
    if name == "media":
        query = tinycss2.serialize(node.prelude).lower()
        if left := set(re.findall(r"[a-z-]+", WIDTH.sub("", query))) - MEDIA:
            yield node.source_line, f"asks @media for {', '.join(sorted(left))}"
    if name in APPLIED and node.content is not None:
        inner = tinycss2.parse_rule_list(node.content, skip_comments=True, skip_whitespace=True)
        yield from unknown(inner)


def unknown_selectors(prelude: list[Any]) -> Iterator[str]:
    """The selectors of a list that cannot be compiled."""
    for part in split(prelude):
        try:
            compile_selector(part)
        except UnsupportedSelectorError:
            selector = tinycss2.serialize(part).strip()
            if not VISUAL.search(selector):
                yield f"uses the selector {selector!r}"


@app_check
def only_fonts_that_are_shipped(subject: Subject) -> Iterator[str]:
    """Text is set in fonts that the app clone or the kit ships, as machines differ in theirs."""
    sheets = [(path, without_comments(css), above) for path, css, above in style_sheets(subject)]
    base = Path(flask_app.__file__).parent / "templates" / "kit" / "base.html"
    texts = [*(css for _, css, _ in sheets), base.read_text(encoding="utf-8")]
    shipped = {first_family(face[1]) for css in texts for face in FACE.finditer(css)}
    for path, css, above in sheets:
        outside = re.sub(r"@font-face\s*{[^}]*}", lambda face: "\n" * face[0].count("\n"), css)
        for found in FONT.finditer(outside):
            family = first_family(found[2])
            if family and family not in shipped:
                line = above + 1 + outside.count("\n", 0, found.start(1))
                yield (
                    f"{path}:{line} asks for the font {family!r}, which is not shipped: add the file and "
                    f"an @font-face, or use one of {', '.join(sorted(shipped))}"
                )


def without_comments(css: str) -> str:
    """A style sheet with its comments blanked, on the same lines."""
    return COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), css)


def first_family(value: str) -> str:
    """The first font that a value asks for; empty if it names none, or a variable."""
    first = value.split(",")[0].replace("!important", "").strip()
    if "var(" in first:
        return ""
    quoted = re.search(r"[\"']([^\"']+)[\"']", first)
    name = quoted[1] if quoted else re.sub(r"^.*\d[\w%.]*(\s*/\s*[\w%.]+)?\s+", "", first)
    return "" if name.lower() in KEYWORDS else name
