"""Parsed pages and style sheets, cached for all tabs of a runtime."""

import re
from collections.abc import Callable
from html import escape

from gristmill.apps.server.navigation_policy import not_a_page
from gristmill.caches import Cache, CacheMode, Caches
from gristmill.envs.engines.base import bounded
from gristmill.envs.engines.dom.aria.node import REF_MARK
from gristmill.envs.engines.dom.aria.node_traits import Describer
from gristmill.envs.engines.dom.aria.roles import Roles
from gristmill.envs.engines.dom.aria.tree_builder import AriaTreeBuilder
from gristmill.envs.engines.dom.aria.yaml import render
from gristmill.envs.engines.dom.css.boxes import Layout
from gristmill.envs.engines.dom.css.cascade import Cascade
from gristmill.envs.engines.dom.css.scoping import scoped
from gristmill.envs.engines.dom.css.stylesheet import Rule, holds_media, parse_sheet
from gristmill.envs.engines.dom.html.document import Document, Element
from gristmill.envs.engines.dom.html.form_state import FormState
from gristmill.envs.engines.dom.html.parser import parse_html
from gristmill.envs.engines.dom.http_client import HttpResponse, resolve
from gristmill.errors import ActionError

ELEMENT_BYTES = 550  # measured, including source, layout and reading
LAYOUT_BYTES = 330
READING_BYTES = 250
MAX_LAYOUTS = 4  # per page
MAX_READINGS = 16
FRESH = re.compile(r"max-age=[1-9]|immutable")
Fetch = Callable[[str], HttpResponse]
Sheet = tuple[int, str]  # the number of the shadow tree that holds it (0: the document), and its text


class AriaReading:
    """The aria text of a page in one state, without the numbers of its refs, which depend on the episode."""

    def __init__(self, builder: AriaTreeBuilder, state: FormState) -> None:
        lines, self.targets = render(builder.build(state))
        self._chunks = "\n".join(lines).split(REF_MARK)
        self._last: tuple[list[int], str] | None = None  # pages are often read again in equal episodes

    @property
    def aria(self) -> str:
        """The text of a page that is the first of its episode."""
        return self.numbered(list(range(1, len(self.targets) + 1)))

    def numbered(self, numbers: list[int]) -> str:
        """The text with these numbers in its refs, one for each of the targets."""
        last = self._last
        if last is not None and last[0] == numbers:
            return last[1]
        parts = [""] * (2 * len(numbers) + 1)
        parts[::2], parts[1::2] = self._chunks, map(str, numbers)
        text = bounded("".join(parts))
        self._last = numbers, text
        return text


class Page:
    """A parsed page with its style sheets and cached readings. Thread-safe."""

    def __init__(
        self,
        document: Document,
        cascade: Cascade,
        mode: CacheMode = CacheMode.ON,
        cascade_mode: CacheMode = CacheMode.ON,
    ) -> None:
        self.document, self.cascade, self._roles = document, cascade, Roles(document)
        self._mode, self._cascade_mode = mode, cascade_mode
        self._builders = Cache[AriaTreeBuilder]("readings", mode, MAX_LAYOUTS, same=equal_layouts)
        self._readings = Cache[AriaReading]("readings", mode, MAX_READINGS, same=equal_readings)

    @property
    def size_bytes(self) -> int:
        """Approximate memory in bytes, including cached readings."""
        layouts, readings = LAYOUT_BYTES * len(self._builders), READING_BYTES * len(self._readings)
        return len(self.document.elements) * (ELEMENT_BYTES + layouts + readings)

    def read(self, state: FormState) -> AriaReading:
        """The aria reading of a state."""
        return self._readings.get_or_compute(state.content(), lambda: self._read(state))

    def _read(self, state: FormState) -> AriaReading:
        is_reused = self._mode is CacheMode.ON
        return AriaReading(self._builder(state) if is_reused else self._lay_out(state), state)

    def name(self, element: Element, state: FormState) -> str:
        """The accessible name of an element in a state."""
        return Describer(self.layout(state), self._roles, state).name(element)[0]

    def layout(self, state: FormState) -> Layout:
        """Visibility and boxes in a state."""
        return self._builder(state).layout

    def _builder(self, state: FormState) -> AriaTreeBuilder:
        parts = state.parts(with_choices=self.cascade.depends_on_checked)
        return self._builders.get_or_compute(parts, lambda: self._lay_out(state))

    def _lay_out(self, state: FormState) -> AriaTreeBuilder:
        cascade = self.cascade if self._cascade_mode is CacheMode.ON else self.cascade.without_caches()
        return AriaTreeBuilder(Layout(self.document, state.copy(), cascade), self._roles)


