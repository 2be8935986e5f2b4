"""What a page says has just happened: recorded with the change itself, and not believed of an address.

A change redirects to an address such as `/cart?added=3`. The page says so only if that is what the customer's
last change recorded: whoever makes such an address up is told nothing.
"""

from urllib.parse import parse_qs, urlencode

from flask import request

from gristmill.apps.server.database import db
from gristmill.apps.shop.models import Notice
from gristmill.apps.shop.services.account import current_customer


def record(**values: object) -> dict[str, object]:
    """Record what has happened, in place of what happened before; the query of the page that says so."""
    said = {key: value for key, value in values.items() if value is not None}
    customer, query = current_customer(), urlencode(said)
    row = db().get(Notice, customer.id)
    if row is not None:
        row.query = query
    elif query:
        db().add(Notice(customer_id=customer.id, query=query))
    return said


def happened(key: str) -> str | None:
    """The value that the address has for a key, if it is what the last change recorded."""
    asked = request.args.get(key)
    row = db().get(Notice, current_customer().id) if asked is not None else None
    return asked if row is not None and asked in parse_qs(row.query).get(key, []) else None


def happened_to(key: str) -> int:
    """The id of the row that it happened to; 0 if it did not."""
    value = happened(key)
    return int(value) if value is not None and value.isdecimal() else 0
