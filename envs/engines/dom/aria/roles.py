"""Accessible roles from tags and attributes (HTML-AAM, as implemented by Playwright)."""

from gristmill.envs.engines.dom.html.document import Document, Element, words
from gristmill.envs.engines.dom.html.form_state import is_list

ROLES = words(
    "alert alertdialog application article banner blockquote button caption cell checkbox code "
    "columnheader combobox complementary contentinfo definition deletion dialog directory document "
    "emphasis feed figure form generic grid gridcell group heading img insertion link list listbox "
    "listitem log main mark marquee math meter menu menubar menuitem menuitemcheckbox menuitemradio "
    "navigation none note option paragraph presentation progressbar radio radiogroup region row "
    "rowgroup rowheader scrollbar search searchbox separator slider spinbutton status strong subscript "
    "superscript switch tab table tablist tabpanel term textbox time timer toolbar tooltip tree treegrid "
    "treeitem"
)
NO_ROLE = frozenset({"none", "presentation"})
BY_TAG = {
    "article": "article",
    "aside": "complementary",
    "blockquote": "blockquote",
    "button": "button",
    "caption": "caption",
    "code": "code",
    "datalist": "listbox",
    "dd": "definition",
    "del": "deletion",
    "details": "group",
    "dfn": "term",
    "dialog": "dialog",
    "dt": "term",
    "em": "emphasis",
    "fieldset": "group",
    "figure": "figure",
    "h1": "heading",
    "h2": "heading",
    "h3": "heading",
    "h4": "heading",
    "h5": "heading",
    "h6": "heading",
    "hr": "separator",
    "html": "document",
    "ins": "insertion",
    "li": "listitem",
    "main": "main",
    "mark": "mark",
    "math": "math",
    "menu": "list",
    "meter": "meter",
    "nav": "navigation",
    "ol": "list",
    "optgroup": "group",
    "option": "option",
    "output": "status",
    "p": "paragraph",
    "progress": "progressbar",
    "search": "search",
    "strong": "strong",
    "sub": "subscript",
    "sup": "superscript",
    "svg": "img",
    "table": "table",
    "tbody": "rowgroup",
    "textarea": "textbox",
    "tfoot": "rowgroup",
    "thead": "rowgroup",
    "time": "time",
    "tr": "row",
    "ul": "list",
}
BY_INPUT_TYPE = {
    "button": "button",
    "checkbox": "checkbox",
    "file": "button",
    "hidden": "",
    "image": "button",
    "number": "spinbutton",
    "radio": "radio",
    "range": "slider",
    "reset": "button",
    "submit": "button",
}
TEXT_TYPES = frozenset({"email", "search", "tel", "text", "url"})
SECTIONING = frozenset({"article", "aside", "main", "nav", "section"})
SECTION_ROLES = frozenset({"article", "complementary", "main", "navigation", "region"})
PASSES_ON_NO_ROLE = {
    "dd": {"dl", "div"},
    "div": {"dl"},
    "dt": {"dl", "div"},
    "li": {"ol", "ul"},
    "tbody": {"table"},
    "td": {"tr"},
    "tfoot": {"table"},
    "th": {"tr"},
    "thead": {"table"},
    "tr": {"thead", "tbody", "tfoot", "table"},
}
GLOBAL_ATTRIBUTES = words(
    "aria-atomic aria-busy aria-controls aria-current aria-describedby aria-details aria-dropeffect "
    "aria-flowto aria-grabbed aria-hidden aria-keyshortcuts aria-live aria-owns aria-relevant"
)
UNNAMED = words(
    "caption code deletion emphasis generic insertion paragraph presentation strong subscript superscript"
)


PLAIN = words("b body br circle g head i label legend link meta path rect script small span style title u")
BY_TAG_ALONE = dict.fromkeys(PLAIN, "") | {
    tag: role for tag, role in BY_TAG.items() if tag not in PASSES_ON_NO_ROLE
}


