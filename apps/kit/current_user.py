"""Access to the current user of the world. App clones have no login page."""

from functools import cache
from typing import Any, TypeVar, cast

from flask import g
from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager

from gristmill.apps.server.database import db
from gristmill.apps.world.models import CurrentUser, Model, Person

A = TypeVar("A", bound=Model)


def current_person() -> Person:
    """The person who is signed in; one query per request."""
    if "current_person" not in g:
        g.current_person = db().scalars(_signed_in()).one()
    return cast(Person, g.current_person)


def current_account(model: type[A]) -> A:
    """The current user's row in an app's own account table, with the person; one query per request.

    The table needs a column `person_id` and a relationship `person`.

    Raises:
        NoResultFound: the current user has no account, which seeds should rule out.
    """
    accounts = g.setdefault("accounts", {})
    if model not in accounts:
        accounts[model] = account = db().scalars(_account(model)).one()
        g.setdefault("current_person", account.person)
    return cast(A, accounts[model])


@cache
def _signed_in() -> Select[Person]:
    return select(Person).join(CurrentUser, CurrentUser.person_id == Person.id)


@cache
def _account(model: Any) -> Select[Any]:
    own = select(model).join(model.person).join(CurrentUser, CurrentUser.person_id == Person.id)
    return own.options(contains_eager(model.person))
