"""Merge two contacts, and put them into a group."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from numpy.random import Generator

from gristmill.apps.base import Task, TaskFamily, View
from gristmill.apps.kit.sampling import Sampler
from gristmill.apps.mail.models import Contact
from gristmill.apps.mail.services.contacts import ContactEntry, create_contact
from gristmill.apps.mail.services.groups import name_group, set_groups
from gristmill.apps.mail.tasks.cards import Card, cards_in, cards_now, digest_of
from gristmill.apps.mail.tasks.mail_page import HOST, MailPage
from gristmill.apps.mail.tasks.mailbox_state import start_of
from gristmill.apps.mail.tasks.registry import TASKS
from gristmill.apps.mail.tasks.sorting import Plan
from gristmill.apps.mail.tasks.sorting_drawing import draw_mailbox
from gristmill.apps.mail.tasks.sorting_moves import settled
from gristmill.apps.world.world import World
from gristmill.errors import Unwinnable
from gristmill.snapshots.diff import RowChange
from gristmill.verifiers.base import Evidence, Verdict, verdict
from gristmill.verifiers.checks import Allowance, check, nothing_else_changed, trap
from gristmill.verifiers.visits import opened, unchanged

WORDINGS = {
    "train": (
        "My contacts have two cards for {name}: {first} and {second} are the same person. Make one card of "
        "them, with both addresses, and put it into the group {group}.",
        "Merge the contact {name} with the address {first} and the one with the address {second}. The card "
        "that is left belongs into the group {group}.",
        "{name} writes from {first} and from {second}, but I have a contact for each. I want one contact "
        "that has both addresses and is in the group {group}.",
        "Tidy my contacts: the cards of {first} and {second} (both {name}) should be one, without anything "
        "getting lost, and {group} should be its group.",
    ),
    "test": (
        "{first} and {second} are both {name}. Put the two contacts together, keep all that they say, and "
        "add the result to the group {group}.",
        "There is one {name} too many in my contacts: the addresses {first} and {second} belong on the same "
        "card. Put that card into {group}.",
        "I need a single contact for {name}, reachable under {first} and {second}, and I need it in the "
        "group {group}.",
    ),
}
NAMES = ("Nora Quist", "Tomas Ferrow", "Elsa Winter", "Rufus Calder", "Ines Harrow", "Otto Lindqvist",
         "Vera Kestrel", "Milo Ashdown", "Greta Stone", "Anders Pike")  # fmt: skip
COMPANIES = ("Brackwater", "Ostler and Co", "Pinfold", "Hatchway", "Thornbeck", "Quaymill")
ROLES = ("Buyer", "Site manager", "Head of sales", "Engineer", "Accountant", "Harbour pilot")
GROUPS = ("Boat house", "Spring fair", "Gauge users", "Winter service", "Test sites", "Book club")
NOTHING = 15  # per cent


@TASKS.add("Mail-Contacts-v0", tags=("contacts",), max_steps=55, axes=("brief", "news"))
class Contacts(TaskFamily):
    """Merge two cards of a person who has a namesake, and put the card into a group."""

    equivalent: ClassVar[Mapping[tuple[str, str], str]] = {
        ("mail_contact_address", "position"): "addresses are compared by their order, not by its numbers",
    }

    def draw(self, world: World, rng: Generator, *, seed: int, split: str, wordings: str) -> Task:
        """Each card says something that the other does not; the namesake works elsewhere."""
        sampler = Sampler(rng)
        owner, _ = draw_mailbox(world, sampler)
        name, is_nothing = sampler.pick(NAMES), sampler.chance(NOTHING)
        at, elsewhere = sampler.some(COMPANIES, 2)
        group, other = (name_group(world, owner.id, None, each) for each in sampler.some(GROUPS, 2))
        phone = f"555-{sampler.between(2000, 9999)}"
        work, home = (
            email_at(name, at),
            f"{name.split()[1].lower()}@{sampler.pick(('inkpost', 'larkmail'))}.test",
        )
        emails = [work, home] if is_nothing else [work]
        first = create(world, owner.id, name, *emails, company=at, role=sampler.pick(ROLES))
        if is_nothing:
            set_groups(world.db, first, {group.id})
        second = (
            None if is_nothing else create(world, owner.id, name, home, phone=phone, notes="Call at noon.")
        )
        twin = create(world, owner.id, name, email_at(name, elsewhere), company=elsewhere)
        set_groups(world.db, twin, {other.id})
        ids = [first.id, second.id] if second else []
        goal = sampler.pick(WORDINGS[wordings]).format(name=name, first=work, second=home, group=group.name)
        start = start_of(world.db, owner.id, but=[Contact])
        wanted = expected(world, owner.id, ids, group.id, [work, home])
        return Task(
            family=self.id, seed=seed, split=split, wordings=wordings, goal=goal, start_url=f"{HOST}/",
            person_id=owner.id,
            terms={
                "plan": Plan(account_id=owner.id, start=start).to_json(), "ids": ids, "twin": twin.id,
                "card": first.id, "name": name, "emails": [work, home], "group": [group.id, group.name],
                "other": [other.id, other.name], "kept": [], "expected": wanted,
            },
        )  # fmt: skip

    def revise(self, world: World, rng: Generator, task: Task) -> tuple[Task, str]:
        """Another group; where there was nothing to do, the card is in the first one, too."""
        terms: Any = task.terms
        group_id, name = terms["other"]
        ids = terms["ids"] or [terms["card"]]
        wanted = expected(world, Plan.of(task).account_id, ids, group_id, terms["emails"])
        kept = [] if terms["ids"] else [terms["group"]]
        changed = {
            **terms, "group": terms["other"], "other": terms["group"], "kept": kept, "expected": wanted,
            "ids": ids,
        }  # fmt: skip
        sentence = f"put it into {name} instead" if terms["ids"] else f"put the card into {name}, too"
        return replace(task, terms=changed), f"About the group: {sentence}."

    def verify(self, task: Task, evidence: Evidence) -> Verdict:
        """Check for one card that says all that both said, in the group, and for all others as they were."""
        terms: Any = task.terms
        account_id, ids = Plan.of(task).account_id, terms["ids"]
        if not ids:
            page = rf"mail\.test/contacts(/{terms['card']}(/.+)?)?(\?.*)?"
            return verdict(opened(evidence, page, name="the contacts were opened"), unchanged(evidence))
        before, after = (cards_in(rows, account_id) for rows in (evidence.before, evidence.after))
        wanted = merged([before[each] for each in ids], terms["group"][0])
        both = set(wanted.emails)
        found = {key: card for key, card in after.items() if key in ids or set(card.emails) & both}
        card = next(iter(found.values())).unordered if len(found) == 1 else None
        known = {email for each in found.values() for email in each.emails}
        is_right = digest_of(after.values(), terms["emails"]) == terms["expected"]
        return verdict(
            check("one card", card is not None, f"cards: {len(found)}"),
            trap("no address is lost", known >= both, ", ".join(sorted(known))),
            trap("no address is added", card is None or set(card.emails) <= both),
            trap("nothing else is lost", card is not None and same_lines(card, wanted)),
            check("in the group, and in no other", card is not None and card.groups == wanted.groups),
            trap("the namesake is left alone", after.get(terms["twin"]) == before[terms["twin"]]),
            check("all cards are as they should be", is_right and not strays(evidence, ids, set(after))),
            nothing_else_changed(evidence, changes_of([*ids, *(after if is_right else ())])),
        )

    def oracle(self, view: View) -> str:
        """Merge on the page of one card, and tick the group there."""
        terms: Any = view.task.terms
        plan, page = Plan.of(view.task), MailPage(view)
        if action := settled(view, plan):
            return action
        found = cards_now(view.db, plan.account_id)
        if digest_of(found.values(), terms["emails"]) == terms["expected"]:
            is_known = terms["ids"] or page.has_opened(f"/contacts/{terms['card']}")
            return "done" if is_known else to_card(page, terms["card"], terms["name"])
        emails = set(terms["emails"])
        both = [key for key, card in found.items() if set(card.emails) >= emails]
        if both:
            return to_card(page, both[0], terms["name"]) or into_group(page, terms, found[both[0]])
        halves = [key for key, card in found.items() if set(card.emails) & emails]
        if halves != terms["ids"]:
            raise Unwinnable("A card was deleted or merged with another one.")
        return to_card(page, halves[0], terms["name"]) or merge(page, found[halves[1]])


def email_at(name: str, company: str) -> str:
    """An address at a company."""
    return f"{name.lower().replace(' ', '.')}@{company.lower().replace(' ', '')}.test"


def create(world: World, account_id: int, name: str, *emails: str, **lines: str) -> Contact:
    """A card of an account."""
    known = {"company": "", "role": "", "phone": "", "notes": "", **lines}
    return create_contact(world, account_id, ContactEntry(name=name, emails=emails, **known))


def merged(parts: Sequence[Card], group_id: int) -> Card:
    """The card that is wanted."""
    card = parts[0].merged(parts[1]) if len(parts) > 1 else parts[0]
    return card.in_group(group_id).unordered


def expected(world: World, account_id: int, ids: Sequence[int], group_id: int, emails: Sequence[str]) -> str:
    """The digest of all cards as they are wanted; addresses of the card may be in any order."""
    known = cards_now(world.db, account_id)
    parts = [known.pop(each) for each in ids]
    return digest_of([*known.values(), *([merged(parts, group_id)] if parts else [])], emails)


def same_lines(card: Card, wanted: Card) -> bool:
    """Whether a card says what is wanted, apart from its groups."""
    return replace(card, groups=wanted.groups, emails=wanted.emails) == wanted


def strays(evidence: Evidence, ids: Sequence[int], known: Collection[int]) -> bool:
    """Whether addresses or groups of a card are left that is gone."""
    tables = ("mail_contact_address", "mail_group_member")
    left = (row["contact_id"] for table in tables for row in evidence.after.all(table))
    return any(each in ids and each not in known for each in left)


def changes_of(ids: Sequence[int]) -> Allowance:
    """Changes of these contacts, of their addresses and groups."""

    def fits(change: RowChange) -> bool:
        row: Any = change.after or change.before or {}
        if change.table == "mail_contact":
            return row["id"] in ids
        return change.table in ("mail_contact_address", "mail_group_member") and row["contact_id"] in ids

    return Allowance(fits=fits)


def to_card(page: MailPage, contact_id: int, name: str) -> str:
    """Open a card by a search; empty if it is open."""
    path = f"/contacts/{contact_id}"
    if page.path == path:
        return ""
    if found := page.link(path):
        return found
    if page.path != "/contacts":
        return page.follow("/contacts")
    if page.query.get("q") == [name]:
        return f"goto {HOST}{path}"
    action = page.fill("searchbox", "Search contacts", name) or page.click("button", "Search contacts")
    return action or f"goto {HOST}{path}"


def merge(page: MailPage, other: Card) -> str:
    """Merge the other card into the one on the page."""
    option = f"{other.name}, {other.emails[0]}"
    action = page.select("Merge with", option) or page.click("button", "Merge contacts")
    return action or f"goto {HOST}{page.path}"


def into_group(page: MailPage, terms: Any, card: Card) -> str:
    """Tick the group on the page, and no other but those that the card keeps.

    Raises:
        Unwinnable: that would not make the cards right.
    """
    wanted = dict([terms["group"], *terms["kept"]])
    known = {**dict([terms["other"]]), **wanted}
    if card.groups - set(known):
        raise Unwinnable("The card was put into another group.")
    if card.groups == set(wanted):
        raise Unwinnable("A card was changed.")
    action = None
    for group, name in known.items():
        change = page.check if group in wanted else page.uncheck
        action = action or change("checkbox", name)
    return action or page.click("button", "Save groups") or f"goto {HOST}{page.path}"
