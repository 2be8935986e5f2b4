"""Whatever a task leaves alone in chat and shop, as a digest: oracles cannot bring it back, but notice it."""

import hashlib
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from gristmill.apps.chat import APP as CHAT
from gristmill.apps.chat import events
from gristmill.apps.chat.models import Channel, Membership, Message
from gristmill.apps.shop import APP as SHOP
from gristmill.apps.shop.models import WishItem, WishList
from gristmill.apps.world.models import EventStatus, Model, WorldEvent
from gristmill.apps.world.people import EPOCH

LEFT_OUT = {
    "shop_order", "shop_cart_item", "shop_customer",  # oracles look at these themselves
    "chat_draft", "chat_member", "chat_membership", "chat_reminder",  # may change by itself
}  # fmt: skip
BY_STORIES = (events.PIN, events.UNPIN, events.JOIN, events.LEAVE, events.DELETE)


def digest(db: Session, person_id: int, customer_id: int, newest: int) -> str:
    """A digest of what is somebody's in chat and shop, but for what is ordered and written.

    `newest` is the highest id of messages at the start.
    """
    parts = [*own_rows(db, "person_id", person_id), *own_rows(db, "customer_id", customer_id)]
    wishes = select(WishItem.list_id, WishItem.variant_id).join(WishList)
    own_wishes = db.execute(wishes.where(WishList.customer_id == customer_id))
    parts += sorted(str(tuple(row)) for row in own_wishes)
    own = Message.author_id == person_id, Message.posted_at < EPOCH
    kept = select(Message.id, Message.text).where(*own).order_by(Message.id)
    parts += [str(tuple(row)) for row in db.execute(kept)]
    parts += [str(tuple(row)) for row in db.execute(select(Channel.id, Channel.name, Channel.topic).where(
        Channel.created_at < EPOCH).order_by(Channel.id))]  # fmt: skip
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16] + shared(db, newest)


def shared(db: Session, newest: int) -> str:
    """A digest of pins and members of the chat; empty once a story has changed them."""
    changed = select(WorldEvent.id).where(
        WorldEvent.kind.in_(BY_STORIES), WorldEvent.status == EventStatus.DONE
    )
    if db.scalar(changed.limit(1)) is not None:
        return ""
    pins = select(Message.id).where(Message.pinned_at.is_not(None), Message.id <= newest).order_by(Message.id)
    places = (
        select(Membership.channel_id, Membership.person_id).join(Channel).where(Channel.created_at < EPOCH)
    )
    text = str(list(db.scalars(pins))) + str(sorted(map(tuple, db.execute(places))))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def is_equal(before: str, after: str) -> bool:
    """Whether two digests are of equal surroundings, as far as they can be compared."""
    length = min(len(before), len(after))
    return before[:length] == after[:length]


def own_rows(db: Session, column: str, key: int) -> Iterable[str]:
    """The rows of somebody in all tables with this column."""
    for table in judged_tables(column):
        found: Any = db.execute(select(table).where(table.c[column] == key).order_by(*table.primary_key))
        for row in found:
            yield f"{table.name} {tuple(row)}"


def judged_tables(column: str) -> list[Table]:
    """The tables of chat and shop that have this column, by name."""
    left_out = CHAT.bookkeeping | SHOP.bookkeeping | LEFT_OUT
    tables = (t for t in Model.metadata.sorted_tables if t.name.startswith(("chat_", "shop_")))
    return [each for each in tables if column in each.c and each.name not in left_out]
