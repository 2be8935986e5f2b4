"""Merging two cards and putting the result into a group: what passes, and each mistake that must not."""

from typing import Any

import pytest

from gristmill.apps.base import Task
from gristmill.apps.mail.models import Contact
from gristmill.apps.mail.services.contacts import (
    ContactEntry,
    change_contact,
    create_contact,
    delete_contact,
    merge_contacts,
)
from gristmill.apps.mail.services.groups import set_groups
from gristmill.apps.world.world import World

pytestmark = pytest.mark.slow

FAMILY = "Mail-Contacts-v0"
REST, CARDS = "nothing else changed", "all cards are as they should be"


def usual(task: Task) -> bool:
    return bool(task.terms["ids"])


def merge(desk: Any, *, into: int = 0, group: str = "group", others: tuple[str, ...] = ()) -> Any:
    """Merge the two cards into the first or second, and put the result into groups."""
    ids = desk.terms["ids"]
    with desk.rows() as db:
        kept, gone = (db.get_one(Contact, each) for each in (ids[into], ids[1 - into]))
        merge_contacts(World(db), kept, gone)
        set_groups(db, kept, {desk.terms[each][0] for each in (group, *others)})
    return desk


@pytest.mark.parametrize("into", [0, 1])
def test_either_card_may_be_kept(desk: Any, into: int) -> None:
    assert merge(desk(FAMILY, usual), into=into).failed() == set()


def test_a_new_card_that_says_all_of_it_passes(desk: Any) -> None:
    begun = desk(FAMILY, usual)
    with begun.rows() as db:
        world, cards = World(db), [db.get_one(Contact, each) for each in begun.terms["ids"]]
        account_id = cards[0].account_id
        entry = ContactEntry(
            name=cards[0].name, emails=tuple(reversed(begun.terms["emails"])), company=cards[0].company,
            role=cards[0].role, phone=cards[1].phone, notes=cards[1].notes,
        )  # fmt: skip
        for each in cards:
            delete_contact(db, each)
        set_groups(db, create_contact(world, account_id, entry), {begun.terms["group"][0]})
    assert begun.failed() == set()


def test_the_namesake_is_another_person(desk: Any) -> None:
    begun = desk(FAMILY, usual)
    with begun.rows() as db:
        first, twin = (db.get_one(Contact, each) for each in (begun.terms["ids"][0], begun.terms["twin"]))
        merge_contacts(World(db), first, twin)
        set_groups(db, first, {begun.terms["group"][0]})
    assert begun.failed() >= {"one card", "the namesake is left alone", CARDS, REST}


def test_what_gets_lost_fails(desk: Any) -> None:
    begun = desk(FAMILY, usual)
    with begun.rows() as db:
        first, second = (db.get_one(Contact, each) for each in begun.terms["ids"])
        delete_contact(db, second)
        set_groups(db, first, {begun.terms["group"][0]})
    assert begun.failed() == {"no address is lost", "nothing else is lost", CARDS}
    with begun.rows() as db:
        first = db.get_one(Contact, begun.terms["ids"][0])
        entry = ContactEntry(
            name=first.name, emails=tuple(begun.terms["emails"]), company=first.company, role=first.role,
            phone="", notes="",
        )  # fmt: skip
        change_contact(World(db), first, entry)
    assert begun.failed() == {"nothing else is lost", CARDS}


def test_other_groups_fail(desk: Any) -> None:
    failed = {"in the group, and in no other", CARDS}
    assert merge(desk(FAMILY, usual), group="other").failed() == failed
    assert merge(desk(FAMILY, usual), others=("other",)).failed() == failed


def test_news_names_another_group(desk: Any) -> None:
    assert merge(desk(FAMILY, usual, news="midway")).failed() == set()


def test_a_card_that_is_right_already_is_to_be_looked_at(desk: Any) -> None:
    begun = desk(FAMILY, lambda task: not usual(task))
    assert begun.failed() == {"the contacts were opened"}
    begun.open(f"/contacts/{begun.terms['twin']}")
    assert begun.failed() == {"the contacts were opened"}
    begun.open("/contacts?q=nora")
    assert begun.failed() == set()


def test_the_oracle_knows_that_nothing_is_to_be_done_whatever_the_order_of_addresses(play: Any) -> None:
    for seed in (10, 11):  # in the first, the addresses are not in the order of the alphabet
        episode = play(FAMILY, seed)
        if not episode.terms["ids"]:
            assert episode.oracle() == "done"
            assert episode.failed() == set()


def test_the_oracle_replans_after_random_actions(replans: Any) -> None:
    assert all(replans(FAMILY))


def test_news_about_a_card_that_is_right_already_adds_a_group(replans: Any) -> None:
    """In seed 10 there is nothing to do before the news."""
    assert replans(FAMILY, seeds=range(10, 11), actions=0, news="midway") == [True]
