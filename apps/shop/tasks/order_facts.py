"""Facts that an order's pages show: how goals ask for each, and how answers to it are judged."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from gristmill.apps.shop.models import Order, OrderLine, OrderStatus
from gristmill.apps.shop.services.numbers import tracking_number
from gristmill.verifiers import answers
from gristmill.verifiers.base import Check, Evidence

TRACKING = "Answer with the tracking number alone."
TEXT = "Answer with the name of the colour alone."
REASON = "Answer with the reason alone, in the words of the order's page."
CODE = "Answer with the code alone."


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """Something that an order's page tells.

    Attributes:
        question: what goals ask; `{it}` is the order.
        form: the sentence about the form of the answer.
        value: the answer in its plain form, from the order and the line that is asked about; None if it has
            none.
        page: what the address of the page with it ends with, after that of the order's page.
    """

    question: str
    form: str
    value: Callable[[Order, OrderLine], str | None]
    page: str = ""


def money(cents: int) -> str | None:
    """An amount as in `12.50`; None for nothing."""
    return f"{cents / 100:.2f}" if cents else None


def delivered_on(order: Order, line: OrderLine) -> str | None:
    """The day of delivery."""
    return order.delivered_at.date().isoformat() if order.delivered_at else None


def tracking_of(order: Order, line: OrderLine) -> str | None:
    """The tracking number; None for an order that was cancelled before it was sent."""
    return None if order.status is OrderStatus.CANCELLED else tracking_number(order.number)


FACTS: Mapping[str, Fact] = {
    "price": Fact(
        question="what one piece cost, before any coupon",
        form=answers.MONEY,
        value=lambda order, line: money(line.unit_price_cents),
    ),
    "goods": Fact(
        question="what the goods of that order cost together, without delivery and before any coupon",
        form=answers.MONEY,
        value=lambda order, line: money(order.subtotal_cents),
    ),
    "discount": Fact(
        question="how much the coupon took off",
        form=answers.MONEY,
        value=lambda order, line: money(order.discount_cents),
    ),
    "coupon": Fact(
        question="which coupon code I used", form=CODE, value=lambda order, line: order.coupon_code
    ),
    "total": Fact(
        question="what the whole order came to, delivery included",
        form=answers.MONEY,
        value=lambda order, line: money(order.total_cents),
    ),
    "colour": Fact(
        question="in which colour I took it", form=TEXT, value=lambda order, line: line.variant.colour
    ),
    "quantity": Fact(
        question="how many pieces of it I bought",
        form=answers.NUMBER,
        value=lambda order, line: str(line.quantity),
    ),
    "card": Fact(
        question="which card I paid with, by its last four digits",
        form=answers.NUMBER,
        value=lambda order, line: order.card_label[-4:],
    ),
    "delivered": Fact(question="on which day it was delivered", form=answers.DAY, value=delivered_on),
    "reason": Fact(
        question="for what reason I cancelled it",
        form=REASON,
        value=lambda order, line: order.cancel_reason,
    ),
    "tracking": Fact(
        question="the tracking number of its parcel", form=TRACKING, value=tracking_of, page="/tracking"
    ),
}  # fmt: skip


def right_answer(evidence: Evidence, key: str, value: str) -> Check:
    """Check the answer to the question about a fact."""
    match FACTS[key].form:
        case answers.MONEY:
            return answers.answers_money(evidence, round(float(value) * 100))
        case answers.DAY:
            return answers.answers_day(evidence, date.fromisoformat(value))
        case answers.NUMBER:
            return answers.answers_number(evidence, int(value))
        case _:
            return answers.answers_name(evidence, value)
