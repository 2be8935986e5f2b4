"""Asks before mails are deleted for ever, if the settings want it so."""

from collections.abc import Sequence

from flask import render_template, request

from gristmill.apps.mail.services.mailbox import current_settings
from gristmill.apps.mail.services.scopes import parse_address


def asks_first(name: str) -> bool:
    """Whether an action is to be confirmed before it is carried out."""
    return name == "delete" and current_settings().confirms_deletion and request.form.get("sure") != "yes"


def question(path: str, thread_ids: Sequence[int] = ()) -> str:
    """The page that asks; its form posts the action again to the same path."""
    return render_template(
        "mail/lists/sure.html", path=path, thread_ids=thread_ids,
        address=parse_address(request.form.get("at", "")),
    )  # fmt: skip
