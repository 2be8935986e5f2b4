"""Replace the default card by a new one, and remove the old one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from numpy.random import Generator
from sqlalchemy import select

from gristmill.apps.base import EndsWith, Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.shop.models import Card, OrderStatus
from gristmill.apps.shop.services.forms import CARD_DIGITS, NETWORKS, check_digit
from gristmill.apps.shop.tasks import order_drawing as drawing
from gristmill.apps.shop.tasks.drawing import draw_customer, fill, with_terms
from gristmill.apps.shop.tasks.order_drawing import Piece, draw_purchase
from gristmill.apps.shop.tasks.order_moves import OrdersPage
from gristmill.apps.shop.tasks.order_terms import OrderedTerms, marks, require_untouched
from gristmill.apps.shop.tasks.order_verdicts import Values, nothing_ordered, others_stand
from gristmill.apps.shop.tasks.registry import TASKS
from gristmill.apps.world.world import World
from gristmill.errors import Unwinnable
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import (
    check,
    deletes,
    described,
    inserts,
    nothing_else_changed,
    row_inserted,
    trap,
)
from gristmill.verifiers.visits import opened, unchanged

WORDINGS = {
    "train": (
        "My bank sent me a new card: number {number}, in the name of {holder}, valid until {expiry}. Save it "
        "in my account as the default card, and delete the {old}, which it replaces. Do not touch any order.",
        "Replace my default card, the {old}. The new one has the number {number}, the name {holder} and the "
        "expiry date {expiry}. In the end the new one is the default, and the old one is gone. Orders stay "
        "as they are.",
        "Please add the card {number} ({holder}, {expiry}) to my account, make it the default, and remove "
        "the {old}. What is ordered already stays paid as it is.",
        "In my account, put a new card in the place of the {old}: {number}, {holder}, good until {expiry}. "
        "It is to be the default, and the old one is to disappear. Leave my orders alone.",
    ),
    "test": (
        "The {old} is no longer to be in my account. In its place I want {number} (name: {holder}, expiry: "
        "{expiry}) as the default card, for future orders only.",
        "From now on I want to pay with a new card by default: {number}, {expiry}, {holder}. Store it, and "
        "throw out the {old}. Existing orders are not to change.",
        "Set up {number} as my default card (it says {holder}, {expiry}) and take the {old} out of my "
        "account, but do not change the payment of any order.",
    ),
}
BOOK = "/account/cards"


@dataclass(frozen=True, kw_only=True, slots=True)
class CardTerms(OrderedTerms):
    """A new card becomes the default instead of the old one; `kept` are the ids of the others.

    The order is an open one that the old card has paid.
    """

    card_number: str
    holder: str
    month: int
    year: int
    old_id: int
    kept: list[int]
    is_valid: bool


@TASKS.add("Shop-ProfileCard-v0", tags=("account", "forms"), max_steps=48, axes=("brief", "news"))
class ProfileCard(TaskFamily):
    """Save a new card as the default and delete the old one, without touching what it has paid."""

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """An open order is paid with the old card; 15 % of the new numbers have a typing error."""
        sampler, customer = Sampler(rng), draw_customer(world, rng)
        old = next(each for each in customer.cards if each.is_default)
        is_valid = not sampler.chance(15)
        [variant] = drawing.draw_goods(world, rng, customer, 1)
        at = drawing.placing_time(world, sampler, OrderStatus.PROCESSING)
        how = draw_purchase(world, rng, customer, at, OrderStatus.PROCESSING)
        order = drawing.place(world, customer, [Piece(variant=variant)], replace(how, card=old))
        terms = CardTerms(
            customer_id=customer.id, order_id=order.id, number=order.number,
            marks=marks(world.db, customer.id), card_number=draw_number(sampler, is_valid=is_valid),
            holder=customer.person.name, month=sampler.between(1, 12),
            year=world.now.year + sampler.between(2, 6), old_id=old.id, is_valid=is_valid,
            kept=[card.id for card in customer.cards if card.id != old.id],
        )  # fmt: skip
        goal = fill(
            sampler.pick(WORDINGS[wordings]),
            number=terms.card_number,
            holder=terms.holder,
            expiry=expiry(terms),
            old=f"{old.network} card ending in {old.last4}",
        )
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url="http://shop.test/",
            person_id=customer.person_id, terms=terms.to_json(),
            ends_with=EndsWith.DONE if is_valid else EndsWith.GIVE_UP,
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another expiry date."""
        year = CardTerms.of(task).year + Sampler(rng).between(1, 3)
        changed = with_terms(task, year=year)
        return changed, f"I misread the expiry date of the new card: it is {expiry(CardTerms.of(changed))}."

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for the new card as the only default, that the old one is gone, and that orders stand."""
        terms = CardTerms.of(task)
        gone = [change.key[0] for change in evidence.diff.deleted("shop_card")]
        others = [key for key in gone if key != terms.old_id]
        traps = (
            trap("other cards stay", not others, f"{len(others)} deleted"),
            others_stand(evidence, None),
            nothing_ordered(evidence),
        )
        if not terms.is_valid:
            saved = evidence.diff.inserted("shop_card")
            return verdict(
                *traps,
                trap("no other number saved", not saved, described(saved)),
                opened(evidence, rf"shop\.test{BOOK}/new", name="the number was tried"),
                unchanged(evidence),
            )
        card: Values = {
            "customer_id": terms.customer_id, "network": NETWORKS[terms.card_number[:2]],
            "holder": terms.holder, "last4": terms.card_number[-4:], "expiry_month": terms.month,
            "expiry_year": terms.year, "is_default": 1, "is_refused": 0,
        }  # fmt: skip
        return verdict(
            *row_inserted(evidence, "shop_card", card, name="new card"),
            check("old card deleted", terms.old_id in gone),
            *traps,
            nothing_else_changed(
                evidence,
                inserts("shop_card", {"customer_id": terms.customer_id}, at_most=1),
                deletes("shop_card", [terms.old_id]),
            ),
        )

    def oracle(self, view: View) -> str:
        """Save the new card, make it the default, delete the old one; before, delete wrong new ones.

        Raises:
            Unwinnable: another card was deleted, or an order was touched or placed.
        """
        terms, page = CardTerms.of(view.task), OrdersPage(view)
        require_untouched(view.db, terms)
        own = select(Card).where(Card.customer_id == terms.customer_id).order_by(Card.id)
        cards = list(view.db.scalars(own))
        if not {card.id for card in cards} >= {*terms.kept, *(() if terms.is_valid else (terms.old_id,))}:
            raise Unwinnable("A card was deleted that was to stay.")
        known = {*terms.kept, terms.old_id}
        wrong = [card for card in cards if card.id not in known and not is_as_asked(card, terms)]
        if wrong:
            return in_book(page, "Delete card {}", wrong[0])
        return replace_card(page, terms, cards) or "done"


def replace_card(page: OrdersPage, terms: CardTerms, cards: Sequence[Card]) -> str | None:
    """Save the new card, make it the default, and delete the old one; or find that it cannot be saved."""
    new = next((card for card in cards if is_as_asked(card, terms)), None)
    if new is None:
        return add_card(page, terms)
    if not new.is_default:
        return in_book(page, "Make {} the default card", new)
    old = next((card for card in cards if card.id == terms.old_id), None)
    return in_book(page, "Delete card {}", old) if old else None


def add_card(page: OrdersPage, terms: CardTerms) -> str:
    """Fill the form of a new card and save it; give up where the shop refuses its number."""
    if page.path != f"{BOOK}/new":
        return to_book(page) or page.click("link", "Add a new card") or f"goto {BOOK}/new"
    filled = (
        page.fill("textbox", "Card number", terms.card_number)
        or page.fill("textbox", "Name on card", terms.holder)
        or page.fill("textbox", "Expiry date (MM/YY)", expiry(terms))
    )
    if filled is None and not terms.is_valid and page.page.all("alert"):
        return 'give_up "The shop finds a typing error in the card number."'
    return filled or page.click("button", "Save card") or f"goto {BOOK}"


def in_book(page: OrdersPage, button: str, card: Card) -> str:
    """Press a card's button on the page of saved cards."""
    return to_book(page) or page.click("button", button.format(card.label)) or f"goto {BOOK}"


