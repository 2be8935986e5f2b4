"""Notices: what a page says about the user's last change, verified against the database.

A change redirects to an address such as `/cart?added=3`. The page shows the notice only if the current user's
last change in this app recorded it, so a forged address shows nothing. Rows are in the internal table
`world_notice`; app clones need no table of their own.
"""

from urllib.parse import parse_qs, urlencode

from flask import current_app, request

from gristmill.apps.kit.current_user import current_person
from gristmill.apps.server.database import db
from gristmill.apps.world.models import Notice


def record(**values: object) -> dict[str, object]:
    """Record a change in place of the previous one; returns the query parameters for the redirect.

    Without values, the recorded change is cleared. Values that are None are left out.
    """
    query = {key: value for key, value in values.items() if value is not None}
    row = _current()
    if row is not None:
        row.query = urlencode(query)
    elif query:
        db().add(Notice(app=current_app.name, person_id=current_person().id, query=urlencode(query)))
    return query


def happened(key: str) -> str | None:
    """The address's value for a key, if the last change recorded it; else None."""
    asked = request.args.get(key)
    row = _current() if asked is not None else None
    return asked if row is not None and asked in parse_qs(row.query).get(key, []) else None


def happened_to(key: str) -> int:
    """The row id in the address's value for a key; 0 if the last change did not record it."""
    value = happened(key)
    return int(value) if value is not None and value.isdecimal() else 0


def _current() -> Notice | None:
    return db().get(Notice, (current_app.name, current_person().id))