class DocumentCache:
    """Thread-safe cache of parsed pages and style sheets."""

    def __init__(self, caches: Caches) -> None:
        sizes = caches.sizes
        self.readings_mode, self._sheets_mode = caches.mode_of("readings"), caches.mode_of("style_sheets")
        self._pages: Cache[Page] = caches.new(
            "documents", sizes.documents_bytes, lambda page: page.size_bytes, same=equal_pages
        )
        self._sheets: Cache[list[Rule]] = caches.new("style_sheets", sizes.style_sheets, same=equal_rules)
        self._cascades: Cache[Cascade] = caches.new("style_sheets", sizes.style_sheets, same=equal_cascades)
        self._by_url: Cache[str] = caches.new("style_sheets", sizes.style_sheets)

    def page(self, answer: HttpResponse, width: int, fetch: Fetch) -> Page:
        """The page of a response for a window of this width in CSS pixels; `fetch` loads its style sheets."""
        key = answer.url, answer.content_type, width, answer.body
        page = self._pages.reuse(key)
        if page is None:
            page, is_lasting = self._read(answer, width, fetch)
            if not is_lasting:
                return page
        return self._pages.put(key, page)  # a cached page may have grown

    def _read(self, answer: HttpResponse, width: int, fetch: Fetch) -> tuple[Page, bool]:
        """Parse a page; also returns whether the same source will always give the same page."""
        source = as_html(answer)
        document = parse_html(source)
        sheets, are_lasting = self._sheets_of(document, resolve(document.base_href, answer.url), width, fetch)
        cascade = self._cascade(sheets, width, has_shadows=document.has_shadows)
        if any(cascade.may_display(element) for element in document.all("datalist")):
            document = parse_html(source, with_suggestions=True)
        return Page(document, cascade, self.readings_mode, self._sheets_mode), are_lasting

    def _sheets_of(self, document: Document, url: str, width: int, fetch: Fetch) -> tuple[list[Sheet], bool]:
        """The style sheets of a page in order, and whether all of them are cacheable."""
        texts, are_lasting = list[Sheet](), True
        for element in document.all("style", "link"):
            if not holds_media(element.attributes.get("media", ""), width):
                continue
            if element.tag == "style":
                texts.append((element.scope, element.text()))
            elif "stylesheet" in element.attributes.get("rel", "").lower().split():
                address = resolve(element.attributes.get("href", ""), url)
                text = self._by_url.reuse(address)
                if text is None:
                    text, is_lasting = self._fetched(address, fetch)
                    are_lasting = are_lasting and is_lasting
                texts.append((element.scope, text))
        return texts, are_lasting

    def _fetched(self, address: str, fetch: Fetch) -> tuple[str, bool]:
        """The text of a style sheet, and whether the server declares it cacheable."""
        try:
            answer = fetch(address)
        except ActionError:  # outside the apps, where browsers get nothing either
            return "", False
        if answer.status != 200 or "css" not in answer.content_type:
            return "", False
        text = answer.body.decode(errors="replace")
        is_lasting = FRESH.search(answer.cache_control) is not None
        return self._by_url.put(address, text) if is_lasting and text else text, is_lasting

    def _cascade(self, sheets: list[Sheet], width: int, *, has_shadows: bool) -> Cascade:
        def combined() -> Cascade:
            rules = [(scope, self._rules(text, width)) for scope, text in sheets]
            if has_shadows:
                return Cascade([rule for scope, some in rules for rule in scoped(some, scope)])
            return Cascade([rule for _, some in rules for rule in some if not rule.selector.is_host])

        return self._cascades.get_or_compute((width, has_shadows, *sheets), combined)

    def _rules(self, sheet: str, width: int) -> list[Rule]:
        return self._sheets.get_or_compute((sheet, width), lambda: parse_sheet(sheet, width))


def equal_readings(one: AriaReading, other: AriaReading) -> bool:
    """Whether two readings have equal text and equal targets."""
    return one.aria == other.aria and dict(one.targets) == dict(other.targets)


def equal_layouts(one: AriaTreeBuilder, other: AriaTreeBuilder) -> bool:
    """Whether two layouts of a document render, hide and offer the same elements."""
    first, second = one.layout, other.layout
    return all(
        first.is_hidden(element) == second.is_hidden(element)
        and first.has_box(element) == second.has_box(element)
        and first.has_pointer_cursor(element) == second.has_pointer_cursor(element)
        for element in first.document.elements
    )


def equal_pages(one: Page, other: Page) -> bool:
    """Whether two pages have equal elements and equal rules."""
    return equal_elements(one.document.root, other.document.root) and equal_cascades(
        one.cascade, other.cascade
    )


def equal_elements(one: Element, other: Element) -> bool:
    """Whether two subtrees are equal."""
    if (one.tag, one.attributes, len(one.children)) != (other.tag, other.attributes, len(other.children)):
        return False
    pairs = zip(one.children, other.children, strict=True)
    return all(a == b if isinstance(a, str) or isinstance(b, str) else equal_elements(a, b) for a, b in pairs)


def equal_cascades(one: Cascade, other: Cascade) -> bool:
    """Whether two cascades were built from equal rules."""
    return equal_rules(one.rules, other.rules)


def equal_rules(some: list[Rule], others: list[Rule]) -> bool:
    """Whether two lists of rules have equal selectors and declarations."""
    return [rule_content(rule) for rule in some] == [rule_content(rule) for rule in others]


def rule_content(rule: Rule) -> object:
    """All of a rule but the compiled match function."""
    selector = rule.selector
    parts = selector.specificity, selector.pseudo, selector.key, selector.around, selector.is_path
    return parts, dict(rule.declarations)


def as_html(answer: HttpResponse) -> bytes:
    """The HTML that a browser would display for a response.

    Raises:
        ActionError: it is a file that cannot be displayed as a page.
    """
    kind = answer.content_type.partition(";")[0].strip().lower()
    if kind in {"text/html", "application/xhtml+xml", ""}:
        return answer.body
    if kind.startswith("text/") or kind.endswith("json"):
        return f"<pre>{escape(answer.body.decode(errors='replace'))}</pre>".encode()
    raise not_a_page(kind)