class Roles:
    """Roles of a document's elements; independent of form state."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._known: list[str | None] = [None] * len(document.elements)

    def __getitem__(self, element: Element) -> str:
        """The role of an element, "" if it has none."""
        role = self._known[element.index]
        if role is None:
            role = self._known[element.index] = self._role(element)
        return role

    def _role(self, element: Element) -> str:
        if "role" not in element.attributes:
            role = BY_TAG_ALONE.get(element.tag)
            return self._implicit(element) if role is None else role
        explicit = explicit_role(element)
        if not explicit:
            return self._implicit(element)
        if explicit in NO_ROLE:
            implicit = self._implicit(element)
            if keeps_its_role(element, implicit):
                return implicit
        return explicit

    def _implicit(self, element: Element) -> str:
        """The tag's implicit role, unless the surrounding list or table gave up its own."""
        implicit = self._native(element)
        child, parent = element, element.parent
        while implicit and parent is not None and parent.tag in PASSES_ON_NO_ROLE.get(child.tag, ()):
            given = explicit_role(parent)
            if given in NO_ROLE and not keeps_its_role(parent, given):
                return given
            child, parent = parent, parent.parent
        return implicit

    def _native(self, element: Element) -> str:
        tag, attributes = element.tag, element.attributes
        if tag in BY_TAG:
            return BY_TAG[tag]
        if tag in {"a", "area"}:
            return "link" if "href" in attributes else ""
        if tag in {"form", "section"}:
            is_named = "aria-label" in attributes or "aria-labelledby" in attributes
            return {"form": "form", "section": "region"}[tag] if is_named else ""
        if tag in {"header", "footer"}:
            return "" if is_in_section(element) else {"header": "banner", "footer": "contentinfo"}[tag]
        if tag == "input":
            return self._of_input(element)
        if tag == "select":
            return "listbox" if is_list(element) else "combobox"
        if tag == "img":
            is_silent = attributes.get("alt") == "" and not attributes.get("title")
            return "presentation" if is_silent and not is_marked(element, "") else "img"
        return self._of_cell(element) if tag in {"td", "th"} else ""

    def _of_input(self, element: Element) -> str:
        kind = element.type
        if kind not in TEXT_TYPES:
            return BY_INPUT_TYPE.get(kind, "textbox")
        listed = self._document.named(element, "list")
        if listed and listed[0].tag == "datalist":
            return "combobox"
        return "searchbox" if kind == "search" else "textbox"

    def _of_cell(self, cell: Element) -> str:
        table = cell.closest("table")
        if cell.tag == "td":
            is_grid = table is not None and explicit_role(table) in {"grid", "treegrid"}
            return "gridcell" if is_grid else "cell"
        scope = cell.attributes.get("scope")
        if scope in {"col", "colgroup", "row", "rowgroup"}:
            return "columnheader" if scope.startswith("col") else "rowheader"
        row = cell.parent
        cells = list(row.elements()) if row is not None else [cell]
        place = next(i for i, other in enumerate(cells) if other is cell)
        before, after = (
            cells[place - 1] if place else None,
            cells[place + 1] if place + 1 < len(cells) else None,
        )
        if before is None and after is None:
            rows = [e for e in table.walk() if e.tag == "tr"] if table is not None else []
            return "" if row is not None and row.tag == "tr" and len(rows) == 1 else "columnheader"
        if before is not None and after is not None and before.tag == after.tag == "th":
            return "columnheader"
        return "rowheader" if holds_data(before) or holds_data(after) else "columnheader"


def explicit_role(element: Element) -> str:
    """The first valid role of the `role` attribute."""
    value = element.attributes.get("role")
    if not value:
        return ""
    return next((role for role in value.lower().split() if role in ROLES), "")


def is_in_section(element: Element) -> bool:
    """Whether a header or footer belongs to a section rather than to the page."""
    return any(
        ("role" not in e.attributes and e.tag in SECTIONING) or e.attributes.get("role") in SECTION_ROLES
        for e in element.up()
    )


def holds_data(cell: Element | None) -> bool:
    """Whether it is a data cell that is not empty."""
    if cell is None or cell.tag != "td":
        return False
    return bool(cell.text().strip()) or any(True for _ in cell.elements())


def keeps_its_role(element: Element, role: str) -> bool:
    """Whether an element cannot lose its role, because it is focusable or has global ARIA attributes."""
    if is_marked(element, role):
        return True
    tag, attributes = element.tag, element.attributes
    if tag in {"button", "input", "select", "textarea"} and "disabled" in attributes:
        return False
    return tag in {"button", "details", "select", "textarea"} or (
        "href" in attributes if tag in {"a", "area"} else tag == "input" and "hidden" not in attributes
    )


def is_marked(element: Element, role: str) -> bool:
    """Whether a global ARIA attribute or a tab index makes an element significant."""
    attributes = element.attributes
    if attributes.keys() & GLOBAL_ATTRIBUTES or has_tab_index(element):
        return True
    if role != "generic" and "aria-roledescription" in attributes:
        return True
    return role not in UNNAMED and ("aria-label" in attributes or "aria-labelledby" in attributes)


def has_tab_index(element: Element) -> bool:
    """Whether it has a numeric tab index."""
    text = element.attributes.get("tabindex")
    return text is not None and (text.strip() == "" or text.strip().lstrip("+-").isdecimal())
