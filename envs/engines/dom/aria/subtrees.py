"""Numbers for subtrees, so that pages can share what follows from one."""

from gristmill.envs.engines.dom.aria.roles import NO_ROLE
from gristmill.envs.engines.dom.css.boxes import Layout
from gristmill.envs.engines.dom.html.document import Document, words

NO_NUMBER = 0
# What these contribute depends on form state, on labels, or on elements around them.
OPEN_TAGS = words(
    "area audio datalist details dialog fieldset footer header iframe input meter optgroup option output "
    "progress select slot summary textarea th video"
)
OPEN_ATTRIBUTES = words("aria-labelledby aria-owns contenteditable popover")
ROLES_OF_OTHERS = NO_ROLE | {"grid", "treegrid"}  # which change the roles of elements below


def numbers(layout: Layout) -> list[int]:
    """By element, a number that is equal for subtrees of equal content whose styles follow from the root's.

    `NO_NUMBER` if anything but content, position and the style of the root decides what is rendered.
    """
    document, number = layout.document, layout.cascade.number
    found = [NO_NUMBER] * len(document.elements)
    if not may_share(document):
        return found
    labels, has_disabled_fieldset = document.labels, document.has_disabled_fieldset
    for element in reversed(document.elements):
        attributes = element.attributes
        if (
            element.tag in OPEN_TAGS
            or not (attributes.keys().isdisjoint(OPEN_ATTRIBUTES) and layout.is_decided(element))
            or (element.tag == "button" and (has_disabled_fieldset or element in labels))
        ):
            continue
        parts: list[object] = [element.tag, *attributes.items(), element.node_count]
        for child in element.children:
            if isinstance(child, str):
                parts.append(child)
            elif found[child.index] == NO_NUMBER:
                break
            else:
                parts.append(found[child.index])
        else:
            found[element.index] = number(tuple(parts))
    return found


def may_share(document: Document) -> bool:
    """Whether roles and states follow from what is at most one step above an element."""
    if not document.attribute_names.isdisjoint({"aria-disabled", "aria-owns"}):
        return False
    return "role" not in document.attribute_names or all(
        ROLES_OF_OTHERS.isdisjoint(element.attributes.get("role", "").lower().split())
        for element in document.elements
    )
