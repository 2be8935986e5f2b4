"""Items that become another colour or size: what is asked for, how it is paid, what follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gristmill.apps.kit.oracle_page import starting
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import Card, Customer, Order, OrderLine, Variant
from gristmill.apps.shop.services.changes import choices
from gristmill.apps.shop.services.numbers import order_number
from gristmill.apps.shop.tasks.order_drawing import others_of
from gristmill.apps.shop.tasks.order_moves import OrdersPage, order_url, status_url
from gristmill.apps.shop.tasks.order_terms import OrderedTerms
from gristmill.apps.shop.tasks.order_verdicts import Values, row_becomes
from gristmill.apps.world.world import World
from gristmill.snapshots.diff import SqlValue
from gristmill.verifiers.base import Check, Evidence
from gristmill.verifiers.checks import Allowance, check, inserts, updates
from gristmill.verifiers.rows import RowView, equal_columns, only_inserted, row_before

MOST = 2  # pieces of a line
ORIGINAL, CREDIT = "original", "credit"  # as forms name them; another card is `card-<id>`
STORE_CREDIT = "store credit"


@dataclass(frozen=True, kw_only=True, slots=True)
class SwapTerms(OrderedTerms):
    """A line becomes this variant, and the difference is settled by `pay`.

    Attributes:
        spare_id: a variant whose price differs in the same direction.
        pay: `original`, `credit`, or another card as `card-<id>`.
        why: why it cannot be done; empty if it can.
        proof: the pattern of the pages that show why.
    """

    line_id: int
    variant_id: int
    spare_id: int
    pay: str
    why: str
    proof: str


def is_swappable(variant: Variant) -> bool:
    """Whether there is a choice of variants that a line of this one can become."""
    return bool(groups(variant))


def groups(variant: Variant) -> list[list[Variant]]:
    """The other variants in stock, apart by whether they cost more, less or as much; of each several."""
    found: dict[int, list[Variant]] = {}
    for each in others_of(variant, MOST):
        sign = (each.price_cents > variant.price_cents) - (each.price_cents < variant.price_cents)
        found.setdefault(sign, []).append(each)
    return [found[sign] for sign in sorted(found) if len(found[sign]) > 1]


def draw_swap(sampler: Sampler, line: OrderLine) -> list[Variant]:
    """What a line is to become, and another variant whose price differs in the same direction."""
    return sampler.some(sampler.pick(groups(line.variant)), 2)


def draw_pay(world: World, sampler: Sampler, customer: Customer, order: Order, difference: int) -> str:
    """How a difference is settled: by the card that paid, by another one, or as store credit."""
    if not difference:
        return ORIGINAL
    today = world.now.date()
    usable = [
        f"card-{card.id}"
        for card in customer.cards
        if card.id != order.card_id and not (card.is_expired(today) or card.is_refused)
    ]
    return sampler.pick([ORIGINAL, *usable[:1]] if difference > 0 else [ORIGINAL, CREDIT])


def pay_in_words(world: World, pay: str) -> str:
    """The sentence of the goal about the difference."""
    if pay == CREDIT:
        return "What it costs less is to become store credit."
    if pay == ORIGINAL:
        return "Any difference in price is settled with the card that paid for the order."
    card = world.db.get_one(Card, card_id(pay))
    return f"What it costs more is charged to my {card.network} card ending in {card.last4}."


def card_id(pay: str) -> int | None:
    """The card that a difference is settled with, where it is another one than that of the order."""
    return int(pay.partition("-")[2]) if pay.startswith("card-") else None


def sell_out(variants: Sequence[Variant]) -> None:
    """Set-up: these variants are out of stock."""
    for variant in variants:
        variant.stock = 0


def page_of(line: OrderLine, number: str, why: str, form: str) -> str:
    """The pattern of the pages that show why a line cannot become something else.

    Lists of orders show what has shipped.
    What is not in stock is missing on the form, and marked on the product's page; if nothing is in stock,
    the order has no link to the form.
    """
    if why == "shipped":
        return status_url(number)
    if why != "gone" or not choices(line):
        return order_url(number)
    return rf"shop\.test/(orders/{number}/items/{line.id}/{form}|p/{line.variant.product.slug}([?#].*)?)"


def fill_in(page: OrdersPage, terms: SwapTerms) -> str | None:
    """Choose the variant and how the difference is paid, on the form of a change or an exchange."""
    variant = page.db.get_one(Variant, terms.variant_id)
    if terms.pay == CREDIT:
        payer = "Store credit"
    elif terms.pay == ORIGINAL:
        payer = page.order(terms.number).card_label
    else:
        payer = page.db.get_one(Card, card_id(terms.pay)).label
    return page.check("radio", starting(variant.options)) or page.check("radio", starting(payer))


def difference_cents(evidence: Evidence, terms: SwapTerms) -> int:
    """What the line costs more as the asked variant, by today's prices; negative if it costs less."""
    line = row_before(evidence, "shop_order_line", terms.line_id)
    now, then = (
        row_before(evidence, "shop_variant", key).integer("price_cents")
        for key in (terms.variant_id, line.integer("variant_id"))
    )
    return (now - then) * line.integer("quantity")


def source(evidence: Evidence, terms: SwapTerms) -> Values:
    """The columns of a payment that say who paid or was paid."""
    if terms.pay == CREDIT:
        return {
            "card_id": None,
            "gift_card_id": credit_row(evidence, terms).get("id"),
            "method": STORE_CREDIT,
        }
    if terms.pay == ORIGINAL:
        order = row_before(evidence, "shop_order", terms.order_id)
        return {"card_id": order.get("card_id"), "gift_card_id": None, "method": order.get("card_label")}
    card = row_before(evidence, "shop_card", card_id(terms.pay))
    label = f"{card.text('network')} ending in {card.text('last4')}"
    return {"card_id": card.get("id"), "gift_card_id": None, "method": label}


def credit_row(evidence: Evidence, terms: SwapTerms) -> RowView:
    """The customer's store credit: what they had, else what was made."""
    rows = evidence.before.all("shop_gift_card")
    own = [row for row in rows if row["customer_id"] == terms.customer_id]
    return RowView(own[0]) if own else only_inserted(evidence, "shop_gift_card")


def credit_checks(evidence: Evidence, terms: SwapTerms, cents: int) -> tuple[Check, ...]:
    """Check that the customer's store credit rose by so much."""
    row = credit_row(evidence, terms)
    if not row:
        return (check("store credit", False, "no store credit"),)
    if evidence.before.get("shop_gift_card", row.get("id")):
        changed = {"balance_cents": row.integer("balance_cents") + cents}
        return (row_becomes(evidence, "store credit", "shop_gift_card", row.integer("id"), changed),)
    code = f"SC-{order_number(terms.customer_id).removeprefix('MW-')}"
    expected: Mapping[str, SqlValue] = {
        "code": code, "balance_cents": cents, "customer_id": terms.customer_id,
    }  # fmt: skip
    return (equal_columns("store credit", expected, row.values),)


def credit_changes(evidence: Evidence, terms: SwapTerms) -> tuple[Allowance, ...]:
    """The changes of store credit that a refund may cause."""
    key = credit_row(evidence, terms).get("id")
    made = inserts("shop_gift_card", {"customer_id": terms.customer_id}, at_most=1)
    return updates("shop_gift_card", [key], ["balance_cents"]), made
