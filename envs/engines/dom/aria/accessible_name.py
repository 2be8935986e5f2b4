"""Accessible name computation, with the elements that each name was read from."""

from dataclasses import replace

from gristmill.envs.engines.dom.aria.node import (
    JS_SPACES,
    NO_TEXT,
    TARGET,
    WITHIN,
    NameSource,
    Text,
    first_text_from,
    flat,
    joined,
    text_from,
)
from gristmill.envs.engines.dom.aria.roles import NO_ROLE, Roles
from gristmill.envs.engines.dom.css.boxes import Layout
from gristmill.envs.engines.dom.html.document import Element, words
from gristmill.envs.engines.dom.html.form_state import FormState

NEVER_NAMED = words(
    "caption code definition deletion emphasis generic insertion mark paragraph presentation strong "
    "subscript suggestion superscript term time"
)
NAMED_BY_CONTENT = words(
    "button cell checkbox columnheader gridcell heading link menuitem menuitemcheckbox menuitemradio option "
    "radio row rowheader switch tab tooltip treeitem"
)
READ_AS_CONTENT = words(
    "caption code contentinfo definition deletion emphasis insertion list listitem mark none paragraph "
    "presentation region row rowgroup section strong subscript superscript table term time"
) | {""}
RANGES = frozenset({"meter", "progressbar", "scrollbar", "slider", "spinbutton"})
CAPTIONED = {"fieldset": "legend", "figure": "figcaption", "table": "caption"}
WITH_PLACEHOLDER = frozenset({"text", "password", "number", "search", "tel", "email", "url", "textarea"})
NAMED_BY_LABEL = frozenset({"textarea", "select", "input", "meter", "progress"})
NAMED_BY_TAG = NAMED_BY_LABEL | {"summary", "svg"}
SIMPLY_NAMED = frozenset({"a", "h1", "h2", "h3", "h4", "h5", "h6", "option", "td", "th"})
NAMING = frozenset({"aria-label", "aria-labelledby", "aria-owns", "title"})
LABELLED = NAMED_BY_LABEL | {"button", "output"}


