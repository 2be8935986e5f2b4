"""How engines refuse an action: one wording for each reason, whichever engine finds it."""

import re

from gristmill.errors import ActionError

NUMBER = re.compile(r"-?\d*\.?\d+(?:[eE][+-]?\d+)?|")
PICKED_TYPES = frozenset({"date", "time", "datetime-local", "month", "week", "color", "range"})
UNTYPED_TYPES = frozenset({"checkbox", "radio", "button", "submit", "reset", "image", "file", "hidden"})


def no_element(ref: str) -> ActionError:
    """The last observation had no such ref."""
    return ActionError(f"There is no element {ref} on this page.")


def refused(ref: str, reason: str) -> ActionError:
    """The element cannot be used, as `reason` completes the sentence."""
    return ActionError(f"{ref} {reason}.")


def takes_no_text(ref: str, role: str) -> ActionError:
    """It is no text box, or one that cannot be written in."""
    return ActionError(f"{ref} is a {role}, which takes no text.")


def takes_a_number(ref: str, text: str) -> ActionError:
    """A number box was to hold something else."""
    return ActionError(f"{ref} takes a number, not {text!r}.")


def does_not_take(ref: str, text: str, kind: str) -> ActionError:
    """A picker of dates, times or colours has no such value."""
    return ActionError(f"{ref} does not take {text!r} as a {kind}.")


def not_switchable(ref: str, role: str) -> ActionError:
    """It is neither on nor off."""
    return ActionError(f"{ref} is a {role}, not a checkbox or radio button.")


def radio_stays(ref: str) -> ActionError:
    """A radio button goes off only when another one goes on."""
    return ActionError(f"{ref} is a radio button: choose another one of its group instead.")


def nothing_before() -> ActionError:
    """The history is at its beginning."""
    return ActionError("There is no page before this one.")


def nothing_to_type_into() -> ActionError:
    """What has the focus, if anything has, takes no text."""
    return ActionError("There is no text box in focus to type into: click one first, or fill it.")


def opens_another_window() -> ActionError:
    """A link, form or script asked for another window or tab."""
    return ActionError("That opens another window; there is only this one. Stayed on this page.")


def cannot_open_scheme(scheme: str) -> ActionError:
    """A link, form or script led to an address such as `mailto:` or `tel:`."""
    return ActionError(
        f"That is an address of type {scheme[:40]!r}, which this browser cannot open; stayed on this page."
    )


# Why a form is not sent, by the names of the flags of `ValidityState` in HTML, as the sentence ends.
FORM_PROBLEMS = {
    "valueMissing": "is required",
    "typeMismatch": "does not have the form that is asked for",
    "patternMismatch": "does not have the form that is asked for",
    "badInput": "does not have the form that is asked for",
    "rangeUnderflow": "is out of range",
    "rangeOverflow": "is out of range",
    "stepMismatch": "is out of range",
    "tooShort": "is too short",
    "tooLong": "is too long",
}


def form_not_sent(field: str, problem: str, message: str = "") -> ActionError:
    """The browser's own validation stopped a form at `field`, its first invalid one.

    `problem` is a key of `FORM_PROBLEMS`; any other is a script's own, and `message` says what it is.
    """
    reason = FORM_PROBLEMS.get(problem) or f"is not valid: {message[:200].rstrip('.')}"
    return ActionError(f"The form was not sent: {field[:100] or 'a field'} {reason}.")
