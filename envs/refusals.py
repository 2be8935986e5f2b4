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
