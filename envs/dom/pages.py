"""Parsed pages and style sheets, shared by all tabs of a process: what came before is not read again."""

import re
from collections.abc import Callable
from html import escape

from gristmill.apps.gate import not_a_page
from gristmill.envs.dom.cascade import Cascade
from gristmill.envs.dom.client import Answer, resolve
from gristmill.envs.dom.describing import Describer
from gristmill.envs.dom.layout import Layout
from gristmill.envs.dom.nodes import Target
from gristmill.envs.dom.outline import Outliner
from gristmill.envs.dom.rendering import render
from gristmill.envs.dom.roles import Roles
from gristmill.envs.dom.sheets import Rule, holds_media, parse_sheet
from gristmill.envs.dom.state import State
from gristmill.envs.dom.tree import Document, Element, parse_html
from gristmill.envs.limits import CUT, bounded
from gristmill.errors import ActionError
from gristmill.lately import Lately

MAX_KEPT_BYTES = 250_000_000
ELEMENT_BYTES = 550  # measured, sources included; an element of a layout and one of a reading besides
LAYOUT_BYTES = 330
READING_BYTES = 250
MAX_KEPT_SHEETS = 64
MAX_LAYOUTS = 4  # of one page
MAX_READINGS = 16
FRESH = re.compile(r"max-age=[1-9]|immutable")
Fetch = Callable[[str], Answer]


class Reading:
    """The outline of a page in one state of it."""

    def __init__(self, outliner: Outliner, state: State) -> None:
        lines, self.targets = render(outliner.build(state))
        self.aria = bounded("\n".join(lines))
        if self.aria.endswith(CUT):
            self.targets.cut(self.aria.count("\n"))

    def target(self, ref: str) -> Target | None:
        """What a ref stands for."""
        return self.targets.get(ref)


class Page:
    """A parsed page with its style sheets, and how it looked lately. Tabs and threads may share it."""

    def __init__(self, document: Document, cascade: Cascade) -> None:
        self.document, self.cascade, self._roles = document, cascade, Roles(document)
        self._outliners, self._readings = Lately[Outliner](MAX_LAYOUTS), Lately[Reading](MAX_READINGS)

    @property
    def size_bytes(self) -> int:
        """About how much memory it takes, with all that was remembered of it so far."""
        layouts, readings = LAYOUT_BYTES * len(self._outliners), READING_BYTES * len(self._readings)
        return len(self.document.elements) * (ELEMENT_BYTES + layouts + readings)

    def read(self, state: State) -> Reading:
        """What the page shows in a state."""
        return self._readings.find(state.content(), lambda: Reading(self._outliner(state), state))

    def name(self, element: Element, state: State) -> str:
        """The accessible name of an element in a state."""
        return Describer(self.layout(state), self._roles, state).name(element)[0]

    def layout(self, state: State) -> Layout:
        """What is rendered of the page in a state."""
        return self._outliner(state).layout

    def _outliner(self, state: State) -> Outliner:
        parts = state.parts(with_choices=self.cascade.sees_choices)
        return self._outliners.find(parts, lambda: self._lay_out(state))

    def _lay_out(self, state: State) -> Outliner:
        return Outliner(Layout(self.document, state.copy(), self.cascade), self._roles)


class Library:
    """The pages and style sheets that were read lately. Threads may share it."""

    def __init__(self) -> None:
        self._pages = Lately[Page](MAX_KEPT_BYTES, lambda page: page.size_bytes)
        self._sheets, self._cascades = Lately[list[Rule]](MAX_KEPT_SHEETS), Lately[Cascade](MAX_KEPT_SHEETS)
        self._by_url: dict[str, str] = {}

    def page(self, answer: Answer, width: int, fetch: Fetch) -> Page:
        """The page of an answer, for a window of this width; `fetch` gets its style sheets."""
        key = answer.url, answer.content_type, width, answer.body
        page = self._pages.get(key)
        if page is None:
            page, is_lasting = self._read(answer, width, fetch)
            if not is_lasting:
                return page
        return self._pages.keep(key, page)  # one that is known may have grown

    def _read(self, answer: Answer, width: int, fetch: Fetch) -> tuple[Page, bool]:
        """A page made from its source, and whether the same source will make the same page."""
        source = as_html(answer)
        document = parse_html(source)
        sheets, are_lasting = self._sheets_of(document, resolve(document.base_href, answer.url), width, fetch)
        cascade = self._cascade(sheets, width)
        if any(cascade.may_display(element) for element in document.all("datalist")):
            document = parse_html(source, with_suggestions=True)
        return Page(document, cascade), are_lasting

    def _sheets_of(self, document: Document, url: str, width: int, fetch: Fetch) -> tuple[list[str], bool]:
        """The texts of a page's style sheets in order, and whether they will be the same next time."""
        texts, are_lasting = [], True
        for element in document.all("style", "link"):
            if not holds_media(element.attributes.get("media", ""), width):
                continue
            if element.tag == "style":
                texts.append(element.text())
            elif "stylesheet" in element.attributes.get("rel", "").lower().split():
                address = resolve(element.attributes.get("href", ""), url)
                text = self._by_url.get(address)
                if text is None:
                    text, is_lasting = self._fetched(address, fetch)
                    are_lasting = are_lasting and is_lasting
                texts.append(text)
        return texts, are_lasting

    def _fetched(self, address: str, fetch: Fetch) -> tuple[str, bool]:
        """The text of a style sheet, and whether the server says that it stays as it is."""
        try:
            answer = fetch(address)
        except ActionError:  # outside the apps, where browsers get nothing either
            return "", False
        if answer.status != 200 or "css" not in answer.content_type:
            return "", False
        text = answer.body.decode(errors="replace")
        is_lasting = FRESH.search(answer.cache_control) is not None
        if is_lasting and len(self._by_url) < MAX_KEPT_SHEETS:
            self._by_url[address] = text
        return text, is_lasting

    def _cascade(self, sheets: list[str], width: int) -> Cascade:
        return self._cascades.find(
            (width, *sheets),
            lambda: Cascade([rule for sheet in sheets for rule in self._rules(sheet, width)]),
        )

    def _rules(self, sheet: str, width: int) -> list[Rule]:
        return self._sheets.find((sheet, width), lambda: parse_sheet(sheet, width))


def as_html(answer: Answer) -> bytes:
    """The page that a browser shows for an answer.

    Raises:
        ActionError: it is a file that a page cannot be made of.
    """
    kind = answer.content_type.partition(";")[0].strip().lower()
    if kind in {"text/html", "application/xhtml+xml", ""}:
        return answer.body
    if kind.startswith("text/") or kind.endswith("json"):
        return f"<pre>{escape(answer.body.decode(errors='replace'))}</pre>".encode()
    raise not_a_page(kind)
