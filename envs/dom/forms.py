"""Forms: what keeps one from being sent, what it sends, and where to."""

import re
from collections.abc import Iterator
from urllib.parse import quote_plus, urlsplit, urlunsplit

from gristmill.envs.dom.client import FORM_TYPE, Request, resolve
from gristmill.envs.dom.state import CHOICES, State, is_list, option_value
from gristmill.envs.dom.tree import Element, is_boosted

SUBMITTERS = frozenset({"submit", "image"})
BUTTONS = frozenset({"button", "image", "reset", "submit"})
SINGLE_LINE = frozenset(
    {"text", "search", "tel", "url", "email", "password", "date", "month", "week", "time", "datetime-local"}
    | {"number"}
)
WRITTEN = frozenset({"text", "search", "tel", "url", "email", "password", "textarea"})
EMAIL = re.compile(r"[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
                   r"(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*")  # fmt: skip
URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:\S+")
BOUNDARY = "----GristmillFormBoundary"
Entry = tuple[str, str, bool]  # name, value, whether it is a file


def default_button(state: State, form: Element) -> Element | None:
    """The button that Enter presses."""
    return next((e for e in state.document.controls.get(form, []) if is_submitter(e)), None)


def is_submitter(element: Element) -> bool:
    """Whether an element is a button that sends its form."""
    return element.tag in {"button", "input"} and element.type in SUBMITTERS


def skips_validation(form: Element, submitter: Element | None) -> bool:
    """Whether the form is sent however it is filled in."""
    return "novalidate" in form.attributes or (
        submitter is not None and "formnovalidate" in submitter.attributes
    )


def first_invalid(state: State, form: Element) -> Element | None:
    """The first control whose value breaks a rule of its own."""
    return next(
        (e for e in state.document.controls.get(form, []) if is_checked(state, e) and not is_valid(state, e)),
        None,
    )


def is_checked(state: State, element: Element) -> bool:
    """Whether a control's value is subject to rules at all."""
    if state.is_disabled(element) or element.closest("datalist") is not None:
        return False
    if element.tag == "button" or element.type in BUTTONS | {"hidden"}:
        return False
    return "readonly" not in element.attributes or element.tag == "select"


def is_valid(state: State, element: Element) -> bool:
    """Whether a control's value keeps the rules of its attributes."""
    if "required" in element.attributes and is_missing(state, element):
        return False
    value = state.value(element)
    if element.tag == "select" or element.type in CHOICES or not value:
        return True
    if element.type in {"number", "range"}:
        return is_number_valid(element, value)
    if element.type in {"date", "month", "week", "time", "datetime-local"}:
        low, high = element.attributes.get("min", ""), element.attributes.get("max", "")
        return (not low or value >= low) and (not high or value <= high)
    return is_text_valid(state, element, value)


def is_missing(state: State, element: Element) -> bool:
    """Whether a required control is left empty."""
    if element.type == "checkbox":
        return not state.is_checked(element)
    if element.type == "radio":
        return not any(state.is_checked(radio) for radio in state.radio_group(element))
    if element.tag == "select":
        chosen = state.options(element)[0]
        if not chosen:
            return True
        first = state.options(element)[1][0]
        is_placeholder = not is_list(element) and first.parent is element and option_value(first) == ""
        return chosen == [first] and is_placeholder
    return not state.value(element)


def is_number_valid(element: Element, value: str) -> bool:
    """Whether a number is within its bounds and on a step."""
    number = float(value)
    low, high = as_number(element.attributes.get("min")), as_number(element.attributes.get("max"))
    if element.type == "range" or (low is not None and number < low) or (high is not None and number > high):
        return element.type == "range"
    said = element.attributes.get("step", "1")
    step = as_number(said)
    if said.lower() == "any":
        return True
    step = step if step is not None and step > 0 else 1.0
    base = low if low is not None else as_number(element.attributes.get("value")) or 0.0
    offset = (number - base) / step
    return abs(offset - round(offset)) < 1e-9


def as_number(text: str | None) -> float | None:
    """The number that an attribute holds, if it does."""
    try:
        return float(text) if text is not None else None
    except ValueError:
        return None


