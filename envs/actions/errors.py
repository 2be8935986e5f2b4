"""Errors for actions that cannot be performed; all engines use the same texts."""

import re

from gristmill.errors import ActionError

NUMBER = re.compile(r"-?\d*\.?\d+(?:[eE][+-]?\d+)?|")
PICKED_TYPES = frozenset({"date", "time", "datetime-local", "month", "week", "color", "range"})
UNTYPED_TYPES = frozenset({"checkbox", "radio", "button", "submit", "reset", "image", "file", "hidden"})


def no_element(ref: str) -> ActionError:
    """No observation of this episode had such a ref."""
    return ActionError(f"There is no element {ref} on this page.")


def stale(ref: str) -> ActionError:
    """An earlier observation had this ref, but its element is gone."""
    return ActionError(f"{ref} is stale: its element is no longer on the page. Use the refs shown now.")


def refused(ref: str, reason: str) -> ActionError:
    """The element cannot be used; `reason` completes the sentence "<ref> ..."."""
    return ActionError(f"{ref} {reason}.")


def takes_no_text(ref: str, role: str) -> ActionError:
    """The element is not an editable text box."""
    return ActionError(f"{ref} is a {role}, which takes no text.")


def takes_a_number(ref: str, text: str) -> ActionError:
    """A number box was given something else."""
    return ActionError(f"{ref} takes a number, not {text!r}.")


def does_not_take(ref: str, text: str, kind: str) -> ActionError:
    """A date, time or colour picker was given an invalid value."""
    return ActionError(f"{ref} does not take {text!r} as a {kind}.")


def not_switchable(ref: str, role: str) -> ActionError:
    """The element is neither a checkbox nor a radio button."""
    return ActionError(f"{ref} is a {role}, not a checkbox or radio button.")


def radio_stays(ref: str) -> ActionError:
    """A radio button cannot be unchecked; only another one of its group can be checked."""
    return ActionError(f"{ref} is a radio button: choose another one of its group instead.")


def nothing_before() -> ActionError:
    """The history has no earlier page."""
    return ActionError("There is no page before this one.")


def nothing_to_type_into() -> ActionError:
    """No editable element has the focus."""
    return ActionError("There is no text box in focus to type into: click one first, or fill it.")


def opens_another_window() -> ActionError:
    """A link, form or script tried to open another window or tab."""
    return ActionError("That opens another window; there is only this one. Stayed on this page.")


def cannot_open_scheme(scheme: str) -> ActionError:
    """A link, form or script led to an address that is not HTTP, such as `mailto:` or `tel:`."""
    return ActionError(
        f"That is an address of type {scheme[:40]!r}, which this browser cannot open; stayed on this page."
    )


# Why a form was not sent, by the flags of HTML's `ValidityState`; completes the sentence.
FORM_PROBLEMS = {
    "valueMissing": "is required",
    "typeMismatch": "is not in the requested format",
    "patternMismatch": "is not in the requested format",
    "badInput": "is not in the requested format",
    "rangeUnderflow": "is out of range",
    "rangeOverflow": "is out of range",
    "stepMismatch": "is out of range",
    "tooShort": "is too short",
    "tooLong": "is too long",
}


def form_not_sent(field: str, problem: str, message: str = "") -> ActionError:
    """Form validation failed at `field`, the first invalid one.

    `problem` is a key of `FORM_PROBLEMS`; any other value means a custom validity, explained by `message`.
    """
    reason = FORM_PROBLEMS.get(problem) or f"is not valid: {message[:200].rstrip('.')}"
    return ActionError(f"The form was not sent: {field[:100] or 'a field'} {reason}.")
