"""What is wrong with a page's source: addresses elsewhere, links to nowhere, controls without a role."""

import re
from collections.abc import Collection, Iterator
from urllib.parse import unquote, urljoin, urlsplit

from gristmill.envs.engines.dom.html.document import Document, Element
from gristmill.testing.crawl.states import Problem

ADDRESSES = ("href", "src", "action", "formaction", "poster", "data", "ping", "background", "xlink:href")
CSS_ADDRESS = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)")
CONTROLS = frozenset({"a", "area", "button", "input", "select", "textarea", "summary", "option", "label"})
REACTS = ("onclick", "onkeydown", "contenteditable", "hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete")
LOADED = frozenset({"img", "link", "script", "source", "iframe", "embed", "object"})


def source_problems(document: Document, url: str, origins: Collection[str]) -> Iterator[tuple[Problem, str]]:
    """What is wrong with the source of the page at `url`."""
    for address in addresses(document):
        found = urlsplit(urljoin(url, address))
        if found.scheme != "data" and f"{found.scheme}://{found.netloc}" not in origins:
            yield Problem.ORIGIN, f"the source refers to {address[:80]}, outside the apps"
    for element in document.elements:
        if not element.is_in_svg and is_control_without_role(element):
            yield Problem.NAME, f"an element reacts to the user but has no role: {element!r}"


def addresses(document: Document) -> Iterator[str]:
    """All addresses in attributes, sets of pictures, style attributes and style sheets of a page."""
    for element in document.elements:
        yield from (value for name in ADDRESSES if (value := element.attributes.get(name)))
        yield from (
            each.split()[0] for each in element.attributes.get("srcset", "").split(",") if each.strip()
        )
        yield from css_addresses(element.attributes.get("style", ""))
        if element.tag == "style":
            yield from css_addresses(element.text())


def css_addresses(css: str) -> Iterator[str]:
    """The addresses that a style sheet loads."""
    return (quoted or imported for quoted, imported in CSS_ADDRESS.findall(css))


def loaded(document: Document, url: str) -> Iterator[str]:
    """The files that a page loads by itself."""
    for element in document.elements:
        address = element.attributes.get("src") or element.attributes.get("href", "")
        if element.tag in LOADED and address and not address.startswith("data:"):
            yield urljoin(url, address)


def links(document: Document, url: str) -> Iterator[str]:
    """Where the links of a page lead."""
    for element in document.elements:
        if element.tag in {"a", "area"} and "href" in element.attributes:
            yield urljoin(url, element.attributes["href"])


def has_place(document: Document, fragment: str) -> bool:
    """Whether an address with this fragment leads to an element of the page."""
    return fragment in {"", "top"} or unquote(fragment) in document.ids


def is_control_without_role(element: Element) -> bool:
    """Whether an element takes clicks, keys or the focus, but is announced as nothing."""
    given = element.attributes
    if "role" in given or element.tag in CONTROLS:
        return element.tag == "a" and "href" not in given and "role" not in given
    can_focus = given.get("tabindex", "-1").lstrip("+").isdecimal()
    return can_focus or any(name in given for name in REACTS)
