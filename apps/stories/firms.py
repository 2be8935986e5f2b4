"""Firms that write to the company by machine, and the letters whose wording is theirs."""

from datetime import datetime
from typing import TYPE_CHECKING

from gristmill.apps.stories.acts import Address, MailAct
from gristmill.apps.stories.company import SITES, Staff
from gristmill.apps.stories.times import money
from gristmill.apps.world.chronicle import PlacedLine, PlacedOrder, chronicle

if TYPE_CHECKING:
    from gristmill.apps.stories.story_writer import StoryWriter

MARLOWICK = Address(name="Marlowick", email="orders@marlowick.test")
MARLOWICK_HELP = Address(name="Marlowick help", email="help@marlowick.test")
MARLOWICK_CODES = Address(name="Marlowick Codes", email="codes@news.marlowick.test")
FLEETWREN = Address(name="Fleetwren", email="parcels@fleetwren.test")
HALDEN = Address(name="Halden", email="cards@haldencards.test")

REFUND = "story.refunded"


def refund(
    s: "StoryWriter", person: Staff, order: PlacedOrder, line: PlacedLine, quantity: int, cents: int, at: str,
    *, reason: str = "as you asked", held: bool = False, key: str | None = None,
) -> MailAct:  # fmt: skip
    """Marlowick's notice of a refund. It is recorded for stories that add up what was spent."""
    time = s.at(at)
    if time <= s.start:
        chronicle(s.world.db).record(
            REFUND, time, {"person_id": person.id, "order_id": order.id, "cents": cents}
        )
    options = f" ({line.options})" if line.options else ""
    return s.mail(
        MARLOWICK, [person], at, f"Refund for order {order.number}",
        f"We have refunded {money(cents)} to your {order.card}, {reason}.\n\n"
        f"Order {order.number}\n{quantity} x {line.product}{options}\n\nIt may take a few days until your bank shows it.",
        is_automatic=True, kind="notice", held=held, key=key,
    )  # fmt: skip


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
