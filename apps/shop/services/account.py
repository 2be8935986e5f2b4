"""The current user's account. There is no login page."""

from gristmill.apps.kit.current_user import current_account
from gristmill.apps.shop.models import Customer


def current_customer() -> Customer:
    """The current user's account; one query per request.

    Raises:
        NoResultFound: the current user has no account, which a seeded world rules out.
    """
    return current_account(Customer)
