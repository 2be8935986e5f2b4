"""Who is signed in: the person at the desk. There is no login page."""

from flask import g
from sqlalchemy import select

from gristmill.apps.database import db
from gristmill.apps.shop.models import Customer
from gristmill.apps.web import world


def current_customer() -> Customer:
    """The account of the person at the desk; looked up once per request.

    Raises:
        NoResultFound: the person at the desk has no account, which a seeded world rules out.
    """
    if "customer" not in g:
        person = world().person
        g.customer = db().scalars(select(Customer).where(Customer.person_id == person.id)).one()
    customer: Customer = g.customer
    return customer
