"""Who is signed in: the person at the desk. There is no login page."""

from flask import g
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from gristmill.apps.database import db
from gristmill.apps.models import Desk, Person
from gristmill.apps.shop.models import Customer

_AT_THE_DESK = (
    select(Customer)
    .join(Customer.person)
    .join(Desk, Desk.person_id == Person.id)
    .options(contains_eager(Customer.person))
)


def current_customer() -> Customer:
    """The account of the person at the desk; looked up once per request.

    Raises:
        NoResultFound: the person at the desk has no account, which a seeded world rules out.
    """
    if "customer" not in g:
        g.customer = db().scalars(_AT_THE_DESK).one()
    customer: Customer = g.customer
    return customer
