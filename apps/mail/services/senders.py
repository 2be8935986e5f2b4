"""What one does about a sender: block them, or unsubscribe from their letters."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, literal, select, union_all
from sqlalchemy.orm import Session

from gristmill.apps.mail.models import BlockedSender, Unsubscription
from gristmill.apps.mail.services.addresses import normal
from gristmill.apps.mail.services.numbers import new_id
from gristmill.apps.world.world import World


def block(world: World, account_id: int, email: str) -> None:
    """Send what a sender writes from now on to spam. Idempotent."""
    if normal(email) not in blocked(world.db, account_id):
        row = BlockedSender(
            id=new_id(world, BlockedSender), account_id=account_id, email=normal(email), blocked_at=world.now
        )
        world.db.add(row)
        world.db.flush()


def unblock(db: Session, account_id: int, email: str) -> None:
    """Let a sender's mails into the inbox again."""
    own = BlockedSender.account_id == account_id, BlockedSender.email == normal(email)
    db.execute(delete(BlockedSender).where(*own))


@dataclass(frozen=True, kw_only=True, slots=True)
class SenderStates:
    """The senders that an account has blocked, and those that it has unsubscribed from."""

    blocked: frozenset[str]
    unsubscribed: frozenset[str]


def states_of(db: Session, account_id: int) -> SenderStates:
    """What an account has done about senders; one query."""
    blocks = select(BlockedSender.email, literal(True)).where(BlockedSender.account_id == account_id)
    others = select(Unsubscription.email, literal(False)).where(Unsubscription.account_id == account_id)
    rows = list(db.execute(union_all(blocks, others)))
    return SenderStates(
        blocked=frozenset(email for email, is_blocked in rows if is_blocked),
        unsubscribed=frozenset(email for email, is_blocked in rows if not is_blocked),
    )


def blocked(db: Session, account_id: int) -> set[str]:
    """The addresses that an account has blocked."""
    return set(db.scalars(select(BlockedSender.email).where(BlockedSender.account_id == account_id)))


def unsubscribe(world: World, account_id: int, email: str) -> None:
    """Take no more letters of a sender. Idempotent."""
    if normal(email) not in unsubscribed(world.db, account_id):
        row = Unsubscription(
            id=new_id(world, Unsubscription), account_id=account_id, email=normal(email),
            unsubscribed_at=world.now,
        )  # fmt: skip
        world.db.add(row)
        world.db.flush()


def unsubscribed(db: Session, account_id: int) -> set[str]:
    """The senders whose letters an account no longer takes."""
    return set(db.scalars(select(Unsubscription.email).where(Unsubscription.account_id == account_id)))


def block_rows(db: Session, account_id: int) -> Sequence[BlockedSender]:
    """The senders that an account has blocked, by address."""
    own = select(BlockedSender).where(BlockedSender.account_id == account_id)
    return db.scalars(own.order_by(BlockedSender.email)).all()