def to_book(page: OrdersPage) -> str | None:
    """Open the page of saved cards by the account's page, unless it is open."""
    if page.path == BOOK:
        return None
    if page.path.startswith("/account"):
        return page.click("link", "Cards") or f"goto {BOOK}"
    banner = page.page.find("banner")
    name = re.compile(rf".*\b{re.escape(page.label_text('account'))}")
    return (page.click("link", name, within=banner) if banner else None) or "goto /account"


def is_as_asked(card: Card, terms: CardTerms) -> bool:
    """Whether a card has the facts of the new one."""
    wanted = (terms.card_number[-4:], terms.holder, terms.month, terms.year)
    return (card.last4, card.holder, card.expiry_month, card.expiry_year) == wanted


def expiry(terms: CardTerms) -> str:
    """The new card's expiry date, such as `08/33`."""
    return f"{terms.month:02d}/{terms.year % 100:02d}"


def draw_number(sampler: Sampler, *, is_valid: bool) -> str:
    """The number of a card; with a typing error in its last digit unless it `is_valid`."""
    prefix = sampler.pick(tuple(NETWORKS))
    digits = prefix + "".join(str(sampler.between(0, 9)) for _ in range(CARD_DIGITS - 3))
    last = int(check_digit(digits))
    return digits + str(last if is_valid else (last + sampler.between(1, 9)) % 10)
