"""Groups of contacts."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from gristmill.apps.kit.forms import FormError, Rule, at_most, first_error, required, tidy
from gristmill.apps.mail.models import Contact, Group, GroupMember
from gristmill.apps.mail.services.field_rules import printable
from gristmill.apps.mail.services.numbers import new_id
from gristmill.apps.world.world import World

MOST_GROUPS = 100
NAME_RULES: Sequence[Rule] = (required("Enter a name."), at_most(60), printable)


def groups_of(db: Session, account_id: int) -> list[tuple[Group, int]]:
    """An account's groups by name, with the number of their members."""
    statement = (
        select(Group, func.count(GroupMember.contact_id))
        .outerjoin(GroupMember, GroupMember.group_id == Group.id)
        .where(Group.account_id == account_id)
        .group_by(Group.id)
        .order_by(func.lower(Group.name), Group.id)
    )
    return [(group, count) for group, count in db.execute(statement)]


def own_group(db: Session, account_id: int, group_id: int) -> Group | None:
    """An account's group with this id."""
    group = db.get(Group, group_id)
    return group if group is not None and group.account_id == account_id else None


def name_group(world: World, account_id: int, group: Group | None, name: str) -> Group:
    """Create a group, or rename one.

    Raises:
        FormError: the name is malformed or taken, or there are too many groups.
    """
    name, others = tidy(name), [each for each, _ in groups_of(world.db, account_id) if each is not group]
    problem = first_error(name, NAME_RULES)
    if not problem and name.casefold() in {each.name.casefold() for each in others}:
        problem = f"There is a group {name!r} already."
    if not problem and len(others) >= MOST_GROUPS:
        problem = f"You have {MOST_GROUPS} groups already. Delete one first."
    if problem:
        raise FormError({"name": problem})
    if group is None:
        group = Group(id=new_id(world, Group), account_id=account_id, name=name)
        world.db.add(group)
    group.name = name
    world.db.flush()
    return group


def set_groups(db: Session, contact: Contact, wanted: set[int]) -> None:
    """Put a contact into exactly these of its account's groups."""
    for group, _ in groups_of(db, contact.account_id):
        row = db.get(GroupMember, (group.id, contact.id))
        if group.id in wanted and row is None:
            db.add(GroupMember(group_id=group.id, contact_id=contact.id))
        elif group.id not in wanted and row is not None:
            db.delete(row)
    db.flush()


def delete_group(db: Session, group: Group) -> None:
    """Delete a group; its contacts stay."""
    for row in db.scalars(select(GroupMember).where(GroupMember.group_id == group.id)):
        db.delete(row)
    db.flush()
    db.delete(group)
    db.flush()
