"""Labels: they are created, renamed, nested, merged, recoloured and deleted, by rules."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from gristmill.apps.kit.forms import FormError, Rule, at_most, first_error, required, tidy
from gristmill.apps.mail.models import EntryLabel, Filter, Label
from gristmill.apps.mail.services.field_rules import printable
from gristmill.apps.mail.services.label_tree import LabelNode
from gristmill.apps.mail.services.numbers import new_id
from gristmill.apps.world.world import World

COLOURS = ("plum", "rose", "amber", "moss", "teal", "sky", "slate", "brick")
MOST_LABELS, MAX_DEPTH, MAX_NAME = 200, 5, 40


def without_slash(value: str) -> str | None:
    """A name may not hold the sign that full names are joined with."""
    return "A name cannot contain /. Choose a parent instead." if "/" in value else None


NAME_RULES: Sequence[Rule] = (required("Enter a name."), at_most(MAX_NAME), without_slash, printable)


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelEntry:
    """What a form says of a label; `parent_id` is None at the top."""

    name: str
    parent_id: int | None
    colour: str


def create_label(world: World, account_id: int, labels: Sequence[LabelNode], entry: LabelEntry) -> Label:
    """Create a label.

    Raises:
        FormError: a field is invalid.
    """
    if len(labels) >= MOST_LABELS:
        raise FormError({"name": f"You have {MOST_LABELS} labels already. Delete or merge some first."})
    require_entry(labels, entry, None)
    label = Label(
        id=new_id(world, Label), account_id=account_id, parent_id=entry.parent_id, name=tidy(entry.name),
        colour=entry.colour,
    )  # fmt: skip
    world.db.add(label)
    world.db.flush()
    return label


def change_label(db: Session, labels: Sequence[LabelNode], label: Label, entry: LabelEntry) -> None:
    """Rename, move and recolour a label; labels below it go with it.

    Raises:
        FormError: a field is invalid.
    """
    require_entry(labels, entry, label.id)
    label.name, label.parent_id, label.colour = tidy(entry.name), entry.parent_id, entry.colour
    db.flush()


def require_entry(labels: Sequence[LabelNode], entry: LabelEntry, own_id: int | None) -> None:
    """Check a label's fields.

    Raises:
        FormError: the name is missing, malformed or taken, the parent is below the label or nested too
            deep, or the colour is unknown.
    """
    errors = {
        "name": first_error(tidy(entry.name), NAME_RULES) or taken(labels, entry, own_id),
        "parent": parent_problem(labels, entry, own_id),
        "colour": None if entry.colour in COLOURS else "Choose one of the colours.",
    }
    if found := {name: message for name, message in errors.items() if message}:
        raise FormError(found)


def taken(labels: Sequence[LabelNode], entry: LabelEntry, own_id: int | None) -> str | None:
    """Whether another label with the same parent bears the name, case ignored."""
    name = tidy(entry.name).casefold()
    siblings = (each for each in labels if each.parent_id == entry.parent_id and each.id != own_id)
    is_taken = any(each.name.casefold() == name for each in siblings)
    if not is_taken:
        return None
    return f"There is a label {tidy(entry.name)!r} here already. Merge the two, or choose another name."


def parent_problem(labels: Sequence[LabelNode], entry: LabelEntry, own_id: int | None) -> str | None:
    """What is wrong with the parent."""
    if entry.parent_id is None:
        return None
    parent = next((each for each in labels if each.id == entry.parent_id), None)
    if parent is None:
        return "Choose one of your labels as the parent."
    if own_id is not None and entry.parent_id in family(labels, own_id):
        return "A label cannot be moved below itself."
    if parent.depth + 1 + height(labels, own_id) >= MAX_DEPTH:
        return f"Labels can be nested {MAX_DEPTH} deep."
    return None


def family(labels: Sequence[LabelNode], label_id: int) -> set[int]:
    """A label and all below it."""
    found = {label_id}
    for each in labels:  # parents come first
        if each.parent_id in found:
            found.add(each.id)
    return found


def height(labels: Sequence[LabelNode], label_id: int | None) -> int:
    """How deep labels are nested below one."""
    if label_id is None:
        return 0
    depths = {each.id: each.depth for each in labels}
    return max(depths[each] for each in family(labels, label_id)) - depths[label_id]


def merge_labels(db: Session, labels: Sequence[LabelNode], label: Label, into_id: int) -> None:
    """Put another label on all mails of this one, and delete this one; labels below it move below the other.

    Raises:
        FormError: the other label is unknown, the same, below this one, or has one of the same name below.
    """
    into = next((each for each in labels if each.id == into_id), None)
    if into is None or into.id == label.id:
        raise FormError({"into": "Choose another label to merge this one into."})
    if into.id in family(labels, label.id):
        raise FormError({"into": "A label cannot be merged into one that is below it."})
    below = {each.name.casefold() for each in labels if each.parent_id == into.id}
    if any(each.name.casefold() in below for each in labels if each.parent_id == label.id):
        raise FormError({"into": f"{into.path!r} has a label of the same name below it. Rename one first."})
    move_mails(db, label.id, into.id)
    db.execute(update(Label).where(Label.parent_id == label.id).values(parent_id=into.id))
    db.execute(update(Filter).where(Filter.label_id == label.id).values(label_id=into.id))
    db.flush()
    db.delete(label)
    db.flush()


def move_mails(db: Session, from_id: int, to_id: int) -> None:
    """Put a label on every mail that has another one, and take that off."""
    has_both = select(EntryLabel.entry_id).where(EntryLabel.label_id == to_id)
    own = EntryLabel.label_id == from_id
    ids = db.scalars(select(EntryLabel.entry_id).where(own, EntryLabel.entry_id.not_in(has_both))).all()
    db.execute(delete(EntryLabel).where(own))
    if ids:
        db.execute(insert(EntryLabel), [{"entry_id": each, "label_id": to_id} for each in ids])


def delete_label(db: Session, labels: Sequence[LabelNode], label: Label) -> int:
    """Delete a label and all below it; mails stay. Returns how many labels are gone.

    Raises:
        FormError: a filter puts it on mails.
    """
    ids = family(labels, label.id)
    if db.scalar(select(func.count()).select_from(Filter).where(Filter.label_id.in_(ids))):
        raise FormError({"label": "A filter uses this label or one below it. Change the filter first."})
    db.execute(delete(EntryLabel).where(EntryLabel.label_id.in_(ids)))
    for each in sorted((node for node in labels if node.id in ids), key=lambda node: -node.depth):
        db.execute(delete(Label).where(Label.id == each.id))
    return len(ids)


def mail_counts(db: Session, account_id: int) -> dict[int, int]:
    """How many mails have each label."""
    statement = (
        select(EntryLabel.label_id, func.count())
        .join(Label, Label.id == EntryLabel.label_id)
        .where(Label.account_id == account_id)
        .group_by(EntryLabel.label_id)
    )
    return dict(iter(db.execute(statement)))
