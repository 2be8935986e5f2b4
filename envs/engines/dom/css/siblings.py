"""Positions of elements among their siblings."""

from gristmill.envs.engines.dom.html.document import Element


def preceding(element: Element) -> list[Element]:
    """The siblings before an element."""
    return siblings(element)[: place_among(element)]


def following(element: Element) -> list[Element]:
    """The siblings after an element."""
    return siblings(element)[place_among(element) + 1 :]


def place_among(element: Element) -> int:
    """Index among its siblings, from 0."""
    return next(i for i, other in enumerate(siblings(element)) if other is element)


def siblings(element: Element) -> list[Element]:
    """The element children of its parent, itself included."""
    parent, host = element.tree_parent, element.host
    if parent is not None:
        return [child for child in parent.tree_children if not isinstance(child, str)]
    return list(host.elements()) if host is not None else [element]


def position(element: Element, *, of_type: bool, from_end: bool) -> int:
    """Position among its siblings (of the same tag), from 1."""
    same = [e for e in siblings(element) if not of_type or e.tag == element.tag]
    place = next(i for i, other in enumerate(same) if other is element)
    return len(same) - place if from_end else place + 1
