"""What a page says has just happened: recorded with the change itself, and not believed of an address.

A change redirects to an address such as `/cart?added=3`. The page says so only if that is what the current
user's last change in this app recorded: whoever makes such an address up reads nothing. The rows lie in
`world_notice`, which is bookkeeping, so app clones need no table of their own for it.
"""

from urllib.parse import parse_qs, urlencode

from flask import current_app, request

from gristmill.apps.kit.current_user import current_user
from gristmill.apps.server.database import db
from gristmill.apps.world.models import Notice


def record(**values: object) -> dict[str, object]:
    """Record what has happened, in place of what happened before; the query of the page that says so.

    Without values, whatever was recorded is forgotten. Values that are None are left out.
    """
    query = {key: value for key, value in values.items() if value is not None}
    row = _current()
    if row is not None:
        row.query = urlencode(query)
    elif query:
        db().add(Notice(app=current_app.name, person_id=current_user().id, query=urlencode(query)))
    return query


def happened(key: str) -> str | None:
    """The value that the address has for a key, if it is what the last change recorded."""
    asked = request.args.get(key)
    row = _current() if asked is not None else None
    return asked if row is not None and asked in parse_qs(row.query).get(key, []) else None


def happened_to(key: str) -> int:
    """The id of the row that it happened to; 0 if it did not."""
    value = happened(key)
    return int(value) if value is not None and value.isdecimal() else 0


def _current() -> Notice | None:
    return db().get(Notice, (current_app.name, current_user().id))
