"""The current user's account. There is no login page."""

from flask import g
from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from gristmill.apps.server.database import db
from gristmill.apps.shop.models import Customer
from gristmill.apps.world.models import CurrentUser, Person

_SIGNED_IN = (
    select(Customer)
    .join(Customer.person)
    .join(CurrentUser, CurrentUser.person_id == Person.id)
    .options(contains_eager(Customer.person))
)


def current_customer() -> Customer:
    """The account of the current user; looked up once per request.

    Raises:
        NoResultFound: the current user has no account, which a seeded world rules out.
    """
    if "customer" not in g:
        g.customer = db().scalars(_SIGNED_IN).one()
    customer: Customer = g.customer
    return customer
