"""The mailbox of the current user: account, settings and the world's time, each read once per request."""

from datetime import datetime
from functools import cache
from typing import cast

from flask import g
from sqlalchemy import Select, bindparam, select

from gristmill.apps.kit.current_user import current_account
from gristmill.apps.kit.flask_app import world
from gristmill.apps.mail.models import Account, Label, Settings
from gristmill.apps.mail.services.label_tree import LabelNode, label_tree
from gristmill.apps.mail.services.search.evaluate import Reader
from gristmill.apps.server.database import db


def current_mailbox() -> Account:
    """The current user's account.

    Raises:
        NoResultFound: the current user has none, which a seeded world rules out.
    """
    return current_account(Account)


def current_settings() -> Settings:
    """The current user's settings."""
    return current_mailbox().settings


def now() -> datetime:
    """The world's time."""
    if "mail_now" not in g:
        g.mail_now = world().now
    return cast(datetime, g.mail_now)


def current_labels() -> list[LabelNode]:
    """The current user's labels, as a tree."""
    if "mail_labels" not in g:
        g.mail_labels = label_tree(db().scalars(_labels(), {"own": current_mailbox().id}))
    return cast(list[LabelNode], g.mail_labels)


@cache
def _labels() -> Select[Label]:
    return select(Label).where(Label.account_id == bindparam("own"))


def current_reader() -> Reader:
    """Whose mails are searched."""
    return Reader(account_id=current_mailbox().id, now=now(), labels=current_labels())
