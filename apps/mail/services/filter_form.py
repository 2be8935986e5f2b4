"""The form of a filter, its rules, and the changes to the list of filters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy.orm import Session

from gristmill.apps.kit.forms import FormError, Rule, at_most, first_error, tidy
from gristmill.apps.mail.models import Category, Filter, Joins, Label
from gristmill.apps.mail.services.addresses import is_email, normal
from gristmill.apps.mail.services.field_rules import printable
from gristmill.apps.mail.services.filtering import OR, filters_of
from gristmill.apps.mail.services.numbers import new_id
from gristmill.apps.mail.services.search.words import words_of
from gristmill.apps.world.world import World

MOST_FILTERS, LONGEST = 50, 200
NOT_YOURS = "Choose one of your labels."
TEXTS = {
    "sender": "From", "recipient": "To", "subject": "Subject", "has_words": "Has the words",
    "lacks_words": "Does not have",
}  # fmt: skip
ACTS = {
    "skips_inbox": "Archive it", "marks_read": "Mark as read", "stars": "Star it",
    "marks_important": "Mark as important", "deletes": "Move to the bin", "never_spam": "Never send to spam",
}  # fmt: skip


def searchable(value: str) -> str | None:
    """A condition needs something that can be looked for, on each side of an `OR`."""
    parts = OR.split(value)
    return None if not value or all(map(words_of, parts)) else "Enter at least one letter or digit."


TEXT_RULES: Sequence[Rule] = (at_most(LONGEST), printable, searchable)


@dataclass(frozen=True, kw_only=True, slots=True)
class FilterEntry:
    """What the form of a filter says; see `Filter`."""

    joins: str = Joins.ALL
    sender: str = ""
    recipient: str = ""
    subject: str = ""
    has_words: str = ""
    lacks_words: str = ""
    has_attachment: bool = False
    label_id: int | None = None
    category: str | None = None
    skips_inbox: bool = False
    marks_read: bool = False
    stars: bool = False
    marks_important: bool = False
    deletes: bool = False
    never_spam: bool = False
    forward_to: str = ""
    is_last: bool = False

    @property
    def texts(self) -> dict[str, str]:
        """The conditions that are texts."""
        return {name: getattr(self, name) for name in TEXTS}

    @property
    def acts(self) -> list[object]:
        """What it does."""
        return [self.label_id, self.category, self.forward_to, *(getattr(self, name) for name in ACTS)]


def parse_filter(db: Session, account_id: int, own: Sequence[str], form: Mapping[str, str]) -> FilterEntry:
    """What a form says.

    Raises:
        FormError: a field is invalid, or the filter asks for nothing or does nothing.
    """
    texts = {name: tidy(form.get(name, "")) for name in TEXTS}
    flags = {name: form.get(name) == "yes" for name in (*ACTS, "has_attachment", "is_last")}
    label, category = form.get("label", ""), form.get("category", "")
    joins = form.get("joins") or str(Joins.ALL)
    forward_to = normal(form.get("forward_to", ""))
    does_something = any((label, category, forward_to, *map(flags.get, ACTS)))
    errors = {name: first_error(text, TEXT_RULES) for name, text in texts.items()} | {
        "joins": None if joins in set(Joins) else "Choose whether all or any of the conditions must hold.",
        "label": None if not label or own_label(db, account_id, label) else NOT_YOURS,
        "category": None if not category or category in set(Category) else "Choose one of the tabs.",
        "forward_to": forward_problem(forward_to, own),
        "filter": None if any(texts.values()) or flags["has_attachment"] else "Say which mails it is for.",
        "acts": None if does_something else "Say what it is to do.",
    }  # fmt: skip
    if found := {name: message for name, message in errors.items() if message}:
        raise FormError(found)
    values: dict[str, Any] = {**texts, **flags}
    return FilterEntry(
        **values, joins=joins, label_id=own_label(db, account_id, label), category=category or None,
        forward_to=forward_to,
    )  # fmt: skip


def forward_problem(email: str, own: Sequence[str]) -> str | None:
    """What is wrong with the address that mails are forwarded to."""
    if not email:
        return None
    if not is_email(email):
        return "Enter an address such as name@example.test."
    return "This is your own address." if email in own else None


def own_label(db: Session, account_id: int, text: str) -> int | None:
    """The id of the label in a field, if it is one's own."""
    label = db.get(Label, int(text)) if text.isascii() and text.isdecimal() and len(text) < 12 else None
    return label.id if label is not None and label.account_id == account_id else None


def create_filter(world: World, account_id: int, entry: FilterEntry) -> Filter:
    """Add a filter after all others.

    Raises:
        FormError: there are too many, or the same one is there already.
    """
    known = filters_of(world.db, account_id)
    if len(known) >= MOST_FILTERS:
        raise FormError({"filter": f"You have {MOST_FILTERS} filters already. Delete some first."})
    if any(
        all(getattr(each, key.name) == getattr(entry, key.name) for key in fields(entry)) for each in known
    ):
        raise FormError({"filter": "You have this filter already."})
    position = max((each.position for each in known), default=0) + 1
    rule = Filter(id=new_id(world, Filter), account_id=account_id, position=position, is_active=True)
    change_filter(rule, entry)
    world.db.add(rule)
    world.db.flush()
    return rule


def change_filter(rule: Filter, entry: FilterEntry) -> None:
    """Set what a filter asks for and does."""
    for each in fields(entry):
        setattr(rule, each.name, getattr(entry, each.name))


def move_filter(db: Session, rule: Filter, *, up: bool) -> None:
    """Let a filter run one place earlier or later."""
    known = list(filters_of(db, rule.account_id))
    at = known.index(rule)
    to = at - 1 if up else at + 1
    if 0 <= to < len(known):
        known[at], known[to] = known[to], known[at]
    for position, each in enumerate(known, start=1):
        each.position = position
    db.flush()


def in_words(rule: Filter, labels: Mapping[int, str]) -> tuple[str, str]:
    """Which mails a filter is for, and what it does."""
    asks = [f"{title.lower()} {text!r}" for name, title in TEXTS.items() if (text := getattr(rule, name))]
    asks += ["with attachments"] if rule.has_attachment else []
    does = [title.lower() for name, title in ACTS.items() if getattr(rule, name)]
    does += [f"label it {labels.get(rule.label_id, '?')!r}"] if rule.label_id else []
    does += [f"move it to the tab {rule.category.capitalize()}"] if rule.category else []
    does += [f"forward it to {rule.forward_to}"] if rule.forward_to else []
    does += ["run no later filter"] if rule.is_last else []
    joined = f"any of: {'; '.join(asks)}" if rule.joins == Joins.ANY and len(asks) > 1 else ", ".join(asks)
    return joined, ", ".join(does)
