"""Form submission: entry lists, encodings and requests."""

from collections.abc import Iterator
from urllib.parse import quote_plus

from gristmill.envs.engines.dom.html.document import Element, is_boosted
from gristmill.envs.engines.dom.html.form_state import CHOICES, FormState, option_value
from gristmill.envs.engines.dom.http_client import FORM_TYPE, HttpRequest, resolve

SUBMITTERS = frozenset({"submit", "image"})
BUTTONS = frozenset({"button", "image", "reset", "submit"})
# Boxes from which Enter sends a form. Dates and times are none in Chromium.
SINGLE_LINE = frozenset({"text", "search", "tel", "url", "email", "password", "number"})
BOUNDARY = "----GristmillFormBoundary"
Entry = tuple[str, str, bool]  # name, value, whether it is a file


def default_button(state: FormState, form: Element) -> Element | None:
    """The button that implicit submission (Enter) presses."""
    return next((e for e in state.document.controls.get(form, []) if is_submitter(e)), None)


def is_submitter(element: Element) -> bool:
    """Whether an element is a submit button."""
    return element.tag in {"button", "input"} and element.type in SUBMITTERS


def entries(state: FormState, form: Element, submitter: Element | None) -> Iterator[Entry]:
    """The entry list of a form."""
    for control in state.document.controls.get(form, []):
        name = control.attributes.get("name", "")
        if state.is_disabled(control) or control in state.document.suggested:
            continue
        if control.type == "image" and control is submitter:
            prefix = f"{name}." if name else ""
            yield from ((f"{prefix}x", "0", False), (f"{prefix}y", "0", False))
        elif name and not (is_button(control) and control is not submitter):
            yield from ((name, value, control.type == "file") for value in sent_values(state, control))


def entries_in_htmx_order(state: FormState, form: Element, submitter: Element | None) -> list[Entry]:
    """The entry list in htmx's order: the submitter comes last."""
    sent = list(entries(state, form, None))
    name = submitter.attributes.get("name", "") if submitter is not None else ""
    if submitter is not None and name:
        sent.append((name, submitter.attributes.get("value", ""), False))
    return sent


def is_button(control: Element) -> bool:
    """Whether it contributes an entry only as the submitter."""
    return control.tag == "button" or (control.tag == "input" and control.type in BUTTONS)


def sent_values(state: FormState, control: Element) -> list[str]:
    """The values a control contributes: none, one, or one per selected option."""
    if control.tag == "select":
        return [option_value(o) for o in state.options(control)[0] if not state.is_disabled(o)]
    if control.type in CHOICES:
        return [state.value(control)] if state.is_checked(control) else []
    if control.tag == "button":
        return [control.attributes.get("value", "")]
    return [state.value(control).replace("\n", "\r\n") if control.tag == "textarea" else state.value(control)]


def setting(form: Element, submitter: Element | None, name: str) -> str:
    """A submission attribute: the submitter's `form...` attribute, else the form's."""
    own = submitter.attributes.get(f"form{name}") if submitter is not None else None
    return own if own is not None else form.attributes.get(name, "")


def submission(
    state: FormState, form: Element, submitter: Element | None, url: str, base: str
) -> HttpRequest | None:
    """The request that submits a form of the page at `url`; None if it only closes a dialog."""
    method = setting(form, submitter, "method").lower()
    if method == "dialog":
        return None
    action = setting(form, submitter, "action")
    target, hash_sign, fragment = (resolve(action, base) if action else url).partition("#")
    boosted = is_boosted(form)
    sent = entries_in_htmx_order(state, form, submitter) if boosted else [*entries(state, form, submitter)]
    if method != "post":
        at = hash_sign + fragment if action or not boosted else ""
        return HttpRequest(url=with_query(target, encoded(sent)) + at, referrer=url, is_boosted=boosted)
    if setting(form, submitter, "enctype").lower() == "multipart/form-data":
        kind = f"multipart/form-data; boundary={BOUNDARY}"
        return HttpRequest(url=target, method="POST", body=multipart(sent), content_type=kind, referrer=url)
    return HttpRequest(
        url=target,
        method="POST",
        body=encoded(sent).encode(),
        content_type=FORM_TYPE,
        referrer=url,
        is_boosted=boosted,
    )


def with_query(url: str, query: str) -> str:
    """Replace a URL's query; like browsers, keeps the `?` of an empty one."""
    return f"{url.partition('?')[0]}?{query}"


def encoded(sent: list[Entry]) -> str:
    """Entries as `application/x-www-form-urlencoded`."""
    pairs = ((form_quoted(name), form_quoted(value)) for name, value, _ in sent)
    return "&".join(f"{name}={value}" for name, value in pairs)


def form_quoted(text: str) -> str:
    """A text as forms percent-encode it."""
    return text if text.isascii() and text.isalnum() else quote_plus(text, safe="*").replace("~", "%7E")


def multipart(sent: list[Entry]) -> bytes:
    """Entries as `multipart/form-data`."""
    lines: list[str] = []
    for name, value, is_file in sent:
        quoted = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        disposition = f'Content-Disposition: form-data; name="{quoted}"'
        if is_file:
            disposition += '; filename=""\r\nContent-Type: application/octet-stream'
        lines += [f"--{BOUNDARY}", disposition, "", value]
    return "\r\n".join([*lines, f"--{BOUNDARY}--", ""]).encode()
