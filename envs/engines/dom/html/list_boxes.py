"""Keys in a `<select>` that is rendered as a list box."""

from gristmill.envs.engines.dom.html.document import Element
from gristmill.envs.engines.dom.html.form_state import FormState, ListRange

FORWARDS = frozenset({"ArrowDown", "PageDown", "Home"})
KEYS = frozenset({"ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"})
DEFAULT_SIZE = 4


def move(state: FormState, select: Element, key: str, held: set[str]) -> None:
    """Move to another option with a key of `KEYS`, and select it, or with Shift all options up to it.

    With Control nothing is selected in a list of multiple choice, until `toggle`.
    """
    span = range_of(state, select)
    end = target(state, select, span.end, key)
    if end is None:
        return
    is_multiple = "multiple" in select.attributes
    extends, only_moves = is_multiple and "Shift" in held, is_multiple and "Control" in held
    if only_moves and not extends:
        state.ranges[select] = ListRange(end, end, tuple(state.options(select)[0]), is_loose=True)
    elif extends and span.anchor is not None:
        extend(state, select, ListRange(span.anchor, end, span.base))
    else:
        state.choose_only(select, end)


def extend(state: FormState, select: Element, span: ListRange) -> None:
    """Select the options of a range, and of the others those that were selected when it began."""
    every = state.options(select)[1]
    assert span.anchor is not None
    assert span.end is not None
    first, last = sorted((every.index(span.anchor), every.index(span.end)))
    inside = [option for option in every[first : last + 1] if not state.is_disabled(option)]
    outside = [option for option in span.base if option not in every[first : last + 1]]
    state.choose(select, inside + outside, span)


def toggle(state: FormState, select: Element) -> None:
    """Space: select or unselect the option that Control and an arrow led to."""
    span = range_of(state, select)
    if not span.is_loose or span.end is None:
        return
    chosen = state.options(select)[0]
    others = [option for option in chosen if option is not span.end]
    after = others if span.end in chosen else [*chosen, span.end]
    state.choose(select, after, ListRange(span.end, span.end, tuple(after), is_loose=True))


def jump(state: FormState, select: Element, option: Element) -> None:
    """Type-ahead: select an option and no other."""
    is_loose = range_of(state, select).is_loose
    state.choose(select, [option], ListRange(option, option, (option,), is_loose=is_loose))


def select_all(state: FormState, select: Element) -> None:
    """Control+a in a list of multiple choice."""
    every = state.options(select)[1]
    usable = [option for option in every if not state.is_disabled(option)]
    if "multiple" in select.attributes and usable:
        state.choose(select, usable, ListRange(usable[0], usable[-1], tuple(usable)))


def range_of(state: FormState, select: Element) -> ListRange:
    """The options between which a list's selection extends; at first its first selected option."""
    known = state.ranges.get(select)
    if known is not None:
        return known
    chosen = state.options(select)[0]
    first = chosen[0] if chosen else None
    return ListRange(first, first, tuple(chosen[:1]))


def target(state: FormState, select: Element, start: Element | None, key: str) -> Element | None:
    """The option that a key leads to from another one; None if there is none."""
    items = [element for element in select.walk() if element.tag in {"option", "optgroup"}]
    at = items.index(start) if start is not None else -1 if key in FORWARDS else len(items)
    size = select.attributes.get("size", "")
    page = int(size) if size.isdecimal() and int(size) > 0 else DEFAULT_SIZE
    distance = page - 1 if key.startswith("Page") else 1  # one option stays in view
    if key == "PageUp" and start is None:
        distance = len(items)
    if key in {"Home", "End"}:
        at, distance = (-1, 1) if key == "Home" else (len(items), 1)
    found = None
    beyond = items[at + 1 :] if key in FORWARDS else items[:at][::-1]
    for steps, item in enumerate(beyond, 1):
        if item.tag == "option" and not state.is_disabled(item):
            found = item
            if steps >= distance:
                break
    return found
