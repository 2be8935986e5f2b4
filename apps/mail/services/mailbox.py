"""The mailbox of the current user: account, settings and the world's time, each read once per request."""

from datetime import datetime
from typing import cast

from flask import g

from gristmill.apps.kit.current_user import current_account
from gristmill.apps.kit.flask_app import world
from gristmill.apps.mail.models import Account, Settings
from gristmill.apps.server.database import db


def current_mailbox() -> Account:
    """The current user's account.

    Raises:
        NoResultFound: the current user has none, which a seeded world rules out.
    """
    return current_account(Account)


def current_settings() -> Settings:
    """The current user's settings."""
    if "mail_settings" not in g:
        g.mail_settings = db().get_one(Settings, current_mailbox().id)
    return cast(Settings, g.mail_settings)


def now() -> datetime:
    """The world's time."""
    if "mail_now" not in g:
        g.mail_now = world().now
    return cast(datetime, g.mail_now)
