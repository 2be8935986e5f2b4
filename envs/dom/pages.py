"""Parsed pages and style sheets, shared by all tabs of a process: what came before is not read again."""

import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import cached_property
from hashlib import blake2b
from html import escape

from gristmill.envs.dom.cascade import Cascade
from gristmill.envs.dom.client import Answer, resolve
from gristmill.envs.dom.layout import Layout
from gristmill.envs.dom.outline import Node, Outliner
from gristmill.envs.dom.rendering import render
from gristmill.envs.dom.roles import Roles
from gristmill.envs.dom.sheets import Rule, holds_media, parse_sheet
from gristmill.envs.dom.state import State
from gristmill.envs.dom.tree import Document, parse_html
from gristmill.envs.limits import CUT, bounded
from gristmill.errors import ActionError

MAX_KEPT_BYTES = 2_000_000  # of pages as sent; parsed they take about thirty times as much
MAX_KEPT_SHEETS = 64
FRESH = re.compile(r"max-age=[1-9]|immutable")
Fetch = Callable[[str], Answer]


class Reading:
    """The outline of a page in one state of it."""

    def __init__(self, layout: Layout, roles: Roles) -> None:
        self.layout = layout
        lines, self.targets, rows = render(Outliner(layout, roles).build())
        self.aria = bounded("\n".join(lines))
        if self.aria.endswith(CUT):
            shown = self.aria.count("\n")
            self.targets = dict(t for t, row in zip(self.targets.items(), rows, strict=True) if row < shown)

    def target(self, ref: str) -> Node | None:
        """The node of a ref."""
        return self.targets.get(ref)


class Page:
    """A parsed page with its style sheets. It is never changed, so tabs and threads may share it."""

    def __init__(self, document: Document, cascade: Cascade) -> None:
        self.document, self.cascade, self.roles = document, cascade, Roles(document)

    @cached_property
    def first_reading(self) -> Reading:
        """What the page shows before anything is done to it."""
        return self.read(State(self.document))

    def read(self, state: State) -> Reading:
        """What the page shows in a state."""
        return Reading(Layout(self.document, state, self.cascade), self.roles)


class Library:
    """The pages and style sheets that were read lately. Threads may share it."""

    def __init__(self) -> None:
        self._pages: OrderedDict[bytes, tuple[Page, int]] = OrderedDict()
        self._sheets: OrderedDict[tuple[str, int], list[Rule]] = OrderedDict()
        self._cascades: OrderedDict[tuple[tuple[str, int], ...], Cascade] = OrderedDict()
        self._by_url: dict[str, str] = {}
        self._size = 0
        self._lock = threading.Lock()

    def page(self, answer: Answer, width: int, fetch: Fetch) -> Page:
        """The page of an answer, for a window of this width; `fetch` gets its style sheets."""
        key = blake2b(f"{answer.url}\n{answer.content_type}\n{width}\n".encode(), digest_size=16)
        key.update(answer.body)
        with self._lock:
            known = self._pages.get(key.digest())
            if known is not None:
                self._pages.move_to_end(key.digest())
                return known[0]
        document = parse_html(as_html(answer))
        sheets, are_lasting = self._sheets_of(document, answer.url, width, fetch)
        page = Page(document, self._cascade(sheets, width))
        if are_lasting:
            self._keep(key.digest(), page, len(answer.body))
        return page

    def _keep(self, key: bytes, page: Page, size: int) -> None:
        with self._lock:
            if key not in self._pages:
                self._pages[key] = page, size
                self._size += size
            while self._size > MAX_KEPT_BYTES and self._pages:
                self._size -= self._pages.popitem(last=False)[1][1]

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
        key = tuple((sheet, width) for sheet in sheets)
        with self._lock:
            if key not in self._cascades:
                rules = [rule for sheet in sheets for rule in self._rules(sheet, width)]
                self._cascades[key] = Cascade(rules)
                if len(self._cascades) > MAX_KEPT_SHEETS:
                    self._cascades.popitem(last=False)
            return self._cascades[key]

    def _rules(self, sheet: str, width: int) -> list[Rule]:
        if (sheet, width) not in self._sheets:
            self._sheets[sheet, width] = parse_sheet(sheet, width)
            if len(self._sheets) > MAX_KEPT_SHEETS:
                self._sheets.popitem(last=False)
        return self._sheets[sheet, width]


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
    raise ActionError(f"That is a file of type {kind}, not a page; stayed on this one.")