def is_text_valid(state: State, element: Element, value: str) -> bool:
    """Whether a text has the form and, if a person wrote it, the length that is asked for."""
    if element.type in WRITTEN and element in state.dirty:
        shortest, longest = length(element, "minlength"), length(element, "maxlength")
        size = len(value.encode("utf-16-le")) // 2
        if (shortest is not None and size < shortest) or (longest is not None and size > longest):
            return False
    if element.tag == "textarea":
        return True
    if element.type == "email":
        values = value.split(",") if "multiple" in element.attributes else [value]
        if not all(EMAIL.fullmatch(each.strip()) for each in values):
            return False
    if element.type == "url" and not URL.fullmatch(value):
        return False
    pattern = element.attributes.get("pattern")
    return not pattern or matches_pattern(pattern, value)


def matches_pattern(pattern: str, value: str) -> bool:
    """Whether a value matches; a pattern that is none asks nothing, as in browsers."""
    try:
        return re.fullmatch(pattern, value) is not None
    except re.error:
        return True


def length(element: Element, name: str) -> int | None:
    """The length that an attribute asks for."""
    said = element.attributes.get(name, "")
    return int(said) if said.isdecimal() else None


def entries(state: State, form: Element, submitter: Element | None) -> Iterator[Entry]:
    """The names and values that a form sends."""
    for control in state.document.controls.get(form, []):
        name = control.attributes.get("name", "")
        if state.is_disabled(control) or control.closest("datalist") is not None:
            continue
        if control.type == "image" and control is submitter:
            prefix = f"{name}." if name else ""
            yield from ((f"{prefix}x", "0", False), (f"{prefix}y", "0", False))
        elif name and not (is_button(control) and control is not submitter):
            yield from ((name, value, control.type == "file") for value in sent_values(state, control))


def is_button(control: Element) -> bool:
    """Whether it sends something only if it was pressed."""
    return control.tag == "button" or (control.tag == "input" and control.type in BUTTONS)


def sent_values(state: State, control: Element) -> list[str]:
    """What a control sends: nothing, one value, or one for each chosen option."""
    if control.tag == "select":
        return [option_value(o) for o in state.options(control)[0] if not state.is_disabled(o)]
    if control.type in CHOICES:
        return [state.value(control)] if state.is_checked(control) else []
    if control.tag == "button":
        return [control.attributes.get("value", "")]
    return [state.value(control).replace("\n", "\r\n") if control.tag == "textarea" else state.value(control)]


def submission(state: State, form: Element, submitter: Element | None, url: str) -> Request | None:
    """The request that sends a form; None if it only closes a dialog."""

    def setting(name: str) -> str:
        own = submitter.attributes.get(f"form{name}") if submitter is not None else None
        return own if own is not None else form.attributes.get(name, "")

    method = setting("method").lower()
    if method == "dialog":
        return None
    target = resolve(setting("action") or url, url).partition("#")[0]
    sent = list(entries(state, form, submitter))
    if method != "post":
        return Request(url=with_query(target, encoded(sent)), referrer=url, is_boosted=is_boosted(form))
    if setting("enctype").lower() == "multipart/form-data":
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        return Request(url=target, method="POST", body=multipart(sent), content_type=kind, referrer=url)
    return Request(
        url=target,
        method="POST",
        body=encoded(sent).encode(),
        content_type=FORM_TYPE,
        referrer=url,
        is_boosted=is_boosted(form),
    )


def with_query(url: str, query: str) -> str:
    """An address with this query in place of its own; browsers keep the `?` of an empty one."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", "")) + f"?{query}"


def encoded(sent: list[Entry]) -> str:
    """Entries as a query."""
    pairs = ((form_quoted(name), form_quoted(value)) for name, value, _ in sent)
    return "&".join(f"{name}={value}" for name, value in pairs)


def form_quoted(text: str) -> str:
    """A text as forms encode it."""
    return quote_plus(text, safe="*").replace("~", "%7E")


def multipart(sent: list[Entry]) -> bytes:
    """Entries as the body of a multipart request."""
    lines: list[str] = []
    for name, value, is_file in sent:
        quoted = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        about = f'Content-Disposition: form-data; name="{quoted}"'
        if is_file:
            about += '; filename=""\r\nContent-Type: application/octet-stream'
        lines += [f"--{BOUNDARY}", about, "", value]
    return "\r\n".join([*lines, f"--{BOUNDARY}--", ""]).encode()
