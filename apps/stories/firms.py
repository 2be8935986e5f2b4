"""Firms that write to the company by machine, and the letters whose wording is theirs."""

from datetime import datetime
from typing import TYPE_CHECKING

from gristmill.apps.stories.acts import Address, MailAct
from gristmill.apps.stories.company import SITES, Staff
from gristmill.apps.stories.times import money
from gristmill.apps.world.chronicle import PlacedLine, PlacedOrder

if TYPE_CHECKING:
    from gristmill.apps.stories.story_writer import StoryWriter

MARLOWICK = Address(name="Marlowick", email="orders@marlowick.test")
MARLOWICK_HELP = Address(name="Marlowick help", email="help@marlowick.test")
MARLOWICK_CODES = Address(name="Marlowick Codes", email="codes@news.marlowick.test")
FLEETWREN = Address(name="Fleetwren", email="parcels@fleetwren.test")
HALDEN = Address(name="Halden", email="cards@haldencards.test")


def refund(
    s: "StoryWriter", person: Staff, order: PlacedOrder, line: PlacedLine, quantity: int, cents: int,
    at: str | datetime, *, reason: str = "as you asked", held: bool = False, key: str | None = None,
) -> MailAct:  # fmt: skip
    """Marlowick's notice of a refund: of one that the shop has made (`s.refunded`), or of one that it will make."""
    pay_back(s, order, cents, at, reason, held=held)
    options = f" ({line.options})" if line.options else ""
    return s.mail(
        MARLOWICK, [person], at, f"Refund for order {order.number}",
        f"We have refunded {money(cents)} to your {order.card}, {reason}.\n\n"
        f"Order {order.number}\n{quantity} x {line.product}{options}\n\nIt may take a few days until your bank shows it.",
        is_automatic=True, kind="notice", held=held, key=key,
    )  # fmt: skip


def pay_back(
    s: "StoryWriter", order: PlacedOrder, cents: int, at: str | datetime, reason: str, *, held: bool
) -> None:
    """Let the shop pay back money after the world's start, without a note of its own; nothing before."""
    if not isinstance(at, datetime) and s.at(at) > s.start:
        payload = {
            "order_id": order.id,
            "number": order.number,
            "cents": cents,
            "reason": reason,
            "is_told": True,
        }
        s.event(at, "shop.refund", payload, held=held)


def notice(
    s: "StoryWriter", sender: Address, people: list[Staff], at: str | datetime, subject: str, text: str,
    *, held: bool = False, key: str | None = None, kind: str = "notice",
) -> MailAct:  # fmt: skip
    """A letter that a machine of a firm writes."""
    return s.mail(sender, people, at, subject, text, is_automatic=True, kind=kind, held=held, key=key)


def goes_to_work(ship_to: str) -> bool:
    """Whether an order goes to one of the company's mail rooms."""
    streets = [site.mail_room.split(", ")[-2] for site in SITES if site.mail_room]
    return any(street in ship_to for street in streets)
