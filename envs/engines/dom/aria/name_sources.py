"""Texts with their source elements, and how the name computation reached an element."""

from collections.abc import Iterable
from dataclasses import dataclass

from gristmill.envs.engines.dom.aria.text import JS_SPACES
from gristmill.envs.engines.dom.html.document import Element

Sources = tuple[Element, ...]
Text = tuple[str, Sources]
NO_TEXT: Text = ("", ())


@dataclass(frozen=True, slots=True)
class NameSource:
    """How the name computation reached an element.

    Attributes:
        is_target: it is the element being named.
        is_within: it is a descendant of that element.
        by_reference: reached through `aria-labelledby`.
        by_label: reached through a label.
        by_caption: reached through a legend or caption.
        includes_hidden: the referring element is hidden itself, so hidden text counts.
    """

    is_target: bool = False
    is_within: bool = False
    by_reference: bool = False
    by_label: bool = False
    by_caption: bool = False
    includes_hidden: bool = False

    @property
    def leads_to_text(self) -> bool:
        """Whether content counts for any role."""
        return self.by_reference or self.by_label or self.by_caption


TARGET = NameSource(is_target=True)
WITHIN = NameSource(is_within=True)


def text_from(text: str, element: Element) -> Text:
    """A text from an element's own attributes."""
    return (text, (element,)) if text else NO_TEXT


def first_text_from(element: Element, *names: str) -> Text | None:
    """The first of these attributes that is not blank."""
    found = next(
        (element.attributes[n] for n in names if element.attributes.get(n, "").strip(JS_SPACES)), None
    )
    return None if found is None else (found, (element,))


def joined(texts: Iterable[Text]) -> Text:
    """Texts joined by spaces, with all their source elements."""
    found = list(texts)
    return " ".join(text for text, _ in found), tuple(source for _, sources in found for source in sources)
