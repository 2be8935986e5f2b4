"""Forms in which mails are written, so that one that is submitted twice has one effect."""

from sqlalchemy.orm import Mapped, mapped_column

from gristmill.apps.world.models import Model


class Composition(Model):
    """The draft that a form of the compose page has become, by the form's token; bookkeeping.

    The draft may be gone by now: sent, or discarded.
    """

    __tablename__ = "mail_composition"

    token: Mapped[str] = mapped_column(primary_key=True)
    draft_id: Mapped[int]