class Names:
    """Accessible names of a document in one form state.

    `is_live` tells whether the name read last depends on form state.
    """

    def __init__(self, layout: Layout, roles: Roles, state: FormState) -> None:
        self._layout, self._roles, self._state = layout, roles, state
        self._document = layout.document
        self.is_live = False
        self._visited: set[Element] = set()

    def name(self, element: Element, role: str) -> Text:
        """The name of an element and the elements it was read from."""
        self.is_live = False
        if not self.may_have(element, role):
            return NO_TEXT
        if element.tag in SIMPLY_NAMED and self._is_simple(element):
            return self._of_text(element)
        self._visited = set()
        text, sources = self._read(element, TARGET)
        return flat(text), sources

    def _is_simple(self, element: Element) -> bool:
        """Whether only an element's own text can name it."""
        return (
            element.attributes.keys().isdisjoint(NAMING)
            and all(isinstance(child, str) for child in element.children)
            and self._roles[element] in NAMED_BY_CONTENT
            and not self._layout.is_hidden(element)
        )

    def _of_text(self, element: Element) -> Text:
        """The name of an element that is named by its own text."""
        style = self._layout.styles[element.index]
        before, after = style.before, style.after
        text = "".join(element.children)  # type: ignore[arg-type]
        if before or after:
            text = f"{before.text(element) if before else ''}{text}{after.text(element) if after else ''}"
        return (flat(text), (element,)) if text.strip(JS_SPACES) else NO_TEXT

    @staticmethod
    def may_have(element: Element, role: str) -> bool:
        """Whether a role allows a name at all."""
        if role:
            return role not in NEVER_NAMED
        attributes = element.attributes
        return element.tag in NAMED_BY_TAG or (
            "aria-label" in attributes or "title" in attributes or "aria-labelledby" in attributes
        )

    def _read(self, element: Element, source: NameSource) -> Text:
        if element in self._visited:
            return NO_TEXT
        if element.tag in {"noscript", "script", "style", "template"} or (
            not source.includes_hidden and self._layout.is_hidden(element)
        ):
            self._visited.add(element)
            return NO_TEXT
        named_by = self._document.named(element, "aria-labelledby")
        if named_by and not source.by_reference:
            found = joined(self._read(other, self._referring(other)) for other in named_by)
            if found[0]:
                return found
        role = self._roles[element]
        if (source.by_label or source.by_reference or source.is_within) and element not in named_by:
            held = self._embedded_value(element, role, source)
            if held is not None:
                self._visited.add(element)
                return held
        label = element.attributes.get("aria-label", "")
        if label.strip(JS_SPACES):
            self._visited.add(element)
            return label, (element,)
        return self._by_markup(element, role, source, is_referring=bool(named_by))

    def _by_markup(self, element: Element, role: str, source: NameSource, *, is_referring: bool) -> Text:
        """Name from markup (labels, `alt` and the like), then from content, then from `title`."""
        if role not in NO_ROLE:
            native = self._native(element, source, is_referring=is_referring)
            if native is not None:
                self._visited.add(element)
                return native
        self._visited.add(element)
        is_summary = element.tag == "summary" and role not in NO_ROLE
        by_content = role in NAMED_BY_CONTENT or (source.is_within and role in READ_AS_CONTENT)
        if by_content or is_summary or source.leads_to_text:
            text, sources = self._content(element, WITHIN if source.is_target else source)
            if (text.strip(JS_SPACES) if source.is_target else text) != "":
                return text, ((*sources, element) if text.strip(JS_SPACES) else sources)
        title = "" if role in NO_ROLE else element.attributes.get("title", "")
        return (title, (element,)) if title.strip(JS_SPACES) else NO_TEXT

    def _embedded_value(self, element: Element, role: str, source: NameSource) -> Text | None:
        """The value of a control embedded in a label or name."""
        if role in {"textbox", "searchbox"}:
            is_control = element.tag in {"input", "textarea"}
            self.is_live = True
            return text_from(self._state.value(element) if is_control else element.text(), element)
        if role in {"combobox", "listbox"}:
            self._visited.add(element)
            return self._chosen(element, source)
        if role in RANGES:
            attributes = element.attributes
            names = ("aria-valuetext", "aria-valuenow", "value")
            return text_from(next((attributes[name] for name in names if name in attributes), ""), element)
        return NO_TEXT if role == "menu" else None

    def _chosen(self, element: Element, source: NameSource) -> Text:
        below = WITHIN if source.is_target else source
        self.is_live = True
        if element.tag == "select":
            chosen, options = self._state.options(element)
            return joined(self._read(option, below) for option in chosen or options[:1])
        if element.tag == "input":
            return text_from(self._state.value(element), element)
        chosen = [e for e in element.walk() if e.attributes.get("aria-selected", "").lower() == "true"]
        return joined(self._read(option, below) for option in chosen if self._roles[option] == "option")

    def _native(self, element: Element, source: NameSource, *, is_referring: bool) -> Text | None:
        """Name by HTML's native means; None if the tag has none, so that content may be tried."""
        tag, attributes = element.tag, element.attributes
        if tag == "input" and element.type in {"button", "submit", "reset", "file", "image"}:
            return self._of_button(element, source)
        if tag in CAPTIONED and not (is_referring and tag != "table"):
            return self._of_captioned(element, source)
        if tag in {"img", "area"}:
            return first_text_from(element, "alt", "title") or NO_TEXT
        if tag == "svg" or element.is_in_svg:
            title = next((child for child in element.elements() if child.tag == "title"), None)
            return (
                self._read(title, replace(source, by_reference=True, includes_hidden=True)) if title else None
            )
        if is_referring or tag not in LABELLED:
            return None
        self._visited.add(element)
        labels = self._document.labels.get(element, [])
        if labels:
            return self._of_labels(labels)
        if tag == "button":
            return None
        use_placeholder = tag != "output" and element.type in WITH_PLACEHOLDER and not attributes.get("title")
        return text_from(attributes.get("placeholder" if use_placeholder else "title", ""), element)

    def _of_button(self, element: Element, source: NameSource) -> Text:
        kind = element.type
        self._visited.add(element)
        labels = self._document.labels.get(element, [])
        if kind in {"file", "image"} and labels and not source.by_reference:
            return self._of_labels(labels)
        if kind == "image":
            return first_text_from(element, "alt", "title") or text_from("Submit", element)
        own = first_text_from(element, "value") if kind != "file" else None
        default = {"submit": "Submit", "reset": "Reset", "file": "Choose File"}.get(kind)
        return own or text_from(default or element.attributes.get("title", ""), element)

    def _of_labels(self, labels: list[Element]) -> Text:
        return joined(
            self._read(label, NameSource(by_label=True, includes_hidden=self._layout.is_hidden(label)))
            for label in labels
        )

    def _of_captioned(self, element: Element, source: NameSource) -> Text | None:
        caption = next((child for child in element.elements() if child.tag == CAPTIONED[element.tag]), None)
        self._visited.add(element)
        if caption is not None:
            below = replace(
                source, is_target=False, is_within=source.is_target or source.is_within, by_caption=True
            )
            hidden = source.includes_hidden or self._layout.is_hidden(caption)
            return self._read(caption, replace(below, includes_hidden=hidden))
        if element.tag == "table":
            return first_text_from(element, "summary")
        return text_from(element.attributes.get("title", ""), element)

    def _referring(self, element: Element) -> NameSource:
        return NameSource(by_reference=True, includes_hidden=self._layout.is_hidden(element))

    def _content(self, element: Element, source: NameSource) -> Text:
        """Name from content."""
        style = self._layout.styles[element.index]
        texts = [style.before.text(element)] if style.before else []
        sources: list[Element] = []
        is_collapsed = element.tag == "details" and not self._state.is_open(element)
        for child in element.children:
            if isinstance(child, str):
                if not is_collapsed or source.includes_hidden:
                    texts.append(child)
                continue
            text, contributed = self._read(child, source)
            sources += contributed
            is_inline = self._layout.styles[child.index].display == "inline" and child.tag != "br"
            texts.append(text if is_inline else f" {text} ")
        for owned in self._document.named(element, "aria-owns"):
            text, contributed = self._read(owned, source)
            sources += contributed
            texts.append(text)
        if style.after:
            texts.append(style.after.text(element))
        return "".join(texts), tuple(sources)
